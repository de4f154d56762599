// toktally request --against: predicted tokens beside billed ones, class by class.

#ifndef TOKTALLY_CLI_COMMANDS_AGAINST_H_
#define TOKTALLY_CLI_COMMANDS_AGAINST_H_

#include "cli/commands/request.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

// Reads options.against, and options.paths where a batch output file is to be matched with its
// input. Calls that say `left_out` are counted apart, and so are predictions that say of themselves
// that something is unknown.
ExitCode RunAgainst(const RequestArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_AGAINST_H_
