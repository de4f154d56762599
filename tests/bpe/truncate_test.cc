#include "bpe/truncate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "bpe/encodings.h"

namespace toktally {
namespace {

const Encoding& O200k() { return *FindEncoding("o200k_base"); }

bool IsBoundary(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

std::string Long(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

TEST(FitPrefix, KeepsAsManyTokensAsAreAllowed) {
  const std::string text = Long("The quick brown fox jumps over 13 lazy dogs.\n", 100'000);
  for (const std::uint64_t limit : {1u, 2u, 8u, 100u, 5'000u}) {
    const FittingPrefix fit = FitPrefix(O200k(), text, limit);
    EXPECT_EQ(fit.tokens, limit);
    EXPECT_EQ(O200k().Count(text.substr(0, fit.bytes)), limit);
  }
  const FittingPrefix all = FitPrefix(O200k(), text, 1'000'000);
  EXPECT_EQ(all.bytes, text.size());
  EXPECT_EQ(all.tokens, O200k().Count(text));
  EXPECT_EQ(FitPrefix(O200k(), text, 0).bytes, 0u);
}

TEST(FitPrefix, NeverCutsACharacterAndCountsWhatItSays) {
  const std::string texts[] = {Long("아버지가 방에 들어가신다. ", 5'000),
                               Long("🙂🏳️‍🌈", 3'000),
                               Long("中文没有空格", 3'000),
                               std::string(5'000, ' '),
                               std::string(20'000, 'a'),
                               Long("\n\n  x", 2'000)};
  for (const std::string& text : texts) {
    for (std::uint64_t limit = 1; limit < 60; limit += 3) {
      const FittingPrefix start = FitPrefix(O200k(), text, limit);
      EXPECT_TRUE(IsBoundary(text, start.bytes));
      EXPECT_LE(start.tokens, limit);
      EXPECT_EQ(start.tokens, O200k().Count(text.substr(0, start.bytes)));
      const FittingPrefix end = FitSuffix(O200k(), text, limit);
      EXPECT_TRUE(IsBoundary(text, text.size() - end.bytes));
      EXPECT_LE(end.tokens, limit);
      EXPECT_EQ(end.tokens, O200k().Count(text.substr(text.size() - end.bytes)));
    }
  }
}

TEST(Truncate, TheMarkIsAmongTheTokens) {
  const std::string text = Long("one two three four five six seven ", 20'000);
  for (const Keep keep : {Keep::kStart, Keep::kEnd, Keep::kBothEnds}) {
    const auto kept = Truncate(O200k(), text, {50, keep, "\n[…]\n"});
    ASSERT_TRUE(kept.ok());
    const std::string joined = kept->Join(text, "\n[…]\n");
    EXPECT_EQ(O200k().Count(joined), kept->tokens);
    EXPECT_LE(kept->tokens, 50u);
    EXPECT_GE(kept->tokens, 45u);
    EXPECT_NE(joined.find("[…]"), std::string::npos);
    EXPECT_EQ(joined.starts_with("one two"), keep != Keep::kEnd);
    EXPECT_EQ(joined.find("[…]\n") + 6 == joined.size(), keep == Keep::kStart);
  }
}

TEST(Truncate, WhatFitsIsKeptWhole) {
  const auto kept = Truncate(O200k(), "hello world", {2, Keep::kEnd, "…"});
  ASSERT_TRUE(kept.ok());
  EXPECT_TRUE(kept->whole);
  EXPECT_EQ(kept->Join("hello world", "…"), "hello world");
}

TEST(Truncate, AMarkThatIsTooLongIsAnError) {
  EXPECT_FALSE(Truncate(O200k(), "hello world and more", {1, Keep::kStart, "a long mark"}).ok());
}

TEST(LongestToken, IsThatOfTheVocabulary) { EXPECT_EQ(LongestToken(O200k()), 128u); }

}  // namespace
}  // namespace toktally
