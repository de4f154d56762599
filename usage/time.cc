#include "usage/time.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "base/date.h"
#include "base/text.h"

namespace toktally::usage {
namespace {

constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;
constexpr std::int64_t kYear10000 = std::int64_t{253402300800} * 1000;

std::optional<std::int64_t> Within(std::int64_t milliseconds) {
  if (milliseconds < 0 || milliseconds >= kYear10000) return std::nullopt;
  return milliseconds;
}

// Seconds until the year 5138, then milliseconds, microseconds and nanoseconds.
std::optional<std::int64_t> OfNumber(std::int64_t number) {
  constexpr std::int64_t kMostSeconds = 100'000'000'000;
  if (number <= kMostSeconds) return Within(number * 1000);
  if (number <= kMostSeconds * 1000) return Within(number);
  if (number <= kMostSeconds * 1'000'000) return Within(number / 1000);
  return Within(number / 1'000'000);
}

// The number that `text` is but for a fraction, which is dropped.
std::optional<std::int64_t> WholePart(std::string_view text) {
  const std::string_view digits = text.substr(0, text.find('.'));
  std::int64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// Two digits at `at`.
int Two(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

bool Matches(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'd' ? !IsDigit(text[i]) : shape[i] != '?' && text[i] != shape[i]) return false;
  }
  return true;
}

// The offset that `rest` ends with, in minutes: "Z", "+02:00", "+0200", " UTC" or nothing.
int OffsetMinutes(std::string_view rest) {
  const std::size_t sign = rest.find_first_of("+-");
  if (sign == std::string_view::npos) return 0;
  const std::string_view offset = rest.substr(sign + 1);
  int minutes = 0;
  if (Matches(offset, "dd:dd")) {
    minutes = Two(offset, 0) * 60 + Two(offset, 3);
  } else if (Matches(offset, "dddd")) {
    minutes = Two(offset, 0) * 60 + Two(offset, 2);
  } else if (Matches(offset, "dd")) {
    minutes = Two(offset, 0) * 60;
  }
  return rest[sign] == '-' ? -minutes : minutes;
}

bool IsDay(std::string_view text) { return Matches(text, "dddd-dd-dd"); }

std::optional<int> DayNumberOf(std::string_view text) {
  const auto date = ParseDate(text.substr(0, 10));
  if (!date.ok()) return std::nullopt;
  return DayNumber(*date);
}

}  // namespace

std::optional<std::int64_t> MillisecondsOf(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), IsDigit)) {
    const auto number = WholePart(text);
    return number ? OfNumber(*number) : std::nullopt;
  }
  if (!Matches(text, "dddd-dd-dd?dd:dd")) return std::nullopt;
  const auto day = DayNumberOf(text);
  if (!day) return std::nullopt;
  std::int64_t time = *day * kDay + (Two(text, 11) * 60 + Two(text, 14)) * std::int64_t{60000};
  std::string_view rest = text.substr(16);
  if (Matches(rest, ":dd")) {
    time += Two(rest, 1) * 1000;
    rest.remove_prefix(3);
  }
  if (rest.starts_with('.') || rest.starts_with(',')) {
    rest.remove_prefix(1);
    std::int64_t unit = 100;
    for (; !rest.empty() && IsDigit(rest.front()); rest.remove_prefix(1), unit /= 10) {
      time += unit * (rest.front() - '0');
    }
  }
  return Within(time - OffsetMinutes(rest) * std::int64_t{60000});
}

std::optional<std::int64_t> MillisecondsOf(const JsonValue& value) {
  if (value.is_string()) return MillisecondsOf(value.text());
  if (!value.is_number()) return std::nullopt;
  const auto number = WholePart(value.text());
  return number ? OfNumber(*number) : std::nullopt;
}

void SetTime(const std::optional<JsonValue>& value, Record& record) {
  if (!value || record.time || !record.day.empty()) return;
  record.time = MillisecondsOf(*value);
  if (record.time) {
    record.day = DayOfMilliseconds(*record.time);
  } else if (value->is_string() && IsDay(value->text()) && DayNumberOf(value->text())) {
    record.day = std::string(value->text().substr(0, 10));
  }
}

std::string DayOfMilliseconds(std::int64_t milliseconds) {
  return ToString(DateOfDay(static_cast<int>(milliseconds / kDay)));
}

absl::StatusOr<Zone> Zone::Of(std::string_view name) {
  if (name == "UTC" || name == "utc") return Zone();
  if (name == "local") return Zone(absl::LocalTimeZone());
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) {
    return absl::InvalidArgumentError("is no time zone that this machine knows");
  }
  return Zone(zone);
}

std::string Zone::DayOf(const Record& record) const {
  if (utc_ || !record.time) return record.day;
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMillis(*record.time), zone_);
  return ToString(Date{static_cast<int>(day.year()), day.month(), day.day()});
}

int Zone::MinuteOfDay(std::int64_t milliseconds) const {
  const absl::CivilMinute minute = absl::ToCivilMinute(absl::FromUnixMillis(milliseconds), zone_);
  return minute.hour() * 60 + minute.minute();
}

std::string WeekOf(const std::string& day) {
  const auto number = day.empty() ? std::nullopt : DayNumberOf(day);
  if (!number) return "";
  constexpr int kThursday = 3;  // 1970-01-01, counted from Monday
  return ToString(DateOfDay(*number - (*number + kThursday) % 7));
}

std::string MonthOf(const std::string& day) {
  return day.substr(0, std::min<std::size_t>(7, day.size()));
}

}  // namespace toktally::usage
