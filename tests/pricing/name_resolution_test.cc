// What each step from a typed name to a row says, kind by kind; and the shared table of names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/seller_table.h"
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

// Every word of data/sellers.tsv before models of every maker: the maker's own price only under the
// maker's own words, else the seller's factor or no price at all.
TEST(Names, NoSellersWordLeadsToAnotherSellersPrice) {
  const std::vector<std::string> models = {"gpt-4o",           "claude-opus-5",      "grok-4.3",
                                           "gemini-2.5-flash", "mistral-large-2512", "glm-5.2",
                                           "deepseek-v4-pro",  "command-a-03-2025",  "kimi-k2.6"};
  const TableRules& rules = Table().rules();
  for (const SellerRow& row : SellerRows()) {
    if (row.word.ends_with('.') || row.kind == SellerKind::kProxy) continue;
    for (const std::string& model : models) {
      for (const char* separator : {"/", ":"}) {
        const std::string name = std::string(row.word) + separator + model;
        const auto match = Table().Resolve(name);
        if (!match.ok()) continue;
        const std::string& provider = match->model->provider;
        EXPECT_EQ(match->model->id, Table().Resolve(model)->model->id) << name;
        if (row.seller == provider) {
          EXPECT_EQ(match->seller, "") << name;
          continue;
        }
        EXPECT_EQ(match->seller, row.seller) << name;
        const bool listed =
            std::any_of(rules.factors.begin(), rules.factors.end(), [&](const SellerFactor& rule) {
              return rule.seller == row.seller && rule.match.Holds(provider, match->model->id);
            });
        EXPECT_TRUE(listed) << name;
      }
    }
  }
}

// Keys in the forms of LiteLLM's list, each with what it may be: refused, or this price for a
// million input tokens.
TEST(Names, KeysInLiteLlmsForms) {
  for (const auto& [name, price] : std::vector<Expected>{
           {"azure/global/gpt-4o-2024-11-20", "openai/gpt-4o 2.5"},
           {"azure/global-standard/gpt-4o-mini", "openai/gpt-4o-mini 0.15"},
           {"azure/us/gpt-4.1-2025-04-14", "openai/gpt-4.1 2.2"},
           {"azure/eu/o1-2024-12-17", "openai/o1 16.5"},
           {"bedrock/global.anthropic.claude-opus-4-5-20251101-v1:0",
            "anthropic/claude-opus-4-5 5"},
           {"bedrock/ap-northeast-1/anthropic.claude-sonnet-4-6",
            "anthropic/claude-sonnet-4-6 3.3"},
           {"apac.anthropic.claude-sonnet-4-20250514-v1:0", "anthropic/claude-sonnet-4-0 3"},
           {"vertex_ai/claude-3-5-sonnet-v2@20241022", "anthropic/claude-3-5-sonnet 3"},
           {"vertex_ai/gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
           {"gemini/gemini-2.5-flash", "google/gemini-2.5-flash 0.3"},
           {"openrouter/x-ai/grok-4.3", "xai/grok-4.3 1.25"},
           {"xai/grok-4.3-latest", "xai/grok-4.3 1.25"},
           {"amazon.nova-pro-v1:0", "amazon/nova-pro-v1 0.8"},
           {"us.amazon.nova-lite-v1:0", "amazon/nova-lite-v1 0.06"},
           {"us.amazon.nova-2-lite-v1:0", "amazon/nova-2-lite-v1 0.33"},
           {"ft:gpt-4o-mini-2024-07-18", "openai/ft:gpt-4o-mini-2024-07-18 0.3"},
       }) {
    EXPECT_EQ(PriceOf(name), price) << name;
  }
  for (const char* name : {"azure/standard/1024-x-1024/dall-e-3",
                           "azure_ai/deepseek-v4-pro",
                           "azure/eastus/gpt-4o",
                           "bedrock/us-east-1/1-month-commitment/anthropic.claude-opus-4-5",
                           "low/1024-x-1024/gpt-image-1",
                           "bedrock_mantle/openai.gpt-5.5",
                           "databricks/databricks-gpt-5",
                           "github_copilot/gpt-4o",
                           "vercel_ai_gateway/anthropic/claude-opus-4.5",
                           "deepinfra/google/gemini-2.5-flash",
                           "replicate/openai/gpt-4o",
                           "oci/xai.grok-4",
                           "heroku/claude-4-sonnet",
                           "perplexity/gpt-4o",
                           "gradient_ai/anthropic-claude-opus-4-5",
                           "poe/gpt-4o",
                           "aiml/gpt-4o",
                           "v0/gpt-5",
                           "vertex_ai/mistral-large-2512",
                           "vertex_ai/xai/grok-4.3",
                           "snowflake/claude-opus-4-5",
                           "together_ai/openai/gpt-4o",
                           "nscale/openai/gpt-oss-120b",
                           "ollama/gpt-oss:120b-cloud",
                           "lemonade/gpt-oss-120b-mxfp4-gguf",
                           "watsonx/openai/gpt-oss-120b",
                           "amazon.nova-pro-v1:0:24k",
                           "hyperbolic/deepseek-ai/deepseek-v4-pro",
                           "novita/deepseek/deepseek-v4-pro",
                           "sambanova/deepseek-v4-pro",
                           "dashscope/deepseek-v4-pro",
                           "groq/deepseek-v4-pro"}) {
    EXPECT_FALSE(Table().Resolve(name).ok()) << name << " is " << PriceOf(name);
  }
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
