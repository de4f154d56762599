#include "base/natural.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace toktally {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kLimbBits = 64;

std::uint64_t Low(Wide value) { return static_cast<std::uint64_t>(value); }
std::uint64_t High(Wide value) { return static_cast<std::uint64_t>(value >> kLimbBits); }

}  // namespace

Natural::Natural(absl::uint128 value) {
  limbs_ = {absl::Uint128Low64(value), absl::Uint128High64(value)};
  Trim();
}

void Natural::Trim() {
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

std::size_t Natural::bits() const {
  return limbs_.empty() ? 0
                        : limbs_.size() * kLimbBits -
                              static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

std::optional<absl::uint128> Natural::ToUint128() const {
  if (limbs_.size() > 2) return std::nullopt;
  return absl::MakeUint128(limbs_.size() > 1 ? limbs_[1] : 0, limbs_.empty() ? 0 : limbs_[0]);
}

std::strong_ordering operator<=>(const Natural& a, const Natural& b) {
  if (a.limbs_.size() != b.limbs_.size()) return a.limbs_.size() <=> b.limbs_.size();
  return std::lexicographical_compare_three_way(a.limbs_.rbegin(), a.limbs_.rend(),
                                                b.limbs_.rbegin(), b.limbs_.rend());
}

Natural operator+(const Natural& a, const Natural& b) {
  const Natural& longer = a.limbs_.size() < b.limbs_.size() ? b : a;
  const Natural& shorter = a.limbs_.size() < b.limbs_.size() ? a : b;
  Natural sum = longer;
  Wide carry = 0;
  for (std::size_t i = 0; i < sum.limbs_.size(); ++i) {
    if (i >= shorter.limbs_.size() && carry == 0) break;
    carry += Wide(sum.limbs_[i]) + (i < shorter.limbs_.size() ? shorter.limbs_[i] : 0);
    sum.limbs_[i] = Low(carry);
    carry = High(carry);
  }
  if (carry != 0) sum.limbs_.push_back(Low(carry));
  return sum;
}

void Natural::Subtract(const Natural& other) {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    if (i >= other.limbs_.size() && borrow == 0) break;
    const Wide difference =
        Wide(limbs_[i]) - (i < other.limbs_.size() ? other.limbs_[i] : 0) - borrow;
    limbs_[i] = Low(difference);
    borrow = High(difference) != 0 ? 1 : 0;
  }
  Trim();
}

Natural operator-(const Natural& a, const Natural& b) {
  Natural difference = a;
  difference.Subtract(b);
  return difference;
}

Natural operator*(const Natural& a, const Natural& b) {
  Natural product;
  product.limbs_.resize(a.limbs_.size() + b.limbs_.size());
  for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
    Wide carry = 0;
    for (std::size_t j = 0; j < b.limbs_.size(); ++j) {
      carry += Wide(a.limbs_[i]) * b.limbs_[j] + product.limbs_[i + j];
      product.limbs_[i + j] = Low(carry);
      carry = High(carry);
    }
    product.limbs_[i + b.limbs_.size()] = Low(carry);
  }
  product.Trim();
  return product;
}

std::uint64_t Natural::DivideBy(std::uint64_t divisor) {
  Wide rest = 0;
  for (std::size_t i = limbs_.size(); i-- > 0;) {
    rest = rest << kLimbBits | limbs_[i];
    limbs_[i] = Low(rest / divisor);
    rest %= divisor;
  }
  Trim();
  return Low(rest);
}

void Natural::ShiftLeft(std::size_t count) {
  if (limbs_.empty() || count == 0) return;
  const std::size_t bits = count % kLimbBits;
  if (bits != 0) {
    std::uint64_t carry = 0;
    for (std::uint64_t& limb : limbs_) {
      const std::uint64_t next = limb >> (kLimbBits - bits);
      limb = limb << bits | carry;
      carry = next;
    }
    if (carry != 0) limbs_.push_back(carry);
  }
  limbs_.insert(limbs_.begin(), count / kLimbBits, 0);
}

void Natural::ShiftRight(std::size_t count) {
  const std::size_t whole = std::min(count / kLimbBits, limbs_.size());
  limbs_.erase(limbs_.begin(), limbs_.begin() + static_cast<std::ptrdiff_t>(whole));
  const std::size_t bits = count % kLimbBits;
  if (bits != 0) {
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      const std::uint64_t above = i + 1 < limbs_.size() ? limbs_[i + 1] : 0;
      limbs_[i] = limbs_[i] >> bits | above << (kLimbBits - bits);
    }
  }
  Trim();
}

std::size_t Natural::TrailingZeros() const {
  std::size_t limb = 0;
  while (limbs_[limb] == 0) ++limb;
  return limb * kLimbBits + static_cast<std::size_t>(std::countr_zero(limbs_[limb]));
}

// Knuth's algorithm D, limbs of 64 bits.
Natural Divide(const Natural& a, const Natural& b, Natural* rest) {
  if (a < b) {
    *rest = a;
    return Natural();
  }
  if (b.limbs_.size() == 1) {
    Natural quotient = a;
    *rest = Natural(quotient.DivideBy(b.limbs_.front()));
    return quotient;
  }
  // So that the divisor's highest bit is set, and one limb more above the dividend.
  const auto shift = static_cast<std::size_t>(std::countl_zero(b.limbs_.back()));
  Natural divisor = b;
  divisor.ShiftLeft(shift);
  Natural left = a;
  left.ShiftLeft(shift);
  if (left.limbs_.size() == a.limbs_.size()) left.limbs_.push_back(0);
  const std::size_t n = divisor.limbs_.size();
  const Wide top = divisor.limbs_[n - 1];
  const std::uint64_t second = divisor.limbs_[n - 2];
  Natural quotient;
  quotient.limbs_.resize(left.limbs_.size() - n);
  for (std::size_t j = quotient.limbs_.size(); j-- > 0;) {
    const Wide head = Wide(left.limbs_[j + n]) << kLimbBits | left.limbs_[j + n - 1];
    Wide guess = head / top;
    Wide over = head % top;
    while (High(guess) != 0 ||
           Wide(Low(guess)) * second > (over << kLimbBits | left.limbs_[j + n - 2])) {
      --guess;
      over += top;
      if (High(over) != 0) break;
    }
    // left -= guess * divisor, in place; one too many is added back.
    Wide carry = 0;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i <= n; ++i) {
      if (i < n) carry += Wide(Low(guess)) * divisor.limbs_[i];
      const Wide difference = Wide(left.limbs_[i + j]) - Low(carry) - borrow;
      left.limbs_[i + j] = Low(difference);
      borrow = High(difference) != 0 ? 1 : 0;
      carry = High(carry);
    }
    if (borrow != 0) {
      --guess;
      Wide sum = 0;
      for (std::size_t i = 0; i <= n; ++i) {
        sum += Wide(left.limbs_[i + j]) + (i < n ? divisor.limbs_[i] : 0);
        left.limbs_[i + j] = Low(sum);
        sum = High(sum);
      }
    }
    quotient.limbs_[j] = Low(guess);
  }
  quotient.Trim();
  left.Trim();
  left.ShiftRight(shift);
  *rest = std::move(left);
  return quotient;
}

// Stein's way: halves and differences, in place.
Natural GreatestCommonDivisor(Natural a, Natural b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const std::size_t twos = std::min(a.TrailingZeros(), b.TrailingZeros());
  a.ShiftRight(a.TrailingZeros());
  while (!b.is_zero()) {
    b.ShiftRight(b.TrailingZeros());
    if (a > b) std::swap(a, b);
    b.Subtract(a);
  }
  a.ShiftLeft(twos);
  return a;
}

Natural Natural::PowerOfTen(int exponent) {
  Natural power(1);
  constexpr int kStep = 19;
  constexpr std::uint64_t kScale = 10'000'000'000'000'000'000U;
  for (; exponent >= kStep; exponent -= kStep) power = power * Natural(kScale);
  std::uint64_t rest = 1;
  for (; exponent > 0; --exponent) rest *= 10;
  return power * Natural(rest);
}

std::string Natural::ToString() const {
  constexpr std::size_t kDigits = 18;
  constexpr std::uint64_t kScale = 1'000'000'000'000'000'000;
  Natural left = *this;
  std::string digits;
  while (!left.is_zero()) {
    std::string part = std::to_string(left.DivideBy(kScale));
    if (!left.is_zero()) part = std::string(kDigits - part.size(), '0') + part;
    digits = part + digits;
  }
  return digits.empty() ? "0" : digits;
}

}  // namespace toktally
