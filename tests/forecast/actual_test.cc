#include "forecast/actual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "forecast/plan.h"
#include "forecast/what_if.h"

namespace toktally::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kFile = R"({"workloads": {
  "support": {"model": "gpt-4o-mini", "input_tokens": 1000, "cached_share": 0.5,
              "output_tokens": {"low": 50, "expected": 100, "high": 400}, "calls_per_month": 7300},
  "shop": {"model": "gpt-4o", "match": {"project": "shop"}, "input_tokens": 10, "output_tokens": 5,
           "calls_per_day": 20},
  "agent": {"model": "gpt-4.1", "calls_per_month": 365, "steps": {
    "plan": {"input_tokens": 100, "output_tokens": 10},
    "answer": {"times": 3, "input_tokens": 50, "output_tokens": 30}}}
}})";

class ActualTest : public testing::Test {
 protected:
  ActualTest() : ActualTest(std::string(kFile)) {}
  explicit ActualTest(const std::string& text)
      : file_(*ParseWorkloadFile(text, "toktally.json")),
        table_(*pricing::RateTable::BuiltIn()),
        plan_(MakePlan(file_, table_, {2026, 11, 22}, TextAccess())) {}

  ActualReport Compare(const std::vector<ActualCalls>& calls, int days) const {
    return CompareWithActual(plan_, calls, days, table_);
  }
  static ActualCalls Calls(const std::string& model, std::uint64_t calls, std::int64_t prompt,
                           std::int64_t output) {
    ActualCalls group;
    group.model = model;
    group.calls = calls;
    group.prompt_tokens = prompt;
    group.output_tokens = output;
    group.cost = *pricing::Money::Parse("1.20");
    return group;
  }
  static std::string Text(const Compared& compared) {
    return compared.forecast.ToString(2) + " " +
           (compared.actual ? compared.actual->ToString(2) : "none") + " " +
           (compared.ErrorPercent() ? compared.ErrorPercent()->ToString(2) : "none");
  }
  static std::vector<std::string> Texts(const std::vector<Compared>& values) {
    std::vector<std::string> texts;
    for (const Compared& compared : values) texts.push_back(Text(compared));
    return texts;
  }

  WorkloadFile file_;
  const pricing::RateTable& table_;
  Plan plan_;
};

TEST_F(ActualTest, ScalesTheRecordToAMonth) {
  ActualCalls calls = Calls("openai/gpt-4o-mini-2024-07-18", 240, 240'000, 48'000);
  calls.cached_tokens = 60'000;
  // 12 days: a month is 365/144 of them.
  const ActualReport report = Compare({calls}, 12);
  ASSERT_EQ(report.rows.size(), 3u);
  EXPECT_EQ(report.rows[0].workload, "support");
  EXPECT_EQ(report.rows[0].calls, 240u);
  EXPECT_THAT(Texts(report.rows[0].values),
              ElementsAre("7300 608.33 1100", "1000 1000 0", "0.5 0.25 100", "100 200 -50",
                          "1.26 3.04 -58.6"));
  EXPECT_THAT(Texts(report.rows[1].values),
              ElementsAre("608.33 none none", "10 none none", "0 none none", "5 none none",
                          "0.05 none none"));
}

TEST_F(ActualTest, StepsAreOneWorkload) {
  const ActualReport report = Compare({Calls("gpt-4.1", 48, 3000, 1200)}, 12);
  EXPECT_THAT(Texts(report.rows[2].values).front(), "1460 121.67 1100");
  EXPECT_THAT(Texts(report.rows[2].values)[1], "62.5 62.5 0");
}

TEST_F(ActualTest, WhatMatchSaysGoesFirstAndTiesAreNobodys) {
  ActualCalls shop = Calls("gpt-4o-mini", 1, 10, 5);
  shop.project = "shop";
  const ActualReport report = Compare({shop, Calls("gpt-5", 2, 1, 1), Calls("", 3, 1, 1)}, 1);
  EXPECT_EQ(report.rows[1].calls, 1u);
  EXPECT_EQ(report.rows[0].calls, 0u);
  ASSERT_EQ(report.unclaimed.size(), 2u);
  EXPECT_EQ(report.unclaimed[0].calls.calls, 2u);
  EXPECT_THAT(report.unclaimed[0].workloads, IsEmpty());
}

class TwoOfOneModel : public ActualTest {
 protected:
  TwoOfOneModel()
      : ActualTest(R"({"workloads": {
          "a": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1, "calls_per_month": 1},
          "b": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1, "calls_per_month": 1,
                "match": {"key": "b"}}, 
          "c": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1, "calls_per_month": 1}}})") {
  }
};

TEST_F(TwoOfOneModel, AreToldApartOrNot) {
  ActualCalls of_b = Calls("gpt-4o", 4, 4, 4);
  of_b.key = "b";
  const ActualReport report = Compare({of_b, Calls("gpt-4o", 9, 9, 9)}, 1);
  EXPECT_EQ(report.rows[1].calls, 4u);
  ASSERT_EQ(report.unclaimed.size(), 1u);
  EXPECT_THAT(report.unclaimed[0].workloads, ElementsAre("a", "c"));
}

TEST_F(ActualTest, CalibratedThePlanSaysWhatWas) {
  ActualCalls support = Calls("gpt-4o-mini", 240, 480'000, 48'000);
  support.cached_tokens = 120'000;
  const std::vector<ActualCalls> calls = {support, Calls("gpt-4.1", 24, 1500, 600)};
  const std::vector<std::string> settings = CalibratedSettings(plan_, Compare(calls, 12));
  EXPECT_THAT(settings,
              ElementsAre("support.calls_per_month=608", "support.input_tokens=2000",
                          "support.output_tokens={\"low\": 100, \"expected\": 200, \"high\": 800}",
                          "support.cached_share=0.25", "agent.calls_per_month=15"));
  const auto text = WithSettings(std::string(kFile), "toktally.json", settings);
  ASSERT_TRUE(text.ok());
  const WorkloadFile file = *ParseWorkloadFile(*text, "toktally.json");
  const Plan plan = MakePlan(file, table_, {2026, 11, 22}, TextAccess());
  const ActualReport again = CompareWithActual(plan, calls, 12, table_);
  EXPECT_THAT(CalibratedSettings(plan, again), IsEmpty());
}

}  // namespace
}  // namespace toktally::forecast
