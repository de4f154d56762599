// One recorded form of each log format, read to what is billed.

#include "usage/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/usage/collect.h"

namespace toktally::usage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Formats, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Format* format : Formats()) EXPECT_TRUE(names.insert(format->name()).second);
  EXPECT_EQ(Formats().back()->name(), "response");
}

TEST(Response, StandsWhereverAUsageObjectStands) {
  for (
      const std::string_view log : {
          R"({"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":5}})",
          R"({"response":{"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":5}}})",
          R"({"type":"result","data":{"model_name":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":5}}})",
          R"({"model":"gpt-4o","result":{"body":{"usage":{"inputTokens":10,"outputTokens":5}}}})",
          R"({"response_metadata":{"model_name":"gpt-4o","token_usage":{"prompt_tokens":10,"completion_tokens":5}},"usage_metadata":{"input_tokens":10,"output_tokens":5,"total_tokens":15}})",
          R"({"llm_output":{"token_usage":{"prompt_tokens":10,"completion_tokens":5}},"model":"gpt-4o"})",
          R"({"model":"gpt-4o","totalUsage":{"inputTokens":10,"outputTokens":5},"usage":{"inputTokens":1,"outputTokens":1},"steps":[{"usage":{"inputTokens":1,"outputTokens":1}}]})",
          R"({"model":"gpt-4o","prompt_tokens_count":10,"completion_tokens_count":5,"latency":3.2})",
      }) {
    EXPECT_THAT(ReadLog(std::string(log)).Texts(), ElementsAre("gpt-4o 10/0/0/5/0")) << log;
  }
}

TEST(Response, OfAListEachItem) {
  EXPECT_EQ(
      ReadLog(R"({"model":"gpt-4o","items":[{"usage":{"prompt_tokens":1,"completion_tokens":2}},)"
              R"({"usage":{"prompt_tokens":3,"completion_tokens":4}}]})")
          .Texts()
          .size(),
      2U);
}

TEST(Response, IsOneCallHoweverOftenItIsLogged) {
  constexpr std::string_view kAnswer =
      R"({"id":"chatcmpl-1","created":1753000000,"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":5}})";
  const Collected collected =
      ReadLogs({{"a", std::string(kAnswer) + "\n"}, {"b", std::string(kAnswer) + "\n"}});
  EXPECT_EQ(collected.records.size(), 1U);
  EXPECT_EQ(collected.notes.duplicates, 1U);
}

TEST(Response, ServerToolsAndCohereAndEmbeddings) {
  const Collected searched = ReadLog(
      R"({"object":"response","model":"gpt-4o","output":[{"type":"web_search_call"},{"type":"message"}],"usage":{"input_tokens":5,"output_tokens":1}})");
  ASSERT_EQ(searched.records.size(), 1U);
  EXPECT_THAT(
      ReadLog(
          R"({"id":"c1","usage":{"billed_units":{"input_tokens":210,"output_tokens":33},"tokens":{"input_tokens":700,"output_tokens":40}}})")
          .Texts(),
      ElementsAre(" 210/0/0/33/0"));
  EXPECT_THAT(
      ReadLog(
          R"({"meta":{"billed_units":{"input_tokens":21,"output_tokens":3}},"model":"command-r"})")
          .Texts(),
      ElementsAre("command-r 21/0/0/3/0"));
  EXPECT_THAT(
      ReadLog(R"({"object":"list","data":[],"model":"voyage-3","usage":{"total_tokens":8}})")
          .Texts(),
      ElementsAre("voyage-3 8/0/0/0/0"));
}

TEST(Bedrock, ConverseStreamsAndInvocationLogs) {
  EXPECT_THAT(
      ReadLog(
          R"({"schemaType":"ModelInvocationLog","timestamp":"2026-11-20T09:00:00Z",)"
          R"("modelId":"anthropic.claude-haiku-4-5-20251001-v1:0","input":{"inputTokenCount":500,)"
          R"("cacheReadInputTokenCount":100},"output":{"outputTokenCount":20}})")
          .Texts(),
      ElementsAre("anthropic.claude-haiku-4-5-20251001-v1:0 600/100/0/20/0"));
  EXPECT_THAT(ReadLog(R"({"metadata":{"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7},)"
                      R"("metrics":{"latencyMs":5}}})")
                  .Texts(),
              ElementsAre(" 3/0/0/4/0"));
}

TEST(Gemini, StreamsBatchesAndSdk) {
  EXPECT_THAT(
      ReadLog(
          R"({"responseId":"g","modelVersion":"gemini-2.5-pro","usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":1,"totalTokenCount":51}}
{"responseId":"g","modelVersion":"gemini-2.5-pro","usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":100}}
)")
          .Texts(),
      ElementsAre("gemini-2.5-pro 50/0/0/50/30"));
  const Collected batch = ReadLog(
      R"({"key":"r1","response":{"modelVersion":"gemini-2.5-flash","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1}}})");
  ASSERT_EQ(batch.records.size(), 1U);
  EXPECT_EQ(batch.records[0].service_tier, "batch");
}

TEST(Batch, LinesAndObjectsAreOfTheBatchTier) {
  const Collected collected = ReadLog(
      R"({"custom_id":"a","response":{"status_code":200,"body":{"model":"gpt-4o","usage":{"prompt_tokens":1,"completion_tokens":2}}},"error":null}
{"custom_id":"b","response":null,"error":{"code":"x"}}
{"custom_id":"c","result":{"type":"succeeded","message":{"type":"message","model":"claude-opus-4-6","usage":{"input_tokens":3,"output_tokens":4}}}}
{"custom_id":"d","result":{"type":"errored","error":{"type":"x"}}}
{"id":"batch_1","object":"batch","model":"gpt-4o","request_counts":{"completed":7},"usage":{"input_tokens":5,"output_tokens":6}}
)");
  EXPECT_THAT(collected.Texts(),
              ElementsAre("gpt-4o 1/0/0/2/0", "claude-opus-4-6 3/0/0/4/0", "gpt-4o 5/0/0/6/0"));
  for (const Record& record : collected.records) EXPECT_EQ(record.service_tier, "batch");
  EXPECT_EQ(collected.records.back().calls, 7U);
  EXPECT_EQ(collected.notes.failed, 2U);
}

TEST(Organization, UsageAndBills) {
  const Collected openai = ReadLog(
      R"({"object":"page","data":[{"object":"bucket","start_time":1753000000,"results":[{"input_tokens":100,"input_cached_tokens":40,"output_tokens":10,"num_model_requests":3,"model":"gpt-4o","batch":true,"project_id":"p"}]}]})");
  EXPECT_THAT(openai.Texts(), ElementsAre("gpt-4o 100/40/0/10/0"));
  EXPECT_EQ(openai.records[0].calls, 3U);
  EXPECT_EQ(openai.records[0].day, "2025-07-20");
  EXPECT_EQ(openai.records[0].project, "p");
  EXPECT_EQ(openai.records[0].service_tier, "batch");

  const Collected anthropic = ReadLog(
      R"({"data":[{"starting_at":"2026-11-20T00:00:00Z","results":[{"uncached_input_tokens":100,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":6},"output_tokens":10,"model":"claude-haiku-4-5","server_tool_use":{"web_search_requests":0}}]}]})");
  EXPECT_THAT(anthropic.Texts(), ElementsAre("claude-haiku-4-5 151/40/11/10/0"));

  const Collected bill = ReadLog(
      R"({"data":[{"starting_at":"2026-11-20T00:00:00Z","results":[{"currency":"USD","amount":"1234.5","description":"x"}]}]})");
  ASSERT_EQ(bill.records.size(), 1U);
  EXPECT_TRUE(bill.records[0].bill);
  EXPECT_EQ(bill.records[0].recorded_cost->ToString(), "12.345");
}

TEST(LiteLlm, SpendRowsAndDailySums) {
  const Collected collected = ReadLog(
      R"({"request_id":"1","model":"gpt-4o","custom_llm_provider":"openai","prompt_tokens":100,"completion_tokens":10,"spend":0.5,"startTime":"2025-07-20 10:00:00","metadata":"{\"usage_object\":{\"prompt_tokens\":100,\"completion_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":40}}}"}
{"request_id":"1","model":"gpt-4o","custom_llm_provider":"openai","prompt_tokens":100,"completion_tokens":10,"spend":0.5,"startTime":"2025-07-20 10:00:00"}
{"date":"2025-07-21","model":"claude-haiku-4-5","custom_llm_provider":"anthropic","prompt_tokens":1000,"completion_tokens":10,"cache_read_input_tokens":300,"cache_creation_input_tokens":200,"spend":1,"api_requests":4}
)");
  EXPECT_THAT(collected.Texts(), ElementsAre("openai/gpt-4o 100/40/0/10/0",
                                             "anthropic/claude-haiku-4-5 1000/300/200/10/0"));
  EXPECT_EQ(collected.records[0].recorded_cost->ToString(), "0.50");
  EXPECT_EQ(collected.records[1].calls, 4U);
  EXPECT_EQ(collected.records[1].day, "2025-07-21");
  EXPECT_EQ(collected.notes.duplicates, 1U);
}

TEST(Langfuse, AndHelicone) {
  const Collected collected = ReadLog(
      R"({"id":"o1","traceId":"t","type":"GENERATION","model":"gpt-4o","startTime":"2026-11-20T10:00:00Z","usageDetails":{"input":60,"input_cached_tokens":40,"output":10,"total":110},"calculatedTotalCost":0.01}
{"id":"o2","traceId":"t","model":"gpt-4o","startTime":"2026-11-20T10:00:00Z","usage":{"input":100,"output":10,"total":110,"unit":"TOKENS"}}
{"request_id":"h1","request_created_at":"2026-11-20T10:00:00Z","response_model":"gpt-4o","prompt_tokens":100,"completion_tokens":10,"prompt_cache_read_tokens":40,"cost":0.02,"latency":12}
)");
  EXPECT_THAT(collected.Texts(),
              ElementsAre("gpt-4o 100/40/0/10/0", "gpt-4o 100/0/0/10/0", "gpt-4o 100/40/0/10/0"));
  EXPECT_EQ(collected.records[0].session, "t");
  EXPECT_EQ(collected.records[2].recorded_cost->ToString(), "0.02");
}

TEST(OpenCode, AndGeminiCli) {
  const Collected collected = ReadLog(
      R"({"id":"msg-1","sessionID":"s","providerID":"anthropic","modelID":"claude-sonnet-4-5","time":{"created":1767312000000},"tokens":{"input":100,"output":50,"reasoning":0,"cache":{"read":10,"write":20}},"cost":0.02}
{"id":"msg-1","sessionID":"s","providerID":"anthropic","modelID":"claude-sonnet-4-5","time":{"created":1767312000000},"tokens":{"input":100,"output":50,"reasoning":0,"cache":{"read":10,"write":20}},"cost":0.02}
{"sessionId":"g","projectHash":"h","messages":[{"id":"1","type":"user"},{"id":"2","type":"gemini","timestamp":"2026-11-20T10:00:00Z","model":"gemini-2.5-pro","tokens":{"input":100,"output":20,"cached":40,"thoughts":5,"tool":3,"total":128}}]}
{"response":"x","stats":{"models":{"gemini-2.5-pro":{"api":{"totalRequests":2},"tokens":{"prompt":10,"candidates":4,"total":14,"cached":0,"thoughts":0,"tool":0}}}}}
)");
  EXPECT_THAT(collected.Texts(),
              ElementsAre("anthropic/claude-sonnet-4-5 130/10/20/50/0",
                          "gemini-2.5-pro 103/40/0/25/5", "gemini-2.5-pro 10/0/0/4/0"));
  EXPECT_EQ(collected.records[0].day, "2026-01-02");
  EXPECT_EQ(collected.records[1].session, "g");
  EXPECT_EQ(collected.records[2].calls, 2U);
}

TEST(Ollama, CountsInItsOwnNames) {
  EXPECT_THAT(ReadLog(R"({"model":"llama3.2","created_at":"2026-11-20T10:00:00.1Z","done":true,)"
                      R"("total_duration":5,"prompt_eval_count":26,"eval_count":98})")
                  .Texts(),
              ElementsAre("llama3.2 26/0/0/98/0"));
}

TEST(OpenTelemetry, InAllItsSpellings) {
  for (
      const std::string_view attributes : {
          R"({"gen_ai.response.model":"gpt-4o","gen_ai.usage.input_tokens":100,"gen_ai.usage.cache_read.input_tokens":40,"gen_ai.usage.output_tokens":10,"gen_ai.usage.reasoning.output_tokens":3})",
          R"({"gen_ai.request.model":"gpt-4","gen_ai.response.model":"gpt-4o","gen_ai.usage.prompt_tokens":100,"gen_ai.usage.completion_tokens":10,"gen_ai.usage.cache_read_input_tokens":40,"gen_ai.usage.reasoning_tokens":3})",
          R"({"gen_ai.response.model":"gpt-4o","gen_ai.usage.input_tokens":100,"gen_ai.usage.output_tokens":10,"gen_ai.usage.details.cache_read_tokens":40,"gen_ai.usage.details.reasoning_tokens":3})",
          R"({"llm.model_name":"gpt-4o","llm.token_count.prompt":100,"llm.token_count.completion":10,"llm.token_count.total":110,"llm.token_count.prompt_details.cache_read":40,"llm.token_count.completion_details.reasoning":3})",
          R"({"ai.model.id":"gpt-4o","ai.usage.promptTokens":100,"ai.usage.completionTokens":10,"ai.usage.cachedInputTokens":40,"ai.usage.reasoningTokens":3})",
          R"([{"key":"gen_ai.response.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"100"}},{"key":"gen_ai.usage.cache_read.input_tokens","value":{"intValue":"40"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"10"}},{"key":"gen_ai.usage.reasoning.output_tokens","value":{"intValue":3}}])",
      }) {
    EXPECT_THAT(
        ReadLog("{\"name\":\"chat\",\"attributes\":" + std::string(attributes) + "}").Texts(),
        ElementsAre("gpt-4o 100/40/0/10/3"))
        << attributes;
  }
}

// Copilot's traces hold the spans of the calls, logs of the same and a span that sums them up.
TEST(OpenTelemetry, OfATraceTheCallsCount) {
  const auto span = [](std::string_view name, std::string_view id, int input) {
    return R"({"name":")" + std::string(name) + R"(","traceId":"t","spanId":")" + std::string(id) +
           R"(","attributes":{"gen_ai.response.model":"gpt-4o","gen_ai.usage.input_tokens":)" +
           std::to_string(input) + R"(,"gen_ai.usage.output_tokens":1}})" + "\n";
  };
  const Collected collected =
      ReadLog(span("invoke_agent x", "0", 30) + span("chat gpt-4o", "1", 10) +
              span("chat gpt-4o", "2", 20) + span("chat gpt-4o", "2", 20));
  EXPECT_THAT(collected.Texts(), UnorderedElementsAre("gpt-4o 10/0/0/1/0", "gpt-4o 20/0/0/1/0"));
  EXPECT_EQ(collected.notes.duplicates, 2U);
}

TEST(Streams, LastUsageCounts) {
  EXPECT_THAT(
      ReadLog(
          R"(data: {"id":"c","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"delta":{"content":"Hi"}}],"usage":null}

data: {"id":"c","object":"chat.completion.chunk","model":"gpt-4o","choices":[],"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":1}}}

data: [DONE]
)")
          .Texts(),
      ElementsAre("gpt-4o 5/0/0/1/0"));
  const Collected realtime = ReadLog(
      R"({"type":"session.created","session":{"model":"gpt-realtime"}}
{"type":"response.done","response":{"object":"realtime.response","id":"r","usage":{"total_tokens":30,"input_tokens":20,"output_tokens":10}}}
)");
  EXPECT_THAT(realtime.Texts(), ElementsAre("gpt-realtime 20/0/0/10/0"));
}

TEST(Streams, WhatOnlyTheFirstUsageSplitsStays) {
  const Collected collected = ReadLog(
      R"(data: {"type":"message_start","message":{"id":"m","model":"claude-haiku-4-5","usage":{"input_tokens":40,"cache_creation_input_tokens":3000,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":3000},"output_tokens":1}}}

data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":40,"cache_creation_input_tokens":3000,"output_tokens":60}}

)");
  ASSERT_EQ(collected.records.size(), 1U);
  EXPECT_EQ(collected.records[0].tokens.cache_write_long, 3000);
  EXPECT_EQ(collected.records[0].tokens.cache_write_short, 0);
  EXPECT_EQ(collected.records[0].tokens.output, 60);
}

TEST(AiSdk, AFinishSumsUpItsSteps) {
  const Collected collected = ReadLog(
      R"({"type":"finish-step","usage":{"inputTokens":10,"outputTokens":1}}
{"type":"finish-step","usage":{"inputTokens":20,"outputTokens":2}}
{"type":"finish","totalUsage":{"inputTokens":30,"outputTokens":3}}
{"type":"finish","totalUsage":{"inputTokens":7,"outputTokens":3}}
)");
  EXPECT_THAT(collected.Texts(), ElementsAre(" 10/0/0/1/0", " 20/0/0/2/0", " 7/0/0/3/0"));
}

TEST(Formats, WhatSaysNothingOfUsageIsPassedOver) {
  const Collected collected = ReadLog(R"({"level":"info","msg":"started","count":5}
{"message":"hello"}
{"a":[{"b":{"c":1}}]}
{"error":{"code":"rate_limit"}}
)");
  EXPECT_THAT(collected.Texts(), IsEmpty());
  EXPECT_THAT(collected.errors, IsEmpty());
  EXPECT_EQ(collected.notes.without_usage, 3U);
  EXPECT_EQ(collected.notes.failed, 1U);
}

}  // namespace
}  // namespace toktally::usage
