#include "usage/profile.h"

#include <gtest/gtest.h>

namespace toktally::usage {
namespace {

Record Call(std::int64_t input, std::int64_t output, std::string day) {
  Record record;
  record.project = "shop";
  record.model = "m";
  record.day = std::move(day);
  record.calls = 1;
  record.tokens.uncached_input = input;
  record.tokens.output = output;
  return record;
}

TEST(ProfileTest, TenOfAHundredAreBelowAndAbove) {
  Profiles profiles;
  for (int i = 1; i <= 101; ++i) profiles.Add(Call(i, 2 * i, "2026-11-20"));
  const Profile profile = profiles.All().at({"shop", "m"});
  EXPECT_EQ(profile.calls, 101u);
  EXPECT_EQ(profile.input.low, 11);
  EXPECT_EQ(profile.input.expected, 51);
  EXPECT_EQ(profile.input.high, 91);
  EXPECT_EQ(profile.output.low, 22);
  EXPECT_EQ(profile.days, 1);
}

// The mean is what money goes by: a few long calls raise it over nine of ten, and `high` with it.
TEST(ProfileTest, TheMeanIsNeverCutToTheQuantiles) {
  Profiles profiles;
  for (int i = 0; i < 99; ++i) profiles.Add(Call(10, 1, "2026-11-20"));
  profiles.Add(Call(100'000, 1, "2026-11-29"));
  const Profile profile = profiles.All().at({"shop", "m"});
  EXPECT_EQ(profile.input.low, 10);
  EXPECT_EQ(profile.input.expected, 1010);  // 100,990 / 100, rounded up
  EXPECT_EQ(profile.input.high, 1010);
  EXPECT_EQ(profile.days, 10);
}

TEST(ProfileTest, WhatWasReadFromAndWrittenToTheCacheAreParts) {
  Profiles profiles;
  Record record = Call(1000, 1, "2026-11-20");
  record.tokens.cached_input = 5000;
  record.tokens.cache_write_short = 300;
  record.tokens.cache_write_long = 200;
  profiles.Add(record);
  Profile profile = profiles.All().at({"shop", "m"});
  EXPECT_EQ(profile.prompt, 6500);
  EXPECT_EQ(profile.cached, 5000);
  EXPECT_EQ(profile.written_short, 300);
  EXPECT_EQ(profile.written_long, 200);
  profiles.Add(Call(500, 1, "2026-11-20"));
  profiles.TakeBack(record);
  profile = profiles.All().at({"shop", "m"});
  EXPECT_EQ(profile.prompt, 500);
  EXPECT_EQ(profile.cached + profile.written_short + profile.written_long, 0);
}

}  // namespace
}  // namespace toktally::usage
