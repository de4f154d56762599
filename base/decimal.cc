#include "base/decimal.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "base/absl_text.h"
#include "base/text.h"

namespace toktally {
namespace {

__extension__ using Native = __int128;

// Untrusted text for a message: short, and printable on one line.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 40)) out.push_back(c >= 0x20 && c < 0x7F ? c : '?');
  return out + (text.size() > 40 ? "…\"" : "\"");
}

absl::Status Bad(std::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " ", why));
}

// Splits off digits of the form [0-9]+(\.[0-9]+)? from the front.
struct DecimalText {
  std::string_view whole;
  std::string_view fraction;
};

std::optional<DecimalText> TakeDecimal(std::string_view* text) {
  const auto digits = [text] {
    const auto end = std::find_if_not(text->begin(), text->end(), IsDigit);
    const auto taken = text->substr(0, static_cast<std::size_t>(end - text->begin()));
    text->remove_prefix(taken.size());
    return taken;
  };
  DecimalText out;
  out.whole = digits();
  if (out.whole.empty()) return std::nullopt;
  if (text->empty() || text->front() != '.') return out;
  text->remove_prefix(1);
  out.fraction = digits();
  if (out.fraction.empty()) return std::nullopt;
  return out;
}

// decimal * 10^shift as an integer; nullopt if it is no whole number or too large.
std::optional<absl::int128> Scaled(const DecimalText& decimal, int shift) {
  std::string digits = absl::StrCat(ToAbsl(decimal.whole), ToAbsl(decimal.fraction));
  int exponent = shift - static_cast<int>(decimal.fraction.size());
  while (exponent < 0 && !digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  absl::int128 value = 0;
  for (const char digit : digits) {
    const auto tenfold = CheckedMultiply(value, 10);
    const auto next = tenfold ? CheckedAdd(*tenfold, digit - '0') : std::nullopt;
    if (!next) return std::nullopt;
    value = *next;
  }
  if (value == 0) return value;
  if (exponent < 0 || exponent > 38) return std::nullopt;
  return CheckedMultiply(value, PowerOfTen(exponent));
}

std::string_view WhyNoDecimal(std::string_view text) {
  if (text.empty()) return "is empty; a decimal such as 2.50 is needed";
  if (text.front() == '-') return "is negative; it must be >= 0";
  if (text.find(',') != std::string_view::npos)
    return "has a comma; write the decimal with a point";
  return "is not a decimal such as 2.50";
}

absl::int128 GreatestCommonDivisor(absl::int128 a, absl::int128 b) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  if (a == 1 || b == 1) return 1;
  // Euclid on 128 bits until both fit in 64, where the machine divides.
  while (b != 0) {
    if (a <= absl::int128(kMax) && b <= absl::int128(kMax)) {
      return std::gcd(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
    }
    const absl::int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

}  // namespace

std::optional<absl::int128> CheckedAdd(absl::int128 a, absl::int128 b) {
  Native sum = 0;
  if (__builtin_add_overflow(static_cast<Native>(a), static_cast<Native>(b), &sum)) {
    return std::nullopt;
  }
  return absl::int128(sum);
}

std::optional<absl::int128> CheckedMultiply(absl::int128 a, absl::int128 b) {
  Native product = 0;
  if (__builtin_mul_overflow(static_cast<Native>(a), static_cast<Native>(b), &product)) {
    return std::nullopt;
  }
  return absl::int128(product);
}

absl::int128 DivideHalfEven(absl::int128 numerator, absl::int128 denominator) {
  const absl::int128 quotient = numerator / denominator;
  const absl::int128 rest = numerator % denominator;
  const absl::int128 magnitude = rest < 0 ? -rest : rest;
  const absl::int128 other = denominator - magnitude;
  const bool away = magnitude > other || (magnitude == other && quotient % 2 != 0);
  if (!away) return quotient;
  return numerator < 0 ? quotient - 1 : quotient + 1;
}

absl::int128 PowerOfTen(int exponent) {
  static constexpr auto kPowers = [] {
    std::array<Native, 39> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  return kPowers[static_cast<std::size_t>(exponent)];
}

std::string DigitsOf(absl::int128 value) {
  const bool negative = value < 0;
  const std::string digits =
      Natural(static_cast<absl::uint128>(negative ? -value : value)).ToString();
  return negative ? absl::StrCat("-", digits) : digits;
}

absl::StatusOr<absl::int128> ParseDecimal(std::string_view text, int digits) {
  std::string_view rest = text;
  const auto decimal = TakeDecimal(&rest);
  if (!decimal || !rest.empty()) return Bad(text, ToAbsl(WhyNoDecimal(text)));
  const auto value = Scaled(*decimal, digits);
  if (!value) return Bad(text, absl::StrCat("has more than ", digits, " decimals or is too large"));
  return *value;
}

absl::StatusOr<absl::int128> ParseScientific(std::string_view text, int digits) {
  std::string_view rest = text;
  const auto decimal = TakeDecimal(&rest);
  if (!decimal) return Bad(text, ToAbsl(WhyNoDecimal(text)));
  int exponent = 0;
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative || (!rest.empty() && rest.front() == '+')) rest.remove_prefix(1);
    const std::size_t length = rest.size();
    while (!rest.empty() && IsDigit(rest.front()) && exponent < 1000) {
      exponent = exponent * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    if (rest.size() == length) return Bad(text, "is not a number");
    exponent = negative ? -exponent : exponent;
  }
  if (!rest.empty()) return Bad(text, ToAbsl(WhyNoDecimal(text)));
  const auto value = Scaled(*decimal, digits + exponent);
  if (!value) return Bad(text, absl::StrCat("has more than ", digits, " decimals or is too large"));
  return *value;
}

std::optional<Ratio> Ratio::Of(absl::int128 numerator, absl::int128 denominator) {
  if (denominator <= 0) return std::nullopt;
  if (numerator == absl::Int128Min()) {
    return FromLong(true, Natural(absl::uint128(1) << 127),
                    Natural(static_cast<absl::uint128>(denominator)));
  }
  if (numerator == 0) return Ratio();
  const absl::int128 divisor =
      GreatestCommonDivisor(numerator < 0 ? -numerator : numerator, denominator);
  Ratio out;
  out.numerator_ = divisor == 1 ? numerator : numerator / divisor;
  out.denominator_ = divisor == 1 ? denominator : denominator / divisor;
  return out;
}

absl::StatusOr<Ratio> Ratio::Parse(std::string_view text) {
  constexpr int kDigits = 9;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto numerator = ParseDecimal(text.substr(0, slash), 0);
    const auto denominator = ParseDecimal(text.substr(slash + 1), 0);
    if (!numerator.ok() || !denominator.ok() || *denominator == 0) {
      return Bad(text, "is not a fraction such as 1/3");
    }
    return *Of(*numerator, *denominator);
  }
  const bool percent = text.ends_with('%');
  const auto value = ParseDecimal(percent ? text.substr(0, text.size() - 1) : text, kDigits);
  if (!value.ok()) return value.status();
  return *Of(*value, PowerOfTen(percent ? kDigits + 2 : kDigits));
}

int Ratio::sign() const {
  if (long_ != nullptr) return long_->negative ? -1 : 1;
  return numerator_ < 0 ? -1 : numerator_ > 0 ? 1 : 0;
}

std::size_t Ratio::bits() const {
  const Long value = ToLong();
  return std::max(value.numerator.bits(), value.denominator.bits());
}

Ratio::Long Ratio::ToLong() const {
  if (long_ != nullptr) return *long_;
  const bool negative = numerator_ < 0;
  return {negative, Natural(static_cast<absl::uint128>(negative ? -numerator_ : numerator_)),
          Natural(static_cast<absl::uint128>(denominator_))};
}

Ratio Ratio::FromLong(bool negative, Natural numerator, Natural denominator) {
  const Natural divisor = GreatestCommonDivisor(numerator, denominator);
  Natural rest;
  numerator = Divide(numerator, divisor, &rest);
  denominator = Divide(denominator, divisor, &rest);
  constexpr std::size_t kShort = 127;
  Ratio out;
  if (numerator.bits() <= kShort && denominator.bits() <= kShort) {
    out.numerator_ = static_cast<absl::int128>(*numerator.ToUint128());
    if (negative) out.numerator_ = -out.numerator_;
    out.denominator_ = static_cast<absl::int128>(*denominator.ToUint128());
    return out;
  }
  out.long_ =
      std::make_shared<const Long>(Long{negative, std::move(numerator), std::move(denominator)});
  return out;
}

Ratio operator+(const Ratio& a, const Ratio& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  if (a.long_ == nullptr && b.long_ == nullptr) {
    const bool same = a.denominator_ == b.denominator_;
    const absl::int128 divisor =
        same ? a.denominator_ : GreatestCommonDivisor(a.denominator_, b.denominator_);
    const absl::int128 rest = a.denominator_ / divisor;
    const auto left = CheckedMultiply(a.numerator_, b.denominator_ / divisor);
    const auto right = CheckedMultiply(b.numerator_, rest);
    const auto below = CheckedMultiply(rest, b.denominator_);
    const auto sum = left && right ? CheckedAdd(*left, *right) : std::nullopt;
    if (sum && below && *sum != absl::Int128Min()) return *Ratio::Of(*sum, *below);
  }
  const Ratio::Long left = a.ToLong();
  const Ratio::Long right = b.ToLong();
  const Natural x = left.numerator * right.denominator;
  const Natural y = right.numerator * left.denominator;
  Natural below = left.denominator * right.denominator;
  if (left.negative == right.negative) {
    return Ratio::FromLong(left.negative, x + y, std::move(below));
  }
  if (x < y) return Ratio::FromLong(right.negative, y - x, std::move(below));
  return Ratio::FromLong(left.negative, x - y, std::move(below));
}

Ratio Ratio::operator-() const {
  Ratio negated = *this;
  if (long_ == nullptr) {
    negated.numerator_ = -negated.numerator_;
  } else {
    negated.long_ =
        std::make_shared<const Long>(Long{!long_->negative, long_->numerator, long_->denominator});
  }
  return negated;
}

Ratio operator-(const Ratio& a, const Ratio& b) { return a + -b; }

Ratio operator*(const Ratio& a, const Ratio& b) {
  if (a.is_zero() || b.is_zero()) return Ratio();
  if (a.long_ == nullptr && b.long_ == nullptr) {
    // Crosswise reduction first, so that what fits in 128 bits stays there.
    const auto x = Ratio::Of(a.numerator_, b.denominator_);
    const auto y = Ratio::Of(b.numerator_, a.denominator_);
    const auto above = CheckedMultiply(x->numerator_, y->numerator_);
    const auto below = CheckedMultiply(x->denominator_, y->denominator_);
    if (above && below && *above != absl::Int128Min()) {
      Ratio out;
      out.numerator_ = *above;
      out.denominator_ = *below;
      return out;
    }
  }
  const Ratio::Long left = a.ToLong();
  const Ratio::Long right = b.ToLong();
  return Ratio::FromLong(left.negative != right.negative, left.numerator * right.numerator,
                         left.denominator * right.denominator);
}

std::optional<Ratio> Ratio::DividedBy(const Ratio& other) const {
  if (other.is_zero()) return std::nullopt;
  Long turned = other.ToLong();
  return *this *
         FromLong(turned.negative, std::move(turned.denominator), std::move(turned.numerator));
}

std::strong_ordering operator<=>(const Ratio& a, const Ratio& b) {
  if (a.sign() != b.sign()) return a.sign() <=> b.sign();
  if (a.long_ == nullptr && b.long_ == nullptr) {
    const auto left = CheckedMultiply(a.numerator_, b.denominator_);
    const auto right = CheckedMultiply(b.numerator_, a.denominator_);
    if (left && right) {
      return *left < *right   ? std::strong_ordering::less
             : *left > *right ? std::strong_ordering::greater
                              : std::strong_ordering::equal;
    }
  }
  return (a - b).sign() <=> 0;
}

bool operator==(const Ratio& a, const Ratio& b) {
  if ((a.long_ == nullptr) != (b.long_ == nullptr)) return false;
  if (a.long_ == nullptr) return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  return a.long_->negative == b.long_->negative && a.long_->numerator == b.long_->numerator &&
         a.long_->denominator == b.long_->denominator;
}

std::optional<Ratio::Units> Ratio::CutAt(int digits) const {
  if (long_ == nullptr) {
    const auto scaled = CheckedMultiply(numerator_, PowerOfTen(digits));
    if (scaled) return Units{*scaled / denominator_, *scaled % denominator_ == 0};
  }
  const Long value = ToLong();
  Natural rest;
  const auto units =
      Divide(value.numerator * Natural::PowerOfTen(digits), value.denominator, &rest).ToUint128();
  if (!units || absl::Uint128High64(*units) >> 63 != 0) return std::nullopt;
  const auto whole = static_cast<absl::int128>(*units);
  return Units{value.negative ? -whole : whole, rest.is_zero()};
}

Ratio Ratio::RoundedUp(int digits) const {
  const Long value = ToLong();
  Natural rest;
  Natural units = Divide(value.numerator * Natural::PowerOfTen(digits), value.denominator, &rest);
  if (!rest.is_zero() && !value.negative) units = units + Natural(1);
  if (units.is_zero()) return Ratio();
  return FromLong(value.negative, std::move(units), Natural::PowerOfTen(digits));
}

Ratio Ratio::RoundedDown(int digits) const { return -(-*this).RoundedUp(digits); }

std::string Ratio::ToString(int digits) const {
  const Long value = ToLong();
  Natural rest;
  Natural units = Divide(value.numerator * Natural::PowerOfTen(digits), value.denominator, &rest);
  const Natural other = value.denominator - rest;
  if (rest > other || (rest == other && units.is_odd())) units = units + Natural(1);
  if (units.is_zero()) return "0";
  std::string text = units.ToString();
  if (digits > 0) {
    const auto least = static_cast<std::size_t>(digits) + 1;
    if (text.size() < least) text = std::string(least - text.size(), '0') + text;
    const std::size_t point = text.size() - static_cast<std::size_t>(digits);
    text = absl::StrCat(text.substr(0, point), ".", text.substr(point));
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return value.negative ? absl::StrCat("-", text) : text;
}

std::string Ratio::ToFraction() const {
  const Long value = ToLong();
  std::string text = absl::StrCat(value.negative ? "-" : "", value.numerator.ToString());
  if (value.denominator != Natural(1)) absl::StrAppend(&text, "/", value.denominator.ToString());
  return text;
}

std::optional<std::string> PercentOf(const Ratio& part, const Ratio& whole) {
  const auto share = part.DividedBy(whole);
  if (!share) return std::nullopt;
  std::string text = (*share * Ratio(100)).ToString(1);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

}  // namespace toktally
