#include "chat/request_keys.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

// The uppermost level of OpenAI's published schemas, CreateChatCompletionRequest and
// CreateResponse (read 2026-08).
constexpr std::string_view kPublishedChat[] = {"audio",
                                               "frequency_penalty",
                                               "function_call",
                                               "functions",
                                               "logit_bias",
                                               "logprobs",
                                               "max_tokens",
                                               "metadata",
                                               "max_completion_tokens",
                                               "messages",
                                               "modalities",
                                               "model",
                                               "n",
                                               "parallel_tool_calls",
                                               "prediction",
                                               "seed",
                                               "presence_penalty",
                                               "prompt_cache_key",
                                               "response_format",
                                               "reasoning_effort",
                                               "prompt_cache_retention",
                                               "service_tier",
                                               "safety_identifier",
                                               "stop",
                                               "store",
                                               "stream",
                                               "stream_options",
                                               "temperature",
                                               "tool_choice",
                                               "tools",
                                               "top_logprobs",
                                               "top_p",
                                               "user",
                                               "verbosity",
                                               "web_search_options"};
constexpr std::string_view kPublishedResponses[] = {"background",
                                                    "context_management",
                                                    "conversation",
                                                    "include",
                                                    "input",
                                                    "instructions",
                                                    "max_output_tokens",
                                                    "max_tool_calls",
                                                    "metadata",
                                                    "model",
                                                    "parallel_tool_calls",
                                                    "previous_response_id",
                                                    "prompt",
                                                    "prompt_cache_retention",
                                                    "prompt_cache_key",
                                                    "reasoning",
                                                    "safety_identifier",
                                                    "service_tier",
                                                    "store",
                                                    "stream",
                                                    "stream_options",
                                                    "temperature",
                                                    "text",
                                                    "tool_choice",
                                                    "tools",
                                                    "top_logprobs",
                                                    "top_p",
                                                    "truncation",
                                                    "user"};

TEST(RequestKeys, HoldEveryPublishedKey) {
  for (const std::string_view key : kPublishedChat) {
    EXPECT_NE(FindRequestKey(Endpoint::kChat, key), nullptr) << key;
  }
  for (const std::string_view key : kPublishedResponses) {
    EXPECT_NE(FindRequestKey(Endpoint::kResponses, key), nullptr) << key;
  }
}

std::string_view Base(Endpoint endpoint) {
  return endpoint == Endpoint::kResponses
             ? R"("model":"gpt-4o","input":"Hello")"
             : R"("model":"gpt-4o","messages":[{"role":"user","content":"Hello"}])";
}

// {BASE,"KEY":VALUE}; a key that stands in the base stands there once.
std::string Body(Endpoint endpoint, std::string_view key, std::string_view value) {
  std::string body = "{";
  for (const std::string_view member : {Base(endpoint).substr(0, 16), Base(endpoint).substr(17)}) {
    if (member.substr(1, key.size() + 1) == std::string(key).append("\"")) continue;
    body.append(member).append(",");
  }
  return body.append("\"").append(key).append("\":").append(value).append("}");
}

// A value of the kind that the key has, where it is read.
std::string ValueOf(std::string_view key) {
  static const std::map<std::string_view, std::string> kValues = {
      {"messages", R"([{"role":"user","content":"Hello"}])"},
      {"input", R"("Hello")"},
      {"model", R"("gpt-4o")"},
      {"models", R"(["gpt-4o","gpt-5"])"},
      {"fallbacks", R"([{"model":"gpt-5"}])"},
      {"n", "3"},
      {"max_tokens", "5"},
      {"max_completion_tokens", "5"},
      {"max_output_tokens", "5"},
      {"modalities", R"(["text"])"},
      {"tools", R"([{"type":"function","name":"f"}])"},
      {"functions", R"([{"name":"f"}])"},
      {"tool_choice", R"("auto")"},
      {"function_call", R"("none")"},
      {"response_format", R"({"type":"text"})"},
      {"text", R"({"format":{"type":"text"}})"},
      {"reasoning", R"({"effort":"low"})"},
  };
  const auto found = kValues.find(key);
  return found == kValues.end() ? R"("x")" : found->second;
}

// No key of the table is passed over: what is counted or bought is read, and so a value of the
// wrong kind is an error; what is unknown is said.
TEST(RequestKeys, AreWhatTheTableSays) {
  const std::set<std::string_view> not_read = {
      // Only say so.
      "audio",    "cache_control", "prompt_cache_options", "prompt_cache_retention",
      "provider", "route"};
  for (const Endpoint endpoint : {Endpoint::kChat, Endpoint::kResponses}) {
    for (const RequestKey& key : RequestKeys(endpoint)) {
      const auto with = [&](std::string_view value) { return Body(endpoint, key.name, value); };
      const auto parsed = ParseText(with(ValueOf(key.name)));
      ASSERT_TRUE(parsed.ok()) << key.name << ": " << parsed.status().message();
      const bool unknown =
          key.effect == KeyEffect::kUnknown || key.effect == KeyEffect::kServerState;
      Counter counter;
      const auto prediction = counter.Count(parsed->request);
      ASSERT_TRUE(prediction.ok());
      EXPECT_EQ(prediction->label.certainty == Certainty::kUnknown, unknown) << key.name;
      const bool read = key.effect == KeyEffect::kCounted || key.effect == KeyEffect::kCosted;
      if (!read || not_read.contains(key.name)) continue;
      EXPECT_FALSE(ParseText(with("true")).ok()) << key.name;
    }
  }
}

TEST(RequestKeys, AKeyThatNobodyKnowsIsAssumedToAddNothing) {
  const Prediction prediction = CountText(Body(Endpoint::kChat, "telepathy", "true"));
  EXPECT_EQ(prediction.label.certainty, Certainty::kAssumed);
  ASSERT_EQ(prediction.assumed.size(), 1U);
  EXPECT_NE(prediction.assumed.front().find("(telepathy)"), std::string::npos);
}

TEST(RequestKeys, ASystemTextBesideTheMessagesIsCounted) {
  const Prediction prediction = CountText(Body(Endpoint::kChat, "system", R"("Hello")"));
  EXPECT_EQ(prediction.prompt_tokens, 8 + 5);
  EXPECT_EQ(prediction.label.certainty, Certainty::kAssumed);
}

TEST(RequestKeys, FallbackModelsAreCountedEach) {
  const Prediction prediction = CountText(
      R"({"models":["gpt-4o","gpt-5","no-such-model"],"messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(prediction.prompt_tokens, 8);
  ASSERT_EQ(prediction.alternatives.size(), 2U);
  EXPECT_EQ(prediction.alternatives[0].prompt_tokens, 7);
  EXPECT_EQ(prediction.alternatives[1].label.certainty, Certainty::kUnknown);
}

}  // namespace
}  // namespace toktally::chat
