#include "base/decimal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace toktally {
namespace {

using ::testing::HasSubstr;

TEST(ParseDecimal, IsExact) {
  EXPECT_EQ(*ParseDecimal("2.50", 12), absl::int128(2'500'000'000'000));
  EXPECT_EQ(*ParseDecimal("0", 12), absl::int128(0));
  EXPECT_EQ(*ParseDecimal("0.000000000001", 12), absl::int128(1));
  EXPECT_EQ(*ParseDecimal("0.0000000000010000", 12), absl::int128(1));
  EXPECT_EQ(*ParseDecimal("007", 0), absl::int128(7));
}

TEST(ParseDecimal, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "-2.50", "+1", "1,50", "1e3", "0x10", "nan", "NaN", "inf", ".5", "5.", "1.2.3", " 1",
        "1 ", "1_000", "0.0000000000001", "99999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(ParseDecimal(text, 12).ok()) << text;
  }
  EXPECT_THAT(ParseDecimal("-2.50", 12).status().message(), HasSubstr("\"-2.50\" is negative"));
  EXPECT_THAT(ParseDecimal("1,50", 12).status().message(), HasSubstr("comma"));
}

TEST(ParseScientific, MakesPerTokenFloatsExact) {
  EXPECT_EQ(*ParseScientific("1.25e-07", 18), absl::int128(125'000'000'000));
  EXPECT_EQ(*ParseScientific("6E-7", 18), absl::int128(600'000'000'000));
  EXPECT_EQ(*ParseScientific("1e3", 0), absl::int128(1000));
  EXPECT_EQ(*ParseScientific("0e999", 0), absl::int128(0));
  for (const std::string_view text :
       {"1e", "1e+", "e5", "1e-99", "1e99", "-1e2", "1e99999999999"}) {
    EXPECT_FALSE(ParseScientific(text, 18).ok()) << text;
  }
}

TEST(DivideHalfEven, TiesGoToTheEvenNumber) {
  EXPECT_EQ(DivideHalfEven(5, 10), absl::int128(0));
  EXPECT_EQ(DivideHalfEven(15, 10), absl::int128(2));
  EXPECT_EQ(DivideHalfEven(25, 10), absl::int128(2));
  EXPECT_EQ(DivideHalfEven(26, 10), absl::int128(3));
  EXPECT_EQ(DivideHalfEven(-15, 10), absl::int128(-2));
  EXPECT_EQ(DivideHalfEven(-25, 10), absl::int128(-2));
}

TEST(Checked, NeverWraps) {
  EXPECT_FALSE(CheckedMultiply(PowerOfTen(20), PowerOfTen(20)).has_value());
  EXPECT_FALSE(CheckedAdd(absl::Int128Max(), 1).has_value());
  EXPECT_EQ(*CheckedMultiply(PowerOfTen(19), PowerOfTen(19)), PowerOfTen(38));
}

TEST(Ratio, StaysInLowestTerms) {
  EXPECT_EQ(*Ratio::Parse("0.6"), *Ratio::Of(3, 5));
  EXPECT_EQ(*Ratio::Parse("60%"), *Ratio::Of(3, 5));
  EXPECT_EQ(*Ratio::Parse("1/3"), *Ratio::Of(2, 6));
  EXPECT_EQ(*Ratio::Of(1, 3) + *Ratio::Of(1, 6), *Ratio::Of(1, 2));
  EXPECT_EQ(*Ratio::Of(2, 3) * *Ratio::Of(3, 4), *Ratio::Of(1, 2));
  EXPECT_EQ(*Ratio::Of(1, 2) - *Ratio::Of(2, 3), *Ratio::Of(-1, 6));
  EXPECT_LT(*Ratio::Of(1, 3), *Ratio::Of(1, 2));
  EXPECT_FALSE(Ratio::Of(1, 0).has_value());
  for (const std::string_view text : {"", "1/0", "-0.5", "1/-3", "0,5", "a", "1/3/4", "%"}) {
    EXPECT_FALSE(Ratio::Parse(text).ok()) << text;
  }
}

TEST(Ratio, GrowsPast128BitsAndComesBack) {
  const Ratio third = *Ratio::Of(1, 3);
  Ratio power(1);
  for (int i = 0; i < 300; ++i) power *= third;
  EXPECT_EQ(power.bits(), 476U);  // 300 * log2(3) = 475.5
  EXPECT_EQ(power.sign(), 1);
  EXPECT_GT(power, Ratio());
  EXPECT_LT(-power, Ratio());
  EXPECT_LT(power * third, power);
  EXPECT_EQ(power - power, Ratio());
  Ratio back = power;
  for (int i = 0; i < 300; ++i) back *= Ratio(3);
  EXPECT_EQ(back, Ratio(1));
  EXPECT_EQ(*power.DividedBy(power), Ratio(1));
  EXPECT_EQ(*(power + Ratio(7)).DividedBy(power) - *Ratio(7).DividedBy(power), Ratio(1));
  EXPECT_FALSE(power.DividedBy(Ratio()).has_value());
  // 3^300 = 1.36891… * 10^143.
  EXPECT_THAT(power.ToFraction(), ::testing::StartsWith("1/136891479058588"));
  EXPECT_EQ(power.ToString(143), "0." + std::string(142, '0') + "1");
  EXPECT_EQ(power.RoundedUp(2), *Ratio::Of(1, 100));
  EXPECT_EQ(power.RoundedDown(2), Ratio());
  EXPECT_EQ((-power).RoundedUp(2), Ratio());
  EXPECT_EQ((-power).RoundedDown(2), *Ratio::Of(-1, 100));
}

TEST(Ratio, SumsOfFractionsAreExactInAnyOrder) {
  // The harmonic sum up to 200 and back down again.
  Ratio up;
  Ratio down;
  for (int i = 1; i <= 200; ++i) up += *Ratio::Of(1, i);
  for (int i = 200; i >= 1; --i) down += *Ratio::Of(1, i);
  EXPECT_EQ(up, down);
  EXPECT_EQ(up.ToString(12), "5.878030948121");
  for (int i = 1; i <= 200; ++i) up = up - *Ratio::Of(1, i);
  EXPECT_TRUE(up.is_zero());
}

TEST(Ratio, CutsAndTellsWhetherAnythingWasLost) {
  EXPECT_EQ(Ratio::Of(5, 2)->CutAt(0)->units, absl::int128(2));
  EXPECT_FALSE(Ratio::Of(5, 2)->CutAt(0)->exact);
  EXPECT_EQ(Ratio::Of(-5, 2)->CutAt(1)->units, absl::int128(-25));
  EXPECT_TRUE(Ratio::Of(-5, 2)->CutAt(1)->exact);
  EXPECT_FALSE((Ratio(std::int64_t{1} << 62) * Ratio(std::int64_t{1} << 62)).CutAt(18).has_value());
  EXPECT_EQ(PercentOf(*Ratio::Of(1, 3), Ratio(2)), "16.7");
  EXPECT_FALSE(PercentOf(Ratio(1), Ratio()).has_value());
}

TEST(Ratio, PrintsRoundedOnce) {
  EXPECT_EQ(Ratio::Of(1, 3)->ToString(4), "0.3333");
  EXPECT_EQ(Ratio::Of(2, 3)->ToString(4), "0.6667");
  EXPECT_EQ(Ratio::Of(1, 8)->ToString(2), "0.12");
  EXPECT_EQ(Ratio::Of(3, 8)->ToString(2), "0.38");
  EXPECT_EQ(Ratio::Of(1999, 1000)->ToString(2), "2");
  EXPECT_EQ(Ratio::Of(-1, 3)->ToString(1), "-0.3");
  EXPECT_EQ(Ratio::Of(-1, 3)->ToString(0), "0");
  EXPECT_EQ(Ratio::Of(5, 2)->ToString(0), "2");
  EXPECT_EQ(Ratio::Of(PowerOfTen(38), PowerOfTen(38) - 1)->ToString(3), "1");
}

}  // namespace
}  // namespace toktally
