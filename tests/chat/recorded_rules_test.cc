// Rules of which each stands on recorded calls; the numbers are those that were billed.

#include <gtest/gtest.h>

#include <string>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

TEST(RecordedRules, ANameReplacesTheRoleOf0301) {
  EXPECT_EQ(CountText(R"({"model":"gpt-3.5-turbo-0301","messages":[
                {"role":"user","name":"ann","content":"hi"}]})")
                .prompt_tokens,
            9);
}

TEST(RecordedRules, TheReplyWasPrimedWithTwoInItsFirstWeeks) {
  CountOptions options;
  options.as_of = 1679000000;
  const std::string_view hello =
      R"({"model":"gpt-3.5-turbo-0301","messages":[{"role":"user","content":"Hello"}]})";
  EXPECT_EQ(CountText(hello, options).prompt_tokens, CountText(hello).prompt_tokens - 1);
}

TEST(RecordedRules, AzuresNameWithFunctionsIsALaterVersion) {
  const auto count = [](const std::string& model) {
    return CountText(R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hello"}],
        "tools":[{"type":"function","function":{"name":"f","description":"Find it"}}]})")
        .prompt_tokens;
  };
  EXPECT_EQ(count("gpt-35-turbo"), count("gpt-3.5-turbo-0125"));
}

TEST(RecordedRules, AnEarlyResponseHadAPromptOfItsOwn) {
  CountOptions early;
  early.as_of = 1742000000;
  const std::string_view hello = R"({"model":"gpt-4o","input":"Hello"})";
  const Prediction prediction = CountText(hello, early);
  EXPECT_EQ(prediction.prompt_tokens, CountText(hello).prompt_tokens + 18);
  EXPECT_EQ(prediction.label.certainty, Certainty::kEstimate);
}

// The length of what is encrypted tells about how long the reasoning was: 1,892 bytes were billed
// 151 tokens.
TEST(RecordedRules, EncryptedReasoningIsEstimatedByItsLength) {
  const auto count = [](std::size_t bytes) {
    return CountText(R"({"model":"gpt-5-mini","input":[{"role":"user","content":"Hello"},
        {"type":"reasoning","summary":[],"encrypted_content":")" +
                     std::string(bytes, 'A') + R"("},
        {"type":"function_call","name":"f","call_id":"c","arguments":"{}"},
        {"type":"function_call_output","call_id":"c","output":"3"}]})");
  };
  const Prediction one = count(1892);
  const Prediction none = count(0);
  EXPECT_EQ(none.label.certainty, Certainty::kUnknown);
  EXPECT_EQ(one.label.certainty, Certainty::kEstimate);
  const std::int64_t reasoning = one.prompt_tokens - none.prompt_tokens;
  EXPECT_NEAR(static_cast<double>(reasoning), 151, static_cast<double>(one.label.bound));
  EXPECT_GT(count(9420).prompt_tokens, one.prompt_tokens + 1000);
}

TEST(RecordedRules, ADeclaredServerToolThatIsNotUsedIsAssumed) {
  const Prediction prediction =
      CountText(R"({"model":"gpt-5.4","input":"Hello","tools":[{"type":"web_search"}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kAssumed);
  EXPECT_EQ(TokensOf(prediction, PartKind::kTools), 4436);
}

TEST(RecordedRules, AFunctionOfO4MiniCostsOneMoreInTheChat) {
  const auto tools = [](const std::string& model) {
    return TokensOf(CountText(R"({"model":")" + model + R"(","messages":[{"role":"user",
        "content":"Hello"}],"tools":[{"type":"function","function":{"name":"f",
        "description":"Find it"}}]})"),
                    PartKind::kTools);
  };
  EXPECT_EQ(tools("gpt-5"), tools("o4-mini") + 81);
  EXPECT_EQ(tools("o3-mini"), tools("o4-mini"));
}

// The forms that people keep requests in.
TEST(RequestForms, AListOfMessagesIsAConversation) {
  EXPECT_EQ(CountText(R"([{"role":"user","content":"Hello"}])",
                      {.model = "gpt-4o", .default_model = {}, .as_of = {}})
                .prompt_tokens,
            8);
}

TEST(RequestForms, ALegacyPromptHasNoFrame) {
  EXPECT_EQ(
      CountText(R"({"model":"gpt-3.5-turbo-instruct","prompt":["Hello","Hello"]})").prompt_tokens,
      2);
}

TEST(RequestForms, PreferenceDataHoldItsRequestInInput) {
  EXPECT_EQ(CountText(R"({"input":{"messages":[{"role":"user","content":"Hello"}]},
                "preferred_output":[],"non_preferred_output":[]})",
                      {.model = "gpt-4o", .default_model = {}, .as_of = {}})
                .prompt_tokens,
            8);
}

}  // namespace
}  // namespace toktally::chat
