// toktally cut: as much of a text as is a number of tokens.

#ifndef TOKTALLY_CLI_COMMANDS_CUT_H_
#define TOKTALLY_CLI_COMMANDS_CUT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "bpe/truncate.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct CutOptions {
  std::string path = "-";
  std::optional<std::uint64_t> tokens;
  Keep keep = Keep::kStart;
  std::string mark;
  EncodingOptions encoding;
  bool force = false;
};

void Declare(CutOptions& options, OptionSet& set);
// Prints what is kept, byte for byte; memory goes by the tokens, not by the text.
ExitCode RunCut(const CutOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_CUT_H_
