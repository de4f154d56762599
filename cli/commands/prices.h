// toktally prices: the price table itself. list, show, diff, validate, import.

#ifndef TOKTALLY_CLI_COMMANDS_PRICES_H_
#define TOKTALLY_CLI_COMMANDS_PRICES_H_

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

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_PRICES_H_
