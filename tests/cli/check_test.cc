#include "cli/commands/check.h"

#include <gmock/gmock.h>

#include "tests/cli/memory_output.h"
#include "tests/cli/workload_folder.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CheckTest : public WorkloadFolder {
 protected:
  static Ran Check(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "check");
    arguments.insert(arguments.end(), {"--as-of", "2026-11-22"});
    return RunInMemory(arguments);
  }
  static void WriteWorkloads(std::string_view limits, int triage_tokens,
                             std::string_view more = "") {
    Write("toktally.json",
          "{\n\"limits\": {" + std::string(limits) +
              "},\n\"workloads\": {\"triage\": {\"model\": \"gpt-5.4-mini\", \"input_tokens\": " +
              std::to_string(triage_tokens) +
              ", \"output_tokens\": 100, \"calls_per_month\": 200000},\n"
              "\"other\": {\"model\": \"gpt-5.4\", \"input_tokens\": 1000, \"output_tokens\": 0, "
              "\"calls_per_month\": 1000}" +
              std::string(more) + "}}");
  }
};

TEST_F(CheckTest, ADoubledPromptFailsWithTheLineThatDecided) {
  WriteWorkloads("\"max_increase_percent\": 20", 1200);
  const Ran first = Check({"--save", "base.json"});
  EXPECT_EQ(first.code, ExitCode::kOk) << first.err;
  EXPECT_THAT(first.err, HasSubstr("no --baseline given"));
  const Ran same = Check({"--baseline", "base.json"});
  EXPECT_EQ(same.code, ExitCode::kOk);
  EXPECT_EQ(same.out, "  monthly $272.50   unchanged\n  ✓ within the limits\n");
  EXPECT_EQ(same.err, "");
  WriteWorkloads("\"max_increase_percent\": 20", 2400);
  const Ran ran = Check({"--baseline", "base.json"});
  EXPECT_EQ(ran.code, ExitCode::kGateFailed);
  // 200,000 * 1,200 more at 0.75: 180; before 180 + 90 + 2.50.
  EXPECT_EQ(ran.out,
            "  ~ triage  gpt-5.4-mini  1,200 → 2,400 in  +$180.00/mo  (+66.7 %)\n"
            "  monthly $272.50 → $452.50   +$180.00 (+66.1 %)\n"
            "  ✗ increase 66.1 % is over 20 %  (toktally.json:2: limits.max_increase_percent)\n");
  EXPECT_EQ(Check({"--baseline", "base.json", "--warn-only"}).code, ExitCode::kOk);
}

TEST_F(CheckTest, EveryLimitIsRead) {
  WriteWorkloads("", 1200);
  ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk);
  const auto run = [](std::string_view limits) {
    WriteWorkloads(limits, 2400);
    return Check({"--baseline", "base.json"});
  };
  EXPECT_THAT(run("\"max_monthly\": \"452.49\"").out, HasSubstr("monthly $452.50 is over $452.49"));
  EXPECT_EQ(run("\"max_monthly\": \"452.49\"").code, ExitCode::kGateFailed);
  EXPECT_EQ(run("\"max_monthly\": 452.50").code, ExitCode::kOk);
  EXPECT_EQ(run("\"max_increase\": 180").code, ExitCode::kOk);
  EXPECT_EQ(run("\"max_increase\": 179.99").code, ExitCode::kGateFailed);
  EXPECT_EQ(run("\"max_prompt_tokens\": 2400").code, ExitCode::kOk);
  EXPECT_THAT(run("\"max_prompt_tokens\": 2399").out,
              HasSubstr("triage: prompt of 2,400 tokens is over 2399"));
  const Ran warned = run("\"warn_monthly\": 1, \"max_monthly\": 1000");
  EXPECT_EQ(warned.code, ExitCode::kOk);
  EXPECT_THAT(warned.out, HasSubstr("! monthly $452.50 is over $1  (toktally.json:2"));
}

TEST_F(CheckTest, LimitsReadExpectedUnlessTheySayOtherwise) {
  const auto run = [](std::string_view limit) {
    Write("toktally.json", "{\"limits\": {\"max_monthly\": " + std::string(limit) + R"(},
        "workloads": {"w": {"model": "gpt-4o", "input_tokens": 0, "calls_per_month": 1000000,
        "output_tokens": {"low": 1, "expected": 2, "high": 3}}}})");
    return Check().code;
  };
  EXPECT_EQ(run("20"), ExitCode::kOk);
  EXPECT_EQ(run("19.99"), ExitCode::kGateFailed);
  EXPECT_EQ(run(R"({"value": 20, "on": "high"})"), ExitCode::kGateFailed);
  EXPECT_EQ(run(R"({"value": 30, "on": "high"})"), ExitCode::kOk);
  EXPECT_EQ(run(R"({"value": 10, "on": "low"})"), ExitCode::kOk);
}

TEST_F(CheckTest, AWorkloadsOwnLimits) {
  WriteWorkloads("", 1200, R"(, "new": {"model": "gpt-4o", "input_tokens": 1000,
      "output_tokens": 0, "calls_per_month": 1000, "limits": {"max_increase": "2.49"}})");
  Write("base.json", R"({"toktally_baseline": 1, "prices_as_of": "2026-11-22",
      "monthly": {"low": "0", "expected": "0", "high": "0"}, "workloads": {}})");
  const Ran ran = Check({"--baseline", "base.json"});
  EXPECT_EQ(ran.code, ExitCode::kGateFailed);
  EXPECT_THAT(ran.out, HasSubstr("new: increase $2.50 is over $2.49"));
  EXPECT_THAT(ran.out, HasSubstr("+ new"));
}

TEST_F(CheckTest, SaysWhenTheBaselineHasAnotherTable) {
  WriteWorkloads("", 1200);
  ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk);
  EXPECT_THAT(Check({"--baseline", "base.json"}).err, Not(HasSubstr("price table")));
  Write("base.json", R"({"toktally_baseline": 1, "prices_as_of": "2026-09-01",
      "monthly": {"low": "0", "expected": "0", "high": "0"}, "workloads": {}})");
  EXPECT_THAT(
      Check({"--baseline", "base.json"}).err,
      HasSubstr("the baseline was made with the price table of 2026-09-01, this run has that of "
                "2026-11-22"));
}

TEST_F(CheckTest, FromNothingEveryIncreaseIsOver) {
  WriteWorkloads("\"max_increase_percent\": 1000", 1200);
  Write("base.json", R"({"toktally_baseline": 1, "prices_as_of": "2026-11-22",
      "monthly": {"low": "0", "expected": "0", "high": "0"}, "workloads": {}})");
  const Ran ran = Check({"--baseline", "base.json"});
  EXPECT_EQ(ran.code, ExitCode::kGateFailed);
  EXPECT_THAT(ran.out, HasSubstr("increase from nothing is over 1000 %"));
}

TEST_F(CheckTest, SharesThatDoNotEndInDecimalsAreStillUnchanged) {
  Write("toktally.json", R"({"workloads": {"w": {"model": "gpt-5.4", "input_tokens": 1000,
      "output_tokens": 7, "cached_share": "1/3", "batch_share": "1/7", "calls_per_day": 11}}})");
  ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk);
  EXPECT_THAT(Check({"--baseline", "base.json"}).out, HasSubstr("unchanged"));
}

// Fractions that pass 128 bits once they are subtracted: the gate sees the increase all the same.
TEST_F(CheckTest, NoShareIsTooFineForTheGate) {
  const auto write = [](std::string_view limits, int input) {
    Write("toktally.json", "{\"limits\": {" + std::string(limits) +
                               R"(}, "workloads": {"a": {"model": "gpt-4o", "output_tokens": 100,
        "calls_per_month": 200003, "cached_share": "7213345123457/15912034567111",
        "batch_share": "123457/999983", "input_tokens": )" +
                               std::to_string(input) + "}}}");
  };
  write("", 1000);
  ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk);
  const auto run = [&write](std::string_view limits) {
    write(limits, 9000);
    return Check({"--baseline", "base.json"});
  };
  const Ran over = run("\"max_increase\": \"2958.40\"");
  EXPECT_EQ(over.code, ExitCode::kGateFailed) << over.out;
  EXPECT_THAT(over.out, HasSubstr("$557.46 → $3,515.87   +$2,958.41 (+530.7 %)"));
  EXPECT_THAT(over.out, HasSubstr("increase $2,958.41 is over $2958.40"));
  EXPECT_EQ(run("\"max_increase\": \"2958.41\"").code, ExitCode::kOk);
  EXPECT_EQ(run("\"max_increase_percent\": \"530.6\"").code, ExitCode::kGateFailed);
  EXPECT_EQ(run("\"max_increase_percent\": \"530.8\"").code, ExitCode::kOk);
  EXPECT_EQ(run("\"max_monthly\": \"3515.86\"").code, ExitCode::kGateFailed);
  EXPECT_EQ(run("\"max_monthly\": \"3515.88\"").code, ExitCode::kOk);
}

TEST_F(CheckTest, SharesOfManyDenominatorsAddUp) {
  const auto write = [](int workloads) {
    std::string text = R"({"limits": {"max_monthly": "0.01"}, "workloads": {)";
    for (int i = 0; i < workloads; ++i) {
      text += std::string(i == 0 ? "" : ", ") + "\"w" + std::to_string(i) +
              R"(": {"model": "gpt-4o", "input_tokens": 1001, "output_tokens": 10,
              "calls_per_day": 101, "cached_share": "413/)" +
              std::to_string(991 + 2 * i) + "\"}";
    }
    Write("toktally.json", text + "}}");
  };
  write(14);
  const Ran few = Check();
  EXPECT_EQ(few.code, ExitCode::kGateFailed) << few.err;
  EXPECT_THAT(few.out, Not(HasSubstr("over $10^20")));
  EXPECT_THAT(Check({"--json"}).out, Not(HasSubstr("rounded up")));
  write(400);
  const Ran many = Check({"--json"});
  EXPECT_EQ(many.code, ExitCode::kGateFailed) << many.err;
  EXPECT_THAT(many.out, HasSubstr("it is rounded up, by less than 10^-18 USD a workload"));
}

TEST_F(CheckTest, TheCommentForAPullRequest) {
  WriteWorkloads("\"max_increase_percent\": 20", 1200);
  ASSERT_EQ(Check({"--save", "base.json"}).code, ExitCode::kOk);
  WriteWorkloads("\"max_increase_percent\": 20", 2400,
                 R"(, "@all|<b>": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1,
                     "calls_per_month": 1})");
  const Ran ran = Check({"--baseline", "base.json", "--format", "github"});
  EXPECT_EQ(ran.code, ExitCode::kGateFailed);
  EXPECT_THAT(ran.out,
              StartsWith("<!-- toktally check toktally.json -->\n"
                         "**LLM cost a month: $272.50 → $452.50, +$180.00 (+66.1 %)** — ✗ over "
                         "a limit.\n"));
  EXPECT_THAT(ran.out, HasSubstr("| \\~ | triage | gpt-5.4-mini | 1,200 → 2,400 in | $450.00 | "
                                 "+$180.00 (+66.7 %) |"));
  EXPECT_THAT(ran.out, HasSubstr("@\u200Ball\\|&lt;b&gt;"));
  EXPECT_THAT(ran.out, Not(HasSubstr("@all")));
  EXPECT_THAT(ran.out, HasSubstr("<details><summary>1 unchanged workload</summary>"));
  EXPECT_THAT(ran.out, HasSubstr("price table of 2026-11-22"));
  EXPECT_THAT(ran.out, HasSubstr("- ✗ increase 66.1 % is over 20 % (toktally.json:2: "
                                 "limits.max\\_increase\\_percent)"));
}

TEST_F(CheckTest, JsonAndHtml) {
  WriteWorkloads("\"max_monthly\": 1", 1200);
  const Ran json = Check({"--json"});
  EXPECT_EQ(json.code, ExitCode::kGateFailed);
  EXPECT_THAT(json.out, HasSubstr("\"passed\": false"));
  EXPECT_THAT(json.out, HasSubstr("\"severity\": \"fail\""));
  EXPECT_THAT(json.out, HasSubstr("\"monthly_before\": null"));
  const Ran html = Check({"--format", "html"});
  EXPECT_THAT(html.out, HasSubstr("class=\"bad\">✗ monthly $272.50 is over $1"));
}

TEST_F(CheckTest, BadBaselinesAreTwo) {
  WriteWorkloads("", 1200);
  const auto error = [](std::string_view text) {
    Write("base.json", text);
    const Ran ran = Check({"--baseline", "base.json"});
    EXPECT_EQ(ran.code, ExitCode::kUsage) << text;
    EXPECT_EQ(ran.out, "") << text;
    return ran.err;
  };
  EXPECT_THAT(error("{}"), HasSubstr("base.json:1: this is no baseline of this version"));
  EXPECT_THAT(error(R"({"toktally_baseline": 3})"), HasSubstr("this is no baseline"));
  EXPECT_THAT(error(R"({"toktally_baseline": 1, "prices_as_of": "x", "workloads": {},
                     "monthly": {"low": "-1", "expected": "0", "high": "0"}})"),
              HasSubstr("base.json:2: monthly.low: \"-1\" is negative"));
  EXPECT_THAT(error("[1"), HasSubstr("base.json:1:3: expected ',' or ']'"));
  const Ran missing = Check({"--baseline", "none.json"});
  EXPECT_EQ(missing.code, ExitCode::kUsage);
  EXPECT_THAT(missing.err, HasSubstr("none.json: No such file"));
}

TEST_F(CheckTest, ABaselineThatCannotBeWrittenIsSeventyFour) {
  WriteWorkloads("", 1200);
  const Ran ran = Check({"--save", "nowhere/base.json"});
  EXPECT_EQ(ran.code, ExitCode::kOutput);
  EXPECT_THAT(ran.err, HasSubstr("nowhere/base.json: No such file or directory"));
  EXPECT_EQ(Check({"--save", "/dev/full"}).code, ExitCode::kOutput);
}

TEST_F(CheckTest, TheWorkloadFileMayNameRatesOfItsOwn) {
  Write("conf/mine.json", R"({"schema": 1, "as_of": "2026-11-22", "models": [
      {"provider": "acme", "id": "house", "kind": "chat", "status": "active",
       "rows": [{"tier": "standard", "rates": {"input": "7", "output": "9"}}]}]})");
  Write("conf/toktally.json", R"({"prices": ["mine.json"], "workloads": {"w": {"model": "house",
      "input_tokens": 1000000, "output_tokens": 0, "calls_per_month": 1}}})");
  EXPECT_THAT(Check({"conf/toktally.json"}).out, HasSubstr("monthly $7.00"));
}

}  // namespace
}  // namespace toktally::cli
