// Other programs of the user's, where a command says that it runs them: git, curl.

#ifndef TOKTALLY_CLI_IO_CHILD_PROCESS_H_
#define TOKTALLY_CLI_IO_CHILD_PROCESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace toktally::cli {

struct ChildOutput {
  int exit_code = 0;  // 128 + the signal that ended it
  std::string text;   // what it wrote to standard output
};

// Runs a program of the PATH to its end; its messages go to our standard error, or nowhere if
// `silent`. NotFound if it cannot be started, ResourceExhausted beyond `limit` bytes.
absl::StatusOr<ChildOutput> RunChild(std::vector<std::string> arguments, std::uint64_t limit,
                                     bool silent = false);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_CHILD_PROCESS_H_
