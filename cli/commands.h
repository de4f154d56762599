// The table of commands, and the way from arguments to an exit code.

#ifndef TOKTALLY_CLI_COMMANDS_H_
#define TOKTALLY_CLI_COMMANDS_H_

#include <span>
#include <string>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct Command {
  std::string_view name;
  std::string_view summary;   // one line, lower case
  std::string_view examples;  // lines to copy and paste, each without indentation
  // Lets `use` see the command's declarations: for help, man page and completions.
  void (*declare)(const std::function<void(const OptionSet&)>& use);
  // Parses what follows the command's name, and runs.
  ExitCode (*run)(std::span<const std::string> arguments, Input& input, Output& output);
};

// In the order in which --help lists them.
std::span<const Command> Commands();

// The whole program but for the process around it: `arguments` as they follow the program's name.
ExitCode RunCommandLine(std::span<const std::string> arguments, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_H_
