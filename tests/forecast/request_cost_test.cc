// What a request may cost, from the library alone: the prompt's label and the reply's range decide
// low and high, the request's own limit the worst case.

#include "forecast/request_cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/count.h"

namespace toktally::forecast {
namespace {

constexpr std::string_view kTable = R"({"schema": 2, "as_of": "2026-11-01",
"sources": {"s": {"what": "made up"}}, "models": [
{"provider": "p", "id": "dear", "kind": "chat", "status": "active", "rows": [
  {"tier": "standard", "rates": {"input": "10", "output": "100"}, "sources": ["s"]}]},
{"provider": "p", "id": "cheap", "kind": "chat", "status": "active", "rows": [
  {"tier": "standard", "rates": {"input": "1", "output": "2"}, "sources": ["s"]}]}]})";

class RequestCostTest : public ::testing::Test {
 protected:
  RequestCostTest() : table_(pricing::RateTable::Parse(kTable, "table.json")) {
    prediction_.prompt_tokens = 100;
    prediction_.label = {chat::Certainty::kModelled, 10};
    terms_.model = "dear";
  }

  absl::StatusOr<RequestCost> Price() {
    return PriceRequest(
        prediction_, terms_, {2026, 11, 2},
        [this](const std::string& name) -> absl::StatusOr<const pricing::PricedModel*> {
          const auto match = table_->Resolve(name);
          if (!match.ok()) return match.status();
          return match->model;
        });
  }
  static std::string Text(const std::optional<pricing::Money>& money) {
    return money ? money->ToString() : "unknown";
  }

  absl::StatusOr<pricing::RateTable> table_;
  chat::Prediction prediction_;
  RequestTerms terms_;
};

TEST_F(RequestCostTest, ThePromptAloneIsPricedAsPredicted) {
  ASSERT_TRUE(table_.ok()) << table_.status();
  const auto cost = Price();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(Text(cost->input), "0.001");
  EXPECT_EQ(Text(cost->expected), "unknown");
  EXPECT_EQ(Text(cost->worst_case), "unknown");
}

TEST_F(RequestCostTest, TheLabelAndTheReplyMakeTheRange) {
  ASSERT_TRUE(table_.ok()) << table_.status();
  terms_.choices = 2;
  terms_.reply = Range<std::int64_t>{{1, 5, 20}};
  terms_.max_output_tokens = 50;
  const auto cost = Price();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(Text(cost->low), "0.0011");         // 90 in, 2 × 1 out
  EXPECT_EQ(Text(cost->expected), "0.002");     // 100 in, 2 × 5 out
  EXPECT_EQ(Text(cost->high), "0.0051");        // 110 in, 2 × 20 out
  EXPECT_EQ(Text(cost->worst_case), "0.0111");  // 110 in, 2 × 50 out
}

TEST_F(RequestCostTest, AnUnknownPromptHasNoCost) {
  ASSERT_TRUE(table_.ok()) << table_.status();
  prediction_.label = {chat::Certainty::kUnknown, 0};
  terms_.max_output_tokens = 50;
  const auto cost = Price();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(Text(cost->input), "unknown");
  EXPECT_EQ(Text(cost->worst_case), "unknown");
}

TEST_F(RequestCostTest, AFallbackWidensTheRangeAndAnUnknownOneRemovesIt) {
  ASSERT_TRUE(table_.ok()) << table_.status();
  terms_.reply = Range<std::int64_t>::Same(10);
  prediction_.alternatives = {{"cheap", 100, {chat::Certainty::kExact, 0}}};
  auto cost = Price();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(Text(cost->low), "0.00012");
  EXPECT_EQ(Text(cost->high), "0.0021");
  prediction_.alternatives.push_back({"nobody-knows", 100, {chat::Certainty::kExact, 0}});
  cost = Price();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(Text(cost->low), "unknown");
  EXPECT_EQ(Text(cost->expected), "0.002");
  EXPECT_EQ(cost->alternative_inputs.size(), 2u);
}

TEST_F(RequestCostTest, AModelWithoutRatesIsAnError) {
  ASSERT_TRUE(table_.ok()) << table_.status();
  terms_.model = "nobody-knows";
  EXPECT_EQ(Price().status().code(), absl::StatusCode::kNotFound);
  terms_.model = "dear";
  terms_.tier = pricing::Tier::kBatch;
  EXPECT_FALSE(Price().ok());
}

TEST_F(RequestCostTest, LimitsThatArePassedAreNamed) {
  pricing::ModelLimits limits;
  limits.context_window = 1000;
  limits.max_output = 300;
  terms_.max_output_tokens = 301;
  const auto kinds = [&](std::int64_t prompt) {
    std::vector<PassedLimit::Kind> found;
    for (const PassedLimit& passed : PassedLimits(limits, prompt, terms_))
      found.push_back(passed.kind);
    return found;
  };
  EXPECT_THAT(kinds(699), ::testing::ElementsAre(PassedLimit::Kind::kOutput));
  EXPECT_THAT(kinds(700),
              ::testing::ElementsAre(PassedLimit::Kind::kOutput, PassedLimit::Kind::kContext));
  terms_.max_output_tokens.reset();
  EXPECT_TRUE(kinds(1000).empty());
}

}  // namespace
}  // namespace toktally::forecast
