#include "forecast/limits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "forecast/json_values.h"

namespace toktally::forecast {
namespace {

constexpr std::string_view kMaxKeys[] = {"max_monthly", "max_increase", "max_increase_percent",
                                         "max_prompt_tokens", "max_prices_age_days"};
constexpr std::string_view kWarnKeys[] = {"warn_monthly", "warn_increase", "warn_increase_percent",
                                          "warn_prompt_tokens", "warn_prices_age_days"};

std::string_view MaxKey(LimitKind kind) { return kMaxKeys[static_cast<std::size_t>(kind)]; }
std::string_view WarnKey(LimitKind kind) { return kWarnKeys[static_cast<std::size_t>(kind)]; }

absl::StatusOr<Limit> ReadLimit(const JsonValue& value) {
  Limit limit;
  limit.where = value.Where();
  JsonValue number = value;
  if (value.is_object()) {
    JsonFields fields(value);
    std::string on = "expected";
    const auto inner = fields.RequiredValue("value");
    fields.OptionalString("on", &on);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    number = *inner;
    limit.on = on == "low" ? Point::kLow : on == "high" ? Point::kHigh : Point::kExpected;
    if (PointName(limit.on) != on) {
      return value.Error(absl::StrCat("on: \"", on, "\" is none of low, expected, high"));
    }
  }
  // No "20%": it would be a fifth of a percent, or of a dollar.
  const auto ratio = ReadDecimal(number);
  if (!ratio.ok()) return ratio.status();
  limit.value = *ratio;
  limit.text = std::string(number.text());
  return limit;
}

void WriteLimit(std::string_view key, const std::optional<Limit>& limit, std::string* out) {
  if (!limit) return;
  absl::StrAppend(out, out->size() > 1 ? ", \"" : "\"", ToAbsl(key), "\": {\"value\": \"",
                  limit->text, "\", \"on\": \"", ToAbsl(PointName(limit->on)), "\"}");
}

}  // namespace

std::string_view LimitName(LimitKind kind) {
  constexpr std::string_view kNames[] = {"monthly", "increase", "increase_percent",
                                         "prompt_tokens", "prices_age_days"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view OwnerKindName(OwnerKind kind) {
  constexpr std::string_view kNames[] = {"all", "workload", "team", "tag", "environment"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Limits::ReadsHigh() const {
  return std::any_of(pairs.begin(), pairs.end(), [](const Pair& pair) {
    return (pair.fail && pair.fail->on == Point::kHigh) ||
           (pair.warn && pair.warn->on == Point::kHigh);
  });
}

bool Limits::ReadsIncrease() const {
  const auto any = [](const Pair& pair) { return pair.fail || pair.warn; };
  return any(of(LimitKind::kIncrease)) || any(of(LimitKind::kIncreasePercent));
}

absl::Status ReadLimits(const JsonValue& object, Limits* limits) {
  JsonFields fields(object);
  for (const LimitKind kind : kLimitKinds) {
    const auto read = [&](std::string_view key, std::optional<Limit>* out) {
      const auto value = fields.Value(key);
      if (!value) return;
      auto limit = ReadLimit(*value);
      if (!limit.ok()) return fields.Keep(limit.status());
      *out = *std::move(limit);
    };
    read(MaxKey(kind), &limits->of(kind).fail);
    read(WarnKey(kind), &limits->of(kind).warn);
  }
  return fields.Done();
}

std::string WriteLimits(const Limits& limits) {
  std::string out = "{";
  for (const LimitKind kind : kLimitKinds) {
    WriteLimit(MaxKey(kind), limits.of(kind).fail, &out);
    WriteLimit(WarnKey(kind), limits.of(kind).warn, &out);
  }
  return out + "}";
}

}  // namespace toktally::forecast
