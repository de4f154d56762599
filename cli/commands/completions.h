// toktally completions: what a shell offers behind the tab key. The scripts ask the program, so
// that models, encodings and options are those of the program that is there.

#ifndef TOKTALLY_CLI_COMMANDS_COMPLETIONS_H_
#define TOKTALLY_CLI_COMMANDS_COMPLETIONS_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct CompletionsOptions {
  // "bash", "zsh", "fish"; or "ask" and the words of a command line, of which the last is begun.
  std::vector<std::string> words;
};

void Declare(CompletionsOptions& options, OptionSet& set);
// A script that the shell reads at its start; or, asked, a line for each word that may stand there:
// the word, a tab, what it is. No line: a file may stand there.
ExitCode RunCompletions(const CompletionsOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COMPLETIONS_H_
