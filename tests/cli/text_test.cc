#include "cli/report/text.h"

#include <gtest/gtest.h>

#include <string_view>

namespace toktally::cli {
namespace {

using namespace std::string_view_literals;

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("한국어"), 6u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("🙂"), 2u);
  EXPECT_EQ(DisplayWidth("─…é"), 3u);
}

TEST(ShortenMiddle, KeepsBothEnds) {
  EXPECT_EQ(ShortenMiddle("short", 10, "…"), "short");
  EXPECT_EQ(ShortenMiddle("0123456789", 10, "…"), "0123456789");
  EXPECT_EQ(ShortenMiddle("0123456789ab", 10, "…"), "012…6789ab");
  EXPECT_EQ(ShortenMiddle("한국어한국어", 7, "…"), "한…국어");
  EXPECT_EQ(ShortenMiddle("0123456789", 1, "…"), "…");
}

TEST(Base64, FollowsRfc4648) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64("\xff\xfe\xfd"), "//79");
}

TEST(Concat, TakesTextsCharactersAndNumbers) {
  EXPECT_EQ(Concat("a", 'b', std::string("c"), "d"sv, 12u, -3), "abcd12-3");
}

}  // namespace
}  // namespace toktally::cli
