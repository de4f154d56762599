#include "chat/cache_prefix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/json.h"

namespace toktally::chat {
namespace {

using Kind = VolatileText::Kind;

TEST(FindVolatileTest, KnowsWhatChanges) {
  const auto find = [](std::string_view text) {
    const auto found = FindVolatile(text);
    return found ? std::string(VolatileName(found->kind)) + ": " + std::string(found->text) : "";
  };
  EXPECT_EQ(find("It is 2026-11-27T10:00:12Z now"), "a time: 2026-11-27T10:00:12");
  EXPECT_EQ(find("at 2026-11-27 10:00."), "a time: 2026-11-27 10:00");
  EXPECT_EQ(find("clock 23:59:01"), "a time: 23:59:01");
  EXPECT_EQ(find("Today is 2026-11-27."), "a day: 2026-11-27");
  EXPECT_EQ(find("id 123e4567-e89b-12d3-a456-426614174000 x"),
            "a UUID: 123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(find("t=1763110001"), "a Unix time: 1763110001");
  EXPECT_EQ(find("t=1763110001123"), "a Unix time: 1763110001123");
  EXPECT_EQ(find("d41d8cd98f00b204e9800998ecf8427e"),
            "a long hexadecimal number: d41d8cd98f00b204e9800998ecf8427e");
  // What changes with each call goes before what changes with the day.
  EXPECT_EQ(find("2026-11-27, request 1763110001"), "a Unix time: 1763110001");
  for (const char* text : {"", "12345678901", "version 2.10.3", "10:30 in the morning",
                           "1234567890", "x1763110001", "call 555-1234", "0123456789"}) {
    EXPECT_EQ(find(text), "") << text;
  }
}

class CachePrefixTest : public testing::Test {
 protected:
  CachePrefix Find(const std::string& json) {
    text_ = json;
    document_ = std::make_unique<JsonDocument>(*JsonDocument::ParseInPlace(text_, "request"));
    request_ = *ParseRequest(document_->root());
    return *FindCachePrefix(request_, counter_);
  }
  std::string text_;
  std::unique_ptr<JsonDocument> document_;
  Request request_;
  Counter counter_;
};

TEST_F(CachePrefixTest, EndsBeforeTheLastMessage) {
  const CachePrefix prefix = Find(R"({"model": "gpt-4o", "messages": [
      {"role": "system", "content": "Be brief."}, {"role": "user", "content": "one"},
      {"role": "assistant", "content": "two"}, {"role": "user", "content": "three"}]})");
  ASSERT_EQ(prefix.parts.size(), 5u);
  EXPECT_EQ(prefix.stable_parts, 4u);
  EXPECT_EQ(prefix.parts[1].what, "message 1 (system)");
  EXPECT_EQ(prefix.parts.back().up_to, prefix.prediction.prompt_tokens);
  EXPECT_EQ(prefix.stable_tokens, prefix.parts[3].up_to);
}

TEST_F(CachePrefixTest, EndsWhereSomethingChanges) {
  const CachePrefix prefix = Find(R"({"model": "gpt-4o", "messages": [
      {"role": "system", "content": "It is 2026-11-27 10:00:12."},
      {"role": "user", "content": "one"}]})");
  EXPECT_EQ(prefix.stable_parts, 1u);
  EXPECT_EQ(prefix.stable_tokens, prefix.parts[0].tokens);
  ASSERT_TRUE(prefix.parts[1].unstable.has_value());
  EXPECT_EQ(prefix.parts[1].unstable->kind, Kind::kTime);
}

TEST_F(CachePrefixTest, ToolsComeFirst) {
  const CachePrefix prefix = Find(R"({"model": "claude-sonnet-4-5", "max_tokens": 9,
      "system": "Be brief.", "tools": [{"name": "f", "description": "made 1763110001",
      "input_schema": {"type": "object", "properties": {}}}],
      "messages": [{"role": "user", "content": "one"}]})");
  EXPECT_EQ(prefix.parts[0].what, "tools and system");
  EXPECT_EQ(prefix.stable_tokens, 0);
  EXPECT_TRUE(prefix.parts[0].unstable.has_value());
}

}  // namespace
}  // namespace toktally::chat
