// The five parts of a change add up to it exactly, whatever the plans are.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "forecast/change.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {
namespace {

constexpr Date kToday{2026, 11, 22};

class RandomPlans {
 public:
  explicit RandomPlans(std::uint32_t seed) : random_(seed) {}

  std::int64_t Number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  Range<std::int64_t> Counts(std::int64_t least, std::int64_t most) {
    const std::int64_t low = Number(least, most);
    const std::int64_t expected = low + Number(0, most);
    return {{low, expected, expected + Number(0, most)}};
  }
  Ratio Share(std::int64_t parts) {
    const std::int64_t below = Number(parts + 1, 100'000);
    return *Ratio::Of(Number(0, below / parts), below);
  }
  const PricedModel& Model() {
    constexpr std::string_view kModels[] = {"gpt-4o",       "gpt-5.4",     "gpt-4.1",
                                            "gpt-5.4-mini", "gpt-6.2-sol", "claude-sonnet-4-5",
                                            "o3",           "gpt-4o-mini"};
    return *pricing::RateTable::BuiltIn()
                ->Resolve(kModels[static_cast<std::size_t>(Number(0, 7))])
                ->model;
  }
  class Workload Workload() {
    class Workload workload;
    workload.prompt_tokens = Counts(0, 150'000);
    workload.turn_input_tokens = Counts(0, 500);
    workload.turns = Counts(1, 3);
    workload.reply_tokens = Counts(0, 2000);
    workload.reasoning_tokens = Counts(0, 3000);
    const auto calls = Counts(0, 1'000'000);
    workload.calls_per_month = calls.Mapped([](std::int64_t n) { return Ratio(n); });
    workload.cached_share = Share(3);
    workload.cache_write_share = Share(3);
    workload.batch_share = Number(0, 2) == 0 ? Share(1) : Ratio();
    workload.retry_share = Number(0, 2) == 0 ? Share(1) : Ratio();
    workload.tier = Number(0, 3) == 0 ? Tier::kPriority : Tier::kStandard;
    return workload;
  }

 private:
  std::mt19937 random_;
};

// One plan row, and the baseline row that it would be.
struct Priced {
  PlanRow row;
  bool ok = false;
};

Priced Price(const WorkloadSpec& spec, const PricedModel& model, class Workload workload) {
  Priced priced;
  priced.row.spec = &spec;
  priced.row.model = &model;
  priced.row.workload = std::move(workload);
  auto forecast = ForecastMonth(model, priced.row.workload, kToday);
  priced.ok = forecast.ok();
  if (priced.ok) priced.row.forecast = *std::move(forecast);
  return priced;
}

TEST(Parts, AddUpExactlyOnTenThousandPairs) {
  const auto file = ParseWorkloadFile(
      R"({"workloads": {"w": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1,
          "calls_per_month": 1}}})",
      "toktally.json");
  ASSERT_TRUE(file.ok()) << file.status();
  const WorkloadSpec& spec = file->workloads[0];
  RandomPlans random(20261126);
  int compared = 0;
  int with_rates = 0;
  while (compared < 10'000) {
    const PricedModel& old_model = random.Model();
    const Priced before = Price(spec, old_model, random.Workload());
    const PricedModel& new_model = random.Number(0, 1) == 0 ? old_model : random.Model();
    const Priced now = Price(spec, new_model, random.Workload());
    // A model without the tier costs nothing: it is an error.
    if (!before.ok || !now.ok) continue;
    ++compared;
    BaselineRow saved = BaselineRowOf(before.row, kToday);
    // Half of them were saved at other rates.
    if (random.Number(0, 1) == 0) {
      for (RateRow& row : saved.rates.rows) {
        for (auto& rate : row.rates) {
          if (rate) rate = pricing::Rate::FromUnits(rate->units() * random.Number(1, 3));
        }
      }
      const auto then = ForecastMonth(saved.rates, saved.workload, kToday);
      ASSERT_TRUE(then.ok()) << then.status();
      saved.monthly = then->Usd();
    }
    const Parts parts = TakeApart(saved, &old_model, now.row, kToday);
    for (const Point point : kPoints) {
      Ratio sum;
      for (const Part part : kParts) sum += parts.of(part).at(point);
      ASSERT_EQ(sum, now.row.forecast.month.at(point).total - saved.monthly.at(point)) << compared;
    }
    with_rates += parts.of(Part::kRates).at(Point::kHigh).is_zero() ? 0 : 1;
  }
  EXPECT_GT(with_rates, 1000);
}

}  // namespace
}  // namespace toktally::forecast
