// toktally encodings: the encodings that there are, and adding one that the user has a file of.

#ifndef TOKTALLY_CLI_COMMANDS_ENCODINGS_H_
#define TOKTALLY_CLI_COMMANDS_ENCODINGS_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct EncodingsOptions {
  std::vector<std::string> words;  // nothing: list; or add NAME FILE
  OutputOptions output;
};

void Declare(EncodingsOptions& options, OptionSet& set);
ExitCode RunEncodings(const EncodingsOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_ENCODINGS_H_
