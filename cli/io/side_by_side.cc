#include "cli/io/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace toktally::cli {

void RunSideBySide(unsigned threads, std::size_t count,
                   const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr exception;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      exception = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> helpers;
  const std::size_t wanted = std::min<std::size_t>(threads, count);
  try {
    for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(run);
  } catch (const std::system_error&) {
    // Those that there are do it.
  }
  run();
  helpers.clear();  // waits for them
  if (exception != nullptr) std::rethrow_exception(exception);
}

Ahead::Ahead(void (*work)()) {
  try {
    thread_ = std::jthread(work);
  } catch (const std::system_error&) {
    // Whoever needs the result does the work.
  }
}

}  // namespace toktally::cli
