#include "pricing/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace toktally::pricing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Date kAfter{2027, 2, 1};
constexpr Date kBefore{2026, 1, 1};

std::string Fixture(const std::string& name) {
  std::stringstream text;
  text << std::ifstream(TOKTALLY_TEST_DATA "/pricing/import/" + name).rdbuf();
  return text.str();
}

ForeignPrices Read(const std::string& name, const Date& checked = kAfter) {
  auto foreign = ReadForeignPrices(Fixture(name), name, {checked});
  EXPECT_TRUE(foreign.ok()) << foreign.status();
  return *std::move(foreign);
}

const PricedModel* Find(const std::vector<PricedModel>& models, std::string_view id) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [id](const PricedModel& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

std::string RateOf(const PricedModel& model, Tier tier, std::int64_t prompt, RateKind kind,
                   const Date& date = kAfter) {
  const auto row = FindRow(model, tier, date, prompt);
  if (!row.ok()) return std::string(row.status().message());
  return (*row)->rate(kind) ? (*row)->rate(kind)->ToString() : "none";
}

TEST(ImportLiteLlm, FloatsPerTokenBecomeExactDecimals) {
  const ForeignPrices foreign = Read("litellm.json");
  EXPECT_EQ(foreign.format, ImportFormat::kLiteLlm);
  const PricedModel* mini = Find(foreign.models, "gpt-5-mini");
  ASSERT_NE(mini, nullptr);
  EXPECT_EQ(RateOf(*mini, Tier::kStandard, 1, RateKind::kInput), "0.125");
  EXPECT_EQ(RateOf(*mini, Tier::kStandard, 1, RateKind::kCachedInput), "0.025");
  const PricedModel* nova = Find(foreign.models, "gpt-7-nova");
  ASSERT_NE(nova, nullptr);
  EXPECT_EQ(RateOf(*nova, Tier::kStandard, 1, RateKind::kInput), "0.125");
  EXPECT_EQ(foreign.rounded, 1);
}

TEST(ImportLiteLlm, ReadsTiersBandsAndWrites) {
  const ForeignPrices foreign = Read("litellm.json");
  const PricedModel& gpt_4o = *Find(foreign.models, "gpt-4o");
  EXPECT_EQ(RateOf(gpt_4o, Tier::kBatch, 1, RateKind::kOutput), "5");
  EXPECT_EQ(RateOf(gpt_4o, Tier::kPriority, 1, RateKind::kCachedInput), "2.125");
  const PricedModel& nova = *Find(foreign.models, "gpt-7-nova");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 272'000, RateKind::kOutput), "1");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 272'001, RateKind::kOutput), "1.5");
  EXPECT_EQ(RateOf(nova, Tier::kPriority, 272'001, RateKind::kInput), "0.5");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 1, RateKind::kCacheWriteShort), "0.15625");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 1, RateKind::kCacheWriteLong), "0.3125");
  EXPECT_EQ(nova.shutdown, (Date{2028, 1, 31}));
  EXPECT_EQ(Find(foreign.models, "gemini-9-pro")->provider, "google");
}

TEST(ImportLiteLlm, SaysWhatItLeftOut) {
  const ForeignPrices foreign = Read("litellm.json");
  EXPECT_EQ(foreign.models.size(), 5u);
  EXPECT_EQ(foreign.other_providers, 2);
  EXPECT_EQ(foreign.without_rates, 0);
  EXPECT_EQ(foreign.ignored_rates, 2);
  EXPECT_EQ(RateOf(*Find(foreign.models, "dall-e-9"), Tier::kStandard, 1, RateKind::kImage),
            "0.04");
}

TEST(ImportLiteLlm, AFileOfRealisticSize) {
  std::string text = "{";
  for (int i = 0; text.size() < 1'600'000; ++i) {
    text += (i == 0 ? "\n" : ",\n") + std::string("\"model-") + std::to_string(i) +
            R"(": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 128000,
  "input_cost_per_token": 1.25e-07, "output_cost_per_token": 2e-06,
  "cache_read_input_token_cost": 2.5e-08, "input_cost_per_token_batches": 6.25e-08,
  "supports_function_calling": true, "supports_vision": false, "source": "https://example.invalid"})";
  }
  text += "}";
  const auto foreign = ReadForeignPrices(text, "large.json", {kAfter});
  ASSERT_TRUE(foreign.ok()) << foreign.status();
  EXPECT_GT(foreign->models.size(), 4000u);
  for (const PricedModel& model : foreign->models) {
    ASSERT_EQ(model.rows.front().rate(RateKind::kInput)->ToString(), "0.125");
  }
}

TEST(ImportGenaiPrices, ReadsPeriodsAndBands) {
  const ForeignPrices foreign = Read("genai_prices.json");
  EXPECT_EQ(foreign.format, ImportFormat::kGenaiPrices);
  const PricedModel& o3 = *Find(foreign.models, "o3");
  EXPECT_EQ(RateOf(o3, Tier::kStandard, 1, RateKind::kInput, {2025, 6, 9}), "10");
  EXPECT_EQ(RateOf(o3, Tier::kStandard, 1, RateKind::kInput, {2025, 6, 10}), "2");
  const PricedModel& nova = *Find(foreign.models, "gpt-7-nova");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 272'000, RateKind::kInput), "0.125");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 272'001, RateKind::kInput), "0.25");
  EXPECT_EQ(nova.status, "deprecated");
  // Cheap by night: the rates of the day are the peak.
  const PricedModel& night = *Find(foreign.models, "deepseek-night");
  EXPECT_EQ(RateOf(night, Tier::kStandard, 1, RateKind::kInput), "0.15");
  EXPECT_EQ(RateOf(night, Tier::kPeak, 1, RateKind::kInput), "0.3");
  EXPECT_EQ(foreign.other_providers, 1);
  EXPECT_EQ(foreign.ignored_rates, 1);
}

TEST(ImportModelsDev, ReadsTiersAndModes) {
  const ForeignPrices foreign = Read("models_dev.json");
  EXPECT_EQ(foreign.format, ImportFormat::kModelsDev);
  const PricedModel& nova = *Find(foreign.models, "gpt-7-nova");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 272'001, RateKind::kInput), "0.25");
  EXPECT_EQ(RateOf(nova, Tier::kPriority, 1, RateKind::kOutput), "2");
  EXPECT_EQ(RateOf(nova, Tier::kStandard, 1, RateKind::kAudioInput), "3");
  EXPECT_EQ(nova.limits.context_window, 1'050'000);
  EXPECT_EQ(
      RateOf(*Find(foreign.models, "gemini-9-pro"), Tier::kStandard, 200'001, RateKind::kOutput),
      "15");
  EXPECT_EQ(foreign.other_providers, 2);
  EXPECT_EQ(foreign.without_rates, 1);
}

TEST(Import, OtherFilesAreRefused) {
  for (const std::string_view text : {"{}", "[]", "3", "{\"a\": {\"b\": 1}}", "[{\"id\": 1}]"}) {
    EXPECT_THAT(std::string(ReadForeignPrices(text, "x.json", {kAfter}).status().message()),
                HasSubstr("x.json: this is neither"));
  }
  EXPECT_THAT(std::string(ReadForeignPrices("{\n\"a\"", "x.json", {kAfter}).status().message()),
              HasSubstr("x.json:2"));
}

TEST(Merge, ChangesAreNewRowsAndTheOldOnesEnd) {
  ImportReport report;
  const auto merged = MergeImport(*RateTable::BuiltIn(), Read("litellm.json"), &report);
  EXPECT_THAT(report.added,
              ElementsAre("openai/gpt-7-nova", "google/gemini-9-pro", "openai/dall-e-9"));
  EXPECT_THAT(report.changed, ElementsAre("gpt-5-mini: standard: input 0.25 -> 0.125"));
  EXPECT_THAT(report.unchanged, ElementsAre("gpt-4o"));
  EXPECT_THAT(report.kept, IsEmpty());
  const PricedModel& mini = *Find(merged, "gpt-5-mini");
  EXPECT_EQ(RateOf(mini, Tier::kStandard, 1, RateKind::kInput, {2027, 1, 31}), "0.25");
  EXPECT_EQ(RateOf(mini, Tier::kStandard, 1, RateKind::kInput, {2027, 2, 1}), "0.125");
  // What they do not list stays.
  EXPECT_EQ(RateOf(mini, Tier::kFlex, 1, RateKind::kInput), "0.125");
}

TEST(Merge, ANewerRowIsNeverReplacedByAnOlderOne) {
  ImportReport report;
  const auto merged = MergeImport(*RateTable::BuiltIn(), Read("litellm.json", kBefore), &report);
  EXPECT_EQ(Find(merged, "gpt-5-mini"), nullptr);
  EXPECT_THAT(report.kept,
              Contains(HasSubstr("gpt-5-mini: standard: checked 2026-11-22, which is newer")));
  EXPECT_THAT(report.changed, IsEmpty());
}

TEST(Merge, WhatIsWrittenIsReadBack) {
  for (const char* name : {"litellm.json", "genai_prices.json", "models_dev.json"}) {
    ImportReport report;
    const ForeignPrices foreign = Read(name);
    const auto merged = MergeImport(*RateTable::BuiltIn(), foreign, &report);
    std::map<std::string, RateSource> sources = RateTable::BuiltIn()->sources();
    sources[std::string(ImportFormatName(foreign.format))] = {"x", "", ""};
    const auto table = RateTable::Parse(WritePrices(merged, sources, kAfter), "out.json");
    ASSERT_TRUE(table.ok()) << name << table.status();
    EXPECT_EQ(table->models().size(), merged.size());
    EXPECT_TRUE(RateTable::BuiltIn()->ReplacedBy(*table).ok());
  }
}

TEST(Merge, OurOwnTableSurvivesWritingAndReading) {
  const RateTable& own = *RateTable::BuiltIn();
  const auto again =
      RateTable::Parse(WritePrices(own.models(), own.sources(), own.as_of()), "again.json");
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->models().size(), own.models().size());
  for (std::size_t i = 0; i < own.models().size(); ++i) {
    const PricedModel& a = own.models()[i];
    const PricedModel& b = again->models()[i];
    ASSERT_EQ(a.id, b.id);
    ASSERT_EQ(a.rows.size(), b.rows.size());
    for (std::size_t r = 0; r < a.rows.size(); ++r) {
      EXPECT_EQ(a.rows[r].rates, b.rows[r].rates) << a.id;
      EXPECT_EQ(a.rows[r].derived, b.rows[r].derived) << a.id;
      EXPECT_EQ(a.rows[r].above, b.rows[r].above) << a.id;
      EXPECT_EQ(a.rows[r].from, b.rows[r].from) << a.id;
      EXPECT_EQ(a.rows[r].to, b.rows[r].to) << a.id;
    }
  }
}

TEST(MergeImport, ModelsWhoseNamesClashAreLeftOut) {
  const auto foreign = ReadForeignPrices(
      R"({"GPT-4o": {"litellm_provider": "anthropic", "input_cost_per_token": 1e-06},
          "nova": {"litellm_provider": "mistral", "input_cost_per_token": 1e-06},
          "Nova": {"litellm_provider": "xai", "input_cost_per_token": 1e-06},
          "groq/nova": {"litellm_provider": "groq", "input_cost_per_token": 1e-06},
          "dear": {"litellm_provider": "xai", "input_cost_per_token": 1e5},
          "": {"litellm_provider": "xai", "input_cost_per_token": 1e-06}})",
      "their.json", {kAfter});
  ASSERT_TRUE(foreign.ok()) << foreign.status();
  EXPECT_EQ(foreign->ignored_rates, 1);  // 10^11 USD per million
  const auto& table = RateTable::BuiltIn();
  ASSERT_TRUE(table.ok());
  ImportReport report;
  const auto merged = MergeImport(*table, *foreign, &report);
  EXPECT_THAT(report.added, ElementsAre("mistral/nova", "groq/nova"));
  EXPECT_THAT(report.clashing, ElementsAre("anthropic/GPT-4o", "xai/Nova"));
  auto sources = table->sources();
  sources["litellm"].what = "imported";
  const auto again = RateTable::Parse(WritePrices(merged, sources, kAfter), "merged.json");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(table->ReplacedBy(*again).ok());
}

ForeignPrices ReadText(std::string_view text, std::vector<std::string> providers = {},
                       Date checked = kAfter) {
  auto foreign = ReadForeignPrices(text, "their.json", {checked, std::move(providers)});
  EXPECT_TRUE(foreign.ok()) << foreign.status();
  return *std::move(foreign);
}

TEST(ImportGenai, ADatedSetReplacesTheWholeSetBeforeIt) {
  const ForeignPrices foreign =
      ReadText(R"([{"id": "anthropic", "models": [{"id": "claude-sonnet-4-6",
    "prices": [{"prices": {"input_mtok": {"base": 3, "tiers": [{"start": 200000, "price": 6}]},
                           "cache_read_mtok": 0.3}},
               {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 3}}]}]}])");
  const PricedModel* model = Find(foreign.models, "claude-sonnet-4-6");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 300000, RateKind::kInput, {2026, 3, 12}), "6");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 300000, RateKind::kInput, {2026, 3, 13}), "3");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 1, RateKind::kCachedInput, {2026, 3, 12}), "0.3");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 1, RateKind::kCachedInput, {2026, 3, 13}), "none");
}

// Our table had an open row for prompts over 200,000 tokens; their newest set has none.
TEST(MergeImport, ABandThatTheirNewestSetLacksEnds) {
  const auto ours =
      RateTable::Parse(R"({"schema": 2, "as_of": "2025-01-01", "sources": {"s": {"what": "w"}},
"models": [{"provider": "anthropic", "id": "claude-opus-4-6", "kind": "chat", "status": "active", "rows": [
  {"tier": "standard", "rates": {"input": "5"}, "sources": ["s"], "checked": "2025-01-01"},
  {"tier": "standard", "above": {"operator": ">", "prompt_tokens": 200000},
   "rates": {"input": "10"}, "sources": ["s"], "checked": "2025-01-01"}]}]})",
                       "ours.json");
  ASSERT_TRUE(ours.ok()) << ours.status();
  const ForeignPrices foreign =
      ReadText(R"([{"id": "anthropic", "models": [{"id": "claude-opus-4-6",
    "prices": [{"prices": {"input_mtok": {"base": 5, "tiers": [{"start": 200000, "price": 10}]}}},
               {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 5}}]}]}])");
  ImportReport report;
  const auto merged = MergeImport(*ours, foreign, &report);
  const PricedModel* model = Find(merged, "claude-opus-4-6");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 300000, RateKind::kInput, {2026, 3, 12}), "10");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 300000, RateKind::kInput, {2026, 3, 13}), "5");
}

TEST(ImportGenai, HoursOfTheDayArePeakRowsOrNone) {
  const ForeignPrices foreign = ReadText(R"([{"id": "deepseek", "models": [
    {"id": "dear-by-day", "prices": [{"prices": {"input_mtok": 0.135}},
      {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 0.27}}]},
    {"id": "cheap-by-night", "prices": [{"prices": {"input_mtok": 0.27}},
      {"constraint": {"start_time": "16:30:00Z", "end_time": "00:30:00Z"}, "prices": {"input_mtok": 0.135}}]},
    {"id": "other-condition", "prices": [{"prices": {"input_mtok": 1}},
      {"constraint": {"moon": "full"}, "prices": {"input_mtok": 2}}]}]}])");
  for (const char* id : {"dear-by-day", "cheap-by-night"}) {
    const PricedModel* model = Find(foreign.models, id);
    ASSERT_NE(model, nullptr) << id;
    EXPECT_EQ(RateOf(*model, Tier::kStandard, 1, RateKind::kInput), "0.135");
    EXPECT_EQ(RateOf(*model, Tier::kPeak, 1, RateKind::kInput), "0.27");
    const auto peak = FindRow(*model, Tier::kPeak, kAfter, 1);
    EXPECT_EQ((*peak)->hours->ToString(), "00:30-16:30 UTC") << id;
  }
  EXPECT_EQ(Find(foreign.models, "other-condition"), nullptr);
}

TEST(ImportGenai, TheFilesOwnDayCountsWhereItIsOlder) {
  const ForeignPrices foreign = ReadText(R"([{"id": "openai", "models": [
    {"id": "m", "prices_checked": "2025-05-01", "prices": {"input_mtok": 1}},
    {"id": "n", "prices_checked": "2030-05-01", "prices": {"input_mtok": 1}}]}])");
  EXPECT_EQ(Find(foreign.models, "m")->rows[0].checked, (Date{2025, 5, 1}));
  EXPECT_EQ(Find(foreign.models, "n")->rows[0].checked, kAfter);
}

TEST(ImportLiteLlm, ProvidersAreTakenWhenAskedFor) {
  constexpr std::string_view kText = R"({
    "deepinfra/x": {"litellm_provider": "deepinfra", "input_cost_per_token": 1e-06},
    "novita/y": {"litellm_provider": "novita", "input_cost_per_token": 1e-06}})";
  EXPECT_EQ(ReadText(kText).models.size(), 0u);
  EXPECT_EQ(ReadText(kText).other_providers, 2);
  const ForeignPrices one = ReadText(kText, {"deepinfra"});
  ASSERT_EQ(one.models.size(), 1u);
  EXPECT_EQ(one.models[0].FullName(), "deepinfra/x");
  EXPECT_TRUE(one.models[0].hosted);
  EXPECT_EQ(ReadText(kText, {"all"}).models.size(), 2u);
}

TEST(ImportLiteLlm, WhatIsBilledOtherwiseIsNeverFree) {
  const ForeignPrices foreign = ReadText(R"({
    "pic": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 0,
            "output_cost_per_token": 0},
    "pixels": {"litellm_provider": "openai", "input_cost_per_token": 0, "input_cost_per_pixel": 2e-08},
    "free": {"litellm_provider": "google", "input_cost_per_token": 0, "output_cost_per_token": 0},
    "speech": {"litellm_provider": "openai", "mode": "audio_speech", "input_cost_per_character": 1.5e-05},
    "hear": {"litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_second": 0.0001},
    "rank": {"litellm_provider": "cohere", "mode": "rerank", "input_cost_per_token": 0,
             "input_cost_per_query": 0.002}})");
  EXPECT_EQ(Find(foreign.models, "pic"), nullptr);
  EXPECT_EQ(Find(foreign.models, "pixels"), nullptr);
  EXPECT_NE(Find(foreign.models, "free"), nullptr);
  EXPECT_EQ(RateOf(*Find(foreign.models, "speech"), Tier::kStandard, 1, RateKind::kCharacter),
            "15");
  EXPECT_EQ(RateOf(*Find(foreign.models, "hear"), Tier::kStandard, 1, RateKind::kAudioHour),
            "0.36");
  EXPECT_EQ(RateOf(*Find(foreign.models, "rank"), Tier::kStandard, 1, RateKind::kRerankSearch),
            "2");
}

TEST(ImportLiteLlm, TiersByPromptLengthAndPastShutdowns) {
  const ForeignPrices foreign = ReadText(R"({
    "dashscope/q": {"litellm_provider": "dashscope", "deprecation_date": "2026-01-01", "tiered_pricing": [
      {"range": [0, 32000], "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
      {"range": [32000, 128000], "input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06}]}})");
  const PricedModel* model = Find(foreign.models, "q");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->FullName(), "qwen/q");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 32000, RateKind::kInput), "1");
  EXPECT_EQ(RateOf(*model, Tier::kStandard, 32001, RateKind::kInput), "3");
  EXPECT_EQ(model->status, "shutdown");
}

TEST(ImportOpenRouter, ItsListIsASellersOwn) {
  const ForeignPrices foreign = ReadText(R"({"data": [
    {"id": "openai/gpt-4o", "context_length": 128000,
     "pricing": {"prompt": "0.0000025", "completion": "0.00001", "request": "0", "image": "0"}},
    {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}]})");
  ASSERT_EQ(foreign.models.size(), 1u);
  EXPECT_EQ(foreign.models[0].FullName(), "openrouter/openai/gpt-4o");
  EXPECT_EQ(RateOf(foreign.models[0], Tier::kStandard, 1, RateKind::kInput), "2.5");
}

}  // namespace
}  // namespace toktally::pricing
