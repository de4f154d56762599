#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/split/regex/regex_splitter.h"
#include "tests/bpe/patterns.h"

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<RegexSplitter> Make(std::string_view pattern) {
  auto splitter = RegexSplitter::Create(pattern);
  EXPECT_TRUE(splitter.ok()) << splitter.status();
  return splitter.ok() ? *std::move(splitter) : nullptr;
}

std::vector<std::string> SplitBy(std::string_view pattern, std::string_view text) {
  std::vector<RegexSplitter::Piece> pieces;
  Make(pattern)->Split(text, pieces);
  std::vector<std::string> strings;
  for (const auto& piece : pieces) {
    strings.emplace_back(text.substr(piece.begin, piece.end - piece.begin));
  }
  return strings;
}

std::string ErrorOf(std::string_view pattern) {
  const auto splitter = RegexSplitter::Create(pattern);
  EXPECT_FALSE(splitter.ok()) << pattern;
  return splitter.ok() ? "" : std::string(splitter.status().message());
}

TEST(RegexSplitterTest, ClassesAreThoseOfUnicode16) {
  EXPECT_THAT(SplitBy(R"(\s+)", "\x0B\xC2\x85\xE3\x80\x80"),
              ElementsAre("\x0B\xC2\x85\xE3\x80\x80"));
  EXPECT_THAT(SplitBy(R"(\s)", "\xEF\xBB\xBF\xE1\xA0\x8E\xE2\x80\x8B\x1C"), IsEmpty());
  EXPECT_THAT(SplitBy(R"(\p{Lu})", "\xE1\xB2\x89\xEA\x9F\x8E"), ElementsAre("\xE1\xB2\x89"));
  EXPECT_THAT(SplitBy(R"([^\S\n]+)", " \n\t"), ElementsAre(" ", "\t"));
  EXPECT_THAT(SplitBy(R"([\P{N}a]+)", "a1b"), ElementsAre("a", "b"));
  EXPECT_THAT(SplitBy(R"(\pN+)", "a1\xE2\x85\xA0"), ElementsAre("1\xE2\x85\xA0"));
}

TEST(RegexSplitterTest, CaseFoldingHasTheLongSAndTheKelvinSign) {
  EXPECT_THAT(SplitBy("(?i:[s])", "sS\xC5\xBFk"), ElementsAre("s", "S", "\xC5\xBF"));
  EXPECT_THAT(SplitBy("(?i:ak)", "aKA\xE2\x84\xAA"), ElementsAre("aK", "A\xE2\x84\xAA"));
  EXPECT_THAT(SplitBy("(?i:[j-l])x|y", "Kx\xE2\x84\xAAxmxY"), ElementsAre("Kx", "\xE2\x84\xAAx"));
  EXPECT_THAT(SplitBy("(?i:a)a", "AaaA"), ElementsAre("Aa"));
}

TEST(RegexSplitterTest, TextThatMatchesNothingBelongsToNoPiece) {
  EXPECT_THAT(SplitBy("a+", "xaaybz"), ElementsAre("aa"));
  EXPECT_THAT(SplitBy("a+", ""), IsEmpty());
  EXPECT_THAT(SplitBy("a+", "xyz"), IsEmpty());
}

TEST(RegexSplitterTest, LookAheadIsNotPartOfThePiece) {
  EXPECT_THAT(SplitBy(R"(\s+(?!\S)|\s+|a)", "   a  "), ElementsAre("  ", " ", "a", "  "));
  EXPECT_THAT(SplitBy(R"([0-9]+(?=x)|[0-9]+|.)", "12x3"), ElementsAre("12", "x", "3"));
  EXPECT_THAT(SplitBy(R"(ab?(?!c)|.)", "abc"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(SplitBy(R"(ab??(?!c)|.)", "ab"), ElementsAre("a", "b"));
  EXPECT_THAT(SplitBy(R"(\s++$|\s+(?!\S)|\s|x)", "  x  \n "), ElementsAre(" ", " ", "x", "  \n "));
}

TEST(RegexSplitterTest, QuantifiersAndEscapes) {
  EXPECT_THAT(SplitBy(R"(a{2}|a)", "aaa"), ElementsAre("aa", "a"));
  EXPECT_THAT(SplitBy(R"(a{2,}?|a)", "aaa"), ElementsAre("aa", "a"));
  EXPECT_THAT(SplitBy(R"(a{1,2}+b|.)", "aab"), ElementsAre("aab"));
  EXPECT_THAT(SplitBy(R"((?:ab)++)", "ababa"), ElementsAre("abab"));
  EXPECT_THAT(SplitBy(R"(\x41\u00e9\x{4e2d}\.\-\|)", "A\xC3\xA9\xE4\xB8\xAD.-|"),
              ElementsAre("A\xC3\xA9\xE4\xB8\xAD.-|"));
  EXPECT_THAT(SplitBy("[]a-c-]+|[^\\]x]", "]b-dx]"), ElementsAre("]b-", "d", "]"));
  EXPECT_THAT(SplitBy(R"([^\s\S]|a)", "ab"), ElementsAre("a"));
  EXPECT_THAT(SplitBy("\xE4\xB8\xAD+", "\xE4\xB8\xAD\xE4\xB8\xAD"),
              ElementsAre("\xE4\xB8\xAD\xE4\xB8\xAD"));
}

TEST(RegexSplitterTest, EveryPatternOfTiktokenIsUnderstood) {
  using testing::kCl100k;
  EXPECT_THAT(
      SplitBy(kCl100k,
              "it'\xC5\xBF"
              "a don't  x\n\n 1234"),
      ElementsAre("it", "'\xC5\xBF", "a", " don", "'t", " ", " x", "\n\n", " ", "123", "4"));
  EXPECT_THAT(SplitBy(testing::kO200k, "don't ABC'Sd //\n//"),
              ElementsAre("don't", " ABC'S", "d", " //\n//"));
  EXPECT_THAT(SplitBy(testing::kR50k, "IT'S it's 12345\n\nA"),
              ElementsAre("IT", "'", "S", " it", "'s", " 12345", "\n", "\n", "A"));
  EXPECT_THAT(SplitBy(testing::kOldCl100k, "today\n "), ElementsAre("today", "\n", " "));
  EXPECT_THAT(SplitBy(testing::kOldR50k, "today\n "), ElementsAre("today", "\n "));
  EXPECT_THAT(SplitBy(kCl100k, "today\n "), ElementsAre("today", "\n "));
}

TEST(RegexSplitterTest, WhatIsNotUnderstoodIsAnErrorWithItsPlace) {
  EXPECT_EQ(ErrorOf(R"(a|\bx)"), "split pattern, byte 3: this escape is not supported");
  EXPECT_EQ(ErrorOf(R"(\p{Han})"),
            "split pattern, byte 7: of \\p{...} only L, Lu, Lt, Ll, Lm, Lo, M, N, P and S are known");
  for (const char* pattern : {"^a",
                              "(?<=a)b",
                              "(?<name>a)",
                              "(?i)a",
                              "(?>a)",
                              "(a",
                              "a)",
                              "[a",
                              "a**",
                              "*a",
                              "a{",
                              "a{2",
                              "a{3,2}",
                              "a{1001}",
                              "[z-a]",
                              "[[:alpha:]]",
                              "[a&&b]",
                              "[a--b]",
                              R"([\s-z])",
                              R"(\d)",
                              R"(\1)",
                              "\\",
                              R"(\x{110000})",
                              R"(\x{)",
                              R"(\x{41)",
                              R"(\p{L)",
                              R"(\x4)",
                              R"(\u12)",
                              "(?i:\xC3\xA9)",
                              R"((?i:\p{L}))",
                              "a(?!bc)",
                              "a(?!b|c)",
                              "(?!a)b",
                              "(?:a(?!b))c",
                              "(?!a)+b",
                              "$+a",
                              "\xFF"}) {
    EXPECT_THAT(ErrorOf(pattern), HasSubstr("split pattern, byte ")) << pattern;
  }
  EXPECT_THAT(ErrorOf(std::string(1000, '(')), HasSubstr("nested too deeply"));
}

TEST(RegexSplitterTest, EmptyMatchesAreAnError) {
  for (const char* pattern : {"", "a|", "a*", "(?:a|b?)", "$", "a?(?!b)", "(?:a?)+b"}) {
    EXPECT_THAT(ErrorOf(pattern), HasSubstr("nothing")) << pattern;
  }
}

TEST(RegexSplitterTest, PossessiveQuantifiersThatMatterAreAnError) {
  for (const char* pattern :
       {"a++a", "(?:ab)++c", R"(\s++(?!\S))", "a++(?:b|[a-c])", "(?:a++a?b){2}", "(?:a++b?){2}c"}) {
    EXPECT_THAT(ErrorOf(pattern), HasSubstr("possessive")) << pattern;
  }
  for (const char* pattern :
       {"a++b|a+", "a++b?", "a++$|a+", "(?:a++b)+|[ab]+", "(?:a++)+", "x(?:ab)?+c?"}) {
    EXPECT_TRUE(RegexSplitter::Create(pattern).ok()) << pattern;
  }
}

// What looks through a run in vain and then takes a little of it would do so again and again.
TEST(RegexSplitterTest, PatternsThatLookToTheEndInVainAreAnError) {
  for (const std::string_view pattern :
       {"a+b|a", "(?:ab)+c|a|b", "[a-z]*;|[a-z]", R"(\s+$|\s)", R"([0-9]+(?=x)|.)", "a?a+b|a|a+",
        "[ab]+c|a+|b", "x|a+b", "(?:a+b)+|a"}) {
    EXPECT_THAT(ErrorOf(pattern), HasSubstr("end of the text")) << pattern;
  }
  for (const std::string_view pattern :
       {"a+b|a+", "&[a-z]+;|&|[a-z]+", R"(\s+(?!\S)|\s+)", "a+b?", R"([^\s]?a*b|[^\s]?[a-z]+|.)",
        R"(\s*[\r\n]+|\s+)", "(?:ab)+"}) {
    EXPECT_TRUE(RegexSplitter::Create(pattern).ok()) << pattern;
  }
}

TEST(RegexSplitterTest, LongRunsAreNoProblem) {
  const std::string spaces(1'000'000, ' ');
  for (const std::string_view pattern : {testing::kR50k, testing::kOldR50k, testing::kCl100k,
                                         testing::kOldCl100k, testing::kO200k}) {
    const auto splitter = Make(pattern);
    std::vector<RegexSplitter::Piece> pieces;
    splitter->Split(spaces + "a", pieces);
    EXPECT_THAT(pieces, ElementsAre(RegexSplitter::Piece{0, spaces.size() - 1},
                                    RegexSplitter::Piece{spaces.size() - 1, spaces.size() + 1}));
    pieces.clear();
    splitter->Split(spaces, pieces);
    EXPECT_THAT(pieces, ElementsAre(RegexSplitter::Piece{0, spaces.size()}));
  }
}

}  // namespace
}  // namespace toktally
