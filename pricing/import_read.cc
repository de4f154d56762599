// The foreign formats: which one a file has, and the readers of the two that are simple. Only what
// a cost needs is read; everything else is counted or ignored.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "pricing/import.h"
#include "pricing/import_builder.h"

namespace toktally::pricing {
namespace {

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
      builder->Ignore(*field);
    }
  }
}

void ReadModelsDevModel(const JsonValue& value, const ForeignProvider& provider,
                        const ImportJob& job) {
  const auto cost = value.Find("cost");
  if (!cost || !cost->is_object()) {
    ++job.out->without_rates;
    return;
  }
  ModelBuilder builder(provider, value.key(), job, DayOf(value.Find("last_updated")));
  ReadModelsDevCost(*cost, Tier::kStandard, std::nullopt, &builder);
  const auto tiers = cost->Find("tiers");
  for (auto tier = tiers ? tiers->first() : std::nullopt; tier; tier = tier->next()) {
    const auto condition = tier->Find("tier");
    const auto size = condition ? PositiveCount(condition->Find("size")) : std::nullopt;
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
    builder.model().limits.context_window = PositiveCount(limit->Find("context"));
    builder.model().limits.max_output = PositiveCount(limit->Find("output"));
  }
  builder.Finish();
}

// --- OpenRouter ----------------------------------------------------------------------------------

// GET /api/v1/models: USD for one token, as texts.
constexpr std::pair<std::string_view, RateKind> kOpenRouterKeys[] = {
    {"prompt", RateKind::kInput},
    {"completion", RateKind::kOutput},
    {"input_cache_read", RateKind::kCachedInput},
    {"input_cache_write", RateKind::kCacheWriteShort},
    {"input_cache_write_1h", RateKind::kCacheWriteLong},
    {"audio", RateKind::kAudioInput},
    {"input_audio_cache", RateKind::kAudioCachedInput}};

void ReadOpenRouterModel(const JsonValue& value, const ImportJob& job) {
  const auto id = value.Find("id");
  const auto pricing = value.Find("pricing");
  // -1 marks a router, whose models differ in price.
  const auto prompt = pricing ? pricing->Find("prompt") : std::nullopt;
  if (!id || !prompt || prompt->text().starts_with('-')) {
    ++job.out->without_rates;
    return;
  }
  ModelBuilder builder({"openrouter", true}, id->text(), job);
  RateRow& row = builder.Row(Tier::kStandard, {});
  for (auto field = pricing->first(); field; field = field->next()) {
    const auto known = std::find_if(std::begin(kOpenRouterKeys), std::end(kOpenRouterKeys),
                                    [&](const auto& key) { return key.first == field->key(); });
    const bool reasoning = field->key() == "internal_reasoning";  // billed as output
    if (known != std::end(kOpenRouterKeys)) {
      builder.Add(row, known->second, *field, 0);
    } else if (!reasoning && field->text().find_first_of("123456789") != std::string_view::npos) {
      builder.Ignore(*field);
    }
  }
  builder.model().limits.context_window = PositiveCount(value.Find("context_length"));
  if (const auto top = value.Find("top_provider"); top && top->is_object()) {
    builder.model().limits.max_output = PositiveCount(top->Find("max_completion_tokens"));
  }
  builder.Finish();
}

// The list of providers in a genai-prices file, if it is one.
std::optional<JsonValue> GenaiProviders(const JsonValue& root) {
  const auto list = root.is_array() ? std::optional<JsonValue>(root) : root.Find("providers");
  const auto first = list && list->is_array() ? list->first() : std::nullopt;
  return first && first->Find("models") ? list : std::nullopt;
}

// {"data": [{"id": …, "pricing": {…}}]}
bool IsOpenRouter(const JsonValue& root) {
  const auto list = root.is_object() ? root.Find("data") : std::nullopt;
  const auto first = list && list->is_array() ? list->first() : std::nullopt;
  return first && first->is_object() && first->Find("pricing") && first->Find("id");
}

std::optional<ImportFormat> FormatOf(const JsonValue& root) {
  if (GenaiProviders(root)) return ImportFormat::kGenaiPrices;
  if (IsOpenRouter(root)) return ImportFormat::kOpenRouter;
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

void ReadModelsDev(const JsonValue& root, const ImportJob& job) {
  for (auto entry = root.first(); entry; entry = entry->next()) {
    const auto models = entry->Find("models");
    if (!models) continue;
    const auto provider = job.Provider(entry->key());
    if (!provider) {
      job.out->other_providers += static_cast<std::int64_t>(models->size());
      continue;
    }
    for (auto model = models->first(); model; model = model->next()) {
      ReadModelsDevModel(*model, *provider, job);
    }
  }
}

void ReadOpenRouter(const JsonValue& root, const ImportJob& job) {
  const auto list = root.Find("data");
  for (auto model = list->first(); model; model = model->next()) ReadOpenRouterModel(*model, job);
}

std::string_view ImportFormatName(ImportFormat format) {
  constexpr std::string_view kNames[] = {"litellm", "genai-prices", "models.dev", "openrouter"};
  return kNames[static_cast<std::size_t>(format)];
}

absl::StatusOr<ForeignPrices> ReadForeignPrices(std::string_view text, std::string_view file_name,
                                                const ImportOptions& options) {
  const auto document = JsonDocument::ParseInPlace(text, file_name, {.allow_duplicate_keys = true});
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  const auto format = FormatOf(root);
  if (!format) {
    return absl::InvalidArgumentError(
        absl::StrCat(ToAbsl(file_name),
                     ": this is neither LiteLLM's model prices, nor genai-prices' data.json, nor "
                     "models.dev's api.json, nor OpenRouter's list of models"));
  }
  ForeignPrices out;
  out.format = *format;
  const ImportJob job{options, std::string(ImportFormatName(*format)), &out};
  if (*format == ImportFormat::kLiteLlm) ReadLiteLlm(root, job);
  if (*format == ImportFormat::kGenaiPrices) ReadGenai(*GenaiProviders(root), job);
  if (*format == ImportFormat::kModelsDev) ReadModelsDev(root, job);
  if (*format == ImportFormat::kOpenRouter) ReadOpenRouter(root, job);
  DropDuplicates(&out);
  return out;
}

}  // namespace toktally::pricing
