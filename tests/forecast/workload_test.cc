#include "forecast/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pricing/money.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Date kToday{2026, 11, 22};

const PricedModel& Model(std::string_view name) {
  return *pricing::RateTable::BuiltIn()->Resolve(name)->model;
}

Workload Simple(std::int64_t prompt, std::int64_t reply, std::int64_t calls) {
  Workload workload;
  workload.prompt_tokens = Range<std::int64_t>::Same(prompt);
  workload.reply_tokens = Range<std::int64_t>::Same(reply);
  workload.calls_per_month = Range<Ratio>::Same(Ratio(calls));
  return workload;
}

std::string Total(const absl::StatusOr<Forecast>& forecast, Point point = Point::kExpected) {
  if (!forecast.ok()) return std::string(forecast.status().message());
  return FormatRounded(*pricing::Money::FromRatio(forecast->month.at(point).total));
}

TEST(Workload, TheUsersFormula) {
  // (input tokens x rate + output tokens x rate) x monthly calls.
  const auto gpt_4o = ForecastMonth(Model("gpt-4o"), Simple(703, 172, 1'000'000), kToday);
  EXPECT_EQ(Total(gpt_4o), "$3,477.50");
  EXPECT_EQ(Total(gpt_4o, Point::kLow), "$3,477.50");
  EXPECT_EQ(Total(gpt_4o, Point::kHigh), "$3,477.50");
  EXPECT_THAT(gpt_4o->remarks, IsEmpty());
  EXPECT_EQ(Total(ForecastMonth(Model("gpt-4o-mini"), Simple(703, 241, 1'000'000), kToday)),
            "$250.05");
}

TEST(Workload, SharesStayRational) {
  // A third of the prompt cached, 1000 calls of 1000 tokens: 2/3 * 2.50 + 1/3 * 0.25 = 1.75.
  Workload workload = Simple(1000, 0, 1000);
  workload.cached_share = *Ratio::Of(1, 3);
  const auto forecast = ForecastMonth(Model("gpt-5.4"), workload, kToday);
  ASSERT_TRUE(forecast.ok());
  EXPECT_EQ(forecast->month.at(Point::kExpected).total, *Ratio::Of(7, 4));
}

TEST(Workload, BatchTakesItsShareOfTheCalls) {
  // gpt-4.1: 3/4 at 2 and 8, 1/4 at 1 and 4; 1M tokens each way: 10 * 3/4 + 5 * 1/4.
  Workload workload = Simple(1000, 1000, 1000);
  workload.batch_share = *Ratio::Of(1, 4);
  EXPECT_EQ(Total(ForecastMonth(Model("gpt-4.1"), workload, kToday)), "$8.75");
  // Cached tokens cost the batch input rate there, and the forecast says so.
  workload.cached_share = *Ratio::Of(1, 2);
  const auto cached = ForecastMonth(Model("gpt-4.1"), workload, kToday);
  // Standard 3/4 * (1 + 0.25 + 8) + batch 1/4 * (0.5 + 0.5 + 4).
  EXPECT_EQ(cached->month.at(Point::kExpected).total, *Ratio::Of(131, 16));
  EXPECT_THAT(cached->remarks, ElementsAre(HasSubstr("batch tier has no cached_input rate")));
}

TEST(Workload, HistoryGrowsWithTheTurns) {
  // Prompts 100, 100 + 30 + 20 = 150, 200: 450 tokens; replies 3 * 30. One conversation = 3 calls.
  Workload workload = Simple(100, 30, 3'000'000);
  workload.turns = {{3, 3, 3}};
  workload.turn_input_tokens = {{20, 20, 20}};
  const auto forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  EXPECT_EQ(forecast->month.at(Point::kExpected).prompt_tokens, Ratio(450'000'000));
  EXPECT_EQ(forecast->month.at(Point::kExpected).output_tokens, Ratio(90'000'000));
  EXPECT_EQ(forecast->month.at(Point::kHigh).longest_prompt, 200);
  // 450 * 2.50 + 90 * 10.
  EXPECT_EQ(Total(forecast), "$2,025.00");
}

TEST(Workload, ReasoningIsBilledButNotResent) {
  Workload workload = Simple(100, 30, 2'000'000);
  workload.turns = {{2, 2, 2}};
  workload.turn_input_tokens = {{20, 20, 20}};
  workload.reasoning_tokens = {{0, 50, 500}};
  const auto forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  for (const Point point : kPoints) {
    EXPECT_EQ(forecast->month.at(point).prompt_tokens, Ratio(250'000'000));
  }
  EXPECT_EQ(forecast->month.at(Point::kLow).output_tokens, Ratio(60'000'000));
  EXPECT_EQ(forecast->month.at(Point::kHigh).output_tokens, Ratio(1'060'000'000));
}

TEST(Workload, AConversationMayCrossTheLongContextThreshold) {
  // gpt-5.4: prompts 272,000 and 273,000; the first at 2.50, the second at 5.
  Workload workload = Simple(272'000, 0, 2);
  workload.turns = {{2, 2, 2}};
  workload.turn_input_tokens = {{1000, 1000, 1000}};
  const auto forecast = ForecastMonth(Model("gpt-5.4"), workload, kToday);
  // 0.68 + 1.365.
  EXPECT_EQ(forecast->month.at(Point::kExpected).total, *Ratio::Of(2045, 1000));
  EXPECT_THAT(forecast->remarks, ElementsAre(HasSubstr("long context")));
}

TEST(Workload, CallsPerDayAreAThirdOfAMonthsPart) {
  Workload workload = Simple(1'000'000, 0, 0);
  workload.calls_per_month = Range<Ratio>::Same(Ratio(12) * DaysPerMonth());
  // 365 calls of $2.50.
  EXPECT_EQ(Total(ForecastMonth(Model("gpt-4o"), workload, kToday)), "$912.50");
}

TEST(Workload, RangesAreOrderedByTheirInputs) {
  Workload workload = Simple(1000, 0, 0);
  workload.reply_tokens = {{100, 200, 400}};
  workload.calls_per_month = {{Ratio(1000), Ratio(2000), Ratio(4000)}};
  const auto forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  EXPECT_EQ(Total(forecast, Point::kLow), "$3.50");
  EXPECT_EQ(Total(forecast, Point::kExpected), "$9.00");
  EXPECT_EQ(Total(forecast, Point::kHigh), "$26.00");
}

TEST(Workload, WhatIsImpossibleIsRefused) {
  Workload shares = Simple(1, 1, 1);
  shares.cached_share = *Ratio::Of(2, 3);
  shares.cache_write_share = *Ratio::Of(1, 2);
  EXPECT_THAT(Total(ForecastMonth(Model("gpt-4o"), shares, kToday)), HasSubstr("over 1 together"));
  Workload batch = Simple(1, 1, 1);
  batch.batch_share = *Ratio::Of(11, 10);
  EXPECT_THAT(Total(ForecastMonth(Model("gpt-4o"), batch, kToday)), HasSubstr("batch share"));
  Workload turns = Simple(1, 1, 1);
  turns.turns = {{0, 0, 0}};
  EXPECT_THAT(Total(ForecastMonth(Model("gpt-4o"), turns, kToday)), HasSubstr("0 turns"));
  Workload flex = Simple(1, 1, 1);
  flex.tier = Tier::kFlex;
  EXPECT_EQ(ForecastMonth(Model("gpt-4o"), flex, kToday).status().code(),
            absl::StatusCode::kNotFound);
  Workload huge = Simple(1'000'000'000'000'000, 0, 1);
  huge.calls_per_month = Range<Ratio>::Same(*Ratio::Of(pricing::PowerOfTen(30), 7));
  // More than anyone has, and still an exact number.
  EXPECT_EQ(ForecastMonth(Model("gpt-4o"), huge, kToday)->month.at(Point::kLow).total,
            *Ratio::Of(pricing::PowerOfTen(33) * 25, 70) * Ratio(1'000'000));
  huge.turns = {{10'000, 10'000, 10'000}};
  huge.turn_input_tokens = {{1'000'000'000'000'000, 1'000'000'000'000'000, 1'000'000'000'000'000}};
  EXPECT_EQ(ForecastMonth(Model("gpt-4o"), huge, kToday).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(BoundedSum, StaysExactAsLongAsItCanAndRoundsAsToldBeyond) {
  BoundedSum up;
  BoundedSum down(BoundedSum::Rounding::kDown);
  Ratio exact;
  // 1 / 10^17 + k for many k without common divisors.
  for (std::int64_t i = 0; i < 60; ++i) {
    const Ratio term = *Ratio::Of(1, 100'000'000'000'000'003 + 2 * i);
    up.Add(term);
    down.Add(term);
    exact += term;
    EXPECT_TRUE(up.rounded() || up.value() == exact) << i;
    EXPECT_GE(up.value(), exact) << i;
    EXPECT_LE(down.value(), exact) << i;
  }
  EXPECT_TRUE(up.rounded());
  EXPECT_GT(up.value(), exact);
  EXPECT_LT(down.value(), exact);
  EXPECT_LT(up.value() - exact, *Ratio::Of(60, pricing::PowerOfTen(18)));
  EXPECT_LT(exact - down.value(), *Ratio::Of(60, pricing::PowerOfTen(18)));
}

TEST(Workload, EveryInputMayBeARange) {
  Workload workload = Simple(0, 0, 1'000'000);
  workload.prompt_tokens = {{1, 4, 12}};
  // 2.50 a token and a million calls.
  auto forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  EXPECT_EQ(Total(forecast, Point::kLow), "$2.50");
  EXPECT_EQ(Total(forecast, Point::kExpected), "$10.00");
  EXPECT_EQ(Total(forecast, Point::kHigh), "$30.00");
  workload = Simple(100, 10, 600'000);
  workload.turns = {{1, 2, 3}};
  workload.turn_input_tokens = {{5, 5, 90}};
  forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  // 600,000 x 100; 300,000 x (100 + 115); 200,000 x (100 + 200 + 300).
  EXPECT_EQ(forecast->month.at(Point::kLow).prompt_tokens, Ratio(60'000'000));
  EXPECT_EQ(forecast->month.at(Point::kExpected).prompt_tokens, Ratio(64'500'000));
  EXPECT_EQ(forecast->month.at(Point::kHigh).prompt_tokens, Ratio(120'000'000));
  EXPECT_EQ(forecast->month.at(Point::kHigh).longest_prompt, 300);
}

TEST(Workload, CallsMadeOnceMoreAreBilled) {
  Workload workload = Simple(1'000'000, 0, 100);
  workload.retry_share = *Ratio::Of(1, 20);
  const auto forecast = ForecastMonth(Model("gpt-4o"), workload, kToday);
  EXPECT_EQ(forecast->month.at(Point::kExpected).calls, Ratio(105));
  EXPECT_EQ(Total(forecast), "$262.50");
}

TEST(Workload, OtherUseIsBilledByItsOwnRate) {
  // whisper-1: 0.36 an hour; 100 calls of 90 seconds.
  Workload workload = Simple(0, 0, 100);
  workload.other = {{RateKind::kAudioHour, Range<Ratio>::Same(Ratio(90))}};
  EXPECT_EQ(Total(ForecastMonth(Model("whisper-1"), workload, kToday)), "$0.90");
  EXPECT_EQ(ForecastMonth(Model("gpt-4o"), workload, kToday).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(Workload, WritesToBothCachesHaveTheirRates) {
  // claude-sonnet-4-5: 3 in, 3.75 written for five minutes, 6 for an hour, 0.30 read.
  Workload workload = Simple(1'000'000, 0, 100);
  workload.cached_share = *Ratio::Of(7, 10);
  workload.cache_write_share = *Ratio::Of(1, 10);
  workload.cache_write_long_share = *Ratio::Of(1, 10);
  EXPECT_EQ(Total(ForecastMonth(Model("claude-sonnet-4-5"), workload, kToday)), "$148.50");
}

TEST(Workload, HowOftenHasNoDefault) {
  EXPECT_THAT(Total(ForecastMonth(Model("gpt-4o"), Workload(), kToday)),
              HasSubstr("how many calls a month is not stated"));
}

TEST(Workload, LinesAddUpToTheTotal) {
  Workload workload = Simple(200'000, 100, 1001);
  workload.turns = {{4, 4, 4}};
  workload.turn_input_tokens = {{50'000, 50'000, 50'000}};
  workload.batch_share = *Ratio::Of(1, 7);
  workload.cached_share = *Ratio::Of(2, 3);
  const auto forecast = ForecastMonth(Model("gpt-5.4"), workload, kToday);
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  const Month& month = forecast->month.at(Point::kExpected);
  Ratio sum;
  for (const MonthLine& line : month.lines) sum += line.usd;
  EXPECT_EQ(sum, month.total);
  EXPECT_EQ(
      month.Of(RateKind::kInput) + month.Of(RateKind::kCachedInput) + month.Of(RateKind::kOutput),
      month.total);
}

TEST(Workload, RateChangesAheadAreFound) {
  EXPECT_EQ(NextRateChange(Model("gemini-4-argon"), Tier::kStandard, kToday, 31),
            (Date{2026, 12, 1}));
  EXPECT_FALSE(NextRateChange(Model("gemini-4-argon"), Tier::kStandard, kToday, 8).has_value());
  EXPECT_FALSE(NextRateChange(Model("gpt-4o"), Tier::kStandard, kToday, 365).has_value());
  // The last day looked at counts; a change on the day itself is no longer ahead.
  EXPECT_TRUE(NextRateChange(Model("gemini-4-argon"), Tier::kStandard, kToday, 9).has_value());
  EXPECT_FALSE(
      NextRateChange(Model("gemini-4-argon"), Tier::kStandard, {2026, 12, 1}, 20).has_value());
}

}  // namespace
}  // namespace toktally::forecast
