// toktally count --sample: the tokens of far more text than can be read, from a part of it.

#ifndef TOKTALLY_CLI_COMMANDS_COUNT_SAMPLE_H_
#define TOKTALLY_CLI_COMMANDS_COUNT_SAMPLE_H_

#include "cli/commands/count.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

// Draws files, or with --jsonl-field and --lines records, at random by their size (base/sampling.h)
// until the 95 % interval is as narrow as options.sampling.error says, and prints it with how it was
// drawn. Where that would take most of the input, all of it is counted.
ExitCode RunCountSample(const CountArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COUNT_SAMPLE_H_
