// What each step from a typed name to a row says, kind by kind; and the shared table of names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pricing/cost.h"
#include "pricing/rate_table.h"

namespace toktally::pricing {
namespace {

using ::testing::HasSubstr;

constexpr Date kToday{2026, 11, 25};

const RateTable& Table() { return *RateTable::BuiltIn(); }

// What a million input tokens cost under a name: "openai/gpt-4o 2.50"; an error's message.
std::string PriceOf(std::string_view name, const RateTable& table = Table()) {
  const auto match = table.Resolve(name);
  if (!match.ok()) return std::string(match.status().message());
  Usage usage;
  usage.uncached_input = 1'000'000;
  // The standard rates of short prompts: thresholds are another subject.
  const auto row = FindRow(*match->model, Tier::kStandard, kToday, 0);
  if (!row.ok()) return match->model->FullName() + ": " + std::string(row.status().message());
  const auto& rate = (*row)->rate(RateKind::kInput);
  return match->model->FullName() + (rate ? " " + rate->ToString() : "");
}

std::string RemarksOf(std::string_view name) {
  const auto match = Table().Resolve(name);
  if (!match.ok()) return "refused: " + std::string(match.status().message());
  std::string all;
  for (const std::string& remark : match->remarks) all += remark + "\n";
  return all;
}

struct Expected {
  std::string_view name;
  std::string_view price;
};

TEST(Names, NothingIsSaid) {
  for (const auto& [name, price] : std::vector<Expected>{
           {"gpt-4o", "openai/gpt-4o 2.5"},
           {"  GPT-4o\n", "openai/gpt-4o 2.5"},
           {"openai:gpt-4o", "openai/gpt-4o 2.5"},
           {"openai:chat:gpt-4o", "openai/gpt-4o 2.5"},
           {"openai:responses:gpt-5", "openai/gpt-5 1.25"},
           {"google_genai:gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
           {"google-gla:gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
           {"models/gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
           {"gpt-5.2-xhigh", "openai/gpt-5.2 1.75"},
           {"claude-4.5-sonnet", "anthropic/claude-sonnet-4-5 3"},
           {"claude-4-5-sonnet", "anthropic/claude-sonnet-4-5 3"},
           {"claude-sonnet-4.5", "anthropic/claude-sonnet-4-5 3"},
           {"claude-4.5-sonnet-thinking", "anthropic/claude-sonnet-4-5 3"},
           {"claude-sonnet-3.7", "anthropic/claude-3-7-sonnet 3"},
           {"claude-5-opus", "anthropic/claude-opus-5 5"},
           {"claude-sonnet-4-5-20250929[1m]", "anthropic/claude-sonnet-4-5 3"},
           {"claude-3-5-sonnet-latest", "anthropic/claude-3-5-sonnet 3"},
           {"mistral-large-latest", "mistral/mistral-large-2512 0.5"},
           {"gpt-35-turbo", "openai/gpt-3.5-turbo 0.5"},
           {"openai/gpt-4o:nitro", "openai/gpt-4o 2.5"},
       }) {
    EXPECT_EQ(PriceOf(name), price);
    EXPECT_EQ(Table().Resolve(name)->seller, "") << name;
  }
}

TEST(Names, ARegionIsAFactor) {
  for (const auto& [name, price] : std::vector<Expected>{
           {"global.anthropic.claude-sonnet-4-6", "anthropic/claude-sonnet-4-6 3"},
           {"us.anthropic.claude-sonnet-4-6", "anthropic/claude-sonnet-4-6 3.3"},
           {"eu.anthropic.claude-opus-4-7", "anthropic/claude-opus-4-7 5.5"},
           {"bedrock:jp.anthropic.claude-opus-5", "anthropic/claude-opus-5 5.5"},
           {"anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5 3.3"},
           {"bedrock/us-east-1/anthropic.claude-sonnet-4-6", "anthropic/claude-sonnet-4-6 3.3"},
           {"us-gov.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4-5 1.2"},
           {"bedrock/us-gov-west-1/anthropic.claude-haiku-4-5-20251001-v1:0",
            "anthropic/claude-haiku-4-5 1.2"},
           {"us.anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic/claude-3-7-sonnet 3"},
           {"arn:aws:bedrock:eu-west-1:000000000000:inference-profile/"
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic/claude-sonnet-4-5 3.3"},
           {"arn:aws:bedrock:us-east-1:000000000000:inference-profile/"
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic/claude-sonnet-4-5 3"},
           {"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6",
            "anthropic/claude-sonnet-4-6 3.3"},
           {"azure/gpt-4o", "openai/gpt-4o 2.5"},
           {"azure/eu/gpt-4o-2024-08-06", "openai/gpt-4o 2.75"},
           {"vertex_ai/claude-opus-4-5@20251101", "anthropic/claude-opus-4-5 5"},
           {"projects/p/locations/global/publishers/anthropic/models/claude-opus-4-5@20251101",
            "anthropic/claude-opus-4-5 5"},
           {"publishers/google/models/gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
       }) {
    EXPECT_EQ(PriceOf(name), price) << name;
    EXPECT_THAT(RemarksOf(name), HasSubstr("sold by")) << name;
  }
}

TEST(Names, ATierHasRatesOfItsOwnOrNone) {
  EXPECT_EQ(PriceOf("gpt-5.5-fast"), "openai/gpt-5.5 12.5");
  EXPECT_EQ(PriceOf("claude-opus-4-6-fast"), "anthropic/claude-opus-4-6 30");
  EXPECT_EQ(PriceOf("openrouter/anthropic/claude-opus-5-fast"), "anthropic/claude-opus-5 10");
  EXPECT_EQ(PriceOf("gpt-5.3-codex-high-fast"), PriceOf("gpt-5.3-codex-fast"));
  EXPECT_THAT(PriceOf("claude-haiku-4-5-fast"), HasSubstr("which has no such rate"));
  EXPECT_THAT(RemarksOf("gpt-5.5-fast"), HasSubstr("priority"));
  EXPECT_NE(PriceOf("grok-3-mini-fast"), "xai/grok-3-mini 0.3");
}

TEST(Names, AnotherSellerIsRefusedByName) {
  for (const auto& [name, seller] : std::vector<Expected>{
           {"deepinfra/meta-llama/Llama-3.3-70B-Instruct-Turbo", "DeepInfra"},
           {"ollama/llama3.1-8b", "Ollama"},
           {"ollama:gpt-4o", "own machine"},
           {"snowflake/llama3.1-8b", "Snowflake"},
           {"azure_ai/grok-3-mini", "Azure AI Foundry"},
           {"vercel_ai_gateway/openai/gpt-4o", "Vercel"},
           {"replicate/anthropic/claude-3.5-sonnet", "Replicate"},
           {"cometapi/gpt-4o-mini", "CometAPI"},
           {"ofox/gpt-4o", "ofox"},
           {"github_copilot/gpt-4o", "GitHub Copilot"},
           {"azure/mistral-large-2512", "Azure"},
           {"bedrock/eu-central-1/6-month-commitment/anthropic.claude-sonnet-4-5", "variant"},
           {"1024-x-1024/gpt-image-1", "variant"},
           {"gpt-4o:free", "free"},
           {"openrouter/openai/gpt-5-mini:free", "free"},
           {"openai/gpt-4o:extended", ":extended"},
           {"anthropic/gpt-4o", "Anthropic"},
           {"my-gateway/llama-3.3-70b-versatile", "my-gateway"},
           {"azure/swedencentral/gpt-4o", "swedencentral"},
       }) {
    EXPECT_FALSE(Table().Resolve(name).ok()) << name << " " << PriceOf(name);
    EXPECT_THAT(PriceOf(name), HasSubstr(seller)) << name;
  }
}

TEST(Names, AHostsOwnRowIsFound) {
  for (const auto& [name, price] : std::vector<Expected>{
           {"groq/openai/gpt-oss-120b", "groq/openai/gpt-oss-120b 0.15"},
           {"groq/gpt-oss-120b", "groq/openai/gpt-oss-120b 0.15"},
           {"fireworks_ai/accounts/fireworks/models/gpt-oss-120b", "fireworks/gpt-oss-120b 0.15"},
           {"groq:llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile 0.59"},
       }) {
    EXPECT_EQ(PriceOf(name), price);
  }
  EXPECT_THAT(RemarksOf("llama-3.3-70b-versatile"), HasSubstr("Groq"));
}

TEST(Names, WhatIsNotCertainIsSaid) {
  EXPECT_EQ(PriceOf("my-gateway/gpt-4o"), "openai/gpt-4o 2.5");
  EXPECT_THAT(RemarksOf("my-gateway/gpt-4o"), HasSubstr("nobody knows"));
  EXPECT_THAT(RemarksOf("openrouter/openai/gpt-4o:online"), HasSubstr("searches the web"));
  EXPECT_THAT(RemarksOf("openrouter/openai/gpt-4o"), HasSubstr("OpenRouter"));
  EXPECT_THAT(RemarksOf("gpt-4o-2025-12-24"), HasSubstr("no snapshot of 2025-12-24"));
  EXPECT_EQ(RemarksOf("gpt-4o-2024-08-06"), "");
  EXPECT_THAT(PriceOf("gemini-2.5-flash-latest"), HasSubstr("an alias that moves"));
}

TEST(Names, AContractChangesTheRates) {
  Contract contract;
  contract.factors["openai"] = *Ratio::Of(85, 100);
  contract.seller_factors["cometapi"] = *Ratio::Of(8, 10);
  contract.names["prod-chat"] = "azure/gpt-4o";
  const RateTable table = Table().Under(contract);
  EXPECT_EQ(PriceOf("gpt-4o", table), "openai/gpt-4o 2.125");
  EXPECT_EQ(PriceOf("claude-opus-5", table), "anthropic/claude-opus-5 5");
  EXPECT_EQ(PriceOf("cometapi/claude-opus-5", table), "anthropic/claude-opus-5 4");
  EXPECT_EQ(PriceOf("prod-chat", table), "openai/gpt-4o 2.125");
  EXPECT_EQ(PriceOf("gpt-4o"), "openai/gpt-4o 2.5");
}

// ---- the shared table
// ----------------------------------------------------------------------------

struct SharedName {
  std::string name;
  std::string id;
  std::string note;
};

std::vector<SharedName> SharedNames() {
  std::ifstream file(TOKTALLY_SHARED_DIR "/cases/model_names.tsv");
  std::vector<SharedName> names;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    SharedName name;
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    cells.resize(4);
    name.name = cells[0];
    const std::size_t newline = name.name.find("\\n");
    if (newline != std::string::npos) name.name.replace(newline, 2, "\n");
    name.id = cells[1];
    name.note = cells[3];
    names.push_back(std::move(name));
  }
  return names;
}

// Where we differ from the table, and why.
const std::map<std::string, std::string>& Judgements() {
  static const std::map<std::string, std::string> judgements = {
      {"cometapi/gpt-4o-mini",
       "CometAPI is a seller we know by name and not by price: refused, with its name and "
       "--seller-factor; only hosts that nobody knows get the list price with a remark"}};
  return judgements;
}

std::string Wrong(const SharedName& expected) {
  const std::string price = PriceOf(expected.name);
  const auto match = Table().Resolve(expected.name);
  const bool own_model = expected.note.find("model of its own") != std::string::npos;
  if (expected.id == "-") {
    if (!match.ok() || own_model) return "";
    return "has a rate: " + price;
  }
  const bool factor = expected.note.starts_with("[uplift=");
  const bool tier = expected.note.starts_with("[tier=");
  if (!match.ok()) return factor || tier ? "" : price;
  if (match->model->FullName() != expected.id) return "is " + price;
  // The list price, times the factor or of the tier.
  const auto base = Table().Resolve(expected.id);
  if (!base.ok()) return "its id is unknown";
  const auto row = FindRow(*base->model, tier ? Tier::kPriority : Tier::kStandard, kToday, 0);
  const auto own = FindRow(*match->model, Tier::kStandard, kToday, 0);
  if (!row.ok() || !own.ok()) return row.ok() == own.ok() ? "" : "has no rate";
  Ratio times(1);
  if (factor) times = *Ratio::Parse(expected.note.substr(8, expected.note.find(']') - 8));
  for (std::size_t i = 0; i < kRateKinds; ++i) {
    const auto& listed = (*row)->rates[i];
    const auto& billed = (*own)->rates[i];
    if (listed.has_value() != billed.has_value()) return "has other kinds of rates";
    if (listed && listed->Times(times) != billed) return "has another rate: " + billed->ToString();
  }
  if (expected.note.starts_with("[remark]") && match->remarks.empty()) return "says nothing";
  return "";
}

TEST(Names, TheSharedTable) {
  const std::vector<SharedName> names = SharedNames();
  if (names.empty()) GTEST_SKIP() << "no ../shared/cases/model_names.tsv";
  EXPECT_EQ(names.size(), 382u);
  for (const SharedName& name : names) {
    if (Judgements().contains(name.name)) continue;
    EXPECT_EQ(Wrong(name), "") << name.name << " " << name.note;
  }
}

}  // namespace
}  // namespace toktally::pricing
