// Requests of Anthropic's and Amazon's form, and what Claude models make of any.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "chat/claude_rules.h"
#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

using ::testing::HasSubstr;

TEST(ClaudeVersion, IsReadInEverySpelling) {
  struct Case {
    std::string_view name;
    int major;
    int minor;
  };
  for (const auto& [name, major, minor] : {
           Case{"claude-3-opus-20240229", 3, 0},
           Case{"claude-3-5-haiku-latest", 3, 5},
           Case{"anthropic/claude-3.7-sonnet", 3, 7},
           Case{"claude-sonnet-4-20250514", 4, 0},
           Case{"claude-sonnet-4@20250514", 4, 0},
           Case{"anthropic/claude-4.5-haiku-20251001", 4, 5},
           Case{"us.anthropic.claude-haiku-4-5-20251001-v1:0", 4, 5},
           Case{"us.anthropic.claude-opus-4-20250514-v1:0", 4, 0},
           Case{"claude-opus-4.8", 4, 8},
           Case{"claude-sonnet-5", 5, 0},
       }) {
    const auto version = ParseClaudeVersion(name);
    ASSERT_TRUE(version) << name;
    EXPECT_EQ(version->major, major) << name;
    EXPECT_EQ(version->minor, minor) << name;
  }
  EXPECT_FALSE(ParseClaudeVersion("claude-2.1"));
  EXPECT_FALSE(ParseClaudeVersion("gpt-4o"));
}

TEST(AnthropicRequest, ReadsBlocksToolsAndSystem) {
  const auto parsed = ParseText(R"({"model":"claude-sonnet-4-5","max_tokens":9,"system":[
      {"type":"text","text":"Be brief."}],"tool_choice":{"type":"any"},"tools":[
      {"name":"f","description":"d","input_schema":{"type":"object","properties":{}}}],"messages":[
      {"role":"user","content":"Hello"},
      {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},
       {"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[
       {"type":"text","text":"3"}]},{"type":"text","text":"And?"}]}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Request& request = parsed->request;
  EXPECT_EQ(request.endpoint, Endpoint::kMessages);
  EXPECT_EQ(request.instructions, "Be brief.");
  EXPECT_EQ(request.max_output_tokens, 9);
  EXPECT_EQ(request.tool_choice.kind, ToolChoice::Kind::kRequired);
  ASSERT_EQ(request.functions.size(), 1U);
  EXPECT_TRUE(request.functions[0].parameters);
  ASSERT_EQ(request.messages.size(), 3U);
  EXPECT_EQ(request.messages[1].calls[0].arguments, R"({"a":1})");
  EXPECT_EQ(request.messages[2].results[0].text, "3");
  EXPECT_EQ(request.messages[2].text, "And?");
}

TEST(AnthropicRequest, ConverseSaysTheSameOtherwise) {
  const auto parsed = ParseText(R"({"modelId":"us.anthropic.claude-haiku-4-5-20251001-v1:0",
      "system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":9},"toolConfig":{"tools":[
      {"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}],
      "toolChoice":{"tool":{"name":"f"}}},"messages":[{"role":"user","content":[{"text":"Hello"}]},
      {"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":{}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"json":{"x":1}}]}}]}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Request& request = parsed->request;
  EXPECT_EQ(request.endpoint, Endpoint::kConverse);
  EXPECT_EQ(request.instructions, "Be brief.");
  EXPECT_EQ(request.max_output_tokens, 9);
  EXPECT_EQ(request.tool_choice.name, "f");
  EXPECT_EQ(request.messages[2].results[0].text, R"({"x":1})");
}

// 7 for the first message, 3 for each other one.
TEST(ClaudePrompt, FramesMessages) {
  const auto framing = [](const std::string& messages) {
    return TokensOf(
        CountText(R"({"model":"claude-sonnet-4-5","max_tokens":1,"top_k":1,"messages":[)" +
                  messages + "]}"),
        PartKind::kFraming);
  };
  const std::string user = R"({"role":"user","content":"Hello"})";
  const std::string assistant = R"({"role":"assistant","content":"Hello"})";
  EXPECT_EQ(framing(user), 7);
  EXPECT_EQ(framing(user + "," + assistant + "," + user), 13);
}

TEST(ClaudePrompt, AToolBringsAPromptOfItsOwn) {
  const std::string tail = R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}],
      "messages":[{"role":"user","content":"Hello"}]})";
  const auto tools = [&](const std::string& head) {
    return TokensOf(CountText(head + tail), PartKind::kTools);
  };
  const std::int64_t sonnet = tools(R"({"model":"claude-sonnet-4")");
  EXPECT_GT(sonnet, 314);
  EXPECT_EQ(tools(R"({"model":"claude-sonnet-4-5")") - sonnet, 497 - 314);
  EXPECT_EQ(tools(R"({"model":"claude-sonnet-4-5","tool_choice":{"type":"any"})") - sonnet,
            589 - 314);
}

TEST(ClaudePrompt, IsAnEstimateWithItsRange) {
  const Prediction prediction = CountText(R"({"model":"claude-sonnet-4-5","max_tokens":1,
      "system":"You are a helpful assistant.","messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(prediction.label.certainty, Certainty::kEstimate);
  EXPECT_GT(prediction.label.bound, 0);
  EXPECT_GT(prediction.label.calls, 0);
  EXPECT_EQ(prediction.family, "claude 4.5");
}

// What gateways make of a chat completion is the same request.
TEST(ClaudePrompt, TheCompatibleFormCountsAlike) {
  const Prediction native = CountText(R"({"model":"claude-sonnet-4-5","system":"Be brief.","tools":[
      {"name":"f","description":"d","input_schema":{"type":"object","properties":{}}}],"messages":[
      {"role":"user","content":"Hello"},
      {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":"b"}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"3"}]}]})");
  const Prediction compatible = CountText(R"({"model":"anthropic/claude-sonnet-4.5","tools":[
      {"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object",
       "properties":{}}}}],"messages":[{"role":"system","content":"Be brief."},
      {"role":"user","content":"Hello"},{"role":"assistant","content":null,"tool_calls":[
       {"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":\"b\"}"}}]},
      {"role":"tool","tool_call_id":"t","content":"3"}]})");
  EXPECT_EQ(native.endpoint, Endpoint::kMessages);
  EXPECT_EQ(compatible.endpoint, Endpoint::kChat);
  EXPECT_EQ(native.prompt_tokens, compatible.prompt_tokens);
}

TEST(ClaudeImage, IsCountedByPatches) {
  EXPECT_EQ(ClaudeImageTokens({1001, 1001}), 1296 + 3);
  EXPECT_EQ(ClaudeImageTokens({400, 400}), 225 + 3);
  EXPECT_EQ(ClaudeImageTokens({60, 30}), 6 + 3);
}

TEST(AnthropicRequest, SaysWhatIsWrongAndWhere) {
  const auto error = [](std::string_view json) {
    const auto parsed = ParseText(json);
    return parsed.ok() ? "" : std::string(parsed.status().message());
  };
  EXPECT_THAT(error(R"({"anthropic_version":"v","messages":[{"role":"user","content":[
                    {"type":"tool_use","name":5}]}]})"),
              HasSubstr("messages[0].content[0].name: expected a text"));
  EXPECT_THAT(error(R"({"anthropic_version":"v","tool_choice":"auto","messages":[]})"),
              HasSubstr("tool_choice: expected an object"));
  EXPECT_THAT(error(R"({"anthropic_version":"v","messages":[],"tools":[
                    {"name":"f","input_schema":"{}"}]})"),
              HasSubstr("tools[0].input_schema: expected a JSON schema"));
}

}  // namespace
}  // namespace toktally::chat
