// Usage objects of every dialect: the same call however it is spelled.

#include "usage/counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace toktally::usage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Reading {
  absl::Status status;
  Record record;
  std::vector<Record> also;
};

Reading Read(std::string_view usage, std::string_view model = "gpt-4o",
             Dialect dialect = Dialect::kByShape) {
  Reading reading;
  const auto document = JsonDocument::Parse(usage, "usage");
  EXPECT_TRUE(document.ok()) << usage;
  if (!document.ok()) return reading;
  reading.record.model = std::string(model);
  reading.status = ReadUsage(document->root(), dialect, reading.record, reading.also);
  return reading;
}

// "uncached cached written output reasoning"
std::string Tokens(const Reading& reading) {
  if (!reading.status.ok()) return std::string(reading.status.message());
  const pricing::Usage& tokens = reading.record.tokens;
  return std::to_string(tokens.uncached_input) + " " + std::to_string(tokens.cached_input) + " " +
         std::to_string(tokens.cache_write_short) + "+" + std::to_string(tokens.cache_write_long) +
         " " + std::to_string(tokens.output) + " " + std::to_string(tokens.reasoning_output);
}

// 1000 in, of these 600 cached; 50 out, of these 20 reasoning.
TEST(ReadUsage, OneCallInManySpellings) {
  for (const std::string_view usage : {
           R"({"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,
               "prompt_tokens_details":{"cached_tokens":600},
               "completion_tokens_details":{"reasoning_tokens":20}})",
           R"({"input_tokens":1000,"input_tokens_details":{"cached_tokens":600},
               "output_tokens":50,"output_tokens_details":{"reasoning_tokens":20}})",
           R"({"inputTokens":1000,"outputTokens":50,"totalTokens":1050,"cachedInputTokens":600,
               "reasoningTokens":20})",
           R"({"inputTokens":{"total":1000,"noCache":400,"cacheRead":600,"cacheWrite":0},
               "outputTokens":{"total":50,"text":30,"reasoning":20}})",
           R"({"inputTokens":1000,"outputTokens":50,
               "inputTokenDetails":{"noCacheTokens":400,"cacheReadTokens":600},
               "outputTokenDetails":{"textTokens":30,"reasoningTokens":20}})",
           R"({"input_tokens":1000,"output_tokens":50,"total_tokens":1050,
               "input_token_details":{"cache_read":600},"output_token_details":{"reasoning":20}})",
           R"({"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,
               "cached_tokens":600,"reasoning_tokens":20})",
           R"({"prompt_tokens":1000,"prompt_cache_hit_tokens":600,"prompt_cache_miss_tokens":400,
               "completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":20}})",
           R"({"input_tokens":400,"cache_read_input_tokens":600,"cache_creation_input_tokens":0,
               "output_tokens":50,"output_tokens_details":{"thinking_tokens":20}})",
           R"({"inputTokens":400,"cacheReadInputTokens":600,"outputTokens":50,"totalTokens":1050,
               "reasoningTokens":20})",
           R"({"promptTokenCount":1000,"cachedContentTokenCount":600,"candidatesTokenCount":30,
               "thoughtsTokenCount":20,"totalTokenCount":1050})",
           R"({"prompt_token_count":1000,"cached_content_token_count":600,
               "candidates_token_count":30,"thoughts_token_count":20})",
           R"({"input":1000,"output":30,"cached":600,"thoughts":20,"tool":0,"total":1050})",
           R"({"prompt_tokens":1000.0,"completion_tokens":"50","total_tokens":1050.0,
               "prompt_tokens_details":{"cached_tokens":600.0},
               "completion_tokens_details":{"reasoning_tokens":20.0}})",
           R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":1050,
               "prompt_tokens_details":null,"input_tokens":1000,"output_tokens":50,
               "input_tokens_details":{"cached_tokens":600},
               "output_tokens_details":{"reasoning_tokens":20}})",
           R"({"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,
               "prompt_tokens_details":{"cached_tokens":600},"cache_read_input_tokens":600,
               "cache_creation_input_tokens":0,"reasoning_tokens":20})",
       }) {
    const Reading reading = Read(usage);
    EXPECT_EQ(Tokens(reading), "400 600 0+0 50 20") << usage;
    EXPECT_THAT(reading.record.not_billed, IsEmpty()) << usage;
    EXPECT_EQ(reading.record.incomplete, "") << usage;
    EXPECT_THAT(reading.record.doubts, IsEmpty()) << usage;
  }
}

// xAI counts reasoning beside the completion, and only the total shows it.
TEST(ReadUsage, TheTotalDecidesWhereReasoningStands) {
  const Reading beside = Read(
      R"({"prompt_tokens":200,"completion_tokens":50,"total_tokens":380,
          "completion_tokens_details":{"reasoning_tokens":130}})");
  EXPECT_EQ(Tokens(beside), "200 0 0+0 180 130");
  const Reading small = Read(
      R"({"prompt_tokens":200,"completion_tokens":50,"total_tokens":260,
          "completion_tokens_details":{"reasoning_tokens":10}})");
  EXPECT_EQ(Tokens(small), "200 0 0+0 60 10");
  EXPECT_THAT(small.record.doubts, ElementsAre(HasSubstr("reasoning is beside the output")));
  // Without a total, more reasoning than output can only be beside it.
  EXPECT_EQ(Tokens(Read(R"({"prompt_tokens":1,"completion_tokens":50,"reasoning_tokens":130})")),
            "1 0 0+0 180 130");
}

TEST(ReadUsage, TheTotalDecidesWhereCachedTokensStand) {
  EXPECT_EQ(Tokens(Read(R"({"input_tokens":300,"cache_read_input_tokens":200,"output_tokens":10,
                            "total_tokens":310})")),
            "100 200 0+0 10 0");
  EXPECT_EQ(Tokens(Read(R"({"inputTokens":300,"cachedInputTokens":200,"outputTokens":10,
                            "totalTokens":510})")),
            "300 200 0+0 10 0");
  EXPECT_EQ(Tokens(Read(R"({"input_tokens":100,"cached_tokens":1000,"output_tokens":0})")),
            "100 1000 0+0 0 0");
}

TEST(ReadUsage, ATotalOfZeroOrLessSaysNothing) {
  EXPECT_EQ(Tokens(Read(R"({"input_tokens":8,"output_tokens":5,"total_tokens":0})")),
            "8 0 0+0 5 0");
  const Reading less = Read(R"({"prompt_tokens":8,"completion_tokens":5,"total_tokens":9})");
  EXPECT_EQ(Tokens(less), "8 0 0+0 5 0");
  EXPECT_THAT(less.record.doubts, ElementsAre(HasSubstr("less than its parts")));
}

// Gemini's endpoint for OpenAI's clients leaves the thoughts out; elsewhere nobody knows.
TEST(ReadUsage, ARestOfTheTotalIsThoughtsOfGeminiOrUnknown) {
  constexpr std::string_view kUsage =
      R"({"prompt_tokens":41,"completion_tokens":15,"total_tokens":130})";
  EXPECT_EQ(Tokens(Read(kUsage, "gemini-2.5-pro")), "41 0 0+0 89 74");
  const Reading other = Read(kUsage);
  EXPECT_EQ(Tokens(other), "41 0 0+0 15 0");
  ASSERT_EQ(other.record.not_billed.size(), 1U);
  EXPECT_EQ(other.record.not_billed[0].path, "total_tokens");
  EXPECT_EQ(other.record.not_billed[0].quantity, 74);
  EXPECT_NE(other.record.incomplete, "");
}

TEST(ReadUsage, CacheWritesOfTwoTimes) {
  EXPECT_EQ(Tokens(Read(R"({"input_tokens":10,"output_tokens":7,"cache_read_input_tokens":100,
                            "cache_creation_input_tokens":50,"cache_creation":{
                            "ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":30}})")),
            "10 100 20+30 7 0");
  // The split may be of less than the total; the rest was written too.
  EXPECT_EQ(Tokens(Read(R"({"input_tokens":10,"output_tokens":0,"cache_creation_input_tokens":1000,
                            "cache_creation":{"ephemeral_5m_input_tokens":100,
                            "ephemeral_1h_input_tokens":200}})")),
            "10 0 800+200 0 0");
  EXPECT_EQ(Tokens(Read(R"({"inputTokens":10,"outputTokens":1,"cacheWriteInputTokens":300,
                            "cacheDetails":[{"ttl":"5m","inputTokens":100},
                                            {"ttl":"1h","inputTokens":200}]})")),
            "10 0 100+200 1 0");
  // A proxy that speaks OpenAI counts what was written inside of the prompt.
  EXPECT_EQ(Tokens(Read(R"({"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,
                            "cache_creation_input_tokens":800})")),
            "200 0 800+0 10 0");
}

TEST(ReadUsage, Modalities) {
  const Reading gemini = Read(
      R"({"promptTokenCount":210,"cachedContentTokenCount":60,"candidatesTokenCount":110,
          "toolUsePromptTokenCount":5,"totalTokenCount":325,
          "promptTokensDetails":[{"modality":"TEXT","tokenCount":10},
                                 {"modality":"AUDIO","tokenCount":200}],
          "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":60}],
          "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":100}]})",
      "gemini-2.0-flash");
  const pricing::Usage& tokens = gemini.record.tokens;
  EXPECT_EQ(tokens.uncached_input, 15);
  EXPECT_EQ(tokens.audio_input, 140);
  EXPECT_EQ(tokens.audio_cached_input, 60);
  EXPECT_EQ(tokens.image_output, 100);
  EXPECT_EQ(tokens.output, 10);

  const Reading realtime = Read(
      R"({"total_tokens":330,"input_tokens":220,"output_tokens":110,"input_token_details":{
          "text_tokens":20,"audio_tokens":200,"cached_tokens":100,
          "cached_tokens_details":{"text_tokens":10,"audio_tokens":90}},
          "output_token_details":{"text_tokens":10,"audio_tokens":100}})");
  EXPECT_EQ(realtime.record.tokens.uncached_input, 10);
  EXPECT_EQ(realtime.record.tokens.cached_input, 10);
  EXPECT_EQ(realtime.record.tokens.audio_input, 110);
  EXPECT_EQ(realtime.record.tokens.audio_cached_input, 90);
  EXPECT_EQ(realtime.record.tokens.audio_output, 100);
}

TEST(ReadUsage, CompactionIsBilledBesideTheMessages) {
  const Reading reading = Read(
      R"({"input_tokens":500,"output_tokens":40,"iterations":[
          {"type":"compaction","input_tokens":9000,"output_tokens":300},
          {"type":"message","input_tokens":500,"output_tokens":40}]})",
      "claude-haiku-4-5");
  EXPECT_EQ(Tokens(reading), "500 0 0+0 40 0");
  ASSERT_EQ(reading.also.size(), 1U);
  EXPECT_EQ(reading.also[0].model, "claude-haiku-4-5");
  EXPECT_EQ(reading.also[0].calls, 0U);
  EXPECT_EQ(reading.also[0].tokens.uncached_input, 9000);
  EXPECT_EQ(reading.also[0].tokens.output, 300);
}

TEST(ReadUsage, PlaceSpeedTierAndWhatItCost) {
  const Reading reading = Read(
      R"({"input_tokens":1,"output_tokens":1,"inference_geo":"us","speed":"fast",
          "service_tier":"priority","cost":0.25})");
  EXPECT_EQ(reading.record.region, "us");
  EXPECT_TRUE(reading.record.fast);
  EXPECT_EQ(reading.record.service_tier, "priority");
  ASSERT_TRUE(reading.record.recorded_cost);
  EXPECT_EQ(reading.record.recorded_cost->ToString(), "0.25");
  EXPECT_EQ(Read(R"({"input_tokens":1,"inference_geo":"global"})").record.region, "");
  EXPECT_EQ(
      Read(R"({"prompt_tokens":1,"cost_in_usd_ticks":37756000})").record.recorded_cost->ToString(),
      "0.0037756");
  EXPECT_EQ(Read(R"({"prompt_tokens":1,"cost":1.25e-05})").record.recorded_cost->ToString(),
            "0.0000125");
}

TEST(ReadUsage, SecondsAreRoundedAsTheBillDoes) {
  EXPECT_EQ(Read(R"({"type":"duration","seconds":8.47})").record.tokens.audio_seconds, 8);
  EXPECT_EQ(Read(R"({"type":"duration","seconds":8.5})").record.tokens.audio_seconds, 9);
  EXPECT_EQ(Read(R"({"type":"duration","seconds":60})").record.tokens.audio_seconds, 60);
  EXPECT_FALSE(Read(R"({"type":"duration"})").status.ok());
}

TEST(ReadUsage, KeysThatAreNotKnownAreSaid) {
  const Reading reading = Read(
      R"({"prompt_tokens":10,"completion_tokens":5,"citation_tokens":300,
          "completion_tokens_details":{"dream_tokens":7,"reasoning_tokens":0},"ignored_tokens":0,
          "queue_time":0.05,"note":"text","flag":true})");
  EXPECT_EQ(Tokens(reading), "10 0 0+0 5 0");
  ASSERT_EQ(reading.record.not_billed.size(), 2U);
  EXPECT_EQ(reading.record.not_billed[0].path, "citation_tokens");
  EXPECT_EQ(reading.record.not_billed[0].quantity, 300);
  EXPECT_EQ(reading.record.not_billed[1].path, "completion_tokens_details.dream_tokens");
}

TEST(ReadUsage, NeverAnEmptyCallByNotUnderstanding) {
  for (const std::string_view usage :
       {R"({})", R"({"tokens_in":70,"tokens_out":30})", R"({"prompt_tokens":null})",
        R"({"prompt_tokens":"many"})", R"({"cost":0.5})"}) {
    const Reading reading = Read(usage);
    EXPECT_FALSE(reading.status.ok()) << usage;
    EXPECT_THAT(std::string(reading.status.message()),
                HasSubstr("states no tokens under a name that is known here"));
  }
  EXPECT_THAT(Tokens(Read(R"({"prompt_tokens":-1})")), HasSubstr("-1 is no count"));
  EXPECT_THAT(Tokens(Read(R"({"prompt_tokens":1.5})")), HasSubstr("1.5 is no count"));
  EXPECT_THAT(Tokens(Read(R"({"prompt_tokens":5,"prompt_tokens_details":{"audio_tokens":9}})")),
              HasSubstr("more cached, written, audio and image tokens"));
}

TEST(ReadUsage, ATotalAloneIsTheInputOfAnEmbedding) {
  EXPECT_EQ(Tokens(Read(R"({"total_tokens":8})", "voyage-3", Dialect::kTotalOnly)), "8 0 0+0 0 0");
  const Reading other = Read(R"({"total_tokens":8})");
  EXPECT_EQ(other.record.tokens, pricing::Usage());
  EXPECT_NE(other.record.incomplete, "");
}

}  // namespace
}  // namespace toktally::usage
