#include "base/decimal.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <vector>

namespace toktally::pricing {
namespace {

__extension__ using Native = __int128;
__extension__ using UnsignedNative = unsigned __int128;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

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
  std::string digits = absl::StrCat(View(decimal.whole), View(decimal.fraction));
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
  // In 64-bit halves, where the machine divides.
  constexpr int kHalf = 18;
  std::vector<std::string> parts;
  auto rest = static_cast<UnsignedNative>(static_cast<Native>(negative ? -value : value));
  constexpr std::uint64_t kScale = 1'000'000'000'000'000'000;
  for (; rest >= kScale; rest /= kScale) {
    const std::string part = std::to_string(static_cast<std::uint64_t>(rest % kScale));
    parts.push_back(std::string(static_cast<std::size_t>(kHalf) - part.size(), '0') + part);
  }
  std::string digits = negative ? "-" : "";
  digits += std::to_string(static_cast<std::uint64_t>(rest));
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) digits += *part;
  return digits;
}

absl::StatusOr<absl::int128> ParseDecimal(std::string_view text, int digits) {
  std::string_view rest = text;
  const auto decimal = TakeDecimal(&rest);
  if (!decimal || !rest.empty()) return Bad(text, View(WhyNoDecimal(text)));
  const auto value = Scaled(*decimal, digits);
  if (!value) return Bad(text, absl::StrCat("has more than ", digits, " decimals or is too large"));
  return *value;
}

absl::StatusOr<absl::int128> ParseScientific(std::string_view text, int digits) {
  std::string_view rest = text;
  const auto decimal = TakeDecimal(&rest);
  if (!decimal) return Bad(text, View(WhyNoDecimal(text)));
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
  if (!rest.empty()) return Bad(text, View(WhyNoDecimal(text)));
  const auto value = Scaled(*decimal, digits + exponent);
  if (!value) return Bad(text, absl::StrCat("has more than ", digits, " decimals or is too large"));
  return *value;
}

std::optional<Ratio> Ratio::Of(absl::int128 numerator, absl::int128 denominator) {
  if (denominator <= 0 || numerator == absl::Int128Min()) return std::nullopt;
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

std::optional<Ratio> Ratio::Plus(const Ratio& other) const {
  if (is_zero()) return other;
  if (other.is_zero()) return *this;
  if (denominator_ == other.denominator_) {
    const auto sum = CheckedAdd(numerator_, other.numerator_);
    return sum ? Of(*sum, denominator_) : std::nullopt;
  }
  const absl::int128 divisor = GreatestCommonDivisor(denominator_, other.denominator_);
  const auto left = CheckedMultiply(numerator_, other.denominator_ / divisor);
  const auto right = CheckedMultiply(other.numerator_, denominator_ / divisor);
  const auto below = CheckedMultiply(denominator_, other.denominator_ / divisor);
  if (!left || !right || !below) return std::nullopt;
  const auto sum = CheckedAdd(*left, *right);
  return sum ? Of(*sum, *below) : std::nullopt;
}

std::optional<Ratio> Ratio::Minus(const Ratio& other) const {
  Ratio negated = other;
  negated.numerator_ = -negated.numerator_;
  return Plus(negated);
}

std::optional<Ratio> Ratio::Times(const Ratio& other) const {
  // Crosswise reduction first, so that what fits in 128 bits is not refused.
  const auto a = Of(numerator_, other.denominator_);
  const auto b = Of(other.numerator_, denominator_);
  if (!a || !b) return std::nullopt;
  const auto above = CheckedMultiply(a->numerator_, b->numerator_);
  const auto below = CheckedMultiply(a->denominator_, b->denominator_);
  if (!above || !below) return std::nullopt;
  Ratio out;
  out.numerator_ = *above;
  out.denominator_ = *below;
  return out;
}

std::optional<int> Ratio::Compare(const Ratio& other) const {
  const auto difference = Minus(other);
  if (!difference) return std::nullopt;
  return difference->numerator_ < 0 ? -1 : difference->numerator_ > 0 ? 1 : 0;
}

std::string Ratio::ToString(int digits) const {
  // Long division keeps every step within the denominator's own width.
  const bool negative = numerator_ < 0;
  const absl::int128 magnitude = negative ? -numerator_ : numerator_;
  absl::int128 whole = magnitude / denominator_;
  absl::int128 rest = magnitude % denominator_;
  const auto below = static_cast<UnsignedNative>(static_cast<Native>(denominator_));
  auto remainder = static_cast<UnsignedNative>(static_cast<Native>(rest));
  std::string fraction;
  for (int i = 0; i < digits; ++i) {
    int digit = 0;
    UnsignedNative sum = 0;
    // remainder * 10 by additions, so that it cannot overflow 128 bits.
    for (int j = 0; j < 10; ++j) {
      sum += remainder;
      if (sum >= below) {
        sum -= below;
        ++digit;
      }
    }
    remainder = sum;
    fraction.push_back(static_cast<char>('0' + digit));
  }
  const UnsignedNative other = below - remainder;
  const bool odd = fraction.empty() ? whole % 2 != 0 : (fraction.back() - '0') % 2 != 0;
  if (remainder > other || (remainder == other && odd)) {
    std::size_t i = fraction.size();
    while (i > 0 && fraction[i - 1] == '9') fraction[--i] = '0';
    if (i > 0) {
      ++fraction[i - 1];
    } else {
      whole += 1;
    }
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  const std::string text = absl::StrCat(DigitsOf(whole), fraction.empty() ? "" : ".", fraction);
  return negative && text != "0" ? absl::StrCat("-", text) : text;
}

}  // namespace toktally::pricing
