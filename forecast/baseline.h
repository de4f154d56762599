// What workloads cost when somebody last said that it is fine: the file that `toktally check
// --save` writes and `--baseline` reads.

#ifndef TOKTALLY_CLI_BASELINE_H_
#define TOKTALLY_CLI_BASELINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/plan.h"
#include "pricing/workload.h"

namespace toktally::cli {

struct BaselineRow {
  std::string name;
  std::string model;  // "openai/gpt-4o"
  std::string tier;
  std::int64_t prompt_tokens = 0;
  std::int64_t turns = 1;
  pricing::Range<std::int64_t> output_tokens;  // reply and reasoning
  pricing::Range<pricing::Ratio> calls_per_month;
  pricing::Range<pricing::Ratio> monthly;  // USD
};

struct Baseline {
  std::string prices_as_of;
  std::vector<BaselineRow> rows;
  pricing::Range<pricing::Ratio> monthly;
  std::unordered_map<std::string, std::size_t> places;  // of the rows, by name

  void Add(BaselineRow row);
  const BaselineRow* Find(const std::string& name) const;
};

// The baseline that a plan would be.
Baseline BaselineOf(const Plan& plan, const Prices& prices);
BaselineRow BaselineRowOf(const PlanRow& row);

// As JSON, with a newline at the end. Amounts are exact to 10^-18 USD.
std::string WriteBaseline(const Baseline& baseline);

// InvalidArgument with file, line, key and reason; also for a file of another form.
absl::StatusOr<Baseline> ParseBaseline(std::string_view text, std::string_view file_name);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_BASELINE_H_
