// A program of its own reads a workload file, forecasts, compares and judges, in a few lines and
// without the terminal.

#include "forecast/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "forecast/baseline.h"
#include "forecast/plan.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {
namespace {

using ::testing::HasSubstr;

constexpr Date kToday{2026, 11, 22};

const pricing::RateTable& Table() { return *pricing::RateTable::BuiltIn(); }

WorkloadFile FileOf(const std::string& members, const std::string& rest = "") {
  auto file = ParseWorkloadFile("{\"workloads\": {" + members + "}" + rest + "}", "toktally.json");
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

std::string Chat(std::string_view name, int input, std::string_view more = "") {
  return "\"" + std::string(name) + R"(": {"model": "gpt-4o", "input_tokens": )" +
         std::to_string(input) + R"(, "output_tokens": 0, "calls_per_month": 1000)" +
         std::string(more) + "}";
}

Baseline Saved(const WorkloadFile& file, const Plan& plan) {
  auto baseline = ParseBaseline(WriteBaseline(BaselineOf(plan, file.limits, Table())), "base.json");
  EXPECT_TRUE(baseline.ok()) << baseline.status();
  return *std::move(baseline);
}

TEST(Verdict, ALibraryUserJudgesInAFewLines) {
  const TextAccess files;
  const WorkloadFile before = FileOf(Chat("faq", 1000));
  const Baseline baseline = Saved(before, MakePlan(before, Table(), kToday, files));

  const WorkloadFile file = FileOf(Chat("faq", 5000), R"(, "limits": {"max_increase": 9.99})");
  const Plan plan = MakePlan(file, Table(), kToday, files);
  const Verdict verdict = Judge(file, plan, &baseline, Table());
  EXPECT_TRUE(verdict.Failed());
  EXPECT_EQ(verdict.delta.at(Point::kExpected), Ratio(10));
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_EQ(verdict.findings[0].kind, Finding::Kind::kLimit);
  EXPECT_EQ(verdict.findings[0].limit_kind, LimitKind::kIncrease);
  EXPECT_EQ(verdict.findings[0].value, Ratio(10));
}

TEST(Verdict, ABaselineIsReadAsItWasWritten) {
  const TextAccess files;
  const WorkloadFile file = FileOf(
      Chat("a", 1001, R"(, "cached_share": "1/3", "batch_share": "1/7", "retry_share": "1/11",
          "turns": {"low": 1, "expected": 2, "high": 5}, "turn_input_tokens": 7, "team": "x",
          "tags": ["t", "u"], "limits": {"max_monthly": {"value": 5, "on": "high"}})") +
          R"(, "b": {"model": "gpt-realtime-mini", "input_tokens": 3, "output_tokens": 4,
          "calls_per_day": 11, "other_use": {"audio_input": {"low": 1, "expected": 2, "high": 3}}})",
      R"(, "limits_locked": true, "limits": {"warn_monthly": 7})");
  const Plan plan = MakePlan(file, Table(), kToday, files);
  ASSERT_TRUE(plan.failures.empty()) << plan.failures[0].status;
  const Baseline baseline = Saved(file, plan);
  ASSERT_EQ(baseline.rows.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(baseline.rows[i].complete);
    EXPECT_EQ(baseline.rows[i].workload, plan.rows[i].workload);
    EXPECT_EQ(baseline.rows[i].monthly, plan.rows[i].forecast.Usd());
  }
  EXPECT_EQ(baseline.rows[0].tags, (std::vector<std::string>{"t", "u"}));
  EXPECT_TRUE(baseline.limits.locked);
  ASSERT_EQ(baseline.limits.owners.size(), 2U);
  const Verdict verdict = Judge(file, plan, &baseline, Table());
  EXPECT_FALSE(verdict.AnythingChanged());
  EXPECT_TRUE(verdict.delta.at(Point::kHigh).is_zero());
}

TEST(Verdict, AnEditedAmountIsNoneThatCanBeTakenApart) {
  const TextAccess files;
  const WorkloadFile file = FileOf(Chat("faq", 1000));
  const Plan plan = MakePlan(file, Table(), kToday, files);
  std::string text = WriteBaseline(BaselineOf(plan, file.limits, Table()));
  const std::size_t place = text.rfind("\"expected\": \"2.5\"");
  ASSERT_NE(place, std::string::npos) << text;
  text.replace(place, 17, "\"expected\": \"2.4\"");
  const std::size_t low = text.rfind("\"low\": \"2.5\"");
  text.replace(low, 12, "\"low\": \"2.4\"");
  const auto baseline = ParseBaseline(text, "base.json");
  ASSERT_TRUE(baseline.ok()) << baseline.status();
  EXPECT_FALSE(baseline->rows[0].complete);
}

TEST(Verdict, TheWorldsPartIsNotGatedUnlessTheLimitsSaySo) {
  const TextAccess files;
  const auto judge = [&files](const std::string& rest) {
    // o3 was cut on 2025-06-10, from 10 to 2: saved the day after, judged at the rates before.
    const WorkloadFile file = FileOf(R"("w": {"model": "o3", "input_tokens": 1000,
        "output_tokens": 0, "calls_per_month": 1000})",
                                     R"(, "limits": {"max_increase": 1})" + rest);
    const Plan then = MakePlan(file, Table(), {2025, 6, 10}, files);
    const Baseline baseline = Saved(file, then);
    const Plan now = MakePlan(file, Table(), {2025, 6, 9}, files);
    return Judge(file, now, &baseline, Table());
  };
  const Verdict verdict = judge("");
  EXPECT_FALSE(verdict.Failed());
  ASSERT_TRUE(verdict.parts.has_value());
  EXPECT_EQ(verdict.parts->of(Part::kRates).at(Point::kExpected), Ratio(8));
  EXPECT_EQ(verdict.delta.at(Point::kExpected), Ratio(8));
  EXPECT_TRUE(judge(R"(, "limits_with_rates": true)").Failed());
}

TEST(Verdict, WeakerLimitsAreFoundFirstAndFailWhereTheyAreLocked) {
  const TextAccess files;
  const auto judge = [&files](const std::string& before, const std::string& now) {
    const WorkloadFile old_file = FileOf(Chat("w", 1000), before);
    const Baseline baseline = Saved(old_file, MakePlan(old_file, Table(), kToday, files));
    const WorkloadFile file = FileOf(Chat("w", 1000), now);
    const Plan plan = MakePlan(file, Table(), kToday, files);
    Verdict verdict = Judge(file, plan, &baseline, Table());
    std::erase_if(verdict.findings,
                  [](const Finding& f) { return f.kind != Finding::Kind::kWeakened; });
    return verdict;
  };
  const std::string ten = R"(, "limits": {"max_monthly": 10})";
  EXPECT_TRUE(judge(ten, ten).findings.empty());
  EXPECT_TRUE(judge(ten, R"(, "limits": {"max_monthly": 9})").findings.empty());
  for (const std::string weaker :
       {R"(, "limits": {"max_monthly": 10.01})", "", R"(, "limits": {"warn_monthly": 10})",
        R"(, "limits": {"max_monthly": {"value": 10, "on": "low"}})"}) {
    const Verdict verdict = judge(ten, weaker);
    ASSERT_EQ(verdict.findings.size(), 1U) << weaker;
    EXPECT_FALSE(verdict.Failed());
    const Verdict locked = judge(ten + R"(, "limits_locked": true)", weaker);
    EXPECT_TRUE(locked.Failed()) << weaker;
  }
}

TEST(Verdict, WhatCannotHappenIsFound) {
  const TextAccess files;
  const auto kinds = [&files](const std::string& members, const std::string& rest = "") {
    const WorkloadFile file = FileOf(members, rest);
    const Plan plan = MakePlan(file, Table(), {2026, 11, 25}, files);
    const Verdict verdict = Judge(file, plan, nullptr, Table());
    std::string text;
    for (const Finding& finding : verdict.findings) {
      text += std::to_string(static_cast<int>(finding.kind)) + (finding.fails ? "!" : " ");
    }
    return text;
  };
  const auto of = [](Finding::Kind kind, std::string_view end = " ") {
    return std::to_string(static_cast<int>(kind)) + std::string(end);
  };
  // gpt-4o is to be shut down within two months of that day.
  const std::string soon = of(Finding::Kind::kShutsDown);
  EXPECT_EQ(kinds(Chat("w", 900'000)), of(Finding::Kind::kPromptOverWindow) + soon);
  EXPECT_EQ(kinds(Chat("w", 500, R"(, "cached_share": 0.9)")),
            of(Finding::Kind::kNothingToCache) + soon);
  EXPECT_EQ(kinds(Chat("w", 1024, R"(, "cached_share": 0.9)")), soon);
  EXPECT_EQ(kinds(Chat("w", 500), R"(, "limits_strict": true)"),
            of(Finding::Kind::kShutsDown, "!"));
  EXPECT_EQ(kinds(R"("w": {"model": "gpt-4.1-nano", "input_tokens": 1, "output_tokens": 40000,
      "calls_per_month": 1})"),
            of(Finding::Kind::kReplyOverMost) + of(Finding::Kind::kShutDown));
}

TEST(Verdict, AWiderRiskIsSeen) {
  const TextAccess files;
  const auto file_of = [](int high, const std::string& rest) {
    return FileOf(R"("w": {"model": "gpt-5.4", "input_tokens": 10, "calls_per_month": 1000,
        "output_tokens": {"low": 10, "expected": 20, "high": )" +
                      std::to_string(high) + "}}",
                  rest);
  };
  const WorkloadFile before = file_of(30, "");
  const Baseline baseline = Saved(before, MakePlan(before, Table(), kToday, files));
  const WorkloadFile file = file_of(30'000, "");
  const Plan plan = MakePlan(file, Table(), kToday, files);
  const Verdict verdict = Judge(file, plan, &baseline, Table());
  EXPECT_TRUE(verdict.AnythingChanged());
  EXPECT_TRUE(verdict.delta.at(Point::kExpected).is_zero());
  EXPECT_EQ(verdict.delta.at(Point::kHigh), *Ratio::Of(29'970 * 15, 1000));
  EXPECT_TRUE(verdict.high_unwatched);
  const WorkloadFile watched =
      file_of(30'000, R"(, "limits": {"max_monthly": {"value": 100, "on": "high"}})");
  const Plan again = MakePlan(watched, Table(), kToday, files);
  const Verdict judged = Judge(watched, again, &baseline, Table());
  EXPECT_FALSE(judged.high_unwatched);
  EXPECT_TRUE(judged.Failed());
}

TEST(Verdict, OneBadWorkloadHidesNoOther) {
  const TextAccess files;
  const WorkloadFile file =
      FileOf(Chat("good", 1000) + R"(, "typo": {"modle": "gpt-4o"}, "bad": {"model": "no-such",
          "input_tokens": 1, "output_tokens": 1, "calls_per_month": 1})");
  const Plan plan = MakePlan(file, Table(), kToday, files);
  ASSERT_EQ(plan.rows.size(), 1U);
  ASSERT_EQ(plan.failures.size(), 2U);
  EXPECT_EQ(plan.failures[0].name, "typo");
  EXPECT_THAT(std::string(plan.failures[0].status.message()), HasSubstr("did you mean"));
  EXPECT_EQ(plan.failures[1].status.code(), absl::StatusCode::kNotFound);
  // What could not be priced is not gone.
  Baseline baseline = Saved(file, plan);
  BaselineRow row = baseline.rows[0];
  row.name = "bad";
  row.owner = "bad";
  baseline.Add(row);
  EXPECT_FALSE(Judge(file, plan, &baseline, Table()).AnythingChanged());
}

TEST(Verdict, StepsAreSummedForTheLimitsOfTheirWorkload) {
  const TextAccess files;
  const WorkloadFile file = FileOf(R"("agent": {"model": "gpt-4o", "calls_per_month": 1000,
      "team": "search", "limits": {"max_monthly": 12},
      "steps": {"plan": {"input_tokens": 1000, "output_tokens": 0},
                "tool": {"times": 2.5, "input_tokens": 1000, "output_tokens": 0},
                "answer": {"model": "gpt-4o-mini", "input_tokens": 10000, "output_tokens": 0,
                           "chunks": {"count": 5, "tokens": 2000}, "retry_share": 0.5}}})",
                                   R"(, "limits_by": {"team": {"search": {"warn_monthly": 13}}})");
  const Plan plan = MakePlan(file, Table(), kToday, files);
  ASSERT_EQ(plan.rows.size(), 3U) << plan.failures.size();
  EXPECT_EQ(plan.rows[1].spec->name, "agent/tool");
  // 2.50 + 6.25 + 1.5 x 20,000 x 0.15 / 1000.
  EXPECT_EQ(plan.total.at(Point::kExpected), *Ratio::Of(1325, 100));
  const Verdict verdict = Judge(file, plan, nullptr, Table());
  std::vector<std::string> limits;
  for (const Finding& finding : verdict.findings) {
    if (finding.kind == Finding::Kind::kLimit) limits.push_back(finding.name);
  }
  EXPECT_EQ(limits, (std::vector<std::string>{"agent", "search"}));
}

}  // namespace
}  // namespace toktally::forecast
