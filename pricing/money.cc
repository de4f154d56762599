#include "pricing/money.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <optional>

namespace toktally::pricing {
namespace {

absl::Status TooLarge() {
  return absl::OutOfRangeError(
      "the amount is over 170,000,000,000,000,000,000 USD, the most that can be held exactly");
}

absl::StatusOr<Money> Checked(std::optional<absl::int128> units) {
  if (!units || *units == absl::Int128Min()) return TooLarge();
  return Money::FromUnits(*units);
}

// |units| rounded half-even to `decimals`, as a decimal text.
std::string Decimal(absl::int128 units, int decimals) {
  const absl::int128 magnitude = units < 0 ? -units : units;
  const absl::int128 scale = PowerOfTen(Money::kDecimals - decimals);
  std::string digits = DigitsOf(DivideHalfEven(magnitude, scale));
  const auto least = static_cast<std::size_t>(decimals) + 1;
  if (digits.size() < least) digits = std::string(least - digits.size(), '0') + digits;
  const std::size_t point = digits.size() - static_cast<std::size_t>(decimals);
  return absl::StrCat(digits.substr(0, point), ".", digits.substr(point));
}

// Drops zeros at the end, but keeps two decimals.
std::string Trimmed(std::string decimal) {
  const std::size_t point = decimal.find('.');
  while (decimal.size() > point + 3 && decimal.back() == '0') decimal.pop_back();
  return decimal;
}

// Decimals that show two significant digits of an amount under a cent.
int DecimalsFor(absl::int128 magnitude) {
  absl::int128 cent = PowerOfTen(Money::kDecimals - 2);
  if (magnitude == 0 || magnitude >= cent) return 2;
  int decimals = 3;
  for (cent /= 10; magnitude < cent; cent /= 10) ++decimals;
  return std::min(decimals + 1, Money::kDecimals);
}

}  // namespace

absl::StatusOr<Money> Money::Parse(std::string_view text) {
  const auto units = ParseDecimal(text, kDecimals);
  if (!units.ok()) return units.status();
  return Money(*units);
}

absl::StatusOr<Money> Money::FromRatio(const Ratio& usd) {
  const auto cut = usd.CutAt(kDecimals);
  if (!cut) return TooLarge();
  const bool to_odd = !cut->exact && cut->units % 2 == 0;
  return Checked(CheckedAdd(cut->units, to_odd ? usd.sign() : 0));
}

Ratio Money::ToRatio() const { return *Ratio::Of(units_, PowerOfTen(kDecimals)); }

absl::StatusOr<Money> Money::Plus(Money other) const {
  return Checked(CheckedAdd(units_, other.units_));
}

absl::StatusOr<Money> Money::Minus(Money other) const {
  return Checked(CheckedAdd(units_, -other.units_));
}

absl::StatusOr<Money> Money::Times(std::int64_t factor) const {
  return Checked(CheckedMultiply(units_, factor));
}

std::string Money::ToString() const {
  return absl::StrCat(units_ < 0 ? "-" : "", Trimmed(Decimal(units_, kDecimals)));
}

std::string FormatExact(Money amount) {
  const absl::int128 units = amount.units();
  return absl::StrCat(units < 0 ? "-$" : "$",
                      WithThousands(Trimmed(Decimal(units, Money::kDecimals))));
}

std::string FormatRounded(Money amount) {
  const absl::int128 units = amount.units();
  const int decimals = DecimalsFor(units < 0 ? -units : units);
  return absl::StrCat(units < 0 ? "-$" : "$", WithThousands(Trimmed(Decimal(units, decimals))));
}

std::string FormatChange(Money amount) {
  return absl::StrCat(amount.units() > 0 ? "+" : "", FormatRounded(amount));
}

std::string WithThousands(std::string_view decimal) {
  const std::size_t first = decimal.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  std::string out;
  for (std::size_t i = 0; i < decimal.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) out.push_back(',');
    out.push_back(decimal[i]);
  }
  return out;
}

}  // namespace toktally::pricing
