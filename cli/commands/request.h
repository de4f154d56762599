// toktally request: what whole requests will be billed, before they are sent.

#ifndef TOKTALLY_CLI_COMMANDS_REQUEST_H_
#define TOKTALLY_CLI_COMMANDS_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"
#include "cli/options/shard_options.h"
#include "forecast/workload.h"

namespace toktally::cli {

struct RequestArguments {
  std::vector<std::string> paths;
  std::vector<std::string> models;
  std::optional<std::string> mcp_tools;
  std::optional<std::string> against;
  bool cost = false;
  // Tokens of a reply as the user expects them: low,expected,high, or one number.
  std::optional<forecast::Range<std::int64_t>> output_tokens;
  std::optional<pricing::Tier> tier;
  std::optional<std::uint64_t> budget;
  bool keep_going = false;
  ShardOptions shards;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(RequestArguments& options, OptionSet& set);
// kGateFailed if a request is over --budget; kInput for what is no request.
ExitCode RunRequest(const RequestArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_REQUEST_H_
