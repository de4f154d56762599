#include "usage/may_matter.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::usage {
namespace {

// What each format is known by, wherever in a line it stands.
TEST(MayMatter, FindsEveryWordAtEveryPlace) {
  for (const std::string_view word : {"\"usage\":{}",
                                      "\"usageMetadata\":",
                                      "\"usage_metadata\":",
                                      "\"usageDetails\":",
                                      "\"totalUsage\":",
                                      "\"prompt_tokens\":1",
                                      "\"inputTokenCount\":1",
                                      "\"eval_count\":1",
                                      "\"chat.completion.chunk\"",
                                      "\"response.done\"",
                                      "\"custom_id\":",
                                      "\"session_meta\"",
                                      "\"turn_context\"",
                                      "\"thread.started\"",
                                      "\"session.created\"",
                                      "\"error\":{",
                                      "\"amount\":",
                                      "\"billed_units\":",
                                      "\"calculatedTotalCost\":",
                                      "\"total_cost_usd\":",
                                      "\"gen_ai.usage.x\":",
                                      "\"errorCode\":"}) {
    for (std::size_t before = 0; before < 40; ++before) {
      for (const std::size_t after : {0, 1, 15, 16, 17}) {
        const std::string line =
            std::string(before, ' ') + std::string(word) + std::string(after, ' ');
        EXPECT_TRUE(MayMatter(line)) << line;
      }
    }
  }
}

TEST(MayMatter, PassesOverConversation) {
  for (
      const std::string_view line :
      {"", "{",
       R"({"type":"user","sessionId":"s","message":{"role":"user","content":"a message"}})",
       R"({"type":"response_item","payload":{"type":"message","content":"sausage and assent"}})"}) {
    EXPECT_FALSE(MayMatter(line)) << line;
  }
}

}  // namespace
}  // namespace toktally::usage
