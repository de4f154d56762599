// toktally man: made from the same declarations as --help.

#ifndef TOKTALLY_CLI_COMMANDS_MANUAL_H_
#define TOKTALLY_CLI_COMMANDS_MANUAL_H_

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct ManOptions {};

void Declare(ManOptions& options, OptionSet& set);
// The manual page in roff, for man(1).
ExitCode RunMan(const ManOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_MANUAL_H_
