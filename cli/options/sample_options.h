// --sample, --error and --seed: a total from a random part.

#ifndef TOKTALLY_CLI_OPTIONS_SAMPLE_OPTIONS_H_
#define TOKTALLY_CLI_OPTIONS_SAMPLE_OPTIONS_H_

#include <cstdint>
#include <optional>

#include "cli/options/options.h"

namespace toktally::cli {

struct SampleOptions {
  bool sample = false;
  std::optional<double> error;  // percent: half of the 95 % interval
  std::optional<std::uint64_t> seed;
};

void Declare(SampleOptions& options, OptionSet& set);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_SAMPLE_OPTIONS_H_
