// toktally prices: the price table itself. list, show, history, find, diff, validate, import,
// update.

#ifndef TOKTALLY_CLI_COMMANDS_PRICES_H_
#define TOKTALLY_CLI_COMMANDS_PRICES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct PricesOptions {
  std::vector<std::string> words;  // the action and what it is about
  std::optional<pricing::Date> checked;
  std::optional<std::string> save;
  std::vector<std::string> providers;
  bool check = false;
  bool allow_older = false;
  // For find: a call, and what a model must have.
  std::optional<std::uint64_t> input_tokens;
  std::optional<std::uint64_t> output_tokens;
  std::optional<std::uint64_t> cached_tokens;
  std::optional<std::uint64_t> context;
  std::optional<std::uint64_t> most;
  pricing::Tier tier = pricing::Tier::kStandard;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(PricesOptions& options, OptionSet& set);
ExitCode RunPrices(const PricesOptions& options, Input& input, Output& output);

// The actions, each with what follows its word.
ExitCode ListPrices(const PricesOptions& options, const Prices& prices, Output& output);
ExitCode ShowPrices(const PricesOptions& options, const Prices& prices, Output& output);
ExitCode DiffPrices(const PricesOptions& options, const Prices& prices, const Input& input,
                    Output& output);
ExitCode ImportPrices(const PricesOptions& options, const Prices& prices, const Input& input,
                      Output& output);

ExitCode HistoryOfPrices(const PricesOptions& options, const Prices& prices, Output& output);
ExitCode FindPrices(const PricesOptions& options, const Prices& prices, Output& output);
ExitCode UpdatePrices(const PricesOptions& options, const Prices& prices, const Input& input,
                      Output& output);

// What differs between two tables, one line each.
std::vector<std::string> DifferencesOf(const pricing::RateTable& before,
                                       const pricing::RateTable& now);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_PRICES_H_
