#include "cli/report/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace toktally::cli {
namespace {

TEST(ParseCount, ReadsWhatPeopleType) {
  const std::pair<std::string_view, std::uint64_t> cases[] = {
      {"0", 0},           {"1000000", 1'000'000}, {"1_000_000", 1'000'000},
      {"1e6", 1'000'000}, {"1E+6", 1'000'000},    {"1M", 1'000'000},
      {"2.5k", 2500},     {"2.50K", 2500},        {"1G", 1'000'000'000},
      {"010", 10},        {"1.5e1", 15},          {"100e-2", 1},
      {"0e999", 0},       {"1e15", kMaxCount},    {"1000000000000000", kMaxCount},
      {"2.0", 2},         {"0.000001e6", 1},      {"0.0", 0},
  };
  for (const auto& [text, count] : cases) {
    const absl::StatusOr<std::uint64_t> parsed = ParseCount(text);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    EXPECT_EQ(*parsed, count) << text;
  }
}

TEST(ParseCount, RejectsEverythingElse) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "is empty"},
      {"-1", "is negative"},
      {"-0", "is negative"},
      {"+1", "is not a count"},
      {"nan", "is not a count"},
      {"inf", "is not a count"},
      {"0x10", "is not a count"},
      {"1,000", "is not a count"},
      {"1 000", "is not a count"},
      {" 1", "is not a count"},
      {"1 ", "is not a count"},
      {"1__0", "is not a count"},
      {"_1", "is not a count"},
      {"1_", "is not a count"},
      {".5k", "is not a count"},
      {"5.", "is not a count"},
      {"1e", "is not a count"},
      {"1e+", "is not a count"},
      {"1e1234", "is not a count"},
      {"1MM", "is not a count"},
      {"1kB", "is not a count"},
      {"1m", "is not a count"},
      {"1p", "is not a count"},
      {"1.5", "is not a whole number"},
      {"2.55e1", "is not a whole number"},
      {"1e-1", "is not a whole number"},
      {"1.2345k", "is not a whole number"},
      {"1000000000000001", "is too large"},
      {"18446744073709551616", "is too large"},
      {"1e16", "is too large"},
      {"9e999", "is too large"},
      {"99999999G", "is too large"},
  };
  for (const auto& [text, message] : cases) {
    const absl::StatusOr<std::uint64_t> parsed = ParseCount(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_THAT(std::string(parsed.status().message()), testing::StartsWith(std::string(message)))
        << text;
  }
}

TEST(GroupDigits, PutsCommasEveryThreeDigits) {
  EXPECT_EQ(GroupDigits(0), "0");
  EXPECT_EQ(GroupDigits(999), "999");
  EXPECT_EQ(GroupDigits(1000), "1,000");
  EXPECT_EQ(GroupDigits(123456), "123,456");
  EXPECT_EQ(GroupDigits(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(FormatSize, KeepsTwoOrThreeDigits) {
  EXPECT_EQ(FormatSize(0), "0");
  EXPECT_EQ(FormatSize(999), "999");
  EXPECT_EQ(FormatSize(1000), "1.0 K");
  EXPECT_EQ(FormatSize(9999), "9.9 K");
  EXPECT_EQ(FormatSize(10000), "10 K");
  EXPECT_EQ(FormatSize(214'567), "214 K");
  EXPECT_EQ(FormatSize(999'999), "999 K");
  EXPECT_EQ(FormatSize(3'500'000), "3.5 M");
  EXPECT_EQ(FormatSize(UINT64_MAX), "18 E");
}

}  // namespace
}  // namespace toktally::cli
