// Exact numbers: checked 128-bit integers, decimals read from text, and ratios of integers. Nothing
// here ever rounds unless its name says so, and nothing wraps.

#ifndef TOKTALLY_BASE_DECIMAL_H_
#define TOKTALLY_BASE_DECIMAL_H_

#include <absl/numeric/int128.h>
#include <absl/status/statusor.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/natural.h"

namespace toktally {

// nullopt on overflow of the 128 bits.
std::optional<absl::int128> CheckedAdd(absl::int128 a, absl::int128 b);
std::optional<absl::int128> CheckedMultiply(absl::int128 a, absl::int128 b);

// numerator / denominator (> 0) to the nearest integer, ties to the even one.
absl::int128 DivideHalfEven(absl::int128 numerator, absl::int128 denominator);

absl::int128 PowerOfTen(int exponent);  // 0 <= exponent <= 38
std::string DigitsOf(absl::int128 value);

// `text` as an integer in units of 10^-digits: ParseDecimal("2.50", 12) = 2'500'000'000'000.
// Accepts [0-9]+(\.[0-9]+)?, as price tables write it. A sign, a comma, an exponent, hexadecimal,
// NaN, a bare point, more than `digits` decimals or more than 128 bits are InvalidArgument; the
// message quotes the text and says why.
absl::StatusOr<absl::int128> ParseDecimal(std::string_view text, int digits);

// As ParseDecimal, and also exponents, as other tools write floats: 1.25e-07.
absl::StatusOr<absl::int128> ParseScientific(std::string_view text, int digits);

// A rational number in lowest terms, denominator > 0, of any size: 128 bits above and below as long
// as they are enough, longer numbers beyond. Sums, differences and products are exact, always; only
// what says so rounds. An immutable value type, thread-safe to read.
class Ratio {
 public:
  constexpr Ratio() = default;
  explicit Ratio(std::int64_t whole) : numerator_(whole) {}

  // nullopt if `denominator` is not positive.
  static std::optional<Ratio> Of(absl::int128 numerator, absl::int128 denominator);
  // "0.6", "1/3", "60%" with at most 9 decimals. InvalidArgument otherwise.
  static absl::StatusOr<Ratio> Parse(std::string_view text);

  bool is_zero() const { return sign() == 0; }
  int sign() const;  // -1, 0 or 1
  // The longer of numerator and denominator. Whoever sums up what others wrote holds this down: a
  // sum of n fractions may grow to n times their bits.
  std::size_t bits() const;

  friend Ratio operator+(const Ratio& a, const Ratio& b);
  friend Ratio operator-(const Ratio& a, const Ratio& b);
  friend Ratio operator*(const Ratio& a, const Ratio& b);
  Ratio operator-() const;
  Ratio& operator+=(const Ratio& other) { return *this = *this + other; }
  Ratio& operator*=(const Ratio& other) { return *this = *this * other; }
  // nullopt by 0.
  std::optional<Ratio> DividedBy(const Ratio& other) const;

  friend std::strong_ordering operator<=>(const Ratio& a, const Ratio& b);
  friend bool operator==(const Ratio& a, const Ratio& b);

  // In units of 10^-digits, cut towards 0; nullopt if that passes 128 bits.
  struct Units {
    absl::int128 units = 0;
    bool exact = true;  // nothing was cut off
  };
  std::optional<Units> CutAt(int digits) const;

  // The next ratio at or above (at or below) that has at most so many decimals.
  Ratio RoundedUp(int digits) const;
  Ratio RoundedDown(int digits) const;

  // The value as a decimal with at most `digits` digits after the point, rounded half-even once,
  // trailing zeros dropped.
  std::string ToString(int digits) const;
  // "7/3", "-2": exact, whatever the number.
  std::string ToFraction() const;

 private:
  // What 128 bits do not hold.
  struct Long {
    bool negative = false;
    Natural numerator;
    Natural denominator;
  };
  Long ToLong() const;
  // In lowest terms, and back in 128 bits if they hold it.
  static Ratio FromLong(bool negative, Natural numerator, Natural denominator);

  absl::int128 numerator_ = 0;
  absl::int128 denominator_ = 1;
  std::shared_ptr<const Long> long_;  // null as long as the two above are the number
};

// a / b as a percentage with one decimal: "12.5"; nullopt where b is 0.
std::optional<std::string> PercentOf(const Ratio& part, const Ratio& whole);

}  // namespace toktally

#endif  // TOKTALLY_BASE_DECIMAL_H_
