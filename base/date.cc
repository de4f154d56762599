#include "base/date.h"

#include <absl/strings/str_cat.h>

#include <chrono>

namespace toktally {
namespace {

int Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::chrono::year_month_day Calendar(const Date& date) {
  return {std::chrono::year(date.year), std::chrono::month(static_cast<unsigned>(date.month)),
          std::chrono::day(static_cast<unsigned>(date.day))};
}

}  // namespace

absl::StatusOr<Date> ParseDate(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const Date date{Digits(text.substr(0, 4)), Digits(text.substr(5, 2)), Digits(text.substr(8))};
    const bool digits = date.year >= 1 && date.month >= 1 && date.day >= 1;
    if (digits && Calendar(date).ok()) return date;
  }
  std::string shown;
  for (const char c : text.substr(0, 40)) shown.push_back(c >= 0x20 && c < 0x7F ? c : '?');
  return absl::InvalidArgumentError(
      absl::StrCat("\"", shown, "\" is not a date such as 2026-11-22"));
}

std::string ToString(const Date& date) {
  const auto padded = [](int value, int width) {
    std::string text = absl::StrCat(value);
    const auto wanted = static_cast<std::size_t>(width);
    if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
    return text;
  };
  return absl::StrCat(padded(date.year, 4), "-", padded(date.month, 2), "-", padded(date.day, 2));
}

int DayNumber(const Date& date) {
  return static_cast<int>(std::chrono::sys_days(Calendar(date)).time_since_epoch().count());
}

Date DateOfDay(int day_number) {
  const std::chrono::year_month_day calendar{std::chrono::sys_days(std::chrono::days(day_number))};
  return {static_cast<int>(calendar.year()),
          static_cast<int>(static_cast<unsigned>(calendar.month())),
          static_cast<int>(static_cast<unsigned>(calendar.day()))};
}

}  // namespace toktally
