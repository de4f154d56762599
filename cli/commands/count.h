// toktally count: how many tokens texts are.

#ifndef TOKTALLY_CLI_COMMANDS_COUNT_H_
#define TOKTALLY_CLI_COMMANDS_COUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/io/text_counter.h"
#include "cli/options/encoding_choice.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct CountOptions {
  std::vector<std::string> paths;
  std::optional<std::string> files0_from;
  std::optional<std::string> jsonl_field;
  EncodingOptions encoding;
  std::optional<std::string> tokenizer;  // a file
  TextOptions text;
  bool files = false;
  bool estimate = false;  // an estimate may be the result
  bool hidden = false;
  bool no_ignore = false;
  std::optional<std::uint64_t> threads;
  When progress = When::kAuto;
  OutputOptions output;
};

void Declare(CountOptions& options, OptionSet& set);
ExitCode RunCount(const CountOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COUNT_H_
