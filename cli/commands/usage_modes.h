// What `toktally usage` prints instead of sums: a workload file, a comparison
// with a bill, a line for a prompt.

#ifndef TOKTALLY_CLI_COMMANDS_USAGE_MODES_H_
#define TOKTALLY_CLI_COMMANDS_USAGE_MODES_H_

#include "cli/commands/usage.h"

namespace toktally::cli {

// --as-workload: a toktally.json of what was, one workload for each project (or
// key) and model.
ExitCode RunAsWorkload(const UsageOptions& options, Input& input, Output& output);

// --reconcile FILE: ours beside an organisation's export, by day and model.
ExitCode RunReconcile(const UsageOptions& options, const Prices& prices, Input& input,
                      Output& output);

// --statusline: today, the last session and the last hour, in one line; of the
// files that were changed today.
ExitCode RunStatusLine(const UsageOptions& options, const Prices& prices, Input& input,
                       Output& output);

// The places on this machine that hold logs of tools; "" if there are none.
std::vector<std::string> PlacesHere();

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_USAGE_MODES_H_
