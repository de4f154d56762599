// Dated rates per model and tier. The table is data/prices.json, embedded, or a file of that form;
// what it does not say is an error here, never a guess. data/README.md says how a row is added.

#ifndef TOKTALLY_PRICING_RATE_TABLE_H_
#define TOKTALLY_PRICING_RATE_TABLE_H_

#include <absl/numeric/int128.h>
#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
  kAudioHour,      // per hour of audio, not per million tokens
  kAudioMinute,    // per minute of audio
  kSessionMinute,  // per minute of session
};
inline constexpr std::size_t kRateKinds = 14;
std::string_view RateKindName(RateKind kind);  // "input", "cached_input", … as in prices.json
std::optional<RateKind> ParseRateKind(std::string_view name);

// USD per million tokens, or per hour or minute for the three kinds by time, in units of 10^-12
// USD.
class Rate {
 public:
  static constexpr int kDecimals = 12;
  constexpr Rate() = default;
  // nullopt below 0 and over 10^9 USD: that is a slip, and products would overflow.
  static std::optional<Rate> FromUnits(absl::int128 units);
  // "2.50"; >= 0, at most 12 decimals.
  static absl::StatusOr<Rate> Parse(std::string_view text);

  absl::int128 units() const { return units_; }
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

// The rates of one tier in one period and one band of prompt lengths.
struct RateRow {
  Tier tier = Tier::kStandard;
  std::optional<Date> from;        // first day
  std::optional<Date> to;          // first day after
  std::optional<Threshold> above;  // nullopt: prompts of any length that no other row takes
  std::array<std::optional<Rate>, kRateKinds> rates;
  std::string derived;                  // how the rates were derived; "" if a source states them
  std::vector<RateKind> derived_kinds;  // only these were; empty: all, if `derived` says anything
  std::vector<std::string> sources;
  std::optional<Date> checked;
  std::string note;
  int line = 0;  // in the file it came from

  const std::optional<Rate>& rate(RateKind kind) const {
    return rates[static_cast<std::size_t>(kind)];
  }
  bool Covers(const Date& date) const { return (!from || *from <= date) && (!to || date < *to); }
  bool IsDerived(RateKind kind) const;
};

struct Disagreement {
  std::string field;
  std::string source;
  std::string value;
  std::string kept;
  std::string why;
};

struct DataResidency {
  Ratio multiplier;
  std::vector<std::string> sources;
};

struct ModelLimits {
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_input;
  std::optional<std::int64_t> max_output;
};

struct PricedModel {
  std::string provider;  // "openai", "anthropic", …, or a host: "groq"
  std::string id;
  bool hosted = false;  // sold by a host, found only as host/id or by an id that one host has alone
  std::string kind;     // chat, embedding, audio, image, moderation
  std::vector<std::string> aliases;
  std::vector<std::string> snapshots;
  std::string released;  // "" if not known
  std::string status;    // active, limited, deprecated, legacy, retired, shutdown
  std::string status_note;
  std::optional<Date> shutdown;
  std::vector<std::string> shutdown_sources;
  ModelLimits limits;
  std::optional<DataResidency> data_residency;
  std::vector<RateRow> rows;
  std::vector<Disagreement> disagreements;
  std::vector<std::string> notes;
  int line = 0;

  std::string FullName() const { return provider + "/" + id; }
};

// A source of the table: what it is, where it stands, of which day.
struct RateSource {
  std::string what;
  std::string where;
  std::string date;
};

// What a name led to. Valid while the table lives.
struct ModelMatch {
  const PricedModel* model = nullptr;
  std::string how;  // "exact", "snapshot", "alias", "date removed", "openai/ removed", …
};

// Which models a name leads to, in lower case. Models are places in a vector of the caller's.
class ModelNames {
 public:
  enum class Origin : std::uint8_t { kId, kSnapshot, kAlias, kFullName };
  struct Entry {
    std::size_t model;
    Origin origin;
  };

  // Adds the names of models[model]. InvalidArgument, and nothing is added, if another model has
  // one of them: hosts share names with each other and with the makers, but full names are one
  // model's.
  absl::Status Add(const std::vector<PricedModel>& models, std::size_t model,
                   std::string_view file_name);
  // nullptr if no model has the name, which is in lower case.
  const std::vector<Entry>* Find(const std::string& name) const;
  // All but full names, in order.
  std::vector<std::string_view> ShortNames() const;

 private:
  std::unordered_map<std::string, std::vector<Entry>> names_;
};

// Immutable after construction and thread-safe.
class RateTable {
 public:
  // `file_name` is for messages. InvalidArgument with file, line, key and reason for anything that
  // prices.schema.json forbids, for overlapping periods and for a name that two models claim.
  static absl::StatusOr<RateTable> Parse(std::string_view text, std::string_view file_name);

  // The embedded table, parsed on the first call. It is tested at build; should it be broken all
  // the same, the error says so.
  static const absl::StatusOr<RateTable>& BuiltIn();
  static std::string_view BuiltInText();

  // This table with `other`'s models in place of its own of the same provider and id, and added
  // otherwise.
  absl::StatusOr<RateTable> ReplacedBy(const RateTable& other) const;

  // A table of these models; the checks of Parse between models are made.
  static absl::StatusOr<RateTable> Of(std::vector<PricedModel> models,
                                      std::map<std::string, RateSource> sources, Date as_of,
                                      std::string file_name);

  // NotFound with the nearest names, or with the hosts where several sell a model of that name.
  absl::StatusOr<ModelMatch> Resolve(std::string_view name) const;

  const std::vector<PricedModel>& models() const { return models_; }
  const std::map<std::string, RateSource>& sources() const { return sources_; }
  const Date& as_of() const { return as_of_; }
  const std::string& file_name() const { return file_name_; }

 private:
  RateTable() = default;
  std::vector<PricedModel> models_;
  std::map<std::string, RateSource> sources_;
  Date as_of_;
  std::string file_name_;
  ModelNames names_;
};

// The row of `model` for a request of so many prompt tokens on that day. NotFound says what is not
// known: the tier at all, the tier on that day, or the tier for prompts that long where the model
// reprices long ones.
absl::StatusOr<const RateRow*> FindRow(const PricedModel& model, Tier tier, const Date& date,
                                       std::int64_t prompt_tokens);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_RATE_TABLE_H_
