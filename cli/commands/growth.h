// toktally growth: what a conversation costs turn by turn when its history is sent again each time.

#ifndef TOKTALLY_CLI_COMMANDS_GROWTH_H_
#define TOKTALLY_CLI_COMMANDS_GROWTH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct GrowthArguments {
  std::string path = "-";
  std::optional<std::uint64_t> turns;
  std::optional<std::uint64_t> user_tokens;
  std::optional<std::uint64_t> reply_tokens;
  std::optional<std::uint64_t> max_tokens;
  std::optional<std::string> model;
  bool cost = false;
  pricing::Tier tier = pricing::Tier::kStandard;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(GrowthArguments& options, OptionSet& set);
ExitCode RunGrowth(const GrowthArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_GROWTH_H_
