// A workload -> what a month of it costs: low, expected and high. Pure functions on exact ratios;
// the only rounding is the printing of the result.

#ifndef TOKTALLY_PRICING_WORKLOAD_H_
#define TOKTALLY_PRICING_WORKLOAD_H_

#include <absl/status/statusor.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "pricing/cost.h"
#include "pricing/rate_table.h"

namespace toktally::pricing {

enum class Point : std::uint8_t { kLow, kExpected, kHigh };
inline constexpr std::array kPoints = {Point::kLow, Point::kExpected, Point::kHigh};
std::string_view PointName(Point point);

// low <= expected <= high.
template <typename Value>
struct Range {
  std::array<Value, 3> values{};

  static Range Same(const Value& value) { return {{value, value, value}}; }
  const Value& at(Point point) const { return values[static_cast<std::size_t>(point)]; }
  Value& at(Point point) { return values[static_cast<std::size_t>(point)]; }
  friend bool operator==(const Range&, const Range&) = default;
};

// 365 / 12 days.
Ratio DaysPerMonth();

// Calls of one kind. A conversation of n turns is n calls; each call after the first resends the
// whole history: all earlier prompts and replies (not the reasoning) and the new turn's own input.
struct Workload {
  std::int64_t prompt_tokens = 0;        // of the first turn
  std::int64_t turn_input_tokens = 0;    // what each later turn adds of its own
  std::int64_t turns = 1;                // 1 to kMostTurns
  Range<std::int64_t> reply_tokens;      // what comes back to be read
  Range<std::int64_t> reasoning_tokens;  // beside the reply, billed as output
  Range<Ratio> calls_per_month;
  Ratio cached_share;       // of all prompt tokens: read from the cache
  Ratio cache_write_share;  // of all prompt tokens: written to the short cache
  Ratio batch_share;        // of all calls: through the batch tier
  Tier tier = Tier::kStandard;
  bool data_residency = false;

  static constexpr std::int64_t kMostTurns = 10'000;
};

// One month at one point of the range.
struct Month {
  Ratio total;                            // USD
  std::array<Ratio, kRateKinds> by_kind;  // USD, by what was used (not by whose rate was taken)
  Ratio prompt_tokens;
  Ratio output_tokens;
};

struct Forecast {
  Range<Month> month;
  std::int64_t longest_prompt = 0;   // tokens of the longest request, at the high point
  std::vector<std::string> remarks;  // sentences, each once
};

// A sum over many workloads. Fractions of many denominators grow without end when they are summed
// up: past kMostBits the sum is rounded, always up, to the next 10^-18 USD, so that no limit is
// kept by a rounding.
class UpperSum {
 public:
  static constexpr std::size_t kMostBits = 512;

  void Add(const Ratio& term);  // >= 0
  const Ratio& value() const { return value_; }
  bool rounded() const { return rounded_; }

 private:
  Ratio value_;
  bool rounded_ = false;
};

// InvalidArgument for shares over 1, turns outside 1 to kMostTurns, token numbers outside 0 to
// 10^15; NotFound for a rate that the table does not have; OutOfRange where the history
// passes 10^15 tokens. The amounts are exact.
absl::StatusOr<Forecast> ForecastMonth(const PricedModel& model, const Workload& workload,
                                       const Date& date);

// The next day after `date` on which rates of this tier change, within `days`.
std::optional<Date> NextRateChange(const PricedModel& model, Tier tier, const Date& date, int days);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_WORKLOAD_H_
