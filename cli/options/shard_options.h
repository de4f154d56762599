// --shard, --report and --resume: one run of many over an input.

#ifndef TOKTALLY_CLI_OPTIONS_SHARD_OPTIONS_H_
#define TOKTALLY_CLI_OPTIONS_SHARD_OPTIONS_H_

#include <optional>
#include <string>

#include "cli/io/shard.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct ShardOptions {
  std::optional<Shard> shard;
  std::optional<std::string> report;  // the file that merge reads
  bool resume = false;

  // Anything of it was given.
  bool given() const { return shard || report || resume; }
};

void Declare(ShardOptions& options, OptionSet& set);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_SHARD_OPTIONS_H_
