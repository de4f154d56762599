// Rates and usage -> money. Pure functions: no clock, no files, no table but the one handed in.

#ifndef TOKTALLY_PRICING_COST_H_
#define TOKTALLY_PRICING_COST_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/required.h"
#include "pricing/money.h"
#include "pricing/rate_table.h"
#include "pricing/usage.h"

namespace toktally::pricing {

// The rate that tokens of `kind` are billed at, and why when it is not their own:
//   cached input and cache writes without a rate  -> the tier's input rate
//   cached audio without a rate                   -> the audio input rate
//   images without a rate                         -> the text rate of the same sort
// Audio, output and what is not tokens have no stand-in: NotFound.
struct BilledRate {
  Rate rate;
  RateKind kind = RateKind::kInput;  // whose rate it is
  std::string why;                   // "" when it is its own
};
absl::StatusOr<BilledRate> BilledRateOf(const RateRow& row, RateKind kind);

// One factor of a cost: so much of one kind at one rate.
struct CostLine {
  RateKind kind = RateKind::kInput;
  std::int64_t quantity = 0;  // tokens; seconds, calls, images, … for kinds of another unit
  BilledRate billed;
  Money amount;  // of one call, all multipliers in
};

struct CostOptions {
  Tier tier = Tier::kStandard;
  Required<Date> date;          // whose rates; CostOptions{} does not compile
  bool data_residency = false;  // processed in a region: the model's uplift applies
  // Where it was processed, if the provider prices that: "us". "" and "global": no matter.
  std::string region = {};
  // UTC. A model with peak hours bills by them; without it the standard rates are taken, and a
  // remark says that the hour decides.
  std::optional<int> minute_of_day = {};
};

struct CostResult {
  const RateRow* row = nullptr;  // valid while the model lives
  std::vector<CostLine> lines;   // kinds that were used, in the order of RateKind
  Ratio multiplier = Ratio(1);   // data residency and region
  Money total;                   // one call
  // What the reader should know: rates that stood in, derived rates, an uplift. Sentences.
  std::vector<std::string> remarks;

  // The line of a kind, or nullptr if none of it was used.
  const CostLine* line(RateKind kind) const;
};

// What `usage` costs at the rates of `row`, each line times `multiplier`. OutOfRange on overflow,
// InvalidArgument for a usage that is not one (negative, reasoning over output), NotFound for a
// kind that has no rate.
absl::StatusOr<CostResult> Cost(const RateRow& row, const Usage& usage, const Ratio& multiplier);

// The same with the row that `model` has for this tier, day and prompt length.
absl::StatusOr<CostResult> Cost(const PricedModel& model, const Usage& usage,
                                const CostOptions& options);

// The uplift for data residency; NotFound if the table does not say.
absl::StatusOr<Ratio> ResidencyMultiplier(const PricedModel& model);
// That for a region of the provider's own service on that day; NotFound if the table does not say.
absl::StatusOr<Ratio> RegionMultiplier(const PricedModel& model, std::string_view region,
                                       const Date& date);

// "deprecated: shuts down 2027-01-14", "shut down on 2026-10-23", …; nullopt for a model in
// service.
struct Lifecycle {
  std::string text;
  bool retired = false;  // cannot be called on that day
};
std::optional<Lifecycle> LifecycleOn(const PricedModel& model, const Date& date);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_COST_H_
