#include "chat/harmony_prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Prediction Count(std::string_view json, std::string_view model = "gpt-oss-120b") {
  const auto parsed = ParseText(json);
  EXPECT_TRUE(parsed.ok()) << parsed.status().message();
  if (!parsed.ok()) return {};
  Counter counter;
  CountOptions options;
  options.default_model = model;
  const auto prediction = counter.Count(parsed->request, options);
  EXPECT_TRUE(prediction.ok()) << prediction.status().message();
  return prediction.ok() ? *prediction : Prediction();
}

constexpr std::string_view kHello = R"({"messages":[{"role":"user","content":"Hello"}]})";

TEST(Harmony, IsTheFormatOfGptOssUnderAllItsNames) {
  for (const char* const name : {"gpt-oss-20b", "openai/gpt-oss-120b", "gpt-oss:120b",
                                 "gpt-oss:20b-cloud", "openai.gpt-oss-120b-1:0"}) {
    EXPECT_TRUE(IsHarmonyModel(name)) << name;
    EXPECT_EQ(Count(kHello, name).prompt_tokens, 68) << name;
  }
  EXPECT_FALSE(IsHarmonyModel("gpt-4o"));
  EXPECT_FALSE(IsHarmonyModel("gpt-oss:7"));
  EXPECT_FALSE(IsHarmonyModel(""));
}

// The system message is 61 tokens with its frame, a user's frame 4, the priming 2; one word.
TEST(Harmony, AddsTheSystemMessageAndFrames) {
  const Prediction prediction = Count(kHello);
  EXPECT_EQ(prediction.family, "gpt-oss");
  EXPECT_EQ(prediction.encoding, "o200k_harmony");
  EXPECT_EQ(prediction.label, (Label{Certainty::kEstimate, 2, 2, 19}));
  // A final answer has a channel: 6 and its word. So has a user's message 4 and its word.
  EXPECT_EQ(Count(R"({"messages":[{"role":"user","content":"Hello"},
                      {"role":"assistant","content":"Hello"},{"role":"user","content":"Hello"}]})")
                .prompt_tokens,
            68 + 7 + 5);
  // "# Instructions\n\n" is 3 tokens, "Hello" 1, the frame 4.
  EXPECT_EQ(Count(R"({"messages":[{"role":"system","content":"Hello"},
                      {"role":"user","content":"Hello"}]})")
                .prompt_tokens,
            68 + 8);
}

TEST(Harmony, ShowsFunctionsCallsAndReasoningUntilTheNextQuestion) {
  const std::string tools =
      R"("tools":[{"type":"function","function":{"name":"f","description":"d"}}])";
  const std::string loop =
      R"({"messages":[{"role":"user","content":"Hello"},
          {"role":"assistant","content":"not shown at all","reasoning":"Hello Hello","tool_calls":
            [{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c","content":"Hello"})";
  const Prediction asked = Count(loop + "]," + tools + "}");
  EXPECT_EQ(asked.label.certainty, Certainty::kEstimate);
  EXPECT_EQ(asked.label.below, 2 + 1 + 6);
  EXPECT_EQ(asked.label.bound, 2 + 8 + 5);
  // Of the thought 6 and two words are gone, the question is 5 more.
  const Prediction next = Count(loop + R"(,{"role":"user","content":"Hello"}],)" + tools + "}");
  EXPECT_EQ(next.prompt_tokens, asked.prompt_tokens - 8 + 5);
}

TEST(Harmony, NamesWhatItCannotCount) {
  const Prediction form = Count(
      R"({"messages":[{"role":"user","content":"Hello"}],
          "response_format":{"type":"json_object"}})");
  EXPECT_EQ(form.label.certainty, Certainty::kUnknown);
  EXPECT_THAT(form.unknown, Contains(HasSubstr("the form of the reply")));
  EXPECT_THAT(Count(kHello).unknown, IsEmpty());
}

TEST(Harmony, TellsWhatEachUnitOfMessagesCosts) {
  const auto parsed = ParseText(R"({"model":"gpt-oss-20b","messages":[
      {"role":"system","content":"Hello"},{"role":"user","content":"Hello"},
      {"role":"assistant","tool_calls":
        [{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"c","content":"Hello"}]})");
  ASSERT_TRUE(parsed.ok());
  Counter counter;
  std::vector<MessageUnit> units;
  const auto prediction = counter.Count(parsed->request, {}, units);
  ASSERT_TRUE(prediction.ok());
  ASSERT_EQ(units.size(), 3U);
  EXPECT_TRUE(units[0].keeps);
  EXPECT_EQ(units[2].end, 4U);
  EXPECT_EQ(units[0].tokens + units[1].tokens + units[2].tokens + 61 + 2,
            prediction->prompt_tokens);
}

}  // namespace
}  // namespace toktally::chat
