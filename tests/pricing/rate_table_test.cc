#include "pricing/rate_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"
#include "pricing/cost.h"

namespace toktally::pricing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr Date kToday{2026, 11, 22};

const RateTable& Table() { return *RateTable::BuiltIn(); }

const PricedModel& Model(std::string_view name) { return *Table().Resolve(name)->model; }

std::string RateOf(std::string_view name, RateKind kind, Tier tier = Tier::kStandard,
                   Date date = kToday, std::int64_t prompt = 1000) {
  const auto row = FindRow(Model(name), tier, date, prompt);
  if (!row.ok()) return std::string(row.status().message());
  return (*row)->rate(kind) ? (*row)->rate(kind)->ToString() : "none";
}

// A table with one model whose rows are `rows`.
std::string TableText(std::string_view rows, std::string_view rest = "") {
  return R"({"schema": 1, "as_of": "2026-11-22", "sources": {"s": {"what": "w"}}, "models": [
{"provider": "p", "id": "m", "kind": "chat", "status": "active", "rows": [)" +
         std::string(rows) + "]}" + std::string(rest) + "]}";
}

std::string ErrorOf(std::string_view text) {
  const auto table = RateTable::Parse(text, "prices.json");
  return table.ok() ? "fine" : std::string(table.status().message());
}

TEST(RateTable, TheBuiltInOneIsValid) {
  ASSERT_TRUE(RateTable::BuiltIn().ok()) << RateTable::BuiltIn().status();
  EXPECT_EQ(Table().as_of(), kToday);
  EXPECT_GE(Table().models().size(), 228u);
  for (const PricedModel& model : Table().models()) {
    for (const RateRow& row : model.rows) {
      EXPECT_TRUE(row.checked.has_value()) << model.id << " line " << row.line;
      EXPECT_TRUE(!row.sources.empty() || !row.derived.empty()) << model.id << " line " << row.line;
    }
  }
}

TEST(RateTable, EveryNameResolvesToItsModel) {
  for (const PricedModel& model : Table().models()) {
    std::vector<std::string> names = model.aliases;
    names.insert(names.end(), model.snapshots.begin(), model.snapshots.end());
    names.push_back(model.FullName());
    if (!model.hosted) names.push_back(model.id);
    for (const std::string& name : names) {
      const auto match = Table().Resolve(name);
      ASSERT_TRUE(match.ok()) << name << match.status();
      EXPECT_EQ(match->model->FullName(), model.FullName()) << name;
    }
  }
}

TEST(RateTable, TheNotebooksModels) {
  EXPECT_EQ(RateOf("gpt-4o", RateKind::kInput), "2.5");
  EXPECT_EQ(RateOf("gpt-4o", RateKind::kOutput), "10");
  EXPECT_EQ(RateOf("gpt-4o-mini", RateKind::kInput), "0.15");
  EXPECT_EQ(RateOf("gpt-4o-mini", RateKind::kOutput), "0.6");
  EXPECT_EQ(RateOf("o1", RateKind::kInput), "15");
  EXPECT_EQ(RateOf("o1", RateKind::kOutput), "60");
  EXPECT_EQ(RateOf("o1", RateKind::kCachedInput), "7.5");
  EXPECT_EQ(RateOf("gpt-4.1", RateKind::kInput), "2");
  EXPECT_EQ(RateOf("o4-mini", RateKind::kOutput), "4.4");
}

TEST(RateTable, NamesOfTheUsersDocuments) {
  for (const auto& [name, id] : std::vector<std::pair<std::string, std::string>>{
           {"openai/gpt-4o", "gpt-4o"},
           {"anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"},
           {"google/gemini-3-flash-preview", "gemini-3-flash-preview"},
           {"gpt-5.4", "gpt-5.4"},
           {"gpt-5.4-mini", "gpt-5.4-mini"},
           {"gpt-5.4-nano", "gpt-5.4-nano"},
           {"gpt-4.1-nano-2025-04-14", "gpt-4.1-nano"},
           {"o1-pro", "o1-pro"},
           {"gpt-3.5-turbo", "gpt-3.5-turbo"},
           {"azure/gpt-35-turbo", "gpt-3.5-turbo"},
           {"us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"},
           {"GPT-4o-2024-08-06", "gpt-4o"},
           {"gpt-4o-2024-05-13", "gpt-4o-2024-05-13"},
           {"ft:gpt-4.1-mini-2025-04-14:acme::id", "ft:gpt-4.1-mini-2025-04-14"},
           {"ft:gpt-4o:acme::id", "ft:gpt-4o-2024-08-06"}}) {
    const auto match = Table().Resolve(name);
    ASSERT_TRUE(match.ok()) << name << match.status();
    EXPECT_EQ(match->model->id, id) << name;
    EXPECT_FALSE(match->how.empty());
  }
  EXPECT_EQ(Table().Resolve("gpt-4o")->how, "exact");
  EXPECT_EQ(Table().Resolve("openai/gpt-4o-2024-08-06")->how,
            "openai/ removed; snapshot of gpt-4o");
}

TEST(RateTable, AFineTuneIsNeverPricedAsItsBase) {
  const auto match = Table().Resolve("ft:o4-mini-2025-04-16:acme::id");
  EXPECT_EQ(match.status().code(), absl::StatusCode::kNotFound);
}

TEST(RateTable, UnknownModelsComeWithTheNearestNames) {
  const auto match = Table().Resolve("gpt-4oo");
  EXPECT_EQ(match.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(match.status().message()), HasSubstr("did you mean gpt-4o"));
  EXPECT_FALSE(Table().Resolve("").ok());
  EXPECT_FALSE(Table().Resolve(std::string(100'000, 'x')).ok());
}

TEST(RateTable, HostsThatSellTheSameModelMustBeNamed) {
  const auto match = Table().Resolve("gpt-oss-120b");
  EXPECT_EQ(match.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(match.status().message()),
              HasSubstr("sold by several hosts; name one: groq/openai/gpt-oss-120b"));
  EXPECT_EQ(Table().Resolve("cerebras/gpt-oss-120b")->model->provider, "cerebras");
}

TEST(RateTable, RatesChangeOnTheirDay) {
  EXPECT_EQ(RateOf("o3", RateKind::kInput, Tier::kStandard, {2025, 6, 9}), "10");
  EXPECT_EQ(RateOf("o3", RateKind::kInput, Tier::kStandard, {2025, 6, 10}), "2");
  EXPECT_EQ(RateOf("gemini-4-argon", RateKind::kInput, Tier::kStandard, {2026, 11, 30}), "2");
  EXPECT_EQ(RateOf("gemini-4-argon", RateKind::kInput, Tier::kStandard, {2026, 12, 1}), "4");
  EXPECT_EQ(RateOf("gemini-3.7-flash", RateKind::kOutput, Tier::kStandard, {2026, 12, 31}), "3.75");
  EXPECT_EQ(RateOf("gemini-3.7-flash", RateKind::kOutput, Tier::kStandard, {2027, 1, 1}), "7.5");
  EXPECT_EQ(RateOf("gpt-6.2-sol", RateKind::kInput, Tier::kUltrafast, {2027, 2, 28}), "6");
  EXPECT_EQ(RateOf("gpt-6.2-sol", RateKind::kInput, Tier::kUltrafast, {2027, 3, 1}), "12");
  EXPECT_EQ(RateOf("gpt-5.6-sol", RateKind::kInput, Tier::kStandard, {2026, 8, 20}), "5");
  EXPECT_EQ(RateOf("gpt-5.6-sol", RateKind::kInput, Tier::kStandard, {2026, 8, 21}), "4");
}

TEST(RateTable, WhatIsNotKnownIsAnErrorThatSaysWhat) {
  EXPECT_EQ(RateOf("o3", RateKind::kInput, Tier::kBatch, {2025, 6, 9}),
            "o3 has no batch rate known on 2025-06-09; the nearest row holds from 2025-06-10");
  EXPECT_EQ(RateOf("o1-pro", RateKind::kInput, Tier::kUltrafast),
            "o1-pro has no ultrafast rate in the table; it has standard, batch");
  EXPECT_EQ(RateOf("gpt-5.4", RateKind::kInput, Tier::kPriority, kToday, 272'001),
            "gpt-5.4 has no priority rate known for > 272,000 prompt tokens, where its standard "
            "rates change");
}

TEST(RateTable, ThresholdsHaveTheirOperator) {
  EXPECT_EQ(RateOf("gpt-5.4", RateKind::kInput, Tier::kStandard, kToday, 272'000), "2.5");
  EXPECT_EQ(RateOf("gpt-5.4", RateKind::kInput, Tier::kStandard, kToday, 272'001), "5");
  EXPECT_EQ(RateOf("grok-4.7", RateKind::kInput, Tier::kStandard, kToday, 199'999), "2");
  EXPECT_EQ(RateOf("grok-4.7", RateKind::kInput, Tier::kStandard, kToday, 200'000), "4");
}

TEST(RateTable, TheDisputedLaunchRateIsMarked) {
  const auto& disagreements = Model("o3").disagreements;
  EXPECT_TRUE(std::any_of(disagreements.begin(), disagreements.end(), [](const Disagreement& d) {
    return d.value == "2.5" && d.kept == "0.5";
  }));
}

TEST(RateTable, MalformedTablesAreNamedByLineKeyAndReason) {
  constexpr std::string_view kGood =
      R"({"tier": "standard", "rates": {"input": "1"}, "sources": ["s"]})";
  EXPECT_EQ(ErrorOf(TableText(kGood)), "fine");
  EXPECT_EQ(ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": "-2.50"}})")),
            "prices.json:2: models[0].rows[0].rates.input: \"-2.50\" is negative; it must be >= 0");
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": 2.5}})")),
              HasSubstr("models[0].rows[0].rates.input: a rate is a decimal in quotes"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": "1,50"}})")),
              HasSubstr("\"1,50\" has a comma"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": "NaN"}})")),
              HasSubstr("\"NaN\" is not a decimal"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rates": {"inputs": "1"}})")),
              HasSubstr("rates.inputs: unknown kind of rate"));
  for (const std::string tier : {"auto", "fast", "default"}) {
    EXPECT_THAT(ErrorOf(TableText(R"({"tier": ")" + tier + R"(", "rates": {"input": "1"}})")),
                HasSubstr("tier: \"" + tier + "\" is none of standard, batch, flex"));
  }
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": null, "rates": {"input": "1"}})")),
              HasSubstr("tier: expected a string, found null"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rate": {"input": "1"}})")),
              HasSubstr("rate: unknown key; did you mean \"rates\"?"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": "1"}, "form": "x"})")),
              HasSubstr("form: unknown key; did you mean \"from\"?"));
  EXPECT_THAT(
      ErrorOf(TableText(R"({"tier": "standard", "from": "2026-02-30", "rates": {"input": "1"}})")),
      HasSubstr("\"2026-02-30\" is not a date"));
  EXPECT_THAT(ErrorOf(TableText(R"({"tier": "standard", "from": "2026-02-03", "to": "2026-02-03",
                                   "rates": {"input": "1"}})")),
              HasSubstr("the period ends on 2026-02-03"));
  EXPECT_THAT(
      ErrorOf(TableText(R"({"tier": "standard", "to": "2026-02-03", "rates": {"input": "1"}},
              {"tier": "standard", "from": "2026-02-02", "rates": {"input": "2"}})")),
      MatchesRegex(".*:3: models.0.*rows.1.*overlaps that of the standard row on line 2"));
  EXPECT_THAT(
      ErrorOf(TableText(R"({"tier": "standard", "rates": {"input": "1"}, "sources": ["z"]})")),
      HasSubstr("the source \"z\" is neither"));
  EXPECT_THAT(ErrorOf(TableText("")), HasSubstr("a model without rates"));
  EXPECT_THAT(ErrorOf(TableText(kGood, R"(,{"provider": "q", "id": "M", "kind": "chat",
              "status": "active", "rows": [{"tier": "standard", "rates": {"input": "1"}}]})")),
              HasSubstr("\"M\" names both p/m (line 2) and q/M"));
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("\"schema\" must be 2 (or 1)"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(ErrorOf(R"({"schema": 1, "schema": 1})"), HasSubstr("stands twice"));
}

TEST(RateTable, AnotherTableReplacesItsModels) {
  const auto other = RateTable::Parse(
      R"({"schema": 1, "as_of": "2027-01-01", "models": [
          {"provider": "openai", "id": "gpt-4o", "kind": "chat", "status": "active",
           "rows": [{"tier": "standard", "rates": {"input": "1", "output": "2"}}]},
          {"provider": "acme", "id": "house-model", "kind": "chat", "status": "active",
           "rows": [{"tier": "standard", "rates": {"input": "3", "output": "4"}}]}]})",
      "mine.json");
  ASSERT_TRUE(other.ok()) << other.status();
  const auto both = Table().ReplacedBy(*other);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(both->Resolve("gpt-4o")->model->rows[0].rate(RateKind::kInput)->ToString(), "1");
  EXPECT_EQ(both->Resolve("house-model")->model->provider, "acme");
  EXPECT_EQ(both->models().size(), Table().models().size() + 1);
  EXPECT_EQ(both->as_of(), (Date{2027, 1, 1}));
}

TEST(Tier, HasOpenAisOtherNames) {
  EXPECT_EQ(*ParseTier("fast"), Tier::kPriority);
  EXPECT_EQ(*ParseTier("default"), Tier::kStandard);
  EXPECT_FALSE(ParseTier("auto").ok());
  for (const Tier tier : kTiers) EXPECT_EQ(*ParseTier(TierName(tier)), tier);
}

}  // namespace
}  // namespace toktally::pricing
