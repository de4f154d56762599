// The parts that OpenAI's usage states inside one another, each billed once and at its own rate.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::EndsWith;

std::string UsageCsv(std::string_view log) {
  return RunInMemory({"usage", "-", "--format", "csv", "-q", "--as-of", "2026-11-22"},
                     std::string(log))
      .out;
}

// gpt-6.2-sol: 1000 x 2 + 1000 x 0.10 + 1000 x 2.50 a million: of 3,000 prompt tokens, those read
// from the cache and those written to it are no uncached ones as well.
TEST(UsageParts, CacheWritesArePartOfThePrompt) {
  EXPECT_THAT(UsageCsv(R"({"object": "chat.completion", "model": "gpt-6.2-sol",
      "usage": {"prompt_tokens": 3000, "completion_tokens": 0, "total_tokens": 3000,
      "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 1000}}})"),
              EndsWith("gpt-6.2-sol,1,3000,1000,1000,0,0,0.0046\r\n"));
}

// gpt-realtime-mini: 1000 x 0.60 (text) + 1000 x 0.06 (cached text) + 1000 x 10 (audio) +
// 1000 x 0.30 (cached audio) + 1000 x 0.80 (images) + 1000 x 0.08 (cached images) a million.
TEST(UsageParts, CachedAudioAndImagesAreNoCachedText) {
  EXPECT_THAT(UsageCsv(R"({"object": "chat.completion", "model": "gpt-realtime-mini",
      "usage": {"prompt_tokens": 6000, "completion_tokens": 0, "total_tokens": 6000,
      "prompt_tokens_details": {"cached_tokens": 3000, "audio_tokens": 2000, "image_tokens": 2000,
        "cached_tokens_details": {"text_tokens": 1000, "audio_tokens": 1000,
                                  "image_tokens": 1000}}}})"),
              EndsWith(",0.01184\r\n"));
}

}  // namespace
}  // namespace toktally::cli
