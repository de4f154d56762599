// A key that is read has its type, or is an error that names its path.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string_view json;
  std::string_view error;
};

constexpr Case kWrong[] = {
    {R"({"model":5,"messages":[]})", "model: expected a text, found a number"},
    {R"({"messages":[{"role":5}]})", "messages[0].role: expected a text"},
    {R"({"messages":[{"role":"user","name":5}]})", "messages[0].name: expected a text"},
    {R"({"messages":[{"role":"user","content":5}]})", "messages[0].content: expected a text or"},
    {R"({"messages":[{"role":"user","content":[{"type":"text","text":5}]}]})",
     "messages[0].content[0].text: expected a text"},
    {R"({"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"text":"x"}]}]})",
     "a part without \"type\""},
    {R"({"messages":[{"role":"tool","tool_call_id":5}]})", "messages[0].tool_call_id"},
    {R"({"messages":[{"role":"assistant","refusal":[]}]})", "messages[0].refusal"},
    {R"({"messages":[{"role":"assistant","tool_calls":{}}]})",
     "messages[0].tool_calls: expected an array"},
    {R"({"messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}]})",
     "messages[0].tool_calls[0]: \"function\" is missing"},
    {R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"name":5}}]}]})",
     "tool_calls[0].function.name"},
    {R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":5}}]}]})",
     "tool_calls[0].function.arguments"},
    {R"({"messages":[],"tools":{}})", "tools: expected an array"},
    {R"({"messages":[],"tools":[{"function":{"name":5}}]})", "tools[0].function.name"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","description":5}}]})",
     "tools[0].function.description"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":"{}"}}]})",
     "tools[0].function.parameters: expected a JSON schema, found a string"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{"properties":[]}}}]})",
     "tools[0].function.parameters.properties: expected an object of schemas"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{"properties":{"a":5}}}}]})",
     "parameters.properties.a: expected a JSON schema"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{"type":5}}}]})",
     "parameters.type: expected a text or an array of texts"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{"required":"a"}}}]})",
     "parameters.required: expected an array of texts"},
    {R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{"enum":{}}}}]})",
     "parameters.enum: expected an array"},
    {R"({"messages":[],"tool_choice":"sometimes"})", "tool_choice: unknown choice \"sometimes\""},
    {R"({"messages":[],"tool_choice":{"type":"function"}})", "tool_choice: no function is named"},
    {R"({"messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"n",
         "schema":"{}"}}})",
     "response_format.json_schema.schema: expected a JSON schema, found a string"},
    {R"({"messages":[],"response_format":{}})", "response_format: \"type\" is missing"},
    {R"({"messages":[],"n":0})", "n: 0 is less than 1"},
    {R"({"messages":[],"max_tokens":"many"})", "max_tokens"},
    {R"({"input":[{"type":"function_call","arguments":[]}]})", "input[0].arguments"},
    {R"({"input":[{"type":"function_call_output","output":5}]})", "input[0].output"},
    {R"({"input":"x","instructions":["y"]})", "instructions: expected a text"},
    {R"({"input":"x","text":"json"})", "text: expected an object"},
    {R"({"model":"text-embedding-3-small","input":[1,"a"]})", "input[1]"},
};

TEST(RequestTypes, AWrongOneIsNamedByItsPath) {
  for (const Case& wrong : kWrong) {
    const auto parsed = ParseText(wrong.json);
    ASSERT_FALSE(parsed.ok()) << wrong.json;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(std::string(wrong.error)))
        << wrong.json;
  }
}

TEST(RequestTypes, ArgumentsThatAreAnObjectCountAsTheirText) {
  const auto count = [](const std::string& arguments) {
    return CountText(R"({"model":"gpt-4o","messages":[{"role":"assistant","tool_calls":[
        {"id":"c","function":{"name":"f","arguments":)" +
                     arguments + R"(}}]},{"role":"tool","tool_call_id":"c","content":"r"}]})");
  };
  const Prediction object = count(R"({"town": "Oslo", "days": [1, 2]})");
  EXPECT_EQ(object.prompt_tokens, count(R"("{\"town\":\"Oslo\",\"days\":[1,2]}")").prompt_tokens);
  EXPECT_EQ(object.notes.size(), 1U);
}

TEST(RequestTypes, TypesOfPartsItemsAndToolsAreOpenLists) {
  for (const std::string_view json : {
           R"({"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"smell"}]}]})",
           R"({"model":"gpt-4o","input":[{"type":"tool_search_output","tools":[]}]})",
           R"({"model":"gpt-4o","input":"x","tools":[{"type":"telepathy"}]})",
           R"({"model":"gpt-4o","messages":[],"response_format":{"type":"grammar"}})",
       }) {
    const Prediction prediction = CountText(json);
    EXPECT_EQ(prediction.label.certainty, Certainty::kUnknown) << json;
    EXPECT_EQ(prediction.unknown.size(), 1U) << json;
  }
}

TEST(RequestTypes, ARefusalCountsAsItsText) {
  const auto count = [](std::string_view key) {
    return CountText(R"({"model":"gpt-4o","messages":[{"role":"assistant",")" + std::string(key) +
                     R"(":"I cannot help with that."}]})")
        .prompt_tokens;
  };
  EXPECT_EQ(count("refusal"), count("content"));
}

}  // namespace
}  // namespace toktally::chat
