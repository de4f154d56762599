// A file that holds one request, for commands that work on a single one.

#ifndef TOKTALLY_CLI_COMMANDS_SINGLE_REQUEST_H_
#define TOKTALLY_CLI_COMMANDS_SINGLE_REQUEST_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "chat/request.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"

namespace toktally::cli {

struct SingleRequest {
  std::string text;  // of the whole file
  std::unique_ptr<JsonDocument> document;
  chat::Request request;
};

// The request at `path` (the `body` of a batch line); errors begin with the file's name.
absl::StatusOr<std::unique_ptr<SingleRequest>> ReadSingleRequest(const std::string& path,
                                                                 const Input& input);

// The exit code of a request that cannot be counted.
ExitCode CodeOfCountError(const absl::Status& status);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_SINGLE_REQUEST_H_
