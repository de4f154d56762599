#include "chat/trim.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

// With gpt-4o every message is 5 tokens, the reply's priming 3.
constexpr std::string_view kTalk = R"({"model":"gpt-4o","messages":[
  {"role":"system","content":"Hello"},
  {"role":"user","content":"Hello"},
  {"role":"assistant","content":"Hello"},
  {"role":"user","content":"Hello"}
]})";

struct Result {
  std::string text;
  Trimmed trimmed;
};

absl::StatusOr<Result> TrimText(std::string_view json, std::int64_t max_tokens) {
  auto parsed = ParseText(json);
  if (!parsed.ok()) return parsed.status();
  Counter counter;
  auto trimmed = Trim(parsed->request, max_tokens, counter);
  if (!trimmed.ok()) return trimmed.status();
  std::string text = WithoutDropped(json, parsed->request, trimmed->kept);
  return Result{std::move(text), *std::move(trimmed)};
}

TEST(Trim, LeavesWhatFits) {
  const auto result = TrimText(kTalk, 23);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->trimmed.dropped, 0U);
  EXPECT_EQ(result->text, kTalk);
}

TEST(Trim, DropsTheOldestFirst) {
  const auto result = TrimText(kTalk, 22);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->trimmed.after.prompt_tokens, 18);
  EXPECT_EQ(result->text, R"({"model":"gpt-4o","messages":[
  {"role":"system","content":"Hello"},
  {"role":"assistant","content":"Hello"},
  {"role":"user","content":"Hello"}
]})");
}

TEST(Trim, KeepsSystemAndTheLastUserMessage) {
  const auto result = TrimText(kTalk, 13);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, R"({"model":"gpt-4o","messages":[
  {"role":"system","content":"Hello"},
  {"role":"user","content":"Hello"}
]})");
  const auto impossible = TrimText(kTalk, 12);
  EXPECT_EQ(impossible.status().code(), absl::StatusCode::kOutOfRange);
}

// gpt-5.4 with functions is modelled within 3: what may be billed has to fit, not what is counted.
TEST(Trim, LeavesRoomForTheBoundOfTheLabel) {
  const std::string request = R"({"model":"gpt-5.4","messages":[{"role":"user","content":"Hello"},
      {"role":"user","content":"Hello"}],"tools":[{"function":{"name":"f"}}]})";
  const Prediction whole = CountText(request);
  ASSERT_EQ(whole.label, (Label{Certainty::kModelled, 3}));
  const auto fits = TrimText(request, whole.prompt_tokens + 3);
  ASSERT_TRUE(fits.ok());
  EXPECT_EQ(fits->trimmed.dropped, 0U);
  const auto one_less = TrimText(request, whole.prompt_tokens + 2);
  ASSERT_TRUE(one_less.ok());
  EXPECT_EQ(one_less->trimmed.dropped, 1U);
}

TEST(Trim, WhatIsDroppedAtTheFrontTakesItsComma) {
  const auto result = TrimText(R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"},)"
                               R"({"role":"user","content":"Hello"}],"n":1})",
                               8);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text,
            R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}],"n":1})");
}

TEST(Trim, ACallGoesWithItsResults) {
  const auto result = TrimText(R"({"model":"gpt-4o","messages":[
      {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":"1"},
      {"role":"user","content":"Hello"}]})",
                               10);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->trimmed.dropped, 2U);
  EXPECT_TRUE(JsonDocument::Parse(result->text, "").ok());
}

TEST(Trim, TenThousandMessagesTakeNoTime) {
  std::string json = R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."})";
  for (int i = 0; i < 10000; ++i) {
    json += R"(,{"role":")";
    json += i % 2 == 0 ? "user" : "assistant";
    json += R"(","content":"This is message number )" + std::to_string(i) + R"( of a long talk."})";
  }
  json += "]}";
  const auto parsed = ParseText(json);
  ASSERT_TRUE(parsed.ok());
  Counter counter;
  const auto start = std::chrono::steady_clock::now();
  const auto trimmed = Trim(parsed->request, 8000, counter);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(trimmed.ok());
  EXPECT_LE(trimmed->after.prompt_tokens, 8000);
  EXPECT_GT(trimmed->after.prompt_tokens, 7900);
  // About 10 ms in a release build; sanitizers and busy machines are slower.
  EXPECT_LT(took, std::chrono::seconds(2));
}

}  // namespace
}  // namespace toktally::chat
