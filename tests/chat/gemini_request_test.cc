// Requests of Google's form.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chat/gemini_rules.h"
#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

using ::testing::HasSubstr;

TEST(GeminiRequest, ReadsBothSpellings) {
  const auto parsed = ParseText(R"({"model":"models/gemini-2.5-flash","system_instruction":{
      "parts":[{"text":"Be brief."}]},"generationConfig":{"maxOutputTokens":9,"candidateCount":2},
      "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT"}}]}],"contents":[
      {"role":"user","parts":[{"text":"Hel"},{"text":"lo"}]},
      {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"x":3}}}]}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Request& request = parsed->request;
  EXPECT_EQ(request.endpoint, Endpoint::kGenerateContent);
  EXPECT_EQ(request.model, "gemini-2.5-flash");
  EXPECT_EQ(request.instructions, "Be brief.");
  EXPECT_EQ(request.max_output_tokens, 9);
  EXPECT_EQ(request.choices, 2);
  EXPECT_EQ(request.functions.size(), 1U);
  EXPECT_EQ(request.messages[0].text, "Hello");
  EXPECT_EQ(request.messages[1].calls[0].arguments, R"({"a":1})");
  EXPECT_EQ(request.messages[2].results[0].text, R"({"x":3})");
}

TEST(GeminiRequest, EachContentIsFramed) {
  const Prediction one = CountText(
      R"({"model":"gemini-2.5-flash","contents":[{"role":"user","parts":[{"text":"Hello"}]}]})");
  EXPECT_EQ(TokensOf(one, PartKind::kFraming), 1);
  EXPECT_EQ(one.label.certainty, Certainty::kEstimate);
  const Prediction old = CountText(
      R"({"model":"gemini-2.0-flash","contents":[{"role":"user","parts":[{"text":"Hello"}]}]})");
  EXPECT_EQ(TokensOf(old, PartKind::kFraming), 0);
}

TEST(GeminiImage, DependsOnTheGeneration) {
  const GeminiRules& rules20 = *FindGeminiRules("gemini-2.0-flash");
  const GeminiRules& rules25 = *FindGeminiRules("gemini-2.5-pro");
  EXPECT_EQ(GeminiImageTokens(rules20, {384, 384}), 258);
  EXPECT_EQ(GeminiImageTokens(rules20, {960, 540}), 258 * 7);
  EXPECT_EQ(GeminiImageTokens(rules25, {3008, 2000}), 258);
  EXPECT_EQ(FindGeminiRules("google/gemini-3-flash-preview")->name, "gemini 3");
  EXPECT_EQ(FindGeminiRules("gemma-3"), nullptr);
}

TEST(GeminiRequest, NamesWhatCannotBeCounted) {
  const Prediction prediction = CountText(R"({"model":"gemini-2.5-flash","tools":[
      {"googleSearch":{}}],"contents":[{"parts":[{"fileData":{"fileUri":"u"}},
      {"inlineData":{"mimeType":"application/pdf","data":"AA"}}]}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kUnknown);
  EXPECT_EQ(prediction.unknown.size(), 3U);
}

TEST(GeminiRequest, SaysWhatIsWrongAndWhere) {
  const auto parsed = ParseText(R"({"contents":[{"role":"king","parts":[]}]})");
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("contents[0]: unknown role"));
}

}  // namespace
}  // namespace toktally::chat
