// The embedded table against the facts it was made from, where they lie beside the tree.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "pricing/rate_table.h"

namespace toktally::pricing {
namespace {

constexpr Date kFactsDay{2026, 11, 22};

const std::map<std::string_view, RateKind> kFactKinds = {
    {"input", RateKind::kInput},
    {"cached_input", RateKind::kCachedInput},
    {"cache_write", RateKind::kCacheWriteShort},
    {"cache_write_5m", RateKind::kCacheWriteShort},
    {"cache_write_12h", RateKind::kCacheWriteLong},
    {"cache_write_1h", RateKind::kCacheWriteLong},
    {"output", RateKind::kOutput},
    {"audio_input", RateKind::kAudioInput},
    {"audio_cached_input", RateKind::kAudioCachedInput},
    {"audio_output", RateKind::kAudioOutput},
    {"image_input", RateKind::kImageInput},
    {"image_cached_input", RateKind::kImageCachedInput},
    {"image_output", RateKind::kImageOutput}};

struct FactTier {
  std::string_view key;
  Tier tier;
  bool long_context;
};
constexpr FactTier kFactTiers[] = {{"standard", Tier::kStandard, false},
                                   {"long_context", Tier::kStandard, true},
                                   {"batch", Tier::kBatch, false},
                                   {"flex", Tier::kFlex, false},
                                   {"flex_long_context", Tier::kFlex, true},
                                   {"priority", Tier::kPriority, false},
                                   {"priority_long_context", Tier::kPriority, true},
                                   {"fast_mode", Tier::kPriority, false},
                                   {"ultrafast", Tier::kUltrafast, false},
                                   {"peak", Tier::kPeak, false}};

// Models of the facts that the table leaves out, and why.
const std::map<std::string_view, std::string_view> kLeftOut = {
    {"openai/gpt-image-2.6-sunburst", "no source gives a rate"},
    {"openai/gpt-oss-120b", "open weights, not sold by OpenAI; the hosts have rows"},
    {"openai/gpt-oss-20b", "open weights, not sold by OpenAI; the hosts have rows"}};

// Kinds that the table adds to a row of the facts, and why.
bool IsAddition(const RateRow& row, RateKind kind) { return row.IsDerived(kind); }

const PricedModel* FindModel(std::string_view provider, std::string_view id) {
  for (const PricedModel& model : RateTable::BuiltIn()->models()) {
    if (model.provider == provider && model.id == id) return &model;
  }
  return nullptr;
}

// Where the facts were found to be wrong later, and what is right (price_corrections.json).
const std::map<std::string, std::string> kCorrected = {
    {"gpt-image-2 output", "10"},  // 30 is the rate of pictures
    {"mistral-embed output", "none"},
    {"meta-llama/Llama-3.3-70B-Instruct-Turbo input", "1.04"},
    {"meta-llama/Llama-3.3-70B-Instruct-Turbo output", "1.04"},
    {"gpt-oss-120b cached_input", "0.015"},  // four sources of three families
};
const std::map<std::string, std::string> kShutdowns = {{"gemini-2.5-pro", "2026-12-01"},
                                                       {"gemini-2.5-flash", "2026-12-01"},
                                                       {"gemini-2.0-flash", "2026-06-01"},
                                                       {"gemini-2.0-flash-lite", "2026-06-01"},
                                                       {"gemini-3-pro-preview", "2026-03-09"}};

class Facts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(TOKTALLY_SHARED_DIR "/facts/models.json");
    if (!file) GTEST_SKIP() << "facts/models.json is not beside this tree";
    std::stringstream text;
    text << file.rdbuf();
    document_ = JsonDocument::Parse(text.str(), "models.json");
    ASSERT_TRUE(document_.ok()) << document_.status();
  }

  absl::StatusOr<JsonDocument> document_ = absl::UnknownError("not read");
};

// Every rate of one tier of one model equals ours, and ours has no kind more. Returns how many.
int CompareTier(const PricedModel& model, const FactTier& tier, const JsonValue& rates,
                std::int64_t prompt_tokens) {
  const auto row = FindRow(model, tier.tier, kFactsDay, prompt_tokens);
  EXPECT_TRUE(row.ok()) << row.status();
  if (!row.ok()) return 0;
  EXPECT_EQ((*row)->above.has_value(), tier.long_context) << model.id << " " << tier.key;
  std::array<bool, kRateKinds> seen{};
  int compared = 0;
  for (auto rate = rates.first(); rate; rate = rate->next()) {
    if (rate->is_null()) continue;
    const RateKind kind = kFactKinds.at(rate->key());
    const auto expected = ParseScientific(rate->text(), Rate::kDecimals);
    const auto& ours = (*row)->rate(kind);
    const auto corrected = kCorrected.find(model.id + " " + std::string(rate->key()));
    if (corrected != kCorrected.end() && tier.tier == Tier::kStandard) {
      const std::string text = ours ? ours->ToString() : "none";
      // Another host's model of the same id keeps what the facts say.
      const bool as_before = ours && expected.ok() && ours->units() == *expected;
      EXPECT_TRUE(text == corrected->second || as_before) << corrected->first << " is " << text;
      seen[static_cast<std::size_t>(kind)] = true;
      continue;
    }
    EXPECT_TRUE(expected.ok() && ours && ours->units() == *expected)
        << model.id << " " << tier.key << "." << rate->key() << ": facts " << rate->text()
        << ", ours " << (ours ? ours->ToString() : "none");
    seen[static_cast<std::size_t>(kind)] = true;
    ++compared;
  }
  for (std::size_t i = 0; i < kRateKinds; ++i) {
    const auto kind = static_cast<RateKind>(i);
    const bool extra = (*row)->rate(kind) && !seen[i] && !IsAddition(**row, kind);
    EXPECT_FALSE(extra) << model.id << " " << tier.key << " has " << RateKindName(kind)
                        << ", which the facts do not have";
  }
  return compared;
}

TEST_F(Facts, EveryRateIsTheirs) {
  int compared = 0;
  int models = 0;
  for (auto fact = document_->root().Find("models")->first(); fact; fact = fact->next()) {
    std::string provider(fact->Find("provider")->text());
    const bool hosted = provider.starts_with("hosted:");
    if (hosted) provider.erase(0, 7);
    const std::string id(fact->Find("id")->text());
    const PricedModel* model = FindModel(provider, id);
    ASSERT_EQ(model == nullptr, kLeftOut.contains(provider + "/" + id)) << provider << "/" << id;
    if (model == nullptr) continue;
    ++models;
    EXPECT_EQ(model->hosted, hosted);
    const JsonValue rates = *fact->Find("rates");
    for (const FactTier& tier : kFactTiers) {
      const auto value = rates.Find(tier.key);
      if (!value || value->Find("periods")) continue;
      const auto inner = tier.key == "standard" ? value : value->Find("rates");
      if (inner->size() == 0) continue;
      std::int64_t prompt = 1;
      if (tier.long_context) {
        prompt = *rates.Find("long_context")->Find("threshold_input_tokens")->WholeNumber() + 1;
      }
      compared += CompareTier(*model, tier, *inner, prompt);
    }
  }
  EXPECT_EQ(models, 228);
  EXPECT_GT(compared, 1000);
}

TEST_F(Facts, ShutdownsLimitsAndNamesAreTheirs) {
  for (auto fact = document_->root().Find("models")->first(); fact; fact = fact->next()) {
    std::string provider(fact->Find("provider")->text());
    if (provider.starts_with("hosted:")) provider.erase(0, 7);
    const PricedModel* model = FindModel(provider, fact->Find("id")->text());
    if (model == nullptr) continue;
    const auto shutdown = fact->Find("shutdown");
    const auto date = shutdown ? shutdown->Find("date") : std::nullopt;
    std::string expected = date && date->is_string() ? std::string(date->text()) : "";
    const auto corrected = kShutdowns.find(model->id);
    if (corrected != kShutdowns.end()) expected = corrected->second;
    EXPECT_EQ(model->shutdown ? ToString(*model->shutdown) : "", expected) << model->id;
    const auto window = fact->Find("limits")->Find("context_window");
    EXPECT_EQ(model->limits.context_window.value_or(0),
              window && window->is_number() ? *window->WholeNumber() : 0)
        << model->id;
    for (auto name = fact->Find("snapshots")->first(); name; name = name->next()) {
      EXPECT_TRUE(RateTable::BuiltIn()->Resolve(name->text()).ok()) << name->text();
    }
  }
}

}  // namespace
}  // namespace toktally::pricing
