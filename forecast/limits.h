// What workloads may cost: the limits of toktally.json, by whom they bind.

#ifndef TOKTALLY_FORECAST_LIMITS_H_
#define TOKTALLY_FORECAST_LIMITS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/json.h"
#include "forecast/workload.h"

namespace toktally::forecast {

enum class LimitKind : std::uint8_t {
  kMonthly,          // USD a month
  kIncrease,         // USD a month over the baseline
  kIncreasePercent,  // percent over the baseline
  kPromptTokens,     // tokens of a request's first turn; at the top: of any workload
  kPricesAgeDays,    // of the price table on the day whose rates are taken; at the top only
};
inline constexpr std::array kLimitKinds = {LimitKind::kMonthly, LimitKind::kIncrease,
                                           LimitKind::kIncreasePercent, LimitKind::kPromptTokens,
                                           LimitKind::kPricesAgeDays};
// "monthly", "increase", …: the key without max_ or warn_.
std::string_view LimitName(LimitKind kind);

// One limit: a number, and at which point of the range it is read.
struct Limit {
  Ratio value;
  Point on = Point::kExpected;
  std::string text;   // "2000", as written
  std::string where;  // "toktally.json:31: limits.max_monthly"
};

// The limits of one owner. `fail` ends with exit code 1, `warn` only says so.
struct Limits {
  struct Pair {
    std::optional<Limit> fail;  // max_…
    std::optional<Limit> warn;  // warn_…
  };
  std::array<Pair, kLimitKinds.size()> pairs;

  const Pair& of(LimitKind kind) const { return pairs[static_cast<std::size_t>(kind)]; }
  Pair& of(LimitKind kind) { return pairs[static_cast<std::size_t>(kind)]; }
  bool ReadsHigh() const;      // any limit reads the high point
  bool ReadsIncrease() const;  // any limit needs a baseline
};

// Whose cost is limited.
enum class OwnerKind : std::uint8_t { kAll, kWorkload, kTeam, kTag, kEnvironment };
std::string_view OwnerKindName(OwnerKind kind);  // "all", "workload", "team", …

struct OwnedLimits {
  OwnerKind kind = OwnerKind::kAll;
  std::string name;  // "" for all
  Limits limits;
};

struct LimitSet {
  std::vector<OwnedLimits> owners;  // all of them first, if it has any
  bool locked = false;              // a weaker limit than the baseline's fails
  bool strict = false;              // what cannot happen as planned fails
  bool with_rates = false;          // increases count what the world changed, too
};

// The members of one "limits" object. InvalidArgument with file, line, key and reason.
absl::Status ReadLimits(const JsonValue& object, Limits* limits);
// As that reads it again: {"max_monthly": {"value": "2000", "on": "high"}}.
std::string WriteLimits(const Limits& limits);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_LIMITS_H_
