// toktally check: the gate. What changed against a baseline, and whether it is within the limits.

#ifndef TOKTALLY_CLI_COMMANDS_CHECK_H_
#define TOKTALLY_CLI_COMMANDS_CHECK_H_

#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/plan_options.h"

namespace toktally::cli {

struct CheckOptions {
  PlanOptions plan;
  std::optional<std::string> baseline;
  std::optional<std::string> save;
  bool warn_only = false;
  bool strict = false;
  bool allow_outside = false;
  OutputOptions output;
};

void Declare(CheckOptions& options, OptionSet& set);
// The report is printed before the code is returned: kGateFailed if a max_… limit is passed.
ExitCode RunCheck(const CheckOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_CHECK_H_
