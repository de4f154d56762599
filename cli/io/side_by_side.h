// Independent pieces of work on several threads.

#ifndef TOKTALLY_CLI_IO_SIDE_BY_SIDE_H_
#define TOKTALLY_CLI_IO_SIDE_BY_SIDE_H_

#include <cstddef>
#include <functional>
#include <thread>

namespace toktally::cli {

// Calls work(0) … work(count - 1), each once, on at most `threads` threads, the caller's among
// them, and returns when all are done. Where no more threads are to be had, fewer do it. An
// exception ends the work early and is thrown on.
void RunSideBySide(unsigned threads, std::size_t count,
                   const std::function<void(std::size_t)>& work);

// Does `work` on another thread if one is to be had, else not at all; waits for it when it goes out
// of scope. For what is only done ahead of time.
class Ahead {
 public:
  explicit Ahead(void (*work)());

 private:
  std::jthread thread_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_SIDE_BY_SIDE_H_
