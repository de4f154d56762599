// Costs worked out by hand. The sum stands beside each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "pricing/cost.h"

namespace toktally::pricing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::int64_t kMillion = 1'000'000;
constexpr Date kDay{2026, 11, 25};  // a Wednesday

std::string CostOf(const RateTable& table, std::string_view name, const Usage& usage,
                   const CostOptions& options) {
  const auto match = table.Resolve(name);
  if (!match.ok()) return std::string(match.status().message());
  const auto cost = Cost(*match->model, usage, options);
  return cost.ok() ? cost->total.ToString() : std::string(cost.status().message());
}

std::string CostOf(std::string_view name, const Usage& usage, const CostOptions& options) {
  return CostOf(*RateTable::BuiltIn(), name, usage, options);
}

CostOptions On(Date day, Tier tier = Tier::kStandard) { return {.tier = tier, .date = day}; }

TEST(GoldenCosts, BedrockProfiles) {
  // (3 + 15) x 1.1 and x 1.2; haiku: (1 + 5) x 1.2
  const Usage usage{.uncached_input = kMillion, .output = kMillion};
  EXPECT_EQ(CostOf("global.anthropic.claude-sonnet-4-5-20250929-v1:0", usage, On(kDay)), "18.00");
  EXPECT_EQ(CostOf("us.anthropic.claude-sonnet-4-5-20250929-v1:0", usage, On(kDay)), "19.80");
  EXPECT_EQ(CostOf("us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", usage, On(kDay)), "21.60");
  EXPECT_EQ(CostOf("us-gov.anthropic.claude-haiku-4-5-20251001-v1:0", usage, On(kDay)), "7.20");
}

TEST(GoldenCosts, ClaudesFastMode) {
  // 30 + 150 + 0.1 x 3
  const Usage usage{.uncached_input = kMillion, .cached_input = 100'000, .output = kMillion};
  EXPECT_EQ(CostOf("claude-opus-4-6-fast", usage, On(kDay)), "180.30");
  EXPECT_EQ(CostOf("claude-opus-4-6", usage, On(kDay, Tier::kPriority)), "180.30");
}

TEST(GoldenCosts, ClaudesCacheInABatch) {
  // 1M cached at 0.30 / 2; 1M written for an hour at 6 / 2
  EXPECT_EQ(CostOf("claude-sonnet-4-5", {.cached_input = kMillion}, On(kDay, Tier::kBatch)),
            "0.15");
  EXPECT_EQ(CostOf("claude-sonnet-4-5", {.cache_write_long = kMillion}, On(kDay, Tier::kBatch)),
            "3.00");
}

TEST(GoldenCosts, FeesOfTools) {
  // 1,000 tokens at 1 a million and 3 searches at 10 a thousand
  EXPECT_EQ(CostOf("claude-haiku-4-5", {.uncached_input = 1000, .web_searches = 3}, On(kDay)),
            "0.031");
  // 2 searches at 14 a thousand and 1,000 tokens of output at 15
  EXPECT_EQ(CostOf("gemini-4-neon", {.output = 1000, .grounded_queries = 2}, On(kDay)), "0.043");
  // 1 search at 10 a thousand, 4 of files at 2.5, one container at 0.03
  EXPECT_EQ(
      CostOf("gpt-5.4", {.web_searches = 1, .file_searches = 4, .code_sessions = 1}, On(kDay)),
      "0.05");
  // 500,000 tokens for 4 hours at 4.50 a million an hour
  EXPECT_EQ(CostOf("gemini-2.5-pro", {.cached_token_hours = 2 * kMillion}, On(kDay)), "9.00");
  // 250 queries at 2 a thousand
  EXPECT_EQ(CostOf("rerank-v3.5", {.rerank_searches = 250}, On(kDay)), "0.50");
  EXPECT_THAT(CostOf("mistral-large-2512", {.web_searches = 1}, On(kDay)),
              HasSubstr("has no web_search rate"));
}

TEST(GoldenCosts, PicturesAndSpeech) {
  // 1,290 tokens of one picture at 30 a million
  EXPECT_EQ(CostOf("gemini-2.5-flash-image", {.image_output = 1290}, On(kDay)), "0.0387");
  // 4,000 characters at 15 a million
  EXPECT_EQ(CostOf("tts-1", {.characters = 4000}, On(kDay)), "0.06");
  // a minute of speech heard, at 0.36 an hour
  EXPECT_EQ(CostOf("whisper-1", {.audio_seconds = 60}, On(kDay)), "0.006");
  // 8 seconds at 0.10
  EXPECT_EQ(CostOf("sora-2", {.video_seconds = 8}, On(kDay)), "0.80");
}

TEST(GoldenCosts, DeepSeeksHours) {
  const Usage usage{.uncached_input = kMillion};
  CostOptions options = On({2026, 11, 20});  // a Friday
  options.minute_of_day = 2 * 60;            // 02:00 UTC: peak
  EXPECT_EQ(CostOf("deepseek-flash", usage, options), "0.30");
  options.minute_of_day = 12 * 60;
  EXPECT_EQ(CostOf("deepseek-flash", usage, options), "0.15");
  options.minute_of_day = 4 * 60;  // the first minute after
  EXPECT_EQ(CostOf("deepseek-flash", usage, options), "0.15");
  options.date = Date{2026, 11, 21};  // Saturday
  options.minute_of_day = 2 * 60;
  EXPECT_EQ(CostOf("deepseek-flash", usage, options), "0.15");
  const auto match = RateTable::BuiltIn()->Resolve("deepseek-flash");
  const auto unknown = Cost(*match->model, usage, On({2026, 11, 20}));
  ASSERT_TRUE(unknown.ok());
  EXPECT_THAT(unknown->remarks, Contains(HasSubstr("the hour decides")));
}

TEST(GoldenCosts, ASuccessorsRates) {
  // 1.25 + 10, then 0.75 + 3.75 of gemini-3.8-flash, from 2027 on 1.5 + 7.5
  const Usage usage{.uncached_input = kMillion, .output = kMillion};
  const Usage small{.uncached_input = 100'000, .output = 100'000};
  EXPECT_EQ(CostOf("gemini-2.5-pro", small, On({2026, 11, 30})), "1.125");
  EXPECT_EQ(CostOf("gemini-2.5-pro", usage, On({2026, 12, 2})), "4.50");
  EXPECT_EQ(CostOf("gemini-2.5-pro", usage, On({2027, 1, 1})), "9.00");
}

TEST(GoldenCosts, HistoryOfPrices) {
  const Usage usage{.uncached_input = kMillion, .output = kMillion};
  EXPECT_EQ(CostOf("gpt-4o", usage, On({2024, 6, 1})), "20.00");            // 5 + 15
  EXPECT_EQ(CostOf("gpt-4o", usage, On({2024, 10, 2})), "12.50");           // 2.5 + 10
  EXPECT_EQ(CostOf("o3", usage, On({2025, 6, 9})), "50.00");                // 10 + 40
  EXPECT_EQ(CostOf("o3", usage, On({2025, 6, 10})), "10.00");               // 2 + 8
  EXPECT_EQ(CostOf("o1-mini", usage, On({2024, 12, 1})), "15.00");          // 3 + 12
  EXPECT_EQ(CostOf("gemini-3.6-flash", usage, On({2026, 8, 1})), "9.00");   // 1.5 + 7.5
  EXPECT_EQ(CostOf("gemini-3.6-flash", usage, On({2026, 8, 13})), "4.50");  // 0.75 + 3.75
  EXPECT_EQ(CostOf("deepseek-v4-flash", usage, On({2026, 8, 1})), "0.42");  // 0.14 + 0.28
  // over 200,000 tokens: 10 a million until 2026-03-13, then 5
  EXPECT_EQ(CostOf("claude-opus-4-6", {.uncached_input = kMillion}, On({2026, 3, 12})), "10.00");
  EXPECT_EQ(CostOf("claude-opus-4-6", {.uncached_input = kMillion}, On({2026, 3, 13})), "5.00");
}

TEST(GoldenCosts, InferenceInTheUnitedStates) {
  CostOptions options = On(kDay);
  options.region = "us";
  // 5 x 1.1; a fee is not multiplied: 10 a thousand
  EXPECT_EQ(CostOf("claude-opus-4-6", {.uncached_input = kMillion}, options), "5.50");
  EXPECT_EQ(CostOf("claude-opus-4-6", {.web_searches = 1}, options), "0.01");
  EXPECT_THAT(CostOf("claude-3-haiku", {.uncached_input = 1}, options),
              HasSubstr("does not say what claude-3-haiku costs in the region us"));
}

TEST(GoldenCosts, AListInAnotherCurrency) {
  constexpr std::string_view kText = R"({"schema": 2, "as_of": "2026-11-22",
"sources": {"s": {"what": "w"}},
"exchange": [{"currency": "CNY", "usd": "0.14", "from": "2026-11-01", "sources": ["s"]}],
"models": [{"provider": "p", "id": "m", "kind": "chat", "status": "active", "rows": [
  {"tier": "standard", "currency": "CNY", "rates": {"input": "2", "output": "8"}, "sources": ["s"]}
]}]})";
  const auto table = RateTable::Parse(kText, "prices.json");
  ASSERT_TRUE(table.ok()) << table.status();
  const Usage usage{.uncached_input = kMillion, .output = kMillion};
  EXPECT_EQ(CostOf(*table, "m", usage, On(kDay)), "1.40");  // 10 CNY x 0.14
  EXPECT_THAT(CostOf(*table, "m", usage, On({2026, 10, 31})), HasSubstr("2026-11-01"));
}

TEST(GoldenCosts, AContractsFactor) {
  Contract contract;
  contract.factors["openai"] = *Ratio::Of(85, 100);
  const RateTable table = RateTable::BuiltIn()->Under(contract);
  // (2.5 + 10) x 0.85
  EXPECT_EQ(CostOf(table, "gpt-4o", {.uncached_input = kMillion, .output = kMillion}, On(kDay)),
            "10.625");
}

TEST(GoldenCosts, APromotionThatMayHaveEndedIsSaid) {
  const auto match = RateTable::BuiltIn()->Resolve("gpt-5.6-sol");
  const auto cost = Cost(*match->model, {.uncached_input = 1000}, On(kDay));
  ASSERT_TRUE(cost.ok());
  EXPECT_THAT(cost->remarks, Contains(HasSubstr("promotion")));
}

}  // namespace
}  // namespace toktally::pricing
