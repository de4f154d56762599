#include "chat/count.h"

#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

// "Hello" is one token in every encoding here.
constexpr std::string_view kHello =
    R"({"model":"MODEL","messages":[{"role":"user","content":"Hello"}]})";

std::int64_t Hello(std::string_view model) {
  CountOptions options;
  options.model = model;
  return CountText(kHello, options).prompt_tokens;
}

TEST(Counter, FramesAMessage) {
  EXPECT_EQ(Hello("gpt-4o"), 8);  // 4 + 1 + 3
  EXPECT_EQ(Hello("gpt-4-0613"), 8);
  EXPECT_EQ(Hello("gpt-3.5-turbo-0301"), 9);  // 5 a message
  EXPECT_EQ(Hello("gpt-5-mini"), 7);          // primes with 2
  EXPECT_EQ(Hello("o3-mini"), 7);
  EXPECT_EQ(Hello("o1-mini"), 8);
}

TEST(Counter, LabelsPlainTextExact) {
  CountOptions options;
  options.model = "gpt-4o";
  const Prediction prediction = CountText(kHello, options);
  EXPECT_EQ(prediction.label.certainty, Certainty::kExact);
  EXPECT_EQ(prediction.request_class, RequestClass::kText);
  EXPECT_EQ(TokensOf(prediction, PartKind::kText), 1);
  EXPECT_EQ(TokensOf(prediction, PartKind::kFraming), 4);
  EXPECT_EQ(TokensOf(prediction, PartKind::kPriming), 3);
}

TEST(Counter, PartsAddUp) {
  const Prediction prediction = CountText(R"({"model":"gpt-4o","messages":[
      {"role":"system","content":"Be kind."},{"role":"user","content":"Hi"},
      {"role":"assistant","content":"Hello"}],"tools":[{"type":"function","function":{
      "name":"f","description":"d","parameters":{"type":"object","properties":{}}}}],
      "response_format":{"type":"json_schema","json_schema":{"name":"N","schema":{}}}})");
  std::int64_t sum = 0;
  for (const Part& part : prediction.parts) sum += part.tokens;
  EXPECT_EQ(sum, prediction.prompt_tokens);
  EXPECT_GT(TokensOf(prediction, PartKind::kTools), 0);
  EXPECT_GT(TokensOf(prediction, PartKind::kSchema), 0);
}

// The weather example of OpenAI's API reference, with the section that declares its function.
TEST(Counter, DeclaresFunctionsInTheEarlyStyle) {
  const std::string request = R"({"messages":[{"role":"user",
      "content":"What's the weather like in Boston?"}],"tools":[{"type":"function","function":{
      "name":"get_current_weather","description":"Get the current weather in a given location",
      "parameters":{"type":"object","properties":{"location":{"type":"string",
      "description":"The city and state, e.g. San Francisco, CA"},"unit":{"type":"string",
      "enum":["celsius","fahrenheit"]}},"required":["location"]}}}]})";
  CountOptions options;
  options.model = "gpt-4-0613";
  EXPECT_EQ(CountText(request, options).prompt_tokens, 82);
}

// What gpt-tokenizer 4.0.0 (MIT) counts here with cl100k_base; the rules that it carries were
// checked against the API of 2023.
TEST(Counter, AgreesWithTheCountsOfTheFunctionEra) {
  const auto count = [](const std::string& function) {
    CountOptions options;
    options.model = "gpt-4-0613";
    return CountText(
               R"({"messages":[{"role":"user","content":"hello"}],"functions":[)" + function + "]}",
               options)
        .prompt_tokens;
  };
  EXPECT_EQ(count(R"({"name":"foo","parameters":{"type":"object","properties":{}}})"), 31);
  EXPECT_EQ(count(R"({"name":"foo","description":"Do a foo","parameters":{"type":"object",
                      "properties":{}}})"),
            36);
  EXPECT_EQ(count(R"({"name":"bing_bong","description":"Do a bing bong","parameters":{
                      "type":"object","properties":{"foo":{"type":"string"}}}})"),
            49);
  EXPECT_EQ(count(R"({"name":"bing_bong","description":"Do a bing bong","parameters":{
                      "type":"object","properties":{"foo":{"type":"object","properties":{
                      "bar":{"type":"string","enum":["a","b","c"]},"baz":{"type":"boolean"}}}}}})"),
            68);
}

TEST(Counter, AnAssistantsTextCostsMoreWithGpt5) {
  const auto count = [](std::string_view role) {
    return CountText(R"({"model":"gpt-5","messages":[{"role":")" + std::string(role) +
                     R"(","content":"Hello"}]})")
        .prompt_tokens;
  };
  EXPECT_EQ(count("assistant"), count("user") + 2);
}

TEST(Counter, UnknownPartsMakeALowerBound) {
  const Prediction prediction = CountText(R"({"model":"gpt-4o","messages":[{"role":"user",
      "content":[{"type":"text","text":"Hello"},{"type":"image_url",
      "image_url":{"url":"https://x.org/a.png"}}]}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kUnknown);
  EXPECT_EQ(prediction.unknown.size(), 1U);
  EXPECT_EQ(prediction.prompt_tokens, 8);
}

TEST(Counter, ReasoningIsDroppedWhenTheUserSpeaksAgain) {
  const std::string head = R"({"model":"gpt-5","input":[{"role":"user","content":"Hello"},
      {"type":"reasoning","summary":[]},{"role":"assistant","content":"Hello"})";
  EXPECT_EQ(CountText(head + "]}").label.certainty, Certainty::kUnknown);
  EXPECT_NE(CountText(head + R"(,{"role":"user","content":"Hello"}]})").label.certainty,
            Certainty::kUnknown);
}

TEST(Counter, EmbeddingsPayForTheirText) {
  const Prediction prediction =
      CountText(R"({"model":"text-embedding-3-small","input":["Hello","",[1,2]]})");
  EXPECT_EQ(prediction.prompt_tokens, 1 + 1 + 2);
  EXPECT_EQ(prediction.encoding, "cl100k_base");
}

TEST(Counter, ResultsOfParallelCallsWereEscapedOnce) {
  const std::string request = R"({"model":"gpt-4o","messages":[{"role":"assistant","tool_calls":[
      {"id":"a","function":{"name":"f","arguments":"{}"}},
      {"id":"b","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":"größer"},
      {"role":"tool","tool_call_id":"b","content":"größer"}]})";
  CountOptions before;
  before.as_of = 1750000000;
  EXPECT_GT(CountText(request, before).prompt_tokens, CountText(request).prompt_tokens);
}

TEST(Counter, UnitsKeepCallsAndResultsTogether) {
  const auto parsed = ParseText(R"({"model":"gpt-4o","messages":[
      {"role":"system","content":"s"},{"role":"user","content":"u"},
      {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":"r"},{"role":"assistant","content":"x"}]})");
  ASSERT_TRUE(parsed.ok());
  Counter counter;
  std::vector<MessageUnit> units;
  const auto prediction = counter.Count(parsed->request, {}, units);
  ASSERT_TRUE(prediction.ok());
  ASSERT_EQ(units.size(), 4U);
  EXPECT_TRUE(units[0].keeps);
  EXPECT_EQ(units[2].first, 2U);
  EXPECT_EQ(units[2].end, 4U);
  std::int64_t sum = 0;
  for (const MessageUnit& unit : units) sum += unit.tokens;
  EXPECT_EQ(sum + 3, prediction->prompt_tokens);
}

TEST(Counter, NeedsAModel) {
  const auto parsed = ParseText(R"({"messages":[]})");
  ASSERT_TRUE(parsed.ok());
  Counter counter;
  EXPECT_FALSE(counter.Count(parsed->request).ok());
}

}  // namespace
}  // namespace toktally::chat
