// Calls of one kind -> what a month of them costs: low, expected and high. Pure functions on exact
// ratios; nothing is rounded here but UpperSum, which says so.

#ifndef TOKTALLY_FORECAST_WORKLOAD_H_
#define TOKTALLY_FORECAST_WORKLOAD_H_

#include <absl/status/statusor.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "pricing/cost.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {

using pricing::Date;
using pricing::PricedModel;
using pricing::RateKind;
using pricing::RateRow;
using pricing::Ratio;
using pricing::Tier;

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
  // The value of every point through `map`.
  template <typename Map>
  auto Mapped(const Map& map) const {
    return Range<decltype(map(values[0]))>{{map(values[0]), map(values[1]), map(values[2])}};
  }
  friend bool operator==(const Range&, const Range&) = default;
};

// 365 / 12 days.
Ratio DaysPerMonth();

// What a call uses beside text: so much of one kind of rate (audio tokens, images, seconds of
// audio, …), in the unit that pricing::Usage counts it in.
struct OtherUse {
  RateKind kind = RateKind::kAudioInput;
  Range<Ratio> per_call;
  friend bool operator==(const OtherUse&, const OtherUse&) = default;
};

// Calls of one kind. A conversation of n turns is n calls; each call after the first resends the
// whole history: all earlier prompts and replies (not the reasoning) and the new turn's own input.
// Each point of the range takes every number at that point.
struct Workload {
  Range<std::int64_t> prompt_tokens;            // of the first turn
  Range<std::int64_t> turn_input_tokens;        // what each later turn adds of its own
  Range<std::int64_t> turns = {{1, 1, 1}};      // 1 to kMostTurns
  Range<std::int64_t> reply_tokens;             // what comes back to be read
  Range<std::int64_t> reasoning_tokens;         // beside the reply, billed as output
  std::vector<OtherUse> other;                  // kinds without text, each once
  std::optional<Range<Ratio>> calls_per_month;  // how often has no default
  Ratio cached_share;                           // of all prompt tokens: read from the cache
  Ratio cache_write_share;                      // … written to the short cache
  Ratio cache_write_long_share;                 // … written to the long cache
  Ratio batch_share;                            // of all calls: through the batch tier
  Ratio retry_share;                            // of all calls: made, and billed, once more
  Tier tier = Tier::kStandard;
  bool data_residency = false;

  static constexpr std::int64_t kMostTurns = 10'000;
  friend bool operator==(const Workload&, const Workload&) = default;
};

// One summand of a month: so much of a kind at one rate.
struct MonthLine {
  Tier tier = Tier::kStandard;
  const RateRow* row = nullptr;           // whose rates; valid while the model lives
  RateKind kind = RateKind::kInput;       // what was used
  RateKind billed_as = RateKind::kInput;  // whose rate was taken
  Ratio quantity;                         // tokens; seconds and the like for other kinds
  Ratio usd;                              // an uplift in it
};

// One month at one point of the range.
struct Month {
  Ratio total;                   // USD
  std::vector<MonthLine> lines;  // they add up to it
  Ratio calls;                   // those made once more in them
  Ratio prompt_tokens;
  Ratio output_tokens;
  std::int64_t longest_prompt = 0;  // tokens of the longest request

  Ratio Of(RateKind kind) const;  // USD by what was used
};

struct Forecast {
  Range<Month> month;
  std::vector<std::string> remarks;  // sentences on rates that stood in, each once

  Range<Ratio> Usd() const;
};

// InvalidArgument for shares over 1, turns outside 1 to kMostTurns, token numbers outside 0 to
// 10^15 and calls that are not stated; NotFound for a rate that the table does not have;
// OutOfRange where the history passes 10^15 tokens. The amounts are exact.
absl::StatusOr<Forecast> ForecastMonth(const PricedModel& model, const Workload& workload,
                                       const Date& date);

// A sum over many workloads. Fractions of many denominators grow without end when they are summed
// up: past kMostBits the sum is rounded to 10^-18 USD, always in the direction that is asked for:
// up for what is held to a limit, down for what it is compared with.
class BoundedSum {
 public:
  enum class Rounding : std::uint8_t { kUp, kDown };
  static constexpr std::size_t kMostBits = 512;

  BoundedSum() = default;  // up
  explicit BoundedSum(Rounding rounding) : rounding_(rounding) {}
  void Add(const Ratio& term);
  const Ratio& value() const { return value_; }
  bool rounded() const { return rounded_; }

 private:
  Rounding rounding_ = Rounding::kUp;
  Ratio value_;
  bool rounded_ = false;
};

// The next day after `date` on which rates of this tier change, within `days`.
std::optional<Date> NextRateChange(const PricedModel& model, Tier tier, const Date& date, int days);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_WORKLOAD_H_
