// toktally init: a first toktally.json from what lies in a repository.

#ifndef TOKTALLY_CLI_COMMANDS_INIT_H_
#define TOKTALLY_CLI_COMMANDS_INIT_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct InitOptions {
  std::vector<std::string> paths;  // folders and files; nothing: "."
  std::string model;               // of prompts, which name none
  std::string file = "toktally.json";
  bool print = false;  // to standard output instead
  bool force = false;  // over a file that is there
};

void Declare(InitOptions& options, OptionSet& set);
// Writes a workload for each request and prompt that it finds. What nobody can read in a repository
// (how often, how long the replies are) is null, which check refuses until it is filled in.
ExitCode RunInit(const InitOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_INIT_H_
