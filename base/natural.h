// Whole numbers >= 0 of any length: what exact ratios are made of once 128 bits do not hold them.
// Plain schoolbook arithmetic, which is right for the few hundred bits that money needs.

#ifndef TOKTALLY_BASE_NATURAL_H_
#define TOKTALLY_BASE_NATURAL_H_

#include <absl/numeric/int128.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace toktally {

// Immutable but for Shift and the like inside; a value type that copies its digits.
class Natural {
 public:
  Natural() = default;
  explicit Natural(absl::uint128 value);

  bool is_zero() const { return limbs_.empty(); }
  bool is_odd() const { return !limbs_.empty() && (limbs_.front() & 1) != 0; }
  // 0 for 0, else the place of the highest bit, counted from 1.
  std::size_t bits() const;
  // nullopt if it has more than 128 bits.
  std::optional<absl::uint128> ToUint128() const;
  // Decimal digits without zeros in front; "0".
  std::string ToString() const;

  friend Natural operator+(const Natural& a, const Natural& b);
  friend Natural operator-(const Natural& a, const Natural& b);  // a >= b
  friend Natural operator*(const Natural& a, const Natural& b);
  // a / b towards 0, b > 0; what is left over goes to `rest`.
  friend Natural Divide(const Natural& a, const Natural& b, Natural* rest);
  friend Natural GreatestCommonDivisor(Natural a, Natural b);
  static Natural PowerOfTen(int exponent);  // exponent >= 0

  friend std::strong_ordering operator<=>(const Natural& a, const Natural& b);
  friend bool operator==(const Natural& a, const Natural& b) = default;

 private:
  void Trim();
  std::size_t TrailingZeros() const;              // of a number that is not 0
  void ShiftRight(std::size_t count);             // in bits
  void ShiftLeft(std::size_t count);              // in bits
  void Subtract(const Natural& other);            // *this >= other
  std::uint64_t DivideBy(std::uint64_t divisor);  // in place; the remainder

  std::vector<std::uint64_t> limbs_;  // the lowest first, the highest not 0
};

}  // namespace toktally

#endif  // TOKTALLY_BASE_NATURAL_H_
