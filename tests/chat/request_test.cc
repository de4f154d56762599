#include "chat/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string ErrorOf(std::string_view json) {
  const auto parsed = ParseText(json);
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

TEST(ParseRequest, ReadsChat) {
  const auto parsed = ParseText(R"({"model":"gpt-4o","n":2,"max_tokens":5,"messages":[
      {"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
      {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
       "function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"done"}],
      "tool_choice":{"type":"function","function":{"name":"f"}}})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Request& request = parsed->request;
  EXPECT_EQ(request.endpoint, Endpoint::kChat);
  EXPECT_EQ(request.choices, 2);
  EXPECT_EQ(request.max_output_tokens, 5);
  ASSERT_EQ(request.messages.size(), 3U);
  EXPECT_EQ(request.messages[0].text, "ab");
  EXPECT_EQ(request.messages[1].calls.front().name, "f");
  EXPECT_TRUE(request.messages[2].is_result());
  EXPECT_EQ(request.tool_choice.kind, ToolChoice::Kind::kNamed);
  EXPECT_EQ(request.tool_choice.name, "f");
}

TEST(ParseRequest, ReadsResponses) {
  const auto parsed = ParseText(R"({"model":"gpt-5","instructions":"be brief","input":[
      {"role":"user","content":[{"type":"input_text","text":"hi"}]},
      {"type":"reasoning","id":"rs_1","summary":[]},
      {"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"c","output":"3"}],
      "text":{"format":{"type":"json_schema","name":"N","schema":{}}}})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Request& request = parsed->request;
  EXPECT_EQ(request.endpoint, Endpoint::kResponses);
  EXPECT_EQ(request.messages[1].kind, Message::Kind::kReasoning);
  EXPECT_EQ(request.messages[2].kind, Message::Kind::kCall);
  EXPECT_EQ(request.messages[3].text, "3");
  EXPECT_EQ(request.format.name, "N");
}

TEST(ParseRequest, ReadsEmbeddings) {
  const auto parsed = ParseText(R"({"model":"text-embedding-3-small","input":["a",[1,2,3]]})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->request.endpoint, Endpoint::kEmbeddings);
  EXPECT_EQ(parsed->request.inputs[0].text, "a");
  EXPECT_EQ(parsed->request.inputs[1].ids, 3U);
}

TEST(ParseRequest, NamesWhatCannotBeCounted) {
  const auto parsed = ParseText(R"({"model":"gpt-4o","previous_response_id":"r","input":[
      {"role":"user","content":[{"type":"input_image","image_url":"https://x.org/a.png"},
       {"type":"input_file","file_id":"f"},{"type":"input_audio","input_audio":{}}]},
      {"type":"item_reference","id":"i"}],"tools":[{"type":"web_search"}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  Counter counter;
  const auto prediction = counter.Count(parsed->request);
  ASSERT_TRUE(prediction.ok());
  EXPECT_THAT(prediction->unknown,
              UnorderedElementsAre(
                  "a remote picture of unknown size (input[0].content[0])",
                  "a file (input[0].content[1])", "audio (input[0].content[2])",
                  "an item of type item_reference (input[1])", "the tool web_search (tools[0])",
                  "an earlier response that stands on the server (previous_response_id)"));
  EXPECT_EQ(prediction->request_class, RequestClass::kServerState);
}

TEST(ParseRequest, TakesTheStatedSizeOfARemotePicture) {
  const auto parsed = ParseText(R"({"messages":[{"role":"user","content":[{"type":"image_url",
      "image_url":{"url":"https://x.org/a.png","detail":"low","width":10,"height":20}}]}]})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->request.remarks.empty());
  EXPECT_EQ(parsed->request.messages[0].images[0].size->height, 20);
  EXPECT_EQ(parsed->request.messages[0].images[0].detail, ImageDetail::kLow);
}

TEST(ParseRequest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("\"messages\" is missing"));
  EXPECT_THAT(ErrorOf(R"({"messages":[{"role":"king","content":"x"}]})"),
              HasSubstr("messages[0].role: unknown role \"king\""));
  EXPECT_THAT(ErrorOf(R"({"messages":[{"content":"x"}]})"),
              HasSubstr("messages[0]: \"role\" is missing"));
  EXPECT_THAT(ErrorOf(R"({"messages":[{"role":"user","content":[{"type":"image_url",
              "image_url":{"url":"data:image/png;base64,AAAA"}}]}]})"),
              HasSubstr("no PNG, JPEG, GIF or WebP"));
  EXPECT_THAT(ErrorOf(R"({"messages":5})"), HasSubstr("expected an array of messages"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("no messages"));
  EXPECT_THAT(ErrorOf("5"), HasSubstr("expected a request object"));
}

TEST(EndpointOfUrl, KnowsThree) {
  EXPECT_EQ(EndpointOfUrl("/v1/chat/completions"), Endpoint::kChat);
  EXPECT_EQ(EndpointOfUrl("/v1/embeddings"), Endpoint::kEmbeddings);
  EXPECT_EQ(EndpointOfUrl("/v1/images"), std::nullopt);
}

}  // namespace
}  // namespace toktally::chat
