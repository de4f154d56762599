#include "pricing/money.h"

#include <gtest/gtest.h>

namespace toktally::pricing {
namespace {

Money Usd(std::string_view text) { return *Money::Parse(text); }

TEST(Money, PrintsExactly) {
  EXPECT_EQ(Usd("0.0034775").ToString(), "0.0034775");
  EXPECT_EQ(Usd("3477.5").ToString(), "3477.50");
  EXPECT_EQ(Usd("0").ToString(), "0.00");
  EXPECT_EQ(FormatExact(Usd("0.00025005")), "$0.00025005");
  EXPECT_EQ(FormatExact(Usd("1234567.5")), "$1,234,567.50");
  EXPECT_EQ(FormatExact(Money::FromUnits(1)), "$0.000000000000000001");
}

TEST(Money, RoundsOnceHalfEvenForPeople) {
  EXPECT_EQ(FormatRounded(Usd("3477.50")), "$3,477.50");
  EXPECT_EQ(FormatRounded(Usd("250.045")), "$250.04");
  EXPECT_EQ(FormatRounded(Usd("250.055")), "$250.06");
  EXPECT_EQ(FormatRounded(Usd("250.0450001")), "$250.05");
  EXPECT_EQ(FormatRounded(Usd("999.995")), "$1,000.00");
  EXPECT_EQ(FormatRounded(Usd("123456789.1")), "$123,456,789.10");
}

TEST(Money, WhatIsNotZeroNeverPrintsAsZero) {
  EXPECT_EQ(FormatRounded(Usd("0.0004")), "$0.0004");
  EXPECT_EQ(FormatRounded(Usd("0.0001")), "$0.0001");
  EXPECT_EQ(FormatRounded(Usd("0.000012345")), "$0.000012");
  EXPECT_EQ(FormatRounded(Usd("0.0099")), "$0.0099");
  EXPECT_EQ(FormatRounded(Usd("0.00999")), "$0.01");
  EXPECT_EQ(FormatRounded(Usd("0.01")), "$0.01");
  EXPECT_EQ(FormatRounded(Money::FromUnits(1)), "$0.000000000000000001");
  EXPECT_EQ(FormatRounded(Money::FromUnits(99)), "$0.000000000000000099");
  EXPECT_EQ(FormatRounded(Money()), "$0.00");
}

TEST(Money, ChangesCarryTheirSign) {
  EXPECT_EQ(FormatChange(Usd("184.2")), "+$184.20");
  EXPECT_EQ(FormatChange(*Usd("1").Minus(Usd("4"))), "-$3.00");
  EXPECT_EQ(FormatChange(Money()), "$0.00");
}

TEST(Money, OverflowIsAnError) {
  const Money most = Usd("170000000000000000000");
  EXPECT_EQ(most.Plus(most).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(most.Times(2).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_FALSE(Money::Parse("200000000000000000000").ok());
  EXPECT_EQ(Money::FromRatio(Ratio(std::int64_t{1} << 62) * Ratio(1000)).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(FormatRounded(*most.Minus(Usd("0.01"))), "$169,999,999,999,999,999,999.99");
}

TEST(Money, ARatioPrintsAsIfItHadNotBeenCut) {
  // One third of 10^-17 over a tie must still round up.
  const auto tie = Ratio::Of(1, 200);
  const Ratio above = *tie + *Ratio::Of(1, PowerOfTen(18) * 3);
  EXPECT_EQ(FormatRounded(*Money::FromRatio(Ratio(1) + *tie)), "$1.00");
  EXPECT_EQ(FormatRounded(*Money::FromRatio(Ratio(1) + above)), "$1.01");
  EXPECT_EQ(Money::FromRatio(*Ratio::Of(-1, 4))->ToString(), "-0.25");
}

TEST(Money, ARatioOfTwoLongNumbersIsStillTheAmountItIs) {
  // 10 USD and a bit, over a denominator of 126 bits: ten to the eighteenth times the rest does not
  // fit in 128 bits, and the amount is far from too large.
  const absl::int128 below = (absl::int128(1) << 126) - 1;
  const auto ten = Money::FromRatio(Ratio(10) + *Ratio::Of(1, below));
  ASSERT_TRUE(ten.ok()) << ten.status();
  EXPECT_EQ(ten->units(), PowerOfTen(18) * 10 + 1);  // rounded to odd
  EXPECT_EQ(Money::FromRatio(-(Ratio(10) + *Ratio::Of(1, below)))->units(),
            -(PowerOfTen(18) * 10 + 1));
  EXPECT_EQ(Money::FromRatio(*Ratio::Of(below - 1, below))->units(), PowerOfTen(18) - 1);
  EXPECT_EQ(Money::FromRatio(*Ratio::Of(below / 3, below))->units(),
            absl::int128(333'333'333'333'333'333));
}

TEST(Money, GroupsThousands) {
  EXPECT_EQ(WithThousands("1"), "1");
  EXPECT_EQ(WithThousands("123"), "123");
  EXPECT_EQ(WithThousands("1234"), "1,234");
  EXPECT_EQ(WithThousands("-123456.7891"), "-123,456.7891");
}

}  // namespace
}  // namespace toktally::pricing
