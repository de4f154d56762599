// toktally models: what is known of each model: encoding, rates, dates.

#ifndef TOKTALLY_CLI_COMMANDS_MODELS_H_
#define TOKTALLY_CLI_COMMANDS_MODELS_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"

namespace toktally::cli {

struct ModelsOptions {
  std::string pattern;
  PriceOptions prices;
  OutputOptions output;
};

void Declare(ModelsOptions& options, OptionSet& set);
// kUnknownModel if nothing matches the pattern.
ExitCode RunModels(const ModelsOptions& options, Input& input, Output& output);

// `pattern` in `name`, ignoring case: * stands for anything and ? for one character, over the whole
// name; without either, anywhere in it.
bool MatchesPattern(std::string_view name, std::string_view pattern);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_MODELS_H_
