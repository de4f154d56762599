#include "pricing/rate_table.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "data/model_name.h"
#include "pricing/money.h"

// data/prices.json as it lies in the tree, put into the read-only data by the assembler: nothing is
// parsed or relocated until a command asks for a rate.
__asm__(
    ".section .rodata\n"
    ".global toktally_prices_json_begin\n"
    ".global toktally_prices_json_end\n"
    "toktally_prices_json_begin:\n"
    ".incbin \"" TOKTALLY_PRICES_JSON
    "\"\n"
    "toktally_prices_json_end:\n"
    ".byte 0\n"
    ".previous\n");
extern "C" {
extern const char toktally_prices_json_begin[];
extern const char toktally_prices_json_end[];
}

namespace toktally::pricing {
namespace {

constexpr std::string_view kRateKindNames[kRateKinds] = {
    "input",        "cached_input",       "cache_write_short",  "cache_write_long",
    "output",       "audio_input",        "audio_cached_input", "audio_output",
    "image_input",  "image_cached_input", "image_output",       "audio_hour",
    "audio_minute", "session_minute"};

enum NameOrigin : std::uint8_t { kId, kSnapshot, kAlias, kFullName };
constexpr std::string_view kOrigins[] = {"exact", "snapshot of ", "alias of ", "exact"};

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }
std::string Lower(std::string_view text) { return absl::AsciiStrToLower(View(text)); }

std::string_view LastComponent(std::string_view id) { return id.substr(id.rfind('/') + 1); }

std::string Period(const RateRow& row) {
  if (row.from && row.to)
    return absl::StrCat("from ", ToString(*row.from), " to ", ToString(*row.to));
  if (row.from) return absl::StrCat("from ", ToString(*row.from));
  if (row.to) return absl::StrCat("before ", ToString(*row.to));
  return "at any time";
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
      "\"", View(name.substr(0, 40)),
      "\" is no tier; there are standard, batch, flex, priority (or fast), ultrafast and peak"));
}

std::string_view RateKindName(RateKind kind) {
  return kRateKindNames[static_cast<std::size_t>(kind)];
}

std::optional<RateKind> ParseRateKind(std::string_view name) {
  const auto found = std::find(std::begin(kRateKindNames), std::end(kRateKindNames), name);
  if (found == std::end(kRateKindNames)) return std::nullopt;
  return static_cast<RateKind>(found - std::begin(kRateKindNames));
}

absl::StatusOr<Rate> Rate::Parse(std::string_view text) {
  const auto units = ParseDecimal(text, kDecimals);
  if (!units.ok()) return units.status();
  // A billion dollars per million tokens: beyond that it is a slip, and products would overflow.
  if (*units > PowerOfTen(kDecimals + 9)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", View(text), "\" is over 10^9 USD"));
  }
  return Rate(*units);
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

bool RateRow::IsDerived(RateKind kind) const {
  if (derived.empty() || !rate(kind)) return false;
  return derived_kinds.empty() ||
         std::find(derived_kinds.begin(), derived_kinds.end(), kind) != derived_kinds.end();
}

std::string_view RateTable::BuiltInText() {
  return {toktally_prices_json_begin,
          static_cast<std::size_t>(toktally_prices_json_end - toktally_prices_json_begin)};
}

const absl::StatusOr<RateTable>& RateTable::BuiltIn() {
  // Never destroyed: matches point into it until the process ends.
  static const auto* const table =
      new absl::StatusOr<RateTable>(Parse(BuiltInText(), "prices.json"));
  return *table;
}

absl::StatusOr<RateTable> RateTable::Of(std::vector<PricedModel> models,
                                        std::map<std::string, RateSource> sources, Date as_of,
                                        std::string file_name) {
  RateTable table;
  table.models_ = std::move(models);
  table.sources_ = std::move(sources);
  table.as_of_ = as_of;
  table.file_name_ = std::move(file_name);
  if (absl::Status status = table.BuildIndex(); !status.ok()) return status;
  return table;
}

absl::StatusOr<RateTable> RateTable::ReplacedBy(const RateTable& other) const {
  std::vector<PricedModel> models = models_;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < models.size(); ++i) places.emplace(Lower(models[i].FullName()), i);
  for (const PricedModel& model : other.models_) {
    const auto [place, added] = places.emplace(Lower(model.FullName()), models.size());
    if (added) {
      models.push_back(model);
    } else {
      models[place->second] = model;
    }
  }
  std::map<std::string, RateSource> sources = other.sources_;
  sources.insert(sources_.begin(), sources_.end());
  return Of(std::move(models), std::move(sources), std::max(as_of_, other.as_of_),
            absl::StrCat(file_name_, " + ", other.file_name_));
}

absl::Status RateTable::AddName(std::string_view name, std::size_t model, std::uint8_t what) {
  std::vector<Named>& entries = names_[Lower(name)];
  const PricedModel& mine = models_[model];
  for (const Named& entry : entries) {
    const PricedModel& other = models_[entry.model];
    if (entry.model == model) return absl::OkStatus();
    // Hosts share names with each other and with the makers; only a full name must be unique there.
    if ((mine.hosted || other.hosted) && what != kFullName) continue;
    return absl::InvalidArgumentError(absl::StrCat(file_name_, ":", mine.line, ": \"", View(name),
                                                   "\" names both ", other.FullName(), " (line ",
                                                   other.line, ") and ", mine.FullName()));
  }
  entries.push_back({model, what});
  return absl::OkStatus();
}

absl::Status RateTable::BuildIndex() {
  names_.reserve(models_.size() * 3);
  for (std::size_t i = 0; i < models_.size(); ++i) {
    const PricedModel& model = models_[i];
    absl::Status status = AddName(model.FullName(), i, kFullName);
    const std::string_view id = model.hosted ? LastComponent(model.id) : std::string_view(model.id);
    if (status.ok()) status = AddName(id, i, kId);
    for (const std::string& name : model.snapshots) {
      if (status.ok()) status = AddName(name, i, kSnapshot);
    }
    for (const std::string& name : model.aliases) {
      if (status.ok()) status = AddName(name, i, kAlias);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<ModelMatch> RateTable::Resolve(std::string_view name) const {
  for (const ModelNameSpelling& spelling : ModelNameSpellings(name)) {
    // A fine-tuned model has rates of its own; its base's would be too low.
    const bool base_of_fine_tune = spelling.fine_tuned && !spelling.name.starts_with("ft:");
    const auto found =
        names_.find(base_of_fine_tune ? absl::StrCat("ft:", spelling.name) : spelling.name);
    if (found == names_.end()) continue;
    std::vector<Named> candidates = found->second;
    const auto own = std::find_if(candidates.begin(), candidates.end(),
                                  [this](const Named& n) { return !models_[n.model].hosted; });
    if (own != candidates.end()) candidates = {*own};
    if (candidates.size() > 1) {
      std::string all;
      for (const Named& n : candidates) {
        absl::StrAppend(&all, all.empty() ? "" : ", ", models_[n.model].FullName());
      }
      return absl::NotFoundError(absl::StrCat("\"", View(name.substr(0, 80)),
                                              "\" is sold by several hosts; name one: ", all));
    }
    const PricedModel& model = models_[candidates.front().model];
    std::string how(kOrigins[candidates.front().what]);
    if (how != "exact") how += model.id;
    if (!spelling.how.empty()) how = absl::StrCat(spelling.how, "; ", how);
    return ModelMatch{&model, std::move(how)};
  }
  std::vector<std::string_view> known;
  for (const auto& [known_name, entries] : names_) {
    if (entries.front().what != kFullName) known.emplace_back(known_name);
  }
  std::sort(known.begin(), known.end());
  std::string nearest;
  for (const std::string_view near : NearestNames(name, known)) {
    absl::StrAppend(&nearest, nearest.empty() ? "; did you mean " : ", ", View(near));
  }
  return absl::NotFoundError(absl::StrCat("\"", View(name.substr(0, 80)),
                                          "\" is in no row of the price table", nearest,
                                          nearest.empty() ? "" : "?"));
}

absl::StatusOr<const RateRow*> FindRow(const PricedModel& model, Tier tier, const Date& date,
                                       std::int64_t prompt_tokens) {
  const RateRow* best = nullptr;
  const RateRow* other_time = nullptr;
  const RateRow* long_elsewhere = nullptr;
  for (const RateRow& row : model.rows) {
    const bool holds = !row.above || row.above->Holds(prompt_tokens);
    if (!holds) continue;
    if (row.tier != tier || !row.Covers(date)) {
      if (row.tier == tier) other_time = &row;
      const bool first_long = long_elsewhere == nullptr && row.above && row.Covers(date);
      if (first_long) long_elsewhere = &row;
      continue;
    }
    const bool higher =
        best == nullptr ||
        (row.above && (!best->above || row.above->prompt_tokens > best->above->prompt_tokens));
    if (higher) best = &row;
  }
  const absl::string_view name = View(TierName(tier));
  if (best == nullptr && other_time != nullptr) {
    return absl::NotFoundError(absl::StrCat(model.id, " has no ", name, " rate known on ",
                                            ToString(date), "; the nearest row holds ",
                                            Period(*other_time)));
  }
  if (best == nullptr) {
    std::string tiers;
    for (const Tier known : kTiers) {
      const bool has = std::any_of(model.rows.begin(), model.rows.end(),
                                   [known](const RateRow& row) { return row.tier == known; });
      if (has) absl::StrAppend(&tiers, tiers.empty() ? "" : ", ", View(TierName(known)));
    }
    return absl::NotFoundError(
        absl::StrCat(model.id, " has no ", name, " rate in the table; it has ", tiers));
  }
  if (!best->above && long_elsewhere != nullptr) {
    return absl::NotFoundError(absl::StrCat(model.id, " has no ", name, " rate known for ",
                                            long_elsewhere->above->ToString(), ", where its ",
                                            View(TierName(long_elsewhere->tier)), " rates change"));
  }
  return best;
}

}  // namespace toktally::pricing
