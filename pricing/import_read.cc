// The three foreign formats. Only what a cost needs is read; everything else is counted or ignored.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/json.h"
#include "pricing/import.h"

namespace toktally::pricing {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Their names of providers and ours.
struct Provider {
  std::string_view theirs;
  std::string_view ours;
  bool hosted;
};
constexpr Provider kProviders[] = {{"openai", "openai", false},
                                   {"text-completion-openai", "openai", false},
                                   {"anthropic", "anthropic", false},
                                   {"gemini", "google", false},
                                   {"google", "google", false},
                                   {"mistral", "mistral", false},
                                   {"xai", "xai", false},
                                   {"x-ai", "xai", false},
                                   {"deepseek", "deepseek", false},
                                   {"groq", "groq", true},
                                   {"together_ai", "together", true},
                                   {"together", "together", true},
                                   {"togetherai", "together", true},
                                   {"fireworks_ai", "fireworks", true},
                                   {"fireworks", "fireworks", true},
                                   {"fireworks-ai", "fireworks", true},
                                   {"cerebras", "cerebras", true}};

const Provider* FindProvider(std::string_view theirs) {
  for (const Provider& provider : kProviders) {
    if (provider.theirs == theirs) return &provider;
  }
  return nullptr;
}

// Collects one model's rates by tier, band and period.
class ModelBuilder {
 public:
  ModelBuilder(const Provider& provider, std::string id, const Date& checked, std::string source,
               ForeignPrices* out)
      : checked_(checked), source_(std::move(source)), out_(out) {
    model_.provider = provider.ours;
    model_.hosted = provider.hosted;
    model_.id = std::move(id);
    model_.kind = "chat";
    model_.status = "active";
  }

  PricedModel& model() { return model_; }

  RateRow& Row(Tier tier, std::optional<Threshold> above, std::optional<Date> from = {}) {
    for (RateRow& row : model_.rows) {
      if (row.tier == tier && row.above == above && row.from == from) return row;
    }
    RateRow row;
    row.tier = tier;
    row.above = above;
    row.from = from;
    row.checked = checked_;
    row.sources = {source_};
    return model_.rows.emplace_back(std::move(row));
  }

  // `value` is USD per 10^per_exponent units: 0 for tokens one by one, 6 for millions.
  void Add(RateRow& row, RateKind kind, const JsonValue& value, int per_exponent) {
    if (!value.is_number() && !value.is_string()) return Ignore();
    const int digits = Rate::kDecimals + 6 - per_exponent;
    auto units = ParseScientific(value.text(), digits);
    if (!units.ok()) units = Rounded(value.text(), digits);
    const auto rate = units.ok() ? Rate::FromUnits(*units) : std::nullopt;
    if (!rate) return Ignore();
    row.rates[static_cast<std::size_t>(kind)] = *rate;
  }

  void Ignore() { ++out_->ignored_rates; }

  void Finish() {
    std::erase_if(model_.rows, [](const RateRow& row) {
      return std::none_of(row.rates.begin(), row.rates.end(),
                          [](const auto& rate) { return rate.has_value(); });
    });
    if (model_.rows.empty() || model_.id.empty()) {
      ++out_->without_rates;
      return;
    }
    out_->models.push_back(std::move(model_));
  }

 private:
  // Floats carry noise far behind the point: 1.2500000000000001e-07.
  absl::StatusOr<absl::int128> Rounded(std::string_view text, int digits) {
    constexpr int kMoreDigits = 10;
    const auto fine = ParseScientific(text, digits + kMoreDigits);
    if (!fine.ok()) return fine.status();
    ++out_->rounded;
    // To 6 decimals of USD per million, which is 6 less than a rate can hold.
    const absl::int128 scale = PowerOfTen(kMoreDigits + 6);
    return DivideHalfEven(*fine, scale) * PowerOfTen(6);
  }

  Date checked_;
  std::string source_;
  ForeignPrices* out_;
  PricedModel model_;
};

std::optional<std::int64_t> Count(const std::optional<JsonValue>& value) {
  if (!value) return std::nullopt;
  const auto number = value->WholeNumber();
  if (!number.ok() || *number == 0) return std::nullopt;
  return *number;
}

// --- LiteLLM -------------------------------------------------------------------------------------

struct LiteLlmKey {
  std::string_view base;
  RateKind kind;
};
constexpr LiteLlmKey kLiteLlmKeys[] = {
    {"input_cost_per_token", RateKind::kInput},
    {"output_cost_per_token", RateKind::kOutput},
    {"cache_read_input_token_cost", RateKind::kCachedInput},
    {"cache_creation_input_token_cost", RateKind::kCacheWriteShort},
    {"input_cost_per_audio_token", RateKind::kAudioInput},
    {"output_cost_per_audio_token", RateKind::kAudioOutput},
    {"cache_read_input_audio_token_cost", RateKind::kAudioCachedInput},
    {"input_cost_per_image_token", RateKind::kImageInput},
    {"output_cost_per_image_token", RateKind::kImageOutput},
    {"cache_read_input_image_token_cost", RateKind::kImageCachedInput}};

struct LiteLlmPlace {
  RateKind kind;
  Tier tier = Tier::kStandard;
  std::optional<Threshold> above;
};

// Reads what stands behind the base of a key: _batches, _flex, _priority, _above_272k_tokens,
// _above_1hr, in any order.
bool ReadSuffixes(std::string_view rest, LiteLlmPlace* place) {
  constexpr std::pair<std::string_view, Tier> kTierSuffixes[] = {
      {"_batches", Tier::kBatch}, {"_flex", Tier::kFlex}, {"_priority", Tier::kPriority}};
  while (!rest.empty()) {
    const auto tier = std::find_if(std::begin(kTierSuffixes), std::end(kTierSuffixes),
                                   [rest](const auto& s) { return rest.starts_with(s.first); });
    if (tier != std::end(kTierSuffixes)) {
      place->tier = tier->second;
      rest.remove_prefix(tier->first.size());
      continue;
    }
    if (rest.starts_with("_above_1hr")) {
      if (place->kind != RateKind::kCacheWriteShort) return false;
      place->kind = RateKind::kCacheWriteLong;
      rest.remove_prefix(std::string_view("_above_1hr").size());
      continue;
    }
    constexpr std::string_view kAbove = "_above_";
    constexpr std::string_view kTokens = "k_tokens";
    const std::size_t end = rest.find(kTokens);
    if (!rest.starts_with(kAbove) || end == std::string_view::npos) return false;
    const auto thousands = ParseDecimal(rest.substr(kAbove.size(), end - kAbove.size()), 0);
    if (!thousands.ok() || *thousands > 1'000'000) return false;
    place->above = Threshold{static_cast<std::int64_t>(*thousands) * 1000, false};
    rest.remove_prefix(end + kTokens.size());
  }
  return true;
}

std::optional<LiteLlmPlace> FindPlace(std::string_view key) {
  for (const LiteLlmKey& known : kLiteLlmKeys) {
    if (!key.starts_with(known.base)) continue;
    LiteLlmPlace place{known.kind, Tier::kStandard, std::nullopt};
    if (ReadSuffixes(key.substr(known.base.size()), &place)) return place;
  }
  return std::nullopt;
}

bool LooksLikeARate(std::string_view key) { return key.find("cost") != std::string_view::npos; }

void ReadLiteLlmModel(const JsonValue& value, const Provider& provider, const Date& checked,
                      ForeignPrices* out) {
  std::string_view id = value.key();
  // gemini/gemini-2.5-pro, groq/llama…: the provider's own name for itself.
  const std::size_t slash = id.find('/');
  if (slash != std::string_view::npos && FindProvider(id.substr(0, slash)) == &provider) {
    id.remove_prefix(slash + 1);
  }
  ModelBuilder builder(provider, std::string(id), checked, "litellm", out);
  PricedModel& model = builder.model();
  for (auto field = value.first(); field; field = field->next()) {
    const auto place = FindPlace(field->key());
    if (place && !field->is_null()) {
      builder.Add(builder.Row(place->tier, place->above), place->kind, *field, 0);
    } else if (!field->is_null() && LooksLikeARate(field->key())) {
      builder.Ignore();
    }
  }
  model.limits.max_input = Count(value.Find("max_input_tokens"));
  model.limits.max_output = Count(value.Find("max_output_tokens"));
  if (const auto mode = value.Find("mode"); mode && mode->text() == "embedding") {
    model.kind = "embedding";
  }
  if (const auto date = value.Find("deprecation_date")) {
    const auto day = ParseDate(date->text());
    if (day.ok()) model.shutdown = *day;
  }
  builder.Finish();
}

void ReadLiteLlm(const JsonValue& root, const Date& checked, ForeignPrices* out) {
  for (auto value = root.first(); value; value = value->next()) {
    const auto provider_name = value->Find("litellm_provider");
    if (!provider_name || value->key() == "sample_spec") continue;
    const Provider* provider = FindProvider(provider_name->text());
    if (provider == nullptr) {
      ++out->other_providers;
    } else {
      ReadLiteLlmModel(*value, *provider, checked, out);
    }
  }
}

// --- genai-prices v2 -----------------------------------------------------------------------------

constexpr std::pair<std::string_view, RateKind> kGenaiKeys[] = {
    {"input_mtok", RateKind::kInput},
    {"cache_read_mtok", RateKind::kCachedInput},
    {"cache_write_mtok", RateKind::kCacheWriteShort},
    {"cache_write_5m_mtok", RateKind::kCacheWriteShort},
    {"cache_write_1h_mtok", RateKind::kCacheWriteLong},
    {"output_mtok", RateKind::kOutput},
    {"input_audio_mtok", RateKind::kAudioInput},
    {"cache_audio_read_mtok", RateKind::kAudioCachedInput},
    {"output_audio_mtok", RateKind::kAudioOutput},
    {"input_image_mtok", RateKind::kImageInput},
    {"cache_image_read_mtok", RateKind::kImageCachedInput},
    {"output_image_mtok", RateKind::kImageOutput}};

// One set of prices; a rate may be {base, tiers: [{start, price}]}, where start is the last token
// of the lower band ("tokens > start").
void ReadGenaiPrices(const JsonValue& prices, const std::optional<Date>& from,
                     ModelBuilder* builder) {
  for (auto field = prices.first(); field; field = field->next()) {
    const auto known = std::find_if(std::begin(kGenaiKeys), std::end(kGenaiKeys),
                                    [&](const auto& key) { return key.first == field->key(); });
    if (known == std::end(kGenaiKeys)) {
      builder->Ignore();
      continue;
    }
    if (!field->is_object()) {
      builder->Add(builder->Row(Tier::kStandard, {}, from), known->second, *field, 6);
      continue;
    }
    if (const auto base = field->Find("base")) {
      builder->Add(builder->Row(Tier::kStandard, {}, from), known->second, *base, 6);
    }
    const auto tiers = field->Find("tiers");
    for (auto tier = tiers ? tiers->first() : std::nullopt; tier; tier = tier->next()) {
      const auto start = Count(tier->Find("start"));
      const auto price = tier->Find("price");
      if (!start || !price) continue;
      // 271999 and 272000 were both written for the same threshold.
      const std::int64_t tokens = *start % 1000 == 999 ? *start + 1 : *start;
      builder->Add(builder->Row(Tier::kStandard, Threshold{tokens, false}, from), known->second,
                   *price, 6);
    }
  }
}

// Rows of one band follow each other in time: each ends where the next begins.
void CloseRows(PricedModel* model) {
  for (RateRow& row : model->rows) {
    for (const RateRow& other : model->rows) {
      const bool later = other.tier == row.tier && other.above == row.above && other.from &&
                         (!row.from || *row.from < *other.from);
      if (later && (!row.to || *other.from < *row.to)) row.to = other.from;
    }
  }
}

void ReadGenaiModel(const JsonValue& value, const Provider& provider, const Date& checked,
                    ForeignPrices* out) {
  const auto id = value.Find("id");
  const auto prices = value.Find("prices");
  if (!id || !prices) return;
  ModelBuilder builder(provider, std::string(id->text()), checked, "genai-prices", out);
  if (prices->is_object()) {
    ReadGenaiPrices(*prices, std::nullopt, &builder);
  } else {
    for (auto entry = prices->first(); entry; entry = entry->next()) {
      const auto constraint = entry->Find("constraint");
      const auto start = constraint ? constraint->Find("start_date") : std::nullopt;
      const auto inner = entry->Find("prices");
      const auto from = start ? ParseDate(start->text().substr(0, 10)) : absl::NotFoundError("");
      // A time of day is no condition that our rows have.
      const bool timed = constraint && !constraint->is_null() && !from.ok();
      if (!inner || timed) {
        builder.Ignore();
      } else {
        ReadGenaiPrices(*inner, from.ok() ? std::optional<Date>(*from) : std::nullopt, &builder);
      }
    }
  }
  PricedModel& model = builder.model();
  CloseRows(&model);
  model.limits.context_window = Count(value.Find("context_window"));
  if (const auto deprecated = value.Find("deprecated"); deprecated && deprecated->boolean()) {
    model.status = "deprecated";
  }
  builder.Finish();
}

void ReadGenai(const JsonValue& providers, const Date& checked, ForeignPrices* out) {
  for (auto entry = providers.first(); entry; entry = entry->next()) {
    const auto id = entry->Find("id");
    const auto models = entry->Find("models");
    if (!id || !models) continue;
    const Provider* provider = FindProvider(id->text());
    if (provider == nullptr) {
      out->other_providers += static_cast<std::int64_t>(models->size());
      continue;
    }
    for (auto model = models->first(); model; model = model->next()) {
      ReadGenaiModel(*model, *provider, checked, out);
    }
  }
}

// --- models.dev ----------------------------------------------------------------------------------

constexpr std::pair<std::string_view, RateKind> kModelsDevKeys[] = {
    {"input", RateKind::kInput},
    {"output", RateKind::kOutput},
    {"cache_read", RateKind::kCachedInput},
    {"cache_write", RateKind::kCacheWriteShort},
    {"input_audio", RateKind::kAudioInput},
    {"output_audio", RateKind::kAudioOutput}};

// What stands in `cost` beside rates, or repeats one: reasoning is billed as output.
bool IsModelsDevStructure(std::string_view key) {
  return key == "tiers" || key == "tier" || key == "context_over_200k" || key == "reasoning";
}

void ReadModelsDevCost(const JsonValue& cost, Tier tier, std::optional<Threshold> above,
                       ModelBuilder* builder) {
  for (auto field = cost.first(); field; field = field->next()) {
    const auto known = std::find_if(std::begin(kModelsDevKeys), std::end(kModelsDevKeys),
                                    [&](const auto& key) { return key.first == field->key(); });
    if (known != std::end(kModelsDevKeys)) {
      builder->Add(builder->Row(tier, above), known->second, *field, 6);
    } else if (!IsModelsDevStructure(field->key())) {
      builder->Ignore();
    }
  }
}

void ReadModelsDevModel(const JsonValue& value, const Provider& provider, const Date& checked,
                        ForeignPrices* out) {
  const auto cost = value.Find("cost");
  if (!cost || !cost->is_object()) {
    ++out->without_rates;
    return;
  }
  ModelBuilder builder(provider, std::string(value.key()), checked, "models.dev", out);
  ReadModelsDevCost(*cost, Tier::kStandard, std::nullopt, &builder);
  const auto tiers = cost->Find("tiers");
  for (auto tier = tiers ? tiers->first() : std::nullopt; tier; tier = tier->next()) {
    const auto condition = tier->Find("tier");
    const auto size = condition ? Count(condition->Find("size")) : std::nullopt;
    if (size) ReadModelsDevCost(*tier, Tier::kStandard, Threshold{*size, false}, &builder);
  }
  const auto over = cost->Find("context_over_200k");
  if (over && !tiers) {
    ReadModelsDevCost(*over, Tier::kStandard, Threshold{200'000, false}, &builder);
  }
  auto fast = value.Find("experimental");
  for (const std::string_view key : {"modes", "fast", "cost"}) {
    fast = fast && fast->is_object() ? fast->Find(key) : std::nullopt;
  }
  if (fast) ReadModelsDevCost(*fast, Tier::kPriority, std::nullopt, &builder);
  if (const auto limit = value.Find("limit")) {
    builder.model().limits.context_window = Count(limit->Find("context"));
    builder.model().limits.max_output = Count(limit->Find("output"));
  }
  builder.Finish();
}

void ReadModelsDev(const JsonValue& root, const Date& checked, ForeignPrices* out) {
  for (auto entry = root.first(); entry; entry = entry->next()) {
    const auto models = entry->Find("models");
    if (!models) continue;
    const Provider* provider = FindProvider(entry->key());
    if (provider == nullptr) {
      out->other_providers += static_cast<std::int64_t>(models->size());
      continue;
    }
    for (auto model = models->first(); model; model = model->next()) {
      ReadModelsDevModel(*model, *provider, checked, out);
    }
  }
}

// The list of providers in a genai-prices file, if it is one.
std::optional<JsonValue> GenaiProviders(const JsonValue& root) {
  const auto list = root.is_array() ? std::optional<JsonValue>(root) : root.Find("providers");
  const auto first = list && list->is_array() ? list->first() : std::nullopt;
  return first && first->Find("models") ? list : std::nullopt;
}

std::optional<ImportFormat> FormatOf(const JsonValue& root) {
  if (GenaiProviders(root)) return ImportFormat::kGenaiPrices;
  for (auto entry = root.is_object() ? root.first() : std::nullopt; entry; entry = entry->next()) {
    if (entry->Find("litellm_provider")) return ImportFormat::kLiteLlm;
    const auto models = entry->Find("models");
    if (models && models->is_object()) return ImportFormat::kModelsDev;
  }
  return std::nullopt;
}

// Two of their names may differ only in case or prefix; the first stands.
void DropDuplicates(ForeignPrices* out) {
  std::map<std::string, bool> seen;
  std::erase_if(out->models, [&seen](const PricedModel& model) {
    return !seen.emplace(model.FullName(), true).second;
  });
}

}  // namespace

std::string_view ImportFormatName(ImportFormat format) {
  constexpr std::string_view kNames[] = {"litellm", "genai-prices", "models.dev"};
  return kNames[static_cast<std::size_t>(format)];
}

absl::StatusOr<ForeignPrices> ReadForeignPrices(std::string_view text, std::string_view file_name,
                                                const Date& checked) {
  const auto document = JsonDocument::ParseInPlace(text, file_name, {.allow_duplicate_keys = true});
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  const auto format = FormatOf(root);
  if (!format) {
    return absl::InvalidArgumentError(
        absl::StrCat(View(file_name),
                     ": this is neither LiteLLM's model prices, nor genai-prices' data.json, nor "
                     "models.dev's api.json"));
  }
  ForeignPrices out;
  out.format = *format;
  if (*format == ImportFormat::kLiteLlm) ReadLiteLlm(root, checked, &out);
  if (*format == ImportFormat::kGenaiPrices) ReadGenai(*GenaiProviders(root), checked, &out);
  if (*format == ImportFormat::kModelsDev) ReadModelsDev(root, checked, &out);
  DropDuplicates(&out);
  return out;
}

}  // namespace toktally::pricing
