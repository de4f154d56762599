// Each call once, however often and in whatever order it is logged.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/usage/collect.h"

namespace toktally::usage {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

struct ClaudeLine {
  std::string message = "msg_1";
  std::string request = "req_1";
  int input = 1;
  int output = 1;
  bool sidechain = false;
  std::string session = "s";
};

std::string Claude(const ClaudeLine& line) {
  return R"({"type":"assistant","timestamp":"2026-11-20T10:00:00.000Z","cwd":"/home/me/work",)"
         R"("sessionId":")" +
         line.session + R"(","requestId":")" + line.request + R"(","isSidechain":)" +
         (line.sidechain ? "true" : "false") + R"(,"message":{"id":")" + line.message +
         R"(","model":"claude-haiku-4-5","usage":{"input_tokens":)" + std::to_string(line.input) +
         R"(,"output_tokens":)" + std::to_string(line.output) + "}}}\n";
}

TEST(ClaudeCode, AMessageThatGrowsIsOneCall) {
  const Collected collected =
      ReadLog(Claude({.output = 1}) + Claude({.output = 9}) + Claude({.output = 5}));
  EXPECT_THAT(collected.Texts(), ElementsAre("claude-haiku-4-5 1/0/0/9/0"));
  EXPECT_EQ(collected.notes.duplicates, 2U);
  EXPECT_EQ(collected.records[0].project, "/home/me/work");
  EXPECT_EQ(collected.records[0].session, "s");
}

// A sub-agent's log repeats messages of its parent under requests of its own, and files are read by
// name: whichever comes first, the parent's copy counts.
TEST(ClaudeCode, AReplayCountsInNeitherOrder) {
  const std::string main = Claude({.request = "req_main", .input = 30});
  const std::string side = Claude({.request = "req_side", .input = 40000, .sidechain = true});
  for (const auto& files : {std::vector<LogFile>{{"a", main}, {"b", side}},
                            std::vector<LogFile>{{"a", side}, {"b", main}},
                            std::vector<LogFile>{{"a", side + side + main + side}}}) {
    EXPECT_THAT(ReadLogs(files).Texts(), ElementsAre("claude-haiku-4-5 30/0/0/1/0"));
  }
}

TEST(ClaudeCode, ASidechainsOwnMessagesCount) {
  EXPECT_EQ(ReadLog(Claude({.message = "msg_1"}) +
                    Claude({.message = "msg_2", .request = "req_2", .sidechain = true}))
                .records.size(),
            2U);
}

// Resumed and branched sessions copy messages into new files.
TEST(ClaudeCode, ResumedSessionsRepeatMessages) {
  const std::string first = Claude({}) + Claude({.message = "msg_2", .request = "req_2"});
  const std::string branch = Claude({.session = "other"}) +
                             Claude({.message = "msg_3", .request = "req_3", .session = "other"});
  EXPECT_EQ(ReadLogs({{"a", first}, {"b", branch}}).records.size(), 3U);
  EXPECT_EQ(ReadLogs({{"a", branch}, {"b", first}}).records.size(), 3U);
}

constexpr std::string_view kResult =
    R"({"type":"result","subtype":"success","session_id":"p","total_cost_usd":0.5,"usage":{"input_tokens":9,"output_tokens":9},"modelUsage":{"claude-haiku-4-5":{"inputTokens":10,"outputTokens":20,"cacheReadInputTokens":5,"cacheCreationInputTokens":0,"webSearchRequests":0,"costUSD":0.5,"contextWindow":200000}}})"
    "\n";

// What `claude -p` prints: the result sums up the messages before it.
TEST(ClaudeCode, AResultSumsUpItsMessages) {
  const std::string message =
      R"({"type":"assistant","session_id":"p","message":{"id":"m","model":"claude-haiku-4-5","usage":{"input_tokens":9,"output_tokens":1}}})"
      "\n";
  EXPECT_THAT(ReadLog(message + std::string(kResult)).Texts(),
              ElementsAre("claude-haiku-4-5 15/5/0/20/0"));
  EXPECT_THAT(ReadLog(message).Texts(), ElementsAre("claude-haiku-4-5 9/0/0/1/0"));
  // A later result of the process holds the former one.
  EXPECT_EQ(ReadLog(std::string(kResult) + std::string(kResult)).records.size(), 1U);
}

TEST(ClaudeCode, TheSessionsOwnLogReplacesAResult) {
  const std::string log = Claude({.session = "p"});
  EXPECT_THAT(ReadLogs({{"a", std::string(kResult)}, {"b", log}}).Texts(),
              ElementsAre("claude-haiku-4-5 1/0/0/1/0"));
  EXPECT_THAT(ReadLogs({{"a", log}, {"b", std::string(kResult)}}).Texts(),
              ElementsAre("claude-haiku-4-5 1/0/0/1/0"));
}

std::string Event(std::string_view time, int last, int total) {
  const auto usage = [](int n) {
    return R"({"input_tokens":)" + std::to_string(n) + R"(,"cached_input_tokens":0,)" +
           R"("output_tokens":1,"reasoning_output_tokens":0})";
  };
  std::string info;
  if (total > 0) info += R"("total_token_usage":)" + usage(total);
  if (last > 0)
    info += std::string(info.empty() ? "" : ",") + R"("last_token_usage":)" + usage(last);
  return R"({"timestamp":"2026-11-20T08:)" + std::string(time) +
         R"(Z","type":"event_msg","payload":{"type":"token_count","info":{)" + info + "}}}\n";
}
constexpr std::string_view kTurn =
    R"({"timestamp":"2026-11-20T08:00:00.000Z","type":"turn_context","payload":{"model":"gpt-5.2"}})"
    "\n";

TEST(Codex, ATotalThatHasNotMovedIsTheSameEvent) {
  const std::string turn(kTurn);
  EXPECT_EQ(ReadLog(turn + Event("01:00.1", 900, 900) + Event("01:31.4", 900, 900)).records.size(),
            1U);
  EXPECT_EQ(ReadLog(turn + Event("01:00.1", 900, 900) + Event("03:00.1", 900, 1800)).records.size(),
            2U);
}

TEST(Codex, TotalsAloneAreSubtracted) {
  EXPECT_THAT(
      ReadLog(std::string(kTurn) + Event("01:00.1", 0, 900) + Event("02:00.1", 0, 1500)).Texts()[1],
      testing::StartsWith("gpt-5.2 600/"));
}

TEST(Codex, ASubAgentBeginsWithItsParentsHistory) {
  constexpr std::string_view kSpawned =
      R"({"timestamp":"2026-11-20T08:00:05.100Z","type":"session_meta","payload":{"id":"s","source":{"subagent":{"thread_spawn":{}}}}})"
      "\n";
  // Within the second of the head, or within one second that its first events share.
  EXPECT_EQ(ReadLog(std::string(kSpawned) + std::string(kTurn) + Event("00:05.2", 5, 5) +
                    Event("00:06.0", 7, 12))
                .records.size(),
            1U);
  EXPECT_EQ(ReadLog(std::string(kSpawned) + std::string(kTurn) + Event("00:07.1", 5, 5) +
                    Event("00:07.2", 6, 11) + Event("00:09.0", 7, 18))
                .records.size(),
            1U);
}

TEST(Codex, AnArchivedCopyIsTheSameSession) {
  const std::string log = std::string(kTurn) + Event("01:00.1", 900, 900);
  EXPECT_EQ(ReadLogs({{"sessions/a", log}, {"archived_sessions/a", log}}).records.size(), 1U);
}

TEST(Codex, NamesAndTimesOfNewerLogs) {
  const Collected collected = ReadLog(
      R"({"timestamp":1763632861000,"type":"event_msg","payload":{"type":"token_count","info":{"model":"gpt-5.2","last_token_usage":{"input_tokens":50,"output_tokens":5,"total_tokens":55}}}})"
      "\n"
      R"({"type":"turn.completed","model":"gpt-5.2-codex","usage":{"input_tokens":8,"output_tokens":5,"total_tokens":0}})"
      "\n");
  EXPECT_THAT(collected.Texts(),
              UnorderedElementsAre("gpt-5.2 50/0/0/5/0", "gpt-5.2-codex 8/0/0/5/0"));
  EXPECT_EQ(collected.records[0].day, "2025-11-20");
}

}  // namespace
}  // namespace toktally::usage
