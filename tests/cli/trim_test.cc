#include "cli/commands/trim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kTalk =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"},)"
    R"({"role":"user","content":"Hello"}]})";

TEST(Trim, PrintsTheRestAndSaysWhatWent) {
  const Ran ran = RunInMemory({"trim", "--max-tokens", "10"}, std::string(kTalk));
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out, R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(ran.err, "toktally: trim: dropped 1 message of 2; 13 -> 8 prompt tokens (exact)\n");
}

TEST(Trim, ReservesRoomForTheReply) {
  EXPECT_EQ(RunInMemory({"trim", "--max-tokens", "13", "-q"}, std::string(kTalk)).out, kTalk);
  const Ran ran =
      RunInMemory({"trim", "--max-tokens", "13", "--reserve-output", "1"}, std::string(kTalk));
  EXPECT_THAT(ran.err, HasSubstr("dropped 1 message"));
}

TEST(Trim, FailsWhereNothingHelps) {
  const Ran ran = RunInMemory({"trim", "--max-tokens", "7"}, std::string(kTalk));
  EXPECT_EQ(ran.code, ExitCode::kGateFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("is 8 tokens, over the limit of 7"));
  EXPECT_EQ(RunInMemory({"trim"}, std::string(kTalk)).code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"trim", "--max-tokens", "9"}, "{").code, ExitCode::kInput);
}

TEST(Growth, AddsUpTheWays) {
  const Ran ran =
      RunInMemory({"growth", "--turns", "3", "--reply-tokens", "1", "--json", "--cost"},
                  R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  // 8 + 18 + 28 prompt tokens at 2.50 and 3 of replies at 10.00 a million.
  EXPECT_THAT(
      ran.out,
      HasSubstr(R"("resent": {"prompt_tokens": 54, "cached_tokens": 0, "cost": "0.000165"})"));
}

}  // namespace
}  // namespace toktally::cli
