// A workload file, counted and priced: what `toktally forecast` and `toktally check` report.

#ifndef TOKTALLY_CLI_PLAN_H_
#define TOKTALLY_CLI_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
#include "cli/io/input.h"
#include "cli/options/price_options.h"
#include "cli/workload_file.h"
#include "cli/workload_texts.h"
#include "pricing/money.h"
#include "pricing/workload.h"

namespace toktally::cli {

struct PlanRow {
  const WorkloadSpec* spec = nullptr;
  const pricing::PricedModel* model = nullptr;
  std::string how;                     // how the model's name was matched
  const Encoding* encoding = nullptr;  // null where nothing was counted
  bool estimate = false;       // text was counted with an encoding that is not the model's own
  pricing::Workload workload;  // with every number of tokens filled in
  pricing::Forecast forecast;
  std::vector<std::string> remarks;  // sentences
};

struct Plan {
  std::vector<PlanRow> rows;             // in the order of the file
  pricing::Range<pricing::Ratio> total;  // USD a month
  bool rounded_up = false;               // the total is no longer exact, see pricing::UpperSum
};

// Counts and prices `file`, whose texts are `texts`. With `model`, every workload is priced on that
// model instead, and its texts are counted with that model's encoding. On failure `error` says why.
std::optional<Plan> MakePlan(const WorkloadFile& file, const std::optional<std::string>& model,
                             const Prices& prices, WorkloadTexts& texts, PlanError& error);

// Options that forecast and check share.
struct PlanOptions {
  std::string config = "toktally.json";
  PriceOptions prices;
};
void Declare(PlanOptions& options, OptionSet& set);

// Reads the workload file that the options name; the rates that it names come under those of the
// command line.
std::optional<WorkloadFile> ReadWorkloadFile(PlanOptions& options, const Input& input,
                                             PlanError& error);

// USD for people: "$3,477.50". A ratio beyond what money can hold prints as "over $10^20".
std::string FormatUsd(const pricing::Ratio& usd);
// The same as an exact decimal for machines, cut at 10^-18.
std::string UsdString(const pricing::Ratio& usd);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_PLAN_H_
