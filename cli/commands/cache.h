// toktally cache: what of a request providers keep from call to call, and what that saves.

#ifndef TOKTALLY_CLI_COMMANDS_CACHE_H_
#define TOKTALLY_CLI_COMMANDS_CACHE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct CacheArguments {
  std::string path = "-";
  std::optional<std::string> model;
  std::optional<std::uint64_t> calls_per_hour;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(CacheArguments& options, OptionSet& set);
ExitCode RunCache(const CacheArguments& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_CACHE_H_
