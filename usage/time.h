// Times as logs write them, and the days that they fall on.

#ifndef TOKTALLY_USAGE_TIME_H_
#define TOKTALLY_USAGE_TIME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/json.h"
#include "usage/record.h"

namespace toktally::usage {

// Milliseconds since 1970 in UTC, of years 1970 to 9999. Texts: "2026-11-22T10:00:00.123Z", with a
// space for the T, an offset for the Z or nothing (then it is UTC), or digits. Numbers and digits:
// seconds, milliseconds, microseconds or nanoseconds, told apart by their size.
std::optional<std::int64_t> MillisecondsOf(std::string_view text);
std::optional<std::int64_t> MillisecondsOf(const JsonValue& value);

// Sets the time and the day of a record that has none, if `value` is a time, or the day if it is
// only that ("2026-11-22").
void SetTime(const std::optional<JsonValue>& value, Record& record);

// "2026-11-22" in UTC.
std::string DayOfMilliseconds(std::int64_t milliseconds);

// A place on earth, for the days that people live in. Bills and rates go by UTC.
class Zone {
 public:
  Zone() : zone_(absl::UTCTimeZone()) {}
  // "Europe/Berlin", "UTC", "local"; InvalidArgument for a name that the system does not know.
  static absl::StatusOr<Zone> Of(std::string_view name);

  // The day of a record: of its time here, or as it was stated; "" if none is known.
  std::string DayOf(const Record& record) const;
  // The zone's hour and minute as minutes since midnight.
  int MinuteOfDay(std::int64_t milliseconds) const;

 private:
  explicit Zone(absl::TimeZone zone) : zone_(zone), utc_(false) {}

  absl::TimeZone zone_;
  bool utc_ = true;
};

// The Monday of the week of a day (YYYY-MM-DD), and its month: "2026-11-16", "2026-11". "" for "".
std::string WeekOf(const std::string& day);
std::string MonthOf(const std::string& day);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_TIME_H_
