// A day of the Gregorian calendar, as price tables and bills use it: UTC, no time of day.

#ifndef TOKTALLY_BASE_DATE_H_
#define TOKTALLY_BASE_DATE_H_

#include <absl/status/statusor.h>

#include <compare>
#include <string>
#include <string_view>

namespace toktally {

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 for a pointer
  friend auto operator<=>(const Date&, const Date&) = default;
};

// "2026-11-22" and nothing else; a day that does not exist is InvalidArgument.
absl::StatusOr<Date> ParseDate(std::string_view text);
std::string ToString(const Date& date);

// Days since 1970-01-01, and back. For "checked 40 days ago".
int DayNumber(const Date& date);
Date DateOfDay(int day_number);

}  // namespace toktally

#endif  // TOKTALLY_BASE_DATE_H_
