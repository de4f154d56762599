#include "cli/report/text.h"

#include <gtest/gtest.h>

#include <string_view>

namespace toktally::cli {
namespace {

using namespace std::string_view_literals;

TEST(EscapeControls, MakesOneSafeLine) {
  EXPECT_EQ(EscapeControls("plain name.txt"), "plain name.txt");
  EXPECT_EQ(EscapeControls("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(EscapeControls("\x1b[31mred\a\0"sv), "\\x1b[31mred\\x07\\x00");
  EXPECT_EQ(EscapeControls("\xff\xe2\x82"), "\\xff\\xe2\\x82");
  EXPECT_EQ(EscapeControls("한국어 é"), "한국어 é");
  EXPECT_EQ(EscapeControls("\u202Etxt.exe"), "\\u{202e}txt.exe");
  EXPECT_EQ(EscapeControls("\u0085\u2028"), "\\u{0085}\\u{2028}");
  EXPECT_EQ(EscapeControls("\U000E0001"), "\\u{e0001}");
}

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
