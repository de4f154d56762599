// toktally usage: recorded responses and session logs, added up and priced.

#ifndef TOKTALLY_CLI_COMMANDS_USAGE_H_
#define TOKTALLY_CLI_COMMANDS_USAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"
#include "usage/sums.h"

namespace toktally::cli {

struct UsageOptions {
  std::vector<std::string> paths;
  std::vector<usage::GroupBy> by = {usage::GroupBy::kModel};
  std::optional<std::string> model;
  std::optional<pricing::Tier> tier;
  std::string since;  // YYYY-MM-DD, "" for no limit; both days are in
  std::string until;
  usage::Zone zone;
  std::optional<std::uint64_t> top;
  bool as_workload = false;
  std::optional<std::string> reconcile;
  bool statusline = false;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(UsageOptions& options, OptionSet& set);
// Of what cannot be read (kInput) and what cannot be priced (kUnknownModel) the
// worse; the rest is still reported.
ExitCode RunUsage(const UsageOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_USAGE_H_
