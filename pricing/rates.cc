#include "pricing/rates.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "base/absl_text.h"
#include "pricing/money.h"

namespace toktally::pricing {
namespace {

struct Unit {
  std::string_view name;
  std::string_view of;  // units of the same thing convert into each other
  std::int64_t quantities;
};

constexpr Unit kUnits[] = {
    {"1M tokens", "token", 1'000'000},
    {"1k tokens", "token", 1'000},
    {"token", "token", 1},
    {"hour", "second", 3'600},
    {"minute", "second", 60},
    {"second", "second", 1},
    {"1k calls", "call", 1'000},
    {"call", "call", 1},
    {"1k images", "image", 1'000},
    {"image", "image", 1},
    {"1k pages", "page", 1'000},
    {"page", "page", 1},
    {"1M characters", "character", 1'000'000},
    {"1k characters", "character", 1'000},
    {"character", "character", 1},
    {"1M token-hours", "token-hour", 1'000'000},
    {"token-hour", "token-hour", 1},
};

constexpr const Unit* FindUnit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

struct KindFacts {
  std::string_view name;
  std::string_view unit = "1M tokens";
};

// In the order of RateKind.
constexpr std::array<KindFacts, kRateKinds> kKindFacts = {{{"input"},
                                                           {"cached_input"},
                                                           {"cache_write_short"},
                                                           {"cache_write_long"},
                                                           {"output"},
                                                           {"audio_input"},
                                                           {"audio_cached_input"},
                                                           {"audio_output"},
                                                           {"image_input"},
                                                           {"image_cached_input"},
                                                           {"image_output"},
                                                           {"audio_hour", "hour"},
                                                           {"audio_minute", "minute"},
                                                           {"session_minute", "minute"},
                                                           {"web_search", "1k calls"},
                                                           {"file_search", "1k calls"},
                                                           {"code_session", "call"},
                                                           {"grounded_query", "1k calls"},
                                                           {"rerank_search", "1k calls"},
                                                           {"image", "image"},
                                                           {"page", "page"},
                                                           {"video_second", "second"},
                                                           {"character", "1M characters"},
                                                           {"cache_storage", "1M token-hours"}}};
static_assert(std::all_of(kKindFacts.begin(), kKindFacts.end(), [](const KindFacts& kind) {
  return !kind.name.empty() && FindUnit(kind.unit) != nullptr;
}));

// "09:30" of minutes.
std::string ClockOf(int minutes) {
  const auto two = [](int number) { return absl::StrCat(number < 10 ? "0" : "", number); };
  return absl::StrCat(two(minutes / 60), ":", two(minutes % 60));
}

}  // namespace

std::string_view TierName(Tier tier) {
  constexpr std::string_view kNames[] = {"standard", "batch",     "flex",
                                         "priority", "ultrafast", "peak"};
  return kNames[static_cast<std::size_t>(tier)];
}

std::optional<Tier> FindTier(std::string_view name) {
  for (const Tier tier : kTiers) {
    if (TierName(tier) == name) return tier;
  }
  return std::nullopt;
}

absl::StatusOr<Tier> ParseTier(std::string_view name) {
  if (name == "default") return Tier::kStandard;
  if (name == "fast") return Tier::kPriority;
  if (const auto tier = FindTier(name)) return *tier;
  if (name == "auto") {
    return absl::InvalidArgumentError(
        "\"auto\" names no rate: the response's service_tier says which tier was billed");
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", ToAbsl(name.substr(0, 40)),
      "\" is no tier; there are standard, batch, flex, priority (or fast), ultrafast and peak"));
}

std::string_view RateKindName(RateKind kind) {
  return kKindFacts[static_cast<std::size_t>(kind)].name;
}

std::optional<RateKind> ParseRateKind(std::string_view name) {
  for (std::size_t i = 0; i < kRateKinds; ++i) {
    if (kKindFacts[i].name == name) return static_cast<RateKind>(i);
  }
  return std::nullopt;
}

RateUnit RateUnitOf(RateKind kind) {
  const std::string_view unit = kKindFacts[static_cast<std::size_t>(kind)].unit;
  return {unit, FindUnit(unit)->quantities};
}

std::optional<Ratio> PerOwnUnit(RateKind kind, std::string_view unit) {
  const Unit* own = FindUnit(kKindFacts[static_cast<std::size_t>(kind)].unit);
  const Unit* other = FindUnit(unit);
  if (other == nullptr || other->of != own->of) return std::nullopt;
  return Ratio::Of(own->quantities, other->quantities);
}

std::optional<Rate> Rate::FromUnits(absl::int128 units) {
  if (units < 0 || units > PowerOfTen(kDecimals + 9)) return std::nullopt;
  return Rate(units);
}

absl::StatusOr<Rate> Rate::Parse(std::string_view text) {
  const auto units = ParseDecimal(text, kDecimals);
  if (!units.ok()) return units.status();
  const auto rate = FromUnits(*units);
  if (!rate) {
    return absl::InvalidArgumentError(absl::StrCat("\"", ToAbsl(text), "\" is over 10^9 USD"));
  }
  return *rate;
}

std::optional<Rate> Rate::Times(const Ratio& factor) const {
  const auto product = (*Ratio::Of(units_, PowerOfTen(kDecimals)) * factor).CutAt(kDecimals);
  if (!product || !product->exact) return std::nullopt;
  return FromUnits(product->units);
}

std::string Rate::ToString() const {
  return Ratio::Of(units_, PowerOfTen(kDecimals))->ToString(kDecimals);
}

std::string Rate::ForPeople() const {
  return Money::FromUnits(units_ * PowerOfTen(Money::kDecimals - kDecimals)).ToString();
}

std::string Threshold::ToString() const {
  return absl::StrCat(inclusive ? ">= " : "> ", WithThousands(absl::StrCat(prompt_tokens)),
                      " prompt tokens");
}

bool DayHours::Hold(const Date& date, int minute) const {
  // 1970-01-01 was a Thursday.
  const int weekday = ((DayNumber(date) + 3) % 7 + 7) % 7;
  if (weekdays && weekday >= 5) return false;
  return std::any_of(spans.begin(), spans.end(), [minute](const Span& span) {
    return span.from <= minute && minute < span.to;
  });
}

std::string DayHours::ToString() const {
  std::string text;
  for (const Span& span : spans) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", pricing::ToString(span));
  }
  return absl::StrCat(text, " UTC", weekdays ? ", Mon-Fri" : "");
}

std::string ToString(const DayHours::Span& span) {
  return absl::StrCat(ClockOf(span.from), "-", ClockOf(span.to));
}

absl::StatusOr<DayHours::Span> ParseHours(std::string_view text) {
  DayHours::Span span;
  const auto minutes = [text](std::size_t at, int* out) {
    const std::string_view clock = text.substr(std::min(at, text.size()), 5);
    const auto is_digit = [&clock](std::size_t i) { return clock[i] >= '0' && clock[i] <= '9'; };
    if (clock.size() != 5 || clock[2] != ':') return false;
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
      if (!is_digit(i)) return false;
    }
    const int hour = (clock[0] - '0') * 10 + clock[1] - '0';
    const int minute = (clock[3] - '0') * 10 + clock[4] - '0';
    *out = hour * 60 + minute;
    return minute < 60 && *out <= 24 * 60;
  };
  const bool read = text.size() == 11 && text[5] == '-' && minutes(0, &span.from) &&
                    minutes(6, &span.to) && span.from < span.to;
  if (read) return span;
  return absl::InvalidArgumentError(absl::StrCat("\"", ToAbsl(text.substr(0, 40)),
                                                 "\" are no hours of a day such as "
                                                 "\"01:00-04:00\""));
}

bool RateRow::IsDerived(RateKind kind) const {
  if (derived.empty() || !rate(kind)) return false;
  return derived_kinds.empty() ||
         std::find(derived_kinds.begin(), derived_kinds.end(), kind) != derived_kinds.end();
}

}  // namespace toktally::pricing
