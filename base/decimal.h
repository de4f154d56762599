// Exact numbers: checked 128-bit integers, decimals read from text, and ratios of integers. Nothing
// here ever rounds unless its name says so, and nothing wraps.

#ifndef TOKTALLY_BASE_DECIMAL_H_
#define TOKTALLY_BASE_DECIMAL_H_

#include <absl/numeric/int128.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace toktally::pricing {

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

// A rational number in lowest terms, denominator > 0. Immutable value type.
class Ratio {
 public:
  constexpr Ratio() = default;
  explicit Ratio(std::int64_t whole) : numerator_(whole) {}

  // nullopt if `denominator` is not positive.
  static std::optional<Ratio> Of(absl::int128 numerator, absl::int128 denominator);
  // "0.6", "1/3", "60%" with at most 9 decimals. InvalidArgument otherwise.
  static absl::StatusOr<Ratio> Parse(std::string_view text);

  absl::int128 numerator() const { return numerator_; }
  absl::int128 denominator() const { return denominator_; }
  bool is_zero() const { return numerator_ == 0; }

  // nullopt on overflow.
  std::optional<Ratio> Plus(const Ratio& other) const;
  std::optional<Ratio> Minus(const Ratio& other) const;
  std::optional<Ratio> Times(const Ratio& other) const;

  // -1, 0 or 1; nullopt on overflow.
  std::optional<int> Compare(const Ratio& other) const;

  // The value as a decimal with at most `digits` digits after the point, rounded half-even once,
  // trailing zeros dropped.
  std::string ToString(int digits) const;

  friend bool operator==(const Ratio& a, const Ratio& b) {
    return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  }

 private:
  absl::int128 numerator_ = 0;
  absl::int128 denominator_ = 1;
};

}  // namespace toktally::pricing

#endif  // TOKTALLY_BASE_DECIMAL_H_
