#include "chat/mcp_tools.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <string_view>

namespace toktally::chat {
namespace {

constexpr std::string_view kTools = R"([
    {"name":"short","inputSchema":{"type":"object","properties":{}}},
    {"name":"long","description":"Finds what the user asks for, whatever it may be.","inputSchema":
     {"type":"object","properties":{"query":{"type":"string","description":"What to find"}}}}])";

TEST(McpTools, AreReadFromWhateverAServerAnswers) {
  const std::string list(kTools);
  for (const std::string& json : {list, R"({"tools":)" + list + "}",
                                  R"({"jsonrpc":"2.0","id":1,"result":{"tools":)" + list + "}}"}) {
    const auto document = JsonDocument::Parse(json, "");
    ASSERT_TRUE(document.ok());
    const auto tools = ReadMcpTools(document->root());
    ASSERT_TRUE(tools.ok()) << tools.status().message();
    ASSERT_EQ(tools->size(), 2U);
    EXPECT_EQ((*tools)[1].name, "long");
  }
  const auto wrong = JsonDocument::Parse(R"({"tools":[{"name":5}]})", "t.json");
  ASSERT_TRUE(wrong.ok());
  EXPECT_FALSE(ReadMcpTools(wrong->root()).ok());
}

TEST(McpTools, TheirShareAndTheirSectionAreAllOfIt) {
  const auto document = JsonDocument::Parse(kTools, "");
  ASSERT_TRUE(document.ok());
  const auto tools = ReadMcpTools(document->root());
  ASSERT_TRUE(tools.ok());
  Counter counter;
  for (const std::string_view model : {"gpt-4o", "gpt-5", "claude-sonnet-4-5"}) {
    const auto cost = CountTools(*tools, model, counter);
    ASSERT_TRUE(cost.ok());
    ASSERT_EQ(cost->each.size(), 2U);
    EXPECT_GT(cost->each[1], cost->each[0]);
    EXPECT_GT(cost->all, cost->each[0] + cost->each[1]);
  }
}

}  // namespace
}  // namespace toktally::chat
