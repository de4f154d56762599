// toktally count for Claude models: with the pieces that the user has stored or names
// (reconstructed), or else a calibrated estimate with its bound.

#ifndef TOKTALLY_CLI_COMMANDS_CLAUDE_COUNT_H_
#define TOKTALLY_CLI_COMMANDS_CLAUDE_COUNT_H_

#include <optional>

#include "bpe/claude/family.h"
#include "cli/commands/count.h"
#include "cli/options/encoding_choice.h"

namespace toktally::cli {

// The family that -m or -e names; nullopt if neither names a Claude model or encoding.
std::optional<claude::ModelFamily> ChosenClaude(const EncodingOptions& options);

// Counts what the options name. Without the pieces and without --estimate, nothing goes to standard
// output: the estimate and its bound go to standard error, and the code is kUnknownModel.
ExitCode RunClaudeCount(const CountOptions& options, claude::ModelFamily chosen, Input& input,
                        Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_CLAUDE_COUNT_H_
