// What a change of a workload's cost is made of.

#ifndef TOKTALLY_FORECAST_CHANGE_H_
#define TOKTALLY_FORECAST_CHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "forecast/baseline.h"
#include "forecast/plan.h"
#include "forecast/workload.h"

namespace toktally::forecast {

// In the order in which they are taken: the world first, then what the author changed.
enum class Part : std::uint8_t {
  kRates,   // the rates of the old model, then and now
  kModel,   // another model, tier or region, at today's rates
  kShares,  // cached, written, batched, made once more
  kTokens,  // tokens, turns and other use of a call
  kVolume,  // calls
};
inline constexpr std::array kParts = {Part::kRates, Part::kModel, Part::kShares, Part::kTokens,
                                      Part::kVolume};
std::string_view PartName(Part part);  // "rates", "model", …

// USD a month by part; they add up to the change exactly. A part that cannot be told apart (a tier
// that only one of two models has) is counted with the next one.
struct Parts {
  std::array<Range<Ratio>, kParts.size()> usd;

  const Range<Ratio>& of(Part part) const { return usd[static_cast<std::size_t>(part)]; }
  Range<Ratio>& of(Part part) { return usd[static_cast<std::size_t>(part)]; }
};

// `before` is complete. `old_model` is the model of `before` in today's table, or null if that has
// it no more: then what its rates have done is counted with the model.
Parts TakeApart(const BaselineRow& before, const PricedModel* old_model, const PlanRow& now,
                const Date& date);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_CHANGE_H_
