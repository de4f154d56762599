#include "pricing/rates.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::pricing {
namespace {

TEST(RateKinds, HaveNamesAndUnits) {
  for (std::size_t i = 0; i < kRateKinds; ++i) {
    const auto kind = static_cast<RateKind>(i);
    EXPECT_EQ(ParseRateKind(RateKindName(kind)), kind);
    EXPECT_GT(RateUnitOf(kind).quantities, 0);
  }
  EXPECT_EQ(RateUnitOf(RateKind::kWebSearch).quantities, 1000);
  EXPECT_EQ(RateUnitOf(RateKind::kAudioHour).quantities, 3600);
}

TEST(RateKinds, AUnitOfTheSameThingConverts) {
  EXPECT_EQ(PerOwnUnit(RateKind::kWebSearch, "call"), Ratio(1000));
  EXPECT_EQ(PerOwnUnit(RateKind::kInput, "1k tokens"), Ratio(1000));
  EXPECT_EQ(PerOwnUnit(RateKind::kImage, "1k images"), Ratio::Of(1, 1000));
  EXPECT_EQ(PerOwnUnit(RateKind::kInput, "call"), std::nullopt);
  EXPECT_EQ(PerOwnUnit(RateKind::kInput, ""), std::nullopt);
}

TEST(Rate, TimesAFactorIsExactOrNothing) {
  const Rate rate = *Rate::Parse("0.0125");
  EXPECT_EQ(rate.Times(*Ratio::Of(11, 10))->ToString(), "0.01375");
  EXPECT_EQ(rate.Times(*Ratio::Of(1, 3)), std::nullopt);
}

TEST(DayHours, HoldByMinuteAndWeekday) {
  DayHours hours{{*ParseHours("01:00-04:00"), *ParseHours("22:30-24:00")}, true};
  const Date friday{2026, 11, 20};
  EXPECT_TRUE(hours.Hold(friday, 60));
  EXPECT_TRUE(hours.Hold(friday, 239));
  EXPECT_FALSE(hours.Hold(friday, 240));
  EXPECT_TRUE(hours.Hold(friday, 23 * 60));
  EXPECT_FALSE(hours.Hold({2026, 11, 21}, 60));
  EXPECT_FALSE(hours.Hold({1969, 12, 28}, 60));  // a Sunday before 1970
  EXPECT_EQ(hours.ToString(), "01:00-04:00, 22:30-24:00 UTC, Mon-Fri");
}

TEST(DayHours, OtherTextsAreNoHours) {
  for (const char* text : {"", "1:00-4:00", "01:00-01:00", "04:00-01:00", "01:60-02:00",
                           "01:00-25:00", "01:00 04:00", "ab:cd-ef:gh", "01:00-04:00Z"}) {
    EXPECT_FALSE(ParseHours(text).ok()) << text;
  }
}

}  // namespace
}  // namespace toktally::pricing
