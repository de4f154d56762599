// toktally trim: a conversation that fits, its oldest messages dropped.

#ifndef TOKTALLY_CLI_COMMANDS_TRIM_H_
#define TOKTALLY_CLI_COMMANDS_TRIM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct TrimOptions {
  std::string path = "-";
  std::optional<std::uint64_t> max_tokens;
  std::uint64_t reserve_output = 0;
  std::optional<std::string> model;
  bool quiet = false;
};

void Declare(TrimOptions& options, OptionSet& set);
// kGateFailed if even what must stay does not fit.
ExitCode RunTrim(const TrimOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_TRIM_H_
