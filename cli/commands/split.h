// toktally split: a text in chunks of at most so many tokens.

#ifndef TOKTALLY_CLI_COMMANDS_SPLIT_H_
#define TOKTALLY_CLI_COMMANDS_SPLIT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "bpe/chunks.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct SplitOptions {
  std::string path = "-";
  std::optional<std::uint64_t> tokens;
  std::optional<std::uint64_t> overlap;
  Boundary at = Boundary::kToken;
  EncodingOptions encoding;
  bool force = false;
};

void Declare(SplitOptions& options, OptionSet& set);
// A line of JSON for each chunk, as soon as it is complete; memory goes by the tokens of a chunk.
ExitCode RunSplit(const SplitOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_SPLIT_H_
