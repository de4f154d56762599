// Decimals and money: what is accepted prints and reads as the same number, and agrees with
// arithmetic on the digits.

#include <optional>
#include <string>

#include "base/decimal.h"
#include "pricing/money.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;
namespace pricing = toktally::pricing;

namespace {

// The digits of a decimal with so many behind the point, without the point and zeros in front.
std::optional<std::string> Digits(std::string_view text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  while (fraction.size() > decimals && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > decimals) return std::nullopt;
  digits += fraction + std::string(decimals - fraction.size(), '0');
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

void ReadDecimal(std::string_view text) {
  for (const int decimals : {0, 9, 12, 18}) {
    const auto units = pricing::ParseDecimal(text, decimals);
    const auto scientific = pricing::ParseScientific(text, decimals);
    FuzzCheck(!units.ok() || (scientific.ok() && *scientific == *units), "a decimal is scientific");
    if (!units.ok()) {
      FuzzCheck(units.status().message().find('\n') == absl::string_view::npos, "one line");
      continue;
    }
    const auto digits = Digits(text, static_cast<std::size_t>(decimals));
    FuzzCheck(digits == pricing::DigitsOf(*units), "the digits are kept");
  }
  if (const auto money = pricing::Money::Parse(text); money.ok()) {
    const auto again = pricing::Money::Parse(money->ToString());
    FuzzCheck(again.ok() && again->units() == money->units(), "money prints as what it is");
    const auto ratio = pricing::Money::FromRatio(money->ToRatio());
    FuzzCheck(ratio.ok() && ratio->units() == money->units(), "money is a ratio");
    (void)FormatExact(*money);
    (void)FormatRounded(*money);
    (void)FormatChange(*money);
  }
}

void Calculate(const pricing::Ratio& a, const pricing::Ratio& b) {
  const pricing::Ratio sum = a + b;
  FuzzCheck(sum == b + a, "sums commute");
  FuzzCheck(a * b == b * a, "products commute");
  FuzzCheck(sum - b == a, "a + b - b = a");
  FuzzCheck((a < b) == (b > a) && (a == b) == (a - b).is_zero(), "orders agree");
  FuzzCheck(b.is_zero() || *(a * b).DividedBy(b) == a, "a * b / b = a");
  for (const int digits : {0, 6, 18}) {
    const auto read = pricing::ParseDecimal(a.ToString(digits), digits);
    if (!read.ok()) continue;
    const auto rounded = pricing::Ratio::Of(*read, pricing::PowerOfTen(digits));
    const pricing::Ratio twice =
        (*rounded - a) * *pricing::Ratio::Of(2 * pricing::PowerOfTen(digits), 1);
    FuzzCheck(twice <= pricing::Ratio(1), "rounded up by half at most");
    FuzzCheck(twice >= pricing::Ratio(-1), "rounded down by half at most");
    FuzzCheck(a.RoundedDown(digits) <= a && a <= a.RoundedUp(digits), "rounded by direction");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  const std::string_view text = copy.view();
  ReadDecimal(text);
  // Digits, points and the like out of any bytes, two numbers side by side.
  std::string digits;
  for (const char c : text.substr(0, 80)) digits += "0123456789012345./%e,-"[(c & 0x7F) % 22];
  ReadDecimal(digits);
  const auto a = pricing::Ratio::Parse(std::string_view(digits).substr(0, digits.size() / 2));
  const auto b = pricing::Ratio::Parse(std::string_view(digits).substr(digits.size() / 2));
  if (a.ok() && b.ok()) Calculate(*a, *b);
  return 0;
}
