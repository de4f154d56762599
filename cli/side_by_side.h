// Independent pieces of work on several threads.

#ifndef TOKTALLY_CLI_SIDE_BY_SIDE_H_
#define TOKTALLY_CLI_SIDE_BY_SIDE_H_

#include <cstddef>
#include <functional>

namespace toktally::cli {

// Calls work(0) … work(count - 1), each once, on at most `threads` threads, the caller's among
// them, and returns when all are done. An exception ends the work early and is thrown on.
void RunSideBySide(unsigned threads, std::size_t count,
                   const std::function<void(std::size_t)>& work);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_SIDE_BY_SIDE_H_
