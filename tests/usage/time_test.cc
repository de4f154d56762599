#include "usage/time.h"

#include <gtest/gtest.h>

namespace toktally::usage {
namespace {

TEST(MillisecondsOf, ReadsWhatLogsWrite) {
  constexpr std::int64_t kTime = 1763632861000;  // 2025-11-20T10:01:01Z
  for (const std::string_view text :
       {"2025-11-20T10:01:01Z", "2025-11-20 10:01:01", "2025-11-20T10:01:01.000000Z",
        "2025-11-20T11:01:01+01:00", "2025-11-20T05:31:01-0430", "2025-11-20 10:01:01+00",
        "1763632861", "1763632861000", "1763632861000000", "1763632861000000000"}) {
    EXPECT_EQ(MillisecondsOf(text), kTime) << text;
  }
  EXPECT_EQ(MillisecondsOf("2025-11-20T10:01:01.25Z"), kTime + 250);
  EXPECT_EQ(MillisecondsOf("2025-11-20T10:01"), kTime - 1000);
  for (const std::string_view text :
       {"", "yesterday", "2025-11-20", "2025-13-20T10:01:01Z", "-5"}) {
    EXPECT_EQ(MillisecondsOf(text), std::nullopt) << text;
  }
}

TEST(Zone, TellsTheDayThere) {
  Record record;
  record.time = MillisecondsOf("2025-11-20T23:30:00Z");
  record.day = DayOfMilliseconds(*record.time);
  EXPECT_EQ(record.day, "2025-11-20");
  EXPECT_EQ(Zone().DayOf(record), "2025-11-20");
  const auto zone = Zone::Of("Asia/Tokyo");
  if (!zone.ok()) GTEST_SKIP() << "no time zones on this machine";
  EXPECT_EQ(zone->DayOf(record), "2025-11-21");
  // A day that was stated without a time is a day anywhere.
  Record stated;
  stated.day = "2025-11-20";
  EXPECT_EQ(zone->DayOf(stated), "2025-11-20");
  EXPECT_FALSE(Zone::Of("Mars/Olympus").ok());
}

TEST(WeekOf, BeginsOnMonday) {
  EXPECT_EQ(WeekOf("2026-11-22"), "2026-11-16");  // a Sunday
  EXPECT_EQ(WeekOf("2026-11-16"), "2026-11-16");
  EXPECT_EQ(WeekOf("2026-01-01"), "2025-12-29");
  EXPECT_EQ(WeekOf(""), "");
  EXPECT_EQ(MonthOf("2026-11-22"), "2026-11");
}

}  // namespace
}  // namespace toktally::usage
