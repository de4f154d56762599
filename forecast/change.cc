#include "forecast/change.h"

namespace toktally::forecast {
namespace {}  // namespace

std::string_view PartName(Part part) {
  constexpr std::string_view kNames[] = {"rates", "model", "shares", "tokens", "volume"};
  return kNames[static_cast<std::size_t>(part)];
}

Parts TakeApart(const BaselineRow& before, const PricedModel* old_model, const PlanRow& now,
                const Date& date) {
  Parts parts;
  Range<Ratio> last = before.monthly;
  Workload workload = before.workload;
  const auto step = [&](Part part, const Range<Ratio>& usd) {
    for (const Point point : kPoints) {
      parts.of(part).at(point) = usd.at(point) - last.at(point);
    }
    last = usd;
  };
  const auto price = [&](Part part, const PricedModel& model) {
    const auto forecast = ForecastMonth(model, workload, date);
    if (forecast.ok()) step(part, forecast->Usd());
  };
  if (old_model != nullptr) price(Part::kRates, *old_model);
  workload.tier = now.workload.tier;
  workload.data_residency = now.workload.data_residency;
  price(Part::kModel, *now.model);
  workload.cached_share = now.workload.cached_share;
  workload.cache_write_share = now.workload.cache_write_share;
  workload.cache_write_long_share = now.workload.cache_write_long_share;
  workload.batch_share = now.workload.batch_share;
  workload.retry_share = now.workload.retry_share;
  price(Part::kShares, *now.model);
  workload.prompt_tokens = now.workload.prompt_tokens;
  workload.turn_input_tokens = now.workload.turn_input_tokens;
  workload.turns = now.workload.turns;
  workload.reply_tokens = now.workload.reply_tokens;
  workload.reasoning_tokens = now.workload.reasoning_tokens;
  workload.other = now.workload.other;
  price(Part::kTokens, *now.model);
  step(Part::kVolume, now.forecast.Usd());
  return parts;
}

}  // namespace toktally::forecast
