// toktally cost: what one call costs, and a month of them.

#ifndef TOKTALLY_CLI_COMMANDS_COST_H_
#define TOKTALLY_CLI_COMMANDS_COST_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct CostArguments {
  std::vector<std::string> models;
  std::optional<std::string> input_file;
  std::optional<std::uint64_t> input_tokens;
  std::optional<std::string> output_file;
  std::optional<std::uint64_t> output_tokens;
  // Parts of the input.
  std::optional<std::uint64_t> cached_tokens;
  std::optional<std::uint64_t> cache_write_tokens;
  std::optional<std::uint64_t> cache_write_long_tokens;
  // A part of the output.
  std::optional<std::uint64_t> reasoning_tokens;
  // Beside them.
  std::optional<std::uint64_t> audio_input_tokens;
  std::optional<std::uint64_t> audio_output_tokens;
  std::optional<std::uint64_t> image_input_tokens;
  std::optional<std::uint64_t> image_output_tokens;
  std::optional<std::uint64_t> audio_seconds;
  std::optional<std::uint64_t> session_seconds;
  // What is not tokens, by kind: web_search, image, character, …
  std::map<pricing::RateKind, std::uint64_t> units;
  std::optional<std::uint64_t> calls;
  pricing::Tier tier = pricing::Tier::kStandard;
  bool data_residency = false;
  std::string region;
  std::optional<int> minute_of_day;  // UTC
  bool explain = false;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(CostArguments& options, OptionSet& set);
// A model that is unknown, or has no such rate, is reported with kUnknownModel; the others are
// still priced.
ExitCode RunCost(const CostArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_COST_H_
