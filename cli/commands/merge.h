// toktally merge: adds up the reports of the parts of an input.

#ifndef TOKTALLY_CLI_COMMANDS_MERGE_H_
#define TOKTALLY_CLI_COMMANDS_MERGE_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct MergeOptions {
  std::vector<std::string> paths;
  bool allow_missing = false;
  bool total = false;
  OutputOptions output;
};

void Declare(MergeOptions& options, OptionSet& set);
// Prints the sum, as JSON in the form of a report, which may be merged again. A shard that is
// missing, stands in two reports, is of another input or is not whole is named, and nothing is
// printed.
ExitCode RunMerge(const MergeOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_MERGE_H_
