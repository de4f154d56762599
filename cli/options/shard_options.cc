#include "cli/options/shard_options.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace toktally::cli {

void Declare(ShardOptions& options, OptionSet& set) {
  set.Parsed(
      "--shard", "I/N",
      [&options](const std::string& value) {
        const absl::StatusOr<Shard> shard = ParseShard(value);
        if (shard.ok()) options.shard = *shard;
        return shard.status();
      },
      "Read part I of N only, the same on every machine: whole files, or lines of JSONL");
  set.Text("--report", "FILE", options.report,
           "Write what was found to FILE, for toktally merge to add up");
  set.Flag("--resume", options.resume, "Leave out a part whose report stands and is complete");
}

}  // namespace toktally::cli
