// Threads that take blocks of a text from one that reads it. Buffers go round, so that memory is
// touched once however long the text is.

#ifndef TOKTALLY_CLI_IO_BLOCK_WORKERS_H_
#define TOKTALLY_CLI_IO_BLOCK_WORKERS_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "bpe/stream_counter.h"

namespace toktally::cli {

class BlockWorkers {
 public:
  // `work` is called by the threads, on one block at a time each, with the counter that it is of.
  // Where fewer threads are to be had those that there are do it; where there is none, Submit does
  // it itself.
  BlockWorkers(unsigned threads, std::function<void(std::size_t, const StreamBlock&)> work)
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
  void Submit(std::size_t counter, StreamBlock block) {
    if (threads_.empty()) {
      work_(counter, block);
      free_.push_back(std::move(block));
      return;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < most_waiting_; });
    waiting_.emplace_back(counter, std::move(block));
    changed_.notify_all();
  }

  // An empty block, with the memory of one that is done if there is any.
  StreamBlock TakeFree() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return StreamBlock();
    StreamBlock block = std::move(free_.back());
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
      auto [counter, block] = std::move(waiting_.back());
      waiting_.pop_back();
      changed_.notify_all();
      lock.unlock();
      work_(counter, block);
      lock.lock();
      free_.push_back(std::move(block));
    }
  }

  const std::function<void(std::size_t, const StreamBlock&)> work_;
  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::size_t, StreamBlock>> waiting_;
  std::vector<StreamBlock> free_;
  bool finished_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_BLOCK_WORKERS_H_
