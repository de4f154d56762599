// --help, written from the table of commands and their declarations.

#ifndef TOKTALLY_CLI_COMMANDS_HELP_H_
#define TOKTALLY_CLI_COMMANDS_HELP_H_

#include <string>
#include <string_view>

#include "cli/commands.h"

namespace toktally::cli {

inline constexpr std::string_view kExitCodes =
    "Exit codes: 0 fine, 1 a limit was passed, 2 wrong use, 3 an input could not be read or is\n"
    "invalid, 4 unknown model or rate, 74 the output could not be written.\n";

// As wide as the terminal, 40 to 100 columns.
std::string OverviewHelp(const Output& output);
std::string CommandHelp(const Command& command, const Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_HELP_H_
