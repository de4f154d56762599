// Exact US dollars.

#ifndef TOKTALLY_PRICING_MONEY_H_
#define TOKTALLY_PRICING_MONEY_H_

#include <absl/numeric/int128.h>
#include <absl/status/statusor.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace toktally::pricing {

// The exact numbers of base, by the names that sums of money have always had here.
using toktally::CheckedAdd;
using toktally::CheckedMultiply;
using toktally::DigitsOf;
using toktally::DivideHalfEven;
using toktally::ParseDecimal;
using toktally::ParseScientific;
using toktally::PercentOf;
using toktally::PowerOfTen;
using toktally::Ratio;

// An amount in whole units of 10^-18 USD on 128 bits: +-1.7 * 10^20 USD. That scale is a rate's
// last decimal (10^-12 USD per million tokens) for one token, so rate * tokens is exact. Arithmetic
// is checked: an overflow is an OutOfRange error, never a wrapped number. Immutable value type.
class Money {
 public:
  static constexpr int kDecimals = 18;

  constexpr Money() = default;
  static constexpr Money FromUnits(absl::int128 units) { return Money(units); }
  // "2.50": digits with at most 18 decimals, no sign, no exponent.
  static absl::StatusOr<Money> Parse(std::string_view text);
  // A ratio in USD, cut to 10^-18. What is cut off is remembered in the last unit (rounding to
  // odd), so that printing it with up to 16 decimals rounds as if the ratio itself were printed.
  static absl::StatusOr<Money> FromRatio(const Ratio& usd);

  absl::int128 units() const { return units_; }
  bool is_zero() const { return units_ == 0; }
  // The exact amount in USD.
  Ratio ToRatio() const;

  absl::StatusOr<Money> Plus(Money other) const;
  absl::StatusOr<Money> Minus(Money other) const;
  absl::StatusOr<Money> Times(std::int64_t factor) const;

  // The exact decimal with at least two decimals and no more than needed: "3477.50", "0.00025005".
  std::string ToString() const;

  friend std::strong_ordering operator<=>(Money a, Money b) {
    if (a.units_ == b.units_) return std::strong_ordering::equal;
    return a.units_ < b.units_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  friend bool operator==(Money a, Money b) { return a.units_ == b.units_; }

 private:
  explicit constexpr Money(absl::int128 units) : units_(units) {}
  absl::int128 units_ = 0;
};

// For people: "$0.0034775", "-$12.00". With every decimal, at least two, and thousands separators.
std::string FormatExact(Money amount);

// For people: "$3,477.50". Rounded half-even to cents; an amount under a cent keeps two significant
// digits instead ("$0.0004", "$0.000012"), so that what is not zero never prints as zero.
std::string FormatRounded(Money amount);

// FormatRounded with a sign in front: "+$184.20", "-$3.00", "$0.00".
std::string FormatChange(Money amount);

// "1234567.89" -> "1,234,567.89".
std::string WithThousands(std::string_view decimal);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_MONEY_H_
