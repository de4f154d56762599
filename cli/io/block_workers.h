// Threads that take blocks of a text from one that reads it. Buffers go round, so that memory is
// touched once however long the text is.

#ifndef TOKTALLY_CLI_IO_BLOCK_WORKERS_H_
#define TOKTALLY_CLI_IO_BLOCK_WORKERS_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace toktally::cli {

// Bytes whose memory is not written before it is needed.
class Block {
 public:
  std::string_view text() const { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  char* end() { return data_.get() + size_; }
  std::size_t room() const { return capacity_ - size_; }
  void Extend(std::size_t bytes) { size_ += bytes; }
  void Truncate(std::size_t size) { size_ = size; }

  void Reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  void Assign(std::string_view text) {
    size_ = 0;
    Reserve(text.size());
    if (!text.empty()) std::memmove(data_.get(), text.data(), text.size());
    size_ = text.size();
  }

  // Where the block begins in the whole text.
  std::uint64_t offset = 0;

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

class BlockWorkers {
 public:
  // `work` is called by the threads, on one block at a time each. Where fewer threads are to be had
  // those that there are do it; where there is none, Submit does it itself.
  BlockWorkers(unsigned threads, std::function<void(const Block&)> work)
      : work_(std::move(work)), most_waiting_(threads) {
    try {
      for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
    } catch (const std::system_error&) {
    }
  }
  BlockWorkers(const BlockWorkers&) = delete;
  BlockWorkers& operator=(const BlockWorkers&) = delete;
  ~BlockWorkers() { Finish(); }

  // Hands a block over; waits while every thread has one more to do.
  void Submit(Block block) {
    if (threads_.empty()) {
      work_(block);
      free_.push_back(std::move(block));
      return;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < most_waiting_; });
    waiting_.push_back(std::move(block));
    changed_.notify_all();
  }

  // An empty block, with the memory of one that is done if there is any.
  Block TakeFree() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return Block();
    Block block = std::move(free_.back());
    free_.pop_back();
    block.Truncate(0);
    return block;
  }

  // Waits until all blocks are done.
  void Finish() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return finished_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Block block = std::move(waiting_.back());
      waiting_.pop_back();
      changed_.notify_all();
      lock.unlock();
      work_(block);
      lock.lock();
      free_.push_back(std::move(block));
    }
  }

  const std::function<void(const Block&)> work_;
  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Block> waiting_;
  std::vector<Block> free_;
  bool finished_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_BLOCK_WORKERS_H_
