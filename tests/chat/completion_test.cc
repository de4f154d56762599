#include "chat/completion.h"

#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

std::int64_t Completion(std::string_view request_json, std::string_view response_json,
                        std::int64_t reasoning = 0, CountOptions options = {}) {
  const auto parsed = ParseText(request_json);
  const auto response = JsonDocument::Parse(response_json, "response.json");
  EXPECT_TRUE(parsed.ok() && response.ok());
  const Replies replies = ParseReplies(response->root());
  Counter counter;
  const auto prediction = PredictCompletion(parsed->request, replies, reasoning, counter, options);
  EXPECT_TRUE(prediction.ok());
  return prediction->tokens;
}

constexpr std::string_view kPlain = R"({"model":"gpt-4o","messages":[]})";
constexpr std::string_view kHello =
    R"({"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]})";

TEST(PredictCompletion, TextIsItsTokens) {
  EXPECT_EQ(Completion(kPlain, kHello), 1);
  EXPECT_EQ(Completion(R"({"model":"gpt-5","messages":[]})", kHello), 1 + 3);
  EXPECT_EQ(Completion(R"({"model":"gpt-5","messages":[]})", kHello, 64), 1 + 9 + 64);
}

TEST(PredictCompletion, TheStopTokenWasBilledOnce) {
  CountOptions then;
  then.as_of = 1740000000;
  EXPECT_EQ(Completion(kPlain, kHello, 0, then), 2);
}

TEST(PredictCompletion, EveryChoiceCounts) {
  EXPECT_EQ(Completion(kPlain, R"({"choices":[{"message":{"content":"Hello"}},
                                              {"message":{"content":"Hello"}}]})"),
            2);
}

// "functions.f" is 2 tokens, "{}" 1.
TEST(PredictCompletion, Calls) {
  const std::string_view request = R"({"model":"gpt-4o","messages":[],"tools":[
      {"type":"function","function":{"name":"f"}}]})";
  EXPECT_EQ(Completion(request, R"({"choices":[{"message":{"content":null,"tool_calls":[
      {"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]})"),
            6 + 2 + 1);
}

TEST(PredictCompletion, Responses) {
  const std::string_view request = R"({"model":"gpt-4o","input":"x"})";
  EXPECT_EQ(Completion(request, R"({"status":"completed","output":[{"type":"message",
      "content":[{"type":"output_text","text":"Hello"}]}]})"),
            2);
  EXPECT_EQ(Completion(request, R"({"status":"incomplete","output":[{"type":"message",
      "content":[{"type":"output_text","text":"Hello"}]}]})"),
            1);
}

}  // namespace
}  // namespace toktally::chat
