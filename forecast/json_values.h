// Numbers of workload files and baselines: ranges, shares, decimals, read exactly.

#ifndef TOKTALLY_FORECAST_JSON_VALUES_H_
#define TOKTALLY_FORECAST_JSON_VALUES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/json.h"
#include "forecast/workload.h"

namespace toktally::forecast {

inline std::string Message(const absl::Status& status) { return std::string(status.message()); }

// A decimal >= 0 with at most 9 decimals, as a number (programs write 1e-05) or in quotes.
absl::StatusOr<Ratio> ReadDecimal(const JsonValue& value);
// 0.6, "1/3", "60%": 0 to 1.
absl::StatusOr<Ratio> ReadShare(const JsonValue& value);
// "2/3", "17", as Ratio::ToFraction writes them: a string.
absl::StatusOr<Ratio> ReadFraction(const JsonValue& value);
// A whole number.
absl::StatusOr<std::int64_t> ReadCount(const JsonValue& value);

// One value, or {"low": …, "expected": …, "high": …} in that order of size.
template <typename Value>
absl::StatusOr<Range<Value>> ReadRange(const JsonValue& value,
                                       absl::StatusOr<Value> (*read)(const JsonValue&)) {
  if (!value.is_object()) {
    const auto same = read(value);
    if (!same.ok()) return same.status();
    return Range<Value>::Same(*same);
  }
  Range<Value> range;
  JsonFields fields(value);
  for (const Point point : kPoints) {
    const auto part = fields.RequiredValue(PointName(point));
    if (!part) continue;
    auto number = read(*part);
    if (number.ok()) range.at(point) = *std::move(number);
    fields.Keep(number.status());
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (range.at(Point::kExpected) < range.at(Point::kLow) ||
      range.at(Point::kHigh) < range.at(Point::kExpected)) {
    return value.Error("low, expected and high must not fall");
  }
  return range;
}

// Reads `key`, if it is there, through `read` into `out`.
template <typename Value, typename Read>
void KeepValue(JsonFields* fields, std::string_view key, const Read& read, Value* out) {
  const auto value = fields->Value(key);
  if (!value) return;
  auto result = read(*value);
  if (result.ok()) *out = *std::move(result);
  fields->Keep(result.status());
}

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_JSON_VALUES_H_
