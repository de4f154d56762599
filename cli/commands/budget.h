// toktally budget: hold the files of a repository to their tokens.

#ifndef TOKTALLY_CLI_COMMANDS_BUDGET_H_
#define TOKTALLY_CLI_COMMANDS_BUDGET_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct BudgetOptions {
  std::vector<std::string> paths;  // only these files, as pre-commit names them
  std::string file = ".toktallybudget";
  std::optional<std::string> against;
  EncodingOptions encoding;
  bool annotate = false;
  OutputOptions output;
};

void Declare(BudgetOptions& options, OptionSet& set);
// kGateFailed if a limit is broken.
ExitCode RunBudget(const BudgetOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_BUDGET_H_
