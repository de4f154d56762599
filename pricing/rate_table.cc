#include "pricing/rate_table.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/nearest.h"
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

// Of ModelNames::Origin.
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

std::optional<Rate> Rate::FromUnits(absl::int128 units) {
  if (units < 0 || units > PowerOfTen(kDecimals + 9)) return std::nullopt;
  return Rate(units);
}

absl::StatusOr<Rate> Rate::Parse(std::string_view text) {
  const auto units = ParseDecimal(text, kDecimals);
  if (!units.ok()) return units.status();
  const auto rate = FromUnits(*units);
  if (!rate) {
    return absl::InvalidArgumentError(absl::StrCat("\"", View(text), "\" is over 10^9 USD"));
  }
  return *rate;
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
  for (std::size_t i = 0; i < table.models_.size(); ++i) {
    absl::Status status = table.names_.Add(table.models_, i, table.file_name_);
    if (!status.ok()) return status;
  }
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

absl::Status ModelNames::Add(const std::vector<PricedModel>& models, std::size_t model,
                             std::string_view file_name) {
  const PricedModel& mine = models[model];
  const std::string_view id = mine.hosted ? LastComponent(mine.id) : std::string_view(mine.id);
  const std::string full_name = mine.FullName();
  std::vector<std::pair<std::string_view, Origin>> names = {{full_name, Origin::kFullName},
                                                            {id, Origin::kId}};
  for (const std::string& name : mine.snapshots) names.emplace_back(name, Origin::kSnapshot);
  for (const std::string& name : mine.aliases) names.emplace_back(name, Origin::kAlias);
  for (const auto& [name, origin] : names) {
    const auto* known = Find(Lower(name));
    if (known == nullptr) continue;
    for (const Entry& entry : *known) {
      const PricedModel& other = models[entry.model];
      const bool full = origin == Origin::kFullName || entry.origin == Origin::kFullName;
      if ((mine.hosted || other.hosted) && !full) continue;
      return absl::InvalidArgumentError(absl::StrCat(View(file_name), ":", mine.line, ": \"",
                                                     View(name), "\" names both ", other.FullName(),
                                                     " (line ", other.line, ") and ", full_name));
    }
  }
  for (const auto& [name, origin] : names) {
    std::vector<Entry>& entries = names_[Lower(name)];
    // Of several origins the first counts.
    const bool known = std::any_of(entries.begin(), entries.end(),
                                   [model](const Entry& entry) { return entry.model == model; });
    if (!known) entries.push_back({model, origin});
  }
  return absl::OkStatus();
}

const std::vector<ModelNames::Entry>* ModelNames::Find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> ModelNames::ShortNames() const {
  std::vector<std::string_view> names;
  for (const auto& [name, entries] : names_) {
    if (entries.front().origin != Origin::kFullName) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<ModelMatch> RateTable::Resolve(std::string_view name) const {
  for (const ModelNameSpelling& spelling : ModelNameSpellings(name)) {
    // A fine-tuned model has rates of its own; its base's would be too low.
    const bool base_of_fine_tune = spelling.fine_tuned && !spelling.name.starts_with("ft:");
    const auto* found =
        names_.Find(base_of_fine_tune ? absl::StrCat("ft:", spelling.name) : spelling.name);
    if (found == nullptr) continue;
    std::vector<ModelNames::Entry> candidates = *found;
    const auto own = std::find_if(
        candidates.begin(), candidates.end(),
        [this](const ModelNames::Entry& entry) { return !models_[entry.model].hosted; });
    if (own != candidates.end()) candidates = {*own};
    if (candidates.size() > 1) {
      std::string all;
      for (const ModelNames::Entry& entry : candidates) {
        absl::StrAppend(&all, all.empty() ? "" : ", ", models_[entry.model].FullName());
      }
      return absl::NotFoundError(absl::StrCat("\"", View(name.substr(0, 80)),
                                              "\" is sold by several hosts; name one: ", all));
    }
    const PricedModel& model = models_[candidates.front().model];
    std::string how(kOrigins[static_cast<std::size_t>(candidates.front().origin)]);
    if (how != "exact") how += model.id;
    if (!spelling.how.empty()) how = absl::StrCat(spelling.how, "; ", how);
    return ModelMatch{&model, std::move(how)};
  }
  std::string nearest;
  for (const std::string_view near : NearestNames(name, names_.ShortNames())) {
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
