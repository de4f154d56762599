// What the gate used to hide: each of these passed without a word.

#include <gmock/gmock.h>

#include "cli/report/usd.h"
#include "tests/cli/memory_output.h"
#include "tests/cli/workload_folder.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CheckFindingsTest : public WorkloadFolder {
 protected:
  static Ran Check(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "check");
    arguments.insert(arguments.end(), {"--as-of", "2026-11-25"});
    return RunInMemory(arguments);
  }
  // One workload of gpt-5.4 (2.50 in, 15 out) with 1,000 calls.
  static void WriteOne(const std::string& members, const std::string& rest = "") {
    Write("toktally.json",
          "{\"workloads\": {\"w\": {\"model\": \"gpt-5.4\", "
          "\"calls_per_month\": 1000, " +
              members + "}}" + rest + "}");
  }
  static void Save() { ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk); }
};

TEST_F(CheckFindingsTest, AWiderRiskIsShown) {
  const auto write = [](int high) {
    WriteOne("\"input_tokens\": 0, \"output_tokens\": {\"low\": 10, \"expected\": 20, \"high\": " +
             std::to_string(high) + "}");
  };
  write(30);
  Save();
  write(30'000);
  const Ran ran = Check({"--baseline", "base.json"});
  EXPECT_THAT(ran.out, HasSubstr("  high    $0.45 → $450.00   +$449.55 (+99900.0 %)\n"));
  EXPECT_THAT(ran.out, HasSubstr("the high case rises by $449.55 and no limit reads it"));
}

TEST_F(CheckFindingsTest, AWeakenedLimitIsTheFirstLine) {
  const std::string tokens = "\"input_tokens\": 1000, \"output_tokens\": 0";
  WriteOne(tokens, ", \"limits\": {\"max_monthly\": 10}");
  Save();
  WriteOne(tokens, ", \"limits\": {\"max_monthly\": 1000}");
  const Ran raised = Check({"--baseline", "base.json"});
  EXPECT_EQ(raised.code, ExitCode::kOk);
  EXPECT_THAT(raised.out,
              StartsWith("  ! limit weakened: max_monthly was $10, is $1000  (toktally.json:1: "
                         "limits.max_monthly)\n"));
  WriteOne(tokens, ", \"limits_locked\": true, \"limits\": {\"max_monthly\": 10}");
  Save();
  WriteOne(tokens);
  const Ran gone = Check({"--baseline", "base.json"});
  EXPECT_EQ(gone.code, ExitCode::kGateFailed);
  EXPECT_THAT(gone.out, StartsWith("  ✗ limit weakened: max_monthly was $10, is gone"));
}

TEST_F(CheckFindingsTest, AChangeIsTakenApart) {
  WriteOne("\"input_tokens\": 1000, \"output_tokens\": 0");
  Save();
  Write("toktally.json", R"({"workloads": {"w": {"model": "gpt-5.4", "calls_per_month": 3000,
      "input_tokens": 2000, "output_tokens": 0}}})");
  const Ran ran = Check({"--baseline", "base.json"});
  EXPECT_THAT(ran.out, HasSubstr("  of it   tokens +$2.50, volume +$10.00\n"));
  const Ran json = Check({"--baseline", "base.json", "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"volume\": {\"low\": \"10.00\""));
}

TEST_F(CheckFindingsTest, PlansThatCannotHappenWarnOrFail) {
  Write("toktally.json", R"({"workloads": {"tagger": {"model": "gpt-4.1-nano",
      "input_tokens": 500, "output_tokens": 20, "calls_per_month": 1000, "cached_share": 0.9}}})");
  const Ran ran = Check();
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("! tagger: gpt-4.1-nano was shut down on 2026-10-23"));
  EXPECT_THAT(ran.out, HasSubstr("caches prompts of 1,024 tokens and more; the longest has 500"));
  EXPECT_THAT(ran.out, HasSubstr("✓ within the limits"));
  EXPECT_EQ(Check({"--strict"}).code, ExitCode::kGateFailed);
}

TEST_F(CheckFindingsTest, OneBadWorkloadHidesNoOther) {
  Write("toktally.json", R"({"workloads": {
      "good": {"model": "gpt-5.4", "input_tokens": 1000, "output_tokens": 0,
               "calls_per_month": 1000},
      "unknown": {"model": "no-such-model", "input_tokens": 1, "output_tokens": 1,
                  "calls_per_month": 1}}})");
  const Ran unknown = Check({"--json"});
  EXPECT_EQ(unknown.code, ExitCode::kUnknownModel);
  EXPECT_THAT(unknown.out, HasSubstr("\"workload\": \"good\""));
  EXPECT_THAT(unknown.err, HasSubstr("toktally.json:4: workloads.unknown.model"));
  const std::string text = Read("toktally.json");
  Write("toktally.json", text.substr(0, text.rfind("}}")) + R"(, "typo": {"modle": "gpt-5.4"}}})");
  const Ran both = Check();
  EXPECT_EQ(both.code, ExitCode::kUsage);
  EXPECT_THAT(both.out, HasSubstr("monthly $2.50"));
  EXPECT_THAT(both.err, HasSubstr("workloads.typo"));
  EXPECT_THAT(both.err, HasSubstr("workloads.unknown"));
}

TEST_F(CheckFindingsTest, AnEstimateIsMarked) {
  Write("toktally.json", R"({"workloads": {"w": {"model": "claude-sonnet-4-5",
      "input_text": "hello world", "output_tokens": 0, "calls_per_month": 1000}}})");
  EXPECT_THAT(Check().out, HasSubstr("an estimate"));
}

TEST_F(CheckFindingsTest, RowsHaveTheTotalAndTheVerdict) {
  WriteOne("\"input_tokens\": 1000, \"output_tokens\": 0");
  Save();
  WriteOne("\"input_tokens\": 2000, \"output_tokens\": 0", ", \"limits\": {\"max_increase\": 1}");
  const Ran csv = Check({"--baseline", "base.json", "--format", "csv"});
  EXPECT_EQ(csv.code, ExitCode::kGateFailed);
  EXPECT_THAT(csv.out, HasSubstr("total,,,over a limit,2.50,5.00,2.50\r\n"));
  EXPECT_THAT(csv.out, HasSubstr("fail,"));
  const Ran markdown = Check({"--baseline", "base.json", "--format", "markdown"});
  EXPECT_THAT(markdown.out, HasSubstr("over a limit"));
  EXPECT_THAT(markdown.out, HasSubstr("increase $2.50 is over $1"));
}

TEST_F(CheckFindingsTest, WhatIfAndExplain) {
  WriteOne("\"input_tokens\": 1000, \"output_tokens\": 10, \"turns\": 2, \"turn_input_tokens\": 5");
  const auto forecast = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "forecast");
    arguments.insert(arguments.end(), {"--as-of", "2026-11-25"});
    return RunInMemory(arguments);
  };
  const Ran plain = forecast({});
  // Prompts of 1,000 and 1,015.
  EXPECT_THAT(plain.out, HasSubstr("1,008, max 1,015"));
  const Ran explained = forecast({"--explain", "w"});
  EXPECT_THAT(explained.out, HasSubstr("standard input: 1007500 x $2.5 a 1000000 = $2.51875"));
  EXPECT_THAT(explained.out, HasSubstr("standard output: 10000 x $15 a 1000000 = $0.15"));
  EXPECT_THAT(explained.out, HasSubstr("total = $2.66875"));
  const Ran what_if = forecast({"--set", "w.turns=1", "--set", "w.cached_share=1/1", "--json"});
  EXPECT_EQ(what_if.code, ExitCode::kOk) << what_if.err;
  EXPECT_THAT(what_if.out, HasSubstr("\"monthly\": {\"low\": \"0.40\""));
  EXPECT_EQ(forecast({"--set", "x.turns=1"}).code, ExitCode::kUsage);
  EXPECT_EQ(forecast({"--explain", "x"}).code, ExitCode::kUsage);
  EXPECT_EQ(forecast({"--months", "0"}).code, ExitCode::kUsage);
}

TEST(Usd, PartsAddUpToTheirTotalInCents) {
  const auto third = *Ratio::Of(1, 3);
  const auto parts = CentsThatAddUp({third, third, third}, Ratio(1));
  EXPECT_EQ(parts[0], *Ratio::Of(34, 100));
  EXPECT_EQ(parts[1], *Ratio::Of(33, 100));
  EXPECT_EQ(parts[2], *Ratio::Of(33, 100));
  // Losses and gains, and what is too small for a cent.
  const auto mixed = CentsThatAddUp(
      {*Ratio::Of(-1005, 1000), *Ratio::Of(2'009, 1000), *Ratio::Of(4, 10'000)}, Ratio(1));
  EXPECT_EQ(mixed[0] + mixed[1], Ratio(1));
  EXPECT_EQ(mixed[2], *Ratio::Of(4, 10'000));
  EXPECT_EQ(InCents(*Ratio::Of(4, 1000)), *Ratio::Of(4, 1000));  // under a cent it stays
  EXPECT_EQ(InCents(*Ratio::Of(15, 1000)), *Ratio::Of(2, 100));
  EXPECT_EQ(InCents(*Ratio::Of(25, 1000)), *Ratio::Of(2, 100));
  EXPECT_EQ(InCents(*Ratio::Of(-25, 1000)), *Ratio::Of(-2, 100));
}

}  // namespace
}  // namespace toktally::cli
