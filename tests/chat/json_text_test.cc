#include "chat/json_text.h"

#include <gtest/gtest.h>

namespace toktally::chat {
namespace {

TEST(RewriteJson, KeepsOrderAndNumbers) {
  EXPECT_EQ(RewriteJson(R"({ "b" : 1.50, "a": [1e3, null , true]})", {}),
            R"({"b":1.50,"a":[1e3,null,true]})");
}

TEST(RewriteJson, WritesAsPythonDoes) {
  EXPECT_EQ(RewriteJson(R"({"a":[1,"é😀"],"b":{}})", {.spaces = true, .ascii_only = true}),
            R"({"a": [1, "\u00e9\ud83d\ude00"], "b": {}})");
}

TEST(RewriteJson, LeavesWhatIsNoJson) {
  EXPECT_EQ(RewriteJson("{broken", {}), "{broken");
  EXPECT_EQ(RewriteJson("", {}), "");
}

TEST(AppendJsonString, EscapesOnlyWhatItMust) {
  std::string out;
  AppendJsonString("a\"\\\n\t\x01/é\x7f", false, out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\t\\u0001/é\x7f\"");
}

}  // namespace
}  // namespace toktally::chat
