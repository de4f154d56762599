#include "cli/report/number.h"

#include <optional>

#include "absl/status/status.h"
#include "base/text.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// The decimal digits of a number and the power of ten that they are multiplied with.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// Takes digits with single underscores between them off the front of `text`.
std::optional<std::string> TakeDigits(std::string_view& text) {
  std::string digits;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (IsDigit(text[i])) {
      digits += text[i];
      continue;
    }
    const bool between_digits =
        i > 0 && IsDigit(text[i - 1]) && i + 1 < text.size() && IsDigit(text[i + 1]);
    if (text[i] != '_' || !between_digits) break;
  }
  if (digits.empty()) return std::nullopt;
  text.remove_prefix(i);
  return digits;
}

// Takes `e6`, `E+6`, `e-2` or a suffix; true if `text` was empty or is used up.
bool TakeScale(std::string_view text, int& exponent) {
  if (text.empty()) return true;
  if (text == "k" || text == "K") return exponent += 3, true;
  if (text == "M") return exponent += 6, true;
  if (text == "G") return exponent += 9, true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 3) return false;
  int value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    value = value * 10 + (c - '0');
  }
  exponent += negative ? -value : value;
  return true;
}

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal decimal;
  const std::optional<std::string> whole = TakeDigits(text);
  if (!whole) return std::nullopt;
  decimal.digits = *whole;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const std::optional<std::string> fraction = TakeDigits(text);
    if (!fraction) return std::nullopt;
    decimal.digits += *fraction;
    decimal.exponent = -static_cast<int>(fraction->size());
  }
  if (!TakeScale(text, decimal.exponent)) return std::nullopt;
  return decimal;
}

absl::Status TooLarge() {
  return absl::InvalidArgumentError(Concat("is too large; the most is ", GroupDigits(kMaxCount)));
}

}  // namespace

absl::StatusOr<std::uint64_t> ParseCount(std::string_view text) {
  constexpr const char* kHint = "; give a whole number such as 1000000, 1_000_000, 1e6, 1M or 2.5k";
  if (text.empty()) return absl::InvalidArgumentError(Concat("is empty", kHint));
  if (text[0] == '-') return absl::InvalidArgumentError(Concat("is negative", kHint));
  const std::optional<Decimal> decimal = ParseDecimal(text);
  if (!decimal) return absl::InvalidArgumentError(Concat("is not a count", kHint));

  std::string digits = decimal->digits;
  int exponent = decimal->exponent;
  while (exponent < 0 && !digits.empty()) {
    if (digits.back() != '0') {
      return absl::InvalidArgumentError(Concat("is not a whole number", kHint));
    }
    digits.pop_back();
    ++exponent;
  }
  std::uint64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > kMaxCount) return TooLarge();
  }
  for (; value != 0 && exponent > 0; --exponent) {
    value *= 10;
    if (value > kMaxCount) return TooLarge();
  }
  return value;
}

std::string GroupDigits(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string FormatSize(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes);
  constexpr char kUnits[] = {'K', 'M', 'G', 'T', 'P', 'E'};
  std::size_t unit = 0;
  std::uint64_t scale = 1000;
  while (unit + 1 < sizeof(kUnits) && bytes / scale >= 1000) {
    scale *= 1000;
    ++unit;
  }
  const std::uint64_t tenths = bytes / (scale / 10);
  std::string text = tenths < 100 ? Concat(tenths / 10, ".", tenths % 10) : Concat(tenths / 10);
  return text + ' ' + kUnits[unit];
}

}  // namespace toktally::cli
