// Rates: of which kind, of which tier, when, for which prompts. A row of data/prices.json.

#ifndef TOKTALLY_PRICING_RATES_H_
#define TOKTALLY_PRICING_RATES_H_

#include <absl/numeric/int128.h>
#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"

namespace toktally::pricing {

using toktally::Date;
using toktally::DateOfDay;
using toktally::DayNumber;
using toktally::ParseDate;
using toktally::Ratio;
using toktally::ToString;

enum class Tier : std::uint8_t { kStandard, kBatch, kFlex, kPriority, kUltrafast, kPeak };
inline constexpr std::array kTiers = {Tier::kStandard, Tier::kBatch,     Tier::kFlex,
                                      Tier::kPriority, Tier::kUltrafast, Tier::kPeak};
std::string_view TierName(Tier tier);  // "standard", "batch", …
// The names above; "default" is standard and "fast" is priority, as OpenAI's service_tier has them.
// "auto" names no rate and is InvalidArgument.
absl::StatusOr<Tier> ParseTier(std::string_view name);
// Only the names above, as price tables have them.
std::optional<Tier> FindTier(std::string_view name);

// What a rate is for. Tokens of an embedding model are kInput.
enum class RateKind : std::uint8_t {
  kInput,
  kCachedInput,
  kCacheWriteShort,
  kCacheWriteLong,
  kOutput,
  kAudioInput,
  kAudioCachedInput,
  kAudioOutput,
  kImageInput,
  kImageCachedInput,
  kImageOutput,
  // What is not tokens. RateUnitOf says per what.
  kAudioHour,
  kAudioMinute,
  kSessionMinute,
  kWebSearch,      // calls of a search tool
  kFileSearch,     // calls of a vector store's search tool
  kCodeSession,    // containers of a code interpreter
  kGroundedQuery,  // Google's searches for a grounded answer
  kRerankSearch,   // a query over up to 100 documents
  kImage,          // pictures made, whatever their size
  kPage,           // pages read
  kVideoSecond,    // video made
  kCharacter,      // text to speech
  kCacheStorage,   // an explicit cache: tokens x hours
};
inline constexpr std::size_t kRateKinds = 24;
std::string_view RateKindName(RateKind kind);  // "input", "cached_input", … as in prices.json
std::optional<RateKind> ParseRateKind(std::string_view name);

// What a rate of a kind is for: "1M tokens", "hour", "1k calls", … and how many of what a usage
// counts are one of it: 1,000,000 tokens, 3,600 seconds, 1,000 calls.
struct RateUnit {
  std::string_view name;
  std::int64_t quantities = 1;
};
RateUnit RateUnitOf(RateKind kind);

// A rate of `kind` that is written for another unit of the same thing ("call" instead of "1k
// calls"): by how much it is multiplied to be one for RateUnitOf. nullopt for a unit of another
// thing.
std::optional<Ratio> PerOwnUnit(RateKind kind, std::string_view unit);

// USD per unit of its kind, in units of 10^-12 USD.
class Rate {
 public:
  static constexpr int kDecimals = 12;
  constexpr Rate() = default;
  // nullopt below 0 and over 10^9 USD: that is a slip, and products would overflow.
  static std::optional<Rate> FromUnits(absl::int128 units);
  // "2.50"; >= 0, at most 12 decimals.
  static absl::StatusOr<Rate> Parse(std::string_view text);

  absl::int128 units() const { return units_; }
  // nullopt where 12 decimals do not hold the product.
  std::optional<Rate> Times(const Ratio& factor) const;
  std::string ToString() const;   // "2.5", shortest
  std::string ForPeople() const;  // "2.50", at least two decimals

  friend bool operator==(Rate a, Rate b) { return a.units_ == b.units_; }

 private:
  explicit constexpr Rate(absl::int128 units) : units_(units) {}
  absl::int128 units_ = 0;
};

// The row applies to requests whose prompt tokens are over (or at and over) so many.
struct Threshold {
  std::int64_t prompt_tokens = 0;
  bool inclusive = false;  // ">=" instead of ">"

  bool Holds(std::int64_t tokens) const {
    return inclusive ? tokens >= prompt_tokens : tokens > prompt_tokens;
  }
  std::string ToString() const;  // "> 272,000 prompt tokens"
  friend bool operator==(const Threshold&, const Threshold&) = default;
};

// Hours of the day, UTC, in which a row holds.
struct DayHours {
  struct Span {
    int from = 0;  // minutes of the day
    int to = 0;    // first minute after
    friend bool operator==(const Span&, const Span&) = default;
  };
  std::vector<Span> spans;
  bool weekdays = false;  // Monday to Friday only

  bool Hold(const Date& date, int minute) const;
  std::string ToString() const;  // "01:00-04:00, 06:00-10:00 UTC, Mon-Fri"
  friend bool operator==(const DayHours&, const DayHours&) = default;
};
// "01:00-04:00"; InvalidArgument otherwise.
absl::StatusOr<DayHours::Span> ParseHours(std::string_view text);
std::string ToString(const DayHours::Span& span);

// The rates of one tier in one period and one band of prompt lengths.
struct RateRow {
  Tier tier = Tier::kStandard;
  std::optional<Date> from;        // first day
  std::optional<Date> to;          // first day after
  std::optional<Threshold> above;  // nullopt: prompts of any length that no other row takes
  std::optional<DayHours> hours;   // of a peak row: when standard calls are billed by it
  std::string currency;            // "" for USD; else what the rates are in: "CNY"
  std::array<std::optional<Rate>, kRateKinds> rates;
  std::string derived;                  // how the rates were derived; "" if a source states them
  std::vector<RateKind> derived_kinds;  // only these were; empty: all, if `derived` says anything
  std::vector<std::string> sources;
  std::optional<Date> checked;
  std::string note;
  std::string caution;  // what nobody should miss who is shown a cost by this row
  int line = 0;         // in the file it came from

  const std::optional<Rate>& rate(RateKind kind) const {
    return rates[static_cast<std::size_t>(kind)];
  }
  bool Covers(const Date& date) const { return (!from || *from <= date) && (!to || date < *to); }
  bool IsDerived(RateKind kind) const;
};

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_RATES_H_
