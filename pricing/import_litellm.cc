// LiteLLM's model_prices_and_context_window.json: USD for one token, conditions as endings of keys.

#include <algorithm>
#include <utility>

#include "pricing/import_builder.h"

namespace toktally::pricing {
namespace {

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

// What is not tokens, and how many of its unit make one of ours.
struct LiteLlmUnit {
  std::string_view key;
  RateKind kind;
  std::int64_t count;
};
constexpr LiteLlmUnit kLiteLlmUnits[] = {
    {"input_cost_per_second", RateKind::kAudioHour, 3600},
    {"input_cost_per_audio_per_second", RateKind::kAudioHour, 3600},
    {"output_cost_per_video_per_second", RateKind::kVideoSecond, 1},
    {"output_cost_per_image", RateKind::kImage, 1},
    {"input_cost_per_character", RateKind::kCharacter, 1'000'000},
    {"ocr_cost_per_page", RateKind::kPage, 1},
    {"input_cost_per_query", RateKind::kRerankSearch, 1000},
    {"file_search_cost_per_1k_calls", RateKind::kFileSearch, 1},
    {"code_interpreter_cost_per_session", RateKind::kCodeSession, 1}};

// "tiered_pricing": [{"range": [0, 32000], "input_cost_per_token": …}]: bands by prompt length, the
// first of which has no threshold.
void ReadTiers(const JsonValue& tiers, ModelBuilder* builder) {
  for (auto tier = tiers.first(); tier; tier = tier->next()) {
    const auto range = tier->Find("range");
    const auto start = range && range->is_array() ? range->first() : std::nullopt;
    std::optional<Threshold> above;
    if (const auto tokens = PositiveCount(start)) above = Threshold{*tokens, false};
    for (auto field = tier->first(); field; field = field->next()) {
      const auto place = FindPlace(field->key());
      if (place && !place->above) {
        builder->Add(builder->Row(place->tier, above), place->kind, *field, 0);
      } else if (LooksLikeARate(field->key())) {
        builder->Ignore(*field);
      }
    }
  }
}

std::string_view KindOfMode(std::string_view mode) {
  if (mode == "embedding") return "embedding";
  if (mode == "rerank") return "rerank";
  if (mode.starts_with("image") || mode == "ocr") return "image";
  if (mode.starts_with("audio")) return "audio";
  if (mode.starts_with("video")) return "video";
  if (mode == "moderation") return "moderation";
  return "chat";
}

void ReadLiteLlmField(const JsonValue& field, ModelBuilder* builder) {
  if (field.is_null()) return;
  const std::string_view key = field.key();
  if (key == "tiered_pricing" && field.is_array()) return ReadTiers(field, builder);
  for (const LiteLlmUnit& unit : kLiteLlmUnits) {
    if (unit.key != key) continue;
    return builder->AddTimes(builder->Row(Tier::kStandard, {}), unit.kind, field, unit.count);
  }
  if (const auto place = FindPlace(key)) {
    builder->Add(builder->Row(place->tier, place->above), place->kind, field, 0);
  } else if (LooksLikeARate(key)) {
    builder->Ignore(field);
  }
}

void ReadLiteLlmModel(const JsonValue& value, std::string_view theirs,
                      const ForeignProvider& provider, const ImportJob& job) {
  std::string_view id = value.key();
  // gemini/gemini-2.5-pro, groq/llama…: the provider's own name for itself.
  const std::size_t slash = id.find('/');
  const auto prefix =
      slash == std::string_view::npos ? std::nullopt : job.Provider(id.substr(0, slash));
  if (prefix && (prefix->id == provider.id || id.substr(0, slash) == theirs)) {
    id.remove_prefix(slash + 1);
  }
  ModelBuilder builder(provider, id, job);
  PricedModel& model = builder.model();
  if (const auto mode = value.Find("mode")) model.kind = KindOfMode(mode->text());
  for (auto field = value.first(); field; field = field->next()) ReadLiteLlmField(*field, &builder);
  model.limits.max_input = PositiveCount(value.Find("max_input_tokens"));
  model.limits.max_output = PositiveCount(value.Find("max_output_tokens"));
  model.shutdown = DayOf(value.Find("deprecation_date"));
  if (model.shutdown) {
    model.status = *model.shutdown <= job.options.checked ? "shutdown" : "deprecated";
  }
  builder.Finish();
}

}  // namespace

void ReadLiteLlm(const JsonValue& root, const ImportJob& job) {
  for (auto value = root.first(); value; value = value->next()) {
    const auto theirs = value->Find("litellm_provider");
    if (!theirs || value->key() == "sample_spec") continue;
    if (const auto provider = job.Provider(theirs->text())) {
      ReadLiteLlmModel(*value, theirs->text(), *provider, job);
    } else {
      ++job.out->other_providers;
    }
  }
}

}  // namespace toktally::pricing
