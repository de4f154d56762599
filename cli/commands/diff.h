// toktally diff: what a change of a text adds and removes in tokens.

#ifndef TOKTALLY_CLI_COMMANDS_DIFF_H_
#define TOKTALLY_CLI_COMMANDS_DIFF_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct DiffOptions {
  std::vector<std::string> paths;  // two: files, "-", or REV:PATH as git reads it
  EncodingOptions encoding;
  bool summary = false;
  OutputOptions output;
};

void Declare(DiffOptions& options, OptionSet& set);
ExitCode RunDiff(const DiffOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_DIFF_H_
