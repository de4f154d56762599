#include "forecast/optimise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "forecast/what_if.h"

namespace toktally::forecast {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Date kDay = {2026, 11, 22};

struct Optimised {
  WorkloadFile file;
  Plan plan;
  std::vector<Saving> savings;

  explicit Optimised(const std::string& workloads)
      : file(*ParseWorkloadFile("{\"workloads\": {" + workloads + "}}", "toktally.json")),
        plan(MakePlan(file, *pricing::RateTable::BuiltIn(), kDay, TextAccess())),
        savings(FindSavings(file.text, file, plan, *pricing::RateTable::BuiltIn(), TextAccess())) {}

  std::vector<std::string> Settings() const {
    std::vector<std::string> all;
    for (const Saving& saving : savings) all.push_back(saving.settings[0]);
    return all;
  }
};

constexpr const char* kChat =
    R"("chat": {"model": "claude-sonnet-4-5", "input_tokens": 3000, "output_tokens": 400,
                "conversations_per_day": 300, "turns": 8, "turn_input_tokens": 100})";

// Each saving is what the same plan costs less with its settings, and says what it assumes.
TEST(OptimiseTest, ASavingIsWhatItsSettingsSave) {
  const Optimised optimised(kChat);
  ASSERT_GE(optimised.savings.size(), 4u);
  Ratio before = optimised.savings[0].usd;
  for (const Saving& saving : optimised.savings) {
    const auto text = WithSettings(optimised.file.text, "toktally.json", saving.settings);
    ASSERT_TRUE(text.ok());
    const WorkloadFile file = *ParseWorkloadFile(*text, "toktally.json");
    const Plan plan = MakePlan(file, *pricing::RateTable::BuiltIn(), kDay, TextAccess());
    EXPECT_EQ(optimised.plan.total.at(Point::kExpected) - plan.total.at(Point::kExpected),
              saving.usd);
    EXPECT_LE(saving.usd, before);
    EXPECT_GT(saving.usd.sign(), 0);
    EXPECT_THAT(saving.assumes, Not(IsEmpty()));
    before = saving.usd;
  }
  EXPECT_THAT(optimised.Settings(), Contains("chat.model=anthropic/claude-haiku-4-5"));
  EXPECT_THAT(optimised.Settings(), Contains("chat.batch_share=1"));
  EXPECT_THAT(optimised.Settings(), Contains("chat.cached_share=0.8"));
  EXPECT_THAT(optimised.Settings(), Contains("chat.turns=4"));
}

TEST(OptimiseTest, ProposesNothingThatCannotBe) {
  // Prompts too short to be cached, a batch already, no conversation, the smallest of its family.
  const Optimised small(R"("a": {"model": "claude-haiku-4-5", "input_tokens": 300,
      "output_tokens": 10, "batch_share": 1, "calls_per_month": 1000000})");
  EXPECT_THAT(small.Settings(), IsEmpty());
  // Replies longer than what the smaller models write.
  const Optimised longer(R"("a": {"model": "gpt-4.1", "input_tokens": 900000,
      "output_tokens": 200, "calls_per_month": 1})");
  for (const Saving& saving : longer.savings) {
    EXPECT_THAT(saving.settings[0], Not(HasSubstr("gpt-4o")));
  }
}

TEST(OptimiseTest, StepsHaveSettingsOfTheirOwn) {
  const Optimised agent(R"("agent": {"model": "gpt-5.4", "calls_per_month": 1000, "steps": {
      "plan": {"input_tokens": 5000, "output_tokens": 300},
      "answer": {"input_tokens": 9000, "output_tokens": 700}}})");
  EXPECT_THAT(agent.Settings(), Contains("agent/answer.batch_share=1"));
}

}  // namespace
}  // namespace toktally::forecast
