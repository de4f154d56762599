#include "chat/growth.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

// A system message, a question and an answer of 5 tokens each; the priming is 3.
constexpr std::string_view kTalk = R"({"model":"gpt-4o","messages":[
    {"role":"system","content":"Hello"},{"role":"user","content":"Hello"},
    {"role":"assistant","content":"Hello"}]})";

absl::StatusOr<Growth> Grow(std::string_view json, const GrowthOptions& options) {
  const auto parsed = ParseText(json);
  if (!parsed.ok()) return parsed.status();
  Counter counter;
  return PredictGrowth(parsed->request, options, counter);
}

std::vector<std::int64_t> Prompts(const Growth& growth) {
  std::vector<std::int64_t> prompts;
  for (const GrowthTurn& turn : growth.turns) prompts.push_back(turn.prompt);
  return prompts;
}

TEST(PredictGrowth, EveryTurnSendsAllBeforeIt) {
  GrowthOptions options;
  options.turns = 4;
  const auto growth = Grow(kTalk, options);
  ASSERT_TRUE(growth.ok()) << growth.status().message();
  EXPECT_EQ(Prompts(*growth), (std::vector<std::int64_t>{13, 23, 33, 43}));
  EXPECT_FALSE(growth->turns[0].assumed);
  EXPECT_TRUE(growth->turns[1].assumed);
  EXPECT_EQ(growth->turns[3].reply, 1);
}

TEST(PredictGrowth, TheCacheHoldsWhatTheTurnBeforeSent) {
  GrowthOptions options;
  options.turns = 3;
  options.least_cached = 20;
  const auto growth = Grow(kTalk, options);
  ASSERT_TRUE(growth.ok());
  EXPECT_EQ(growth->turns[1].cached, 0);  // the first prompt was too short
  EXPECT_EQ(growth->turns[2].cached, 20);
}

TEST(PredictGrowth, TrimmingBoundsThePromptAndLosesTheCache) {
  GrowthOptions options;
  options.turns = 5;
  options.max_tokens = 25;
  options.least_cached = 1;
  const auto growth = Grow(kTalk, options);
  ASSERT_TRUE(growth.ok());
  EXPECT_EQ(growth->turns[4].trimmed_prompt, 23);
  EXPECT_EQ(growth->turns[1].trimmed_cached, 10);
  EXPECT_EQ(growth->turns[4].trimmed_cached, 5);  // the system message
  options.max_tokens = 12;
  EXPECT_EQ(Grow(kTalk, options).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(PredictGrowth, AsksForAReplyThatNobodyKnows) {
  const std::string_view question =
      R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]})";
  GrowthOptions options;
  options.turns = 2;
  EXPECT_EQ(Grow(question, options).status().code(), absl::StatusCode::kInvalidArgument);
  options.reply_tokens = 100;
  const auto growth = Grow(question, options);
  ASSERT_TRUE(growth.ok());
  EXPECT_EQ(Prompts(*growth), (std::vector<std::int64_t>{8, 117}));
}

}  // namespace
}  // namespace toktally::chat
