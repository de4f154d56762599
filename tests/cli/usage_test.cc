// One small recording for each format, with its sums by hand.

#include "cli/commands/usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;

Ran Usage(std::string_view log, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"usage", "-", "--format", "csv", "-q"});
  return RunInMemory(arguments, std::string(log));
}

// The rows behind the header.
std::string Rows(std::string_view log, std::vector<std::string> arguments = {}) {
  const Ran ran = Usage(log, std::move(arguments));
  constexpr std::string_view kHeader =
      "key,calls,input_tokens,cached_tokens,cache_write_tokens,output_tokens,reasoning_tokens,"
      "cost\r\n";
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out.substr(0, kHeader.size()), kHeader);
  return ran.out.substr(std::min(kHeader.size(), ran.out.size()));
}

// 29 x 0.10 + 2 x 0.40 a million.
TEST(Usage, ChatCompletion) {
  EXPECT_EQ(Rows(R"({
  "id": "chatcmpl-1",
  "object": "chat.completion",
  "created": 1753000000,
  "model": "gpt-4.1-nano-2025-04-14",
  "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"},
               "finish_reason": "stop"}],
  "usage": {"prompt_tokens": 29, "completion_tokens": 2, "total_tokens": 31,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
      "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}},
  "service_tier": "default"
})"),
            "gpt-4.1-nano-2025-04-14,1,29,0,0,2,0,0.0000037\r\n");
}

// gpt-4o: 600 x 2.50 + 400 x 1.25 + 10 x 10.00 a million; the cached ones are not billed twice.
TEST(Usage, CachedTokensArePartOfThePrompt) {
  EXPECT_EQ(Rows(R"({"object":"chat.completion","model":"gpt-4o","choices":[],"usage":{)"
                 R"("prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,)"
                 R"("prompt_tokens_details":{"cached_tokens":400}}})"),
            "gpt-4o,1,1000,400,0,10,0,0.0021\r\n");
}

constexpr std::string_view kChunks =
    R"(data: {"id":"c1","object":"chat.completion.chunk","created":1753000000,"model":"gpt-4o","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

data: {"id":"c1","object":"chat.completion.chunk","created":1753000000,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}

data: {"id":"c1","object":"chat.completion.chunk","created":1753000000,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"length"}],"usage":null}

)";

TEST(Usage, StreamWithUsageInItsLastChunk) {
  const std::string stream =
      std::string(kChunks) +
      R"(data: {"id":"c1","object":"chat.completion.chunk","created":1753000000,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}

data: [DONE]
)";
  EXPECT_EQ(Rows(stream), "gpt-4o,1,10,0,0,1,0,0.000035\r\n");
  EXPECT_EQ(Rows(stream, {"--by", "finish_reason"}), "length,1,10,0,0,1,0,0.000035\r\n");
  EXPECT_EQ(Rows(stream, {"--by", "day"}), "2025-07-20,1,10,0,0,1,0,0.000035\r\n");
}

TEST(Usage, StreamWithoutUsageIsCounted) {
  // "Hello" is one token; the prompt is not known, and so neither is the cost.
  EXPECT_EQ(Rows(kChunks), "gpt-4o,1,0,0,0,1,0,\r\n");
  const Ran ran = RunInMemory({"usage", "-"}, std::string(kChunks));
  EXPECT_THAT(ran.out, HasSubstr("1 counted: the stream ended without usage"));
  EXPECT_THAT(ran.out, HasSubstr("at least $0.00001"));
}

TEST(Usage, CutOffRepliesStandOut) {
  const Ran ran = RunInMemory(
      {"usage", "-"},
      R"({"model":"gpt-4o","choices":[{"finish_reason":"content_filter"}],"usage":{"prompt_tokens":4,"completion_tokens":100,"total_tokens":104}})");
  EXPECT_THAT(ran.out, HasSubstr("1 reply ended with content_filter: 100 output tokens"));
}

TEST(Usage, Responses) {
  const std::string response =
      R"({"id":"r","object":"response","created_at":1753000000.0,"model":"gpt-4o","status":"incomplete",)"
      R"("incomplete_details":{"reason":"max_output_tokens"},"service_tier":"flex","usage":{)"
      R"("input_tokens":100,"input_tokens_details":{"cached_tokens":20},"output_tokens":50,)"
      R"("output_tokens_details":{"reasoning_tokens":30},"total_tokens":150}})";
  // No flex rate is known for gpt-4o: the cost is unknown, never a guess.
  const Ran flex = Usage(response);
  EXPECT_THAT(flex.out, HasSubstr("gpt-4o,1,100,20,0,50,30,\r\n"));
  EXPECT_EQ(flex.code, ExitCode::kUnknownModel);
  EXPECT_THAT(flex.err, HasSubstr("1 call not priced: gpt-4o has no flex rate"));
  EXPECT_EQ(Rows("event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":" +
                     response + "}\n",
                 {"--by", "finish_reason", "--tier", "standard"}),
            "length,1,100,20,0,50,30,0.000725\r\n");
}

TEST(Usage, BatchOutputIsBilledAtBatchRates) {
  EXPECT_EQ(
      Rows(
          R"({"id":"b1","custom_id":"a","response":{"status_code":200,"body":{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}},"error":null}
{"id":"b2","custom_id":"b","response":null,"error":{"code":"x","message":"y"}}
)"),
      "gpt-4o,1,100,0,0,10,0,0.000175\r\n");
}

TEST(Usage, Embeddings) {
  EXPECT_EQ(Rows(R"({"object":"list","data":[],"model":"text-embedding-3-small",)"
                 R"("usage":{"prompt_tokens":1000,"total_tokens":1000}})"),
            "text-embedding-3-small,1,1000,0,0,0,0,0.00002\r\n");
}

// input_tokens excludes the cache: 10 + 100 read + 20 and 30 written.
TEST(Usage, AnthropicMessage) {
  const std::string rows =
      Rows(R"({"id":"m","type":"message","model":"claude-opus-4-5","stop_reason":"end_turn",)"
           R"("usage":{"input_tokens":10,"cache_read_input_tokens":100,)"
           R"("cache_creation_input_tokens":50,"cache_creation":{"ephemeral_5m_input_tokens":20,)"
           R"("ephemeral_1h_input_tokens":30},"output_tokens":7}})");
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "claude-opus-4-5,1,160,100,50,7,0");
}

TEST(Usage, AnthropicStream) {
  const std::string rows = Rows(
      R"(event: message_start
data: {"type":"message_start","message":{"id":"m","model":"claude-opus-4-5","usage":{"input_tokens":25,"output_tokens":1}}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":15}}

event: message_stop
data: {"type":"message_stop"}
)",
      {"--by", "finish_reason"});
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "length,1,25,0,0,15,0");
}

// Thoughts are billed as output beside the candidates; the last chunk of a stream counts.
TEST(Usage, Gemini) {
  const std::string rows = Rows(
      R"({"responseId":"g","modelVersion":"gemini-2.5-pro","usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":1,"totalTokenCount":51}}
{"responseId":"g","modelVersion":"gemini-2.5-pro","candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":50,"cachedContentTokenCount":10,"candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":100}}
)");
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "gemini-2.5-pro,1,50,10,0,50,30");
}

TEST(Usage, LiteLlmAsJsonAndCsv) {
  EXPECT_EQ(Rows(R"({"request_id":"1","model":"gpt-4o","custom_llm_provider":"openai",)"
                 R"("prompt_tokens":100,"completion_tokens":10,"total_tokens":110,)"
                 R"("startTime":"2025-07-20 10:00:00","metadata":{"usage_object":{)"
                 R"("prompt_tokens":100,"completion_tokens":10,"total_tokens":110,)"
                 R"("prompt_tokens_details":{"cached_tokens":40}}}})"),
            "openai/gpt-4o,1,100,40,0,10,0,0.0003\r\n");
  EXPECT_EQ(
      Rows("request_id,model,prompt_tokens,completion_tokens,total_tokens,startTime,messages\r\n"
           "1,gpt-4o,100,10,110,2025-07-20 10:00:00,\"a \"\"quoted\"\",\nbroken cell\"\r\n"
           "2,gpt-4o,1,0,1,2025-07-20 10:00:01,\r\n",
           {"--by", "day"}),
      "2025-07-20,2,101,0,0,10,0,0.0003525\r\n");
}

// The same message grows; a sub-agent's copy has another requestId.
TEST(Usage, ClaudeCode) {
  const auto line = [](std::string_view request, int output, std::string_view more) {
    return R"({"type":"assistant","timestamp":"2026-11-20T10:00:00.000Z","sessionId":"s",)"
           R"("requestId":")" +
           std::string(request) + "\"" + std::string(more) +
           R"(,"message":{"id":"msg_1","model":"claude-opus-4-5","usage":{"input_tokens":3,)"
           R"("cache_read_input_tokens":5,"output_tokens":)" +
           std::to_string(output) + "}}}\n";
  };
  const std::string rows = Rows(
      R"({"type":"user","message":{"role":"user","content":"hi"}})"
      "\n" +
          line("r1", 1, "") + line("r1", 9, "") + line("r2", 9, R"(,"isSidechain":true)") +
          R"({"message":{"id":"x","model":"<synthetic>","usage":{"input_tokens":0,"output_tokens":0}}})"
          "\n",
      {"--by", "day"});
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "2026-11-20,1,8,5,0,9,0");
}

// The second event has no last_token_usage: what is new is the difference of the totals.
TEST(Usage, Codex) {
  const std::string_view first =
      R"({"timestamp":"2026-11-20T10:00:01.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":100,"cached_input_tokens":40,"output_tokens":20,"reasoning_output_tokens":5,"total_tokens":120},"last_token_usage":{"input_tokens":100,"cached_input_tokens":40,"output_tokens":20,"reasoning_output_tokens":5,"total_tokens":120}}}})";
  const std::string log =
      R"({"timestamp":"2026-11-20T10:00:00.000Z","type":"turn_context","payload":{"model":"gpt-5"}})"
      "\n" +
      std::string(first) + "\n" + std::string(first) + "\n" +
      R"({"timestamp":"2026-11-20T10:00:02.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":250,"cached_input_tokens":90,"output_tokens":30,"reasoning_output_tokens":5,"total_tokens":280}}}})"
      "\n";
  const std::string rows = Rows(log);
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "gpt-5,2,250,90,0,30,5");
}

TEST(Usage, CodexSubAgentsReplayTheirParent) {
  const auto event = [](std::string_view time) {
    return R"({"timestamp":"2026-11-20T10:00:)" + std::string(time) +
           R"(Z","type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":)"
           R"({"input_tokens":7,"output_tokens":1,"total_tokens":8}}}})"
           "\n";
  };
  const std::string rows =
      Rows(R"({"timestamp":"2026-11-20T10:00:05.100Z","type":"session_meta","payload":{)"
           R"("source":{"subagent":{"thread_spawn":{}}}}})"
           "\n" +
               event("05.200") + event("06.000"),
           {"-m", "gpt-5"});
  EXPECT_EQ(rows.substr(0, rows.rfind(',')), "(not said),1,7,0,0,1,0");
}

TEST(Usage, OpenTelemetry) {
  const std::string_view flat =
      R"({"name":"chat","start_time":"2025-07-20T10:00:00Z","attributes":{"gen_ai.response.model":"gpt-4o","gen_ai.usage.input_tokens":100,"gen_ai.usage.cache_read.input_tokens":40,"gen_ai.usage.output_tokens":10,"gen_ai.response.finish_reasons":["stop"]}})";
  EXPECT_EQ(Rows(flat), "gpt-4o,1,100,40,0,10,0,0.0003\r\n");
  const std::string_view otlp =
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"1753000000000000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.prompt_tokens","value":{"intValue":"100"}},{"key":"gen_ai.usage.completion_tokens","value":{"intValue":"10"}}]}]}]}]})";
  EXPECT_EQ(Rows(otlp, {"--by", "day"}), "2025-07-20,1,100,0,0,10,0,0.00035\r\n");
}

// The call stays: the convention that makes the total is taken, and what none makes is said.
TEST(Usage, KeepsCallsWhoseTotalsDisagree) {
  const std::string log =
      R"({"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":13}}
not json
{"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}
)";
  const Ran ran = RunInMemory({"usage", "-", "--json"}, log);
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);  // what the rest of the total cost is not known
  EXPECT_THAT(ran.err, HasSubstr("standard input:2:1: expected a value"));
  EXPECT_THAT(ran.err, HasSubstr("not billed: total_tokens, 2 in 1 call"));
  EXPECT_THAT(ran.out, HasSubstr(R"("calls": 2)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("path": "total_tokens", "count": 2, "calls": 1)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("cost": null)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("cost_at_least": "0.00007")"));
}

TEST(Usage, DaysAndKeysThatAreAskedFor) {
  const auto call = [](std::string_view time, std::string_view model) {
    return R"({"created_at":")" + std::string(time) + R"(","model":")" + std::string(model) +
           R"(","usage":{"prompt_tokens":10,"completion_tokens":1}})" + "\n";
  };
  const std::string log = call("2026-11-18T10:00:00Z", "gpt-4o") +
                          call("2026-11-19T10:00:00Z", "gpt-4o-mini") +
                          call("2026-11-19T23:30:00Z", "gpt-4o");
  EXPECT_THAT(Usage(log, {"--by", "day,model"}).out,
              HasSubstr("2026-11-19,gpt-4o,1,10,0,0,1,0,0.000035\r\n2026-11-19,gpt-4o-mini,1,"));
  EXPECT_EQ(Rows(log, {"--by", "week"}).substr(0, 13), "2026-11-16,3,");
  EXPECT_EQ(Rows(log, {"--by", "month"}).substr(0, 10), "2026-11,3,");
  EXPECT_EQ(
      Rows(log, {"--since", "2026-11-19", "--until", "20261119", "--by", "day"}).substr(0, 13),
      "2026-11-19,2,");
  EXPECT_THAT(Rows(log, {"--top", "1"}), HasSubstr("1 others,1,10"));
}

TEST(Usage, CountsAllThatCannotBeRead) {
  std::string log;
  for (int i = 0; i < 25; ++i) log += "x\n";
  const Ran ran = Usage(log);
  EXPECT_THAT(ran.err, HasSubstr("15 more could not be read; 25 in all"));
}

// None of the keys is one that we know: never a call of no tokens for $0.00.
TEST(Usage, AUsageWithoutAKnownKeyIsUnreadable) {
  for (const std::string_view usage :
       {R"({"usage":{"tokens_read":100,"tokens_written":50},"model":"gpt-4o"})",
        R"({"usage":{},"model":"gpt-4o"})",
        R"({"usage":{"prompt_tokens":null,"completion_tokens":null},"model":"gpt-4o"})",
        R"({"type":"message","model":"claude-opus-4-5","usage":{"cost":"low"}})",
        R"({"modelVersion":"gemini-2.5-pro","usageMetadata":{"tokens":5}})"}) {
    const Ran ran = RunInMemory({"usage", "-", "--json"}, std::string(usage));
    EXPECT_EQ(ran.code, ExitCode::kInput) << usage;
    EXPECT_THAT(ran.err, HasSubstr("states no tokens under a name that is known here")) << usage;
    EXPECT_THAT(ran.out, HasSubstr(R"("unreadable": 1)")) << usage;
    EXPECT_THAT(ran.out, HasSubstr(R"("calls": 0)")) << usage;
  }
}

// o3 cost $10 a million until 2025-06-09 and $2 since: a call is billed at the rates of its day,
// not of today, unless --as-of says otherwise.
TEST(Usage, EachCallIsPricedAtTheRatesOfItsDay) {
  const auto call = [](std::string_view day) {
    return R"({"model":"o3","timestamp":")" + std::string(day) +
           R"(T10:00:00Z","usage":{"prompt_tokens":1000000,"completion_tokens":0}})"
           "\n";
  };
  EXPECT_EQ(Rows(call("2025-06-09")), "o3,1,1000000,0,0,0,0,10.00\r\n");
  EXPECT_EQ(Rows(call("2025-06-10")), "o3,1,1000000,0,0,0,0,2.00\r\n");
  EXPECT_EQ(Rows(call("2025-06-09") + call("2025-06-10")), "o3,2,2000000,0,0,0,0,12.00\r\n");
  EXPECT_EQ(Rows(call("2025-06-09"), {"--as-of", "2025-06-10"}), "o3,1,1000000,0,0,0,0,2.00\r\n");
}

class UnreadableFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/toktally_usage_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    root_ = name;
    ASSERT_EQ(chmod(name, 0755), 0);
    std::ofstream(root_ + "/a.jsonl")
        << R"({"model":"gpt-4o","usage":{"prompt_tokens":10,"completion_tokens":1}})";
    std::filesystem::create_directory(root_ + "/shut");
    std::ofstream(root_ + "/shut/b.jsonl") << "{}";
    ASSERT_EQ(chmod((root_ + "/shut").c_str(), 0), 0);
  }
  void TearDown() override {
    chmod((root_ + "/shut").c_str(), 0755);
    std::filesystem::remove_all(root_);
  }
  std::string root_;
};

// chmod binds nobody as root, so a child that is somebody else looks.
TEST_F(UnreadableFolder, IsSaidAndTheRestIsReported) {
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    const Ran ran = RunInMemory({"usage", root_, "--format", "csv"});
    const bool said = ran.err.find(root_ + "/shut: Permission denied") != std::string::npos;
    const bool reported = ran.out.find("gpt-4o,1,10,") != std::string::npos;
    _exit(ran.code == ExitCode::kInput && said && reported ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Usage, UnknownModelsHaveNoCost) {
  const Ran ran = RunInMemory(
      {"usage", "-", "--json"},
      R"({"model":"gpt-4p","usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})");
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_THAT(ran.err, HasSubstr("usage: 1 call not priced: "));
  EXPECT_THAT(ran.err, HasSubstr("gpt-4o"));  // the nearest
  EXPECT_THAT(ran.out, HasSubstr(R"("cost": null)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("unpriced_calls": 1)"));
}

}  // namespace
}  // namespace toktally::cli
