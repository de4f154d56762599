#include "cli/io/text_counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "bpe/encodings.h"

namespace toktally::cli {
namespace {

// Hands out a text in parts of odd sizes, as a pipe does.
class DribblingSource : public ByteSource {
 public:
  DribblingSource(std::string_view text, std::size_t step) : rest_(text), step_(step) {}
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t size = std::min({buffer.size(), rest_.size(), step_});
    std::copy_n(rest_.begin(), size, buffer.begin());
    rest_.remove_prefix(size);
    step_ = step_ * 7 % 100'003 + 1;
    return size;
  }

 private:
  std::string_view rest_;
  std::size_t step_;
};

// Fails after some bytes.
class BrokenSource : public ByteSource {
 public:
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    if (++reads_ > 3) return absl::UnknownError("Input/output error");
    std::fill(buffer.begin(), buffer.end(), 'x');
    return buffer.size();
  }

 private:
  int reads_ = 0;
};

absl::StatusOr<TextCount> Count(std::string_view text, const TextOptions& options = {},
                                unsigned threads = 1, std::string_view encoding = "o200k_base") {
  DribblingSource source(text, 977);
  return TextCounter(*FindEncoding(encoding), options, nullptr).Count(source, threads, false);
}

// Prose, runs without a safe place to cut, ill-formed bytes and names of special tokens.
std::string MixedText(std::uint32_t seed, std::size_t size) {
  std::mt19937 random(seed);
  const std::string parts[] = {"the quick brown fox ",
                               "숫자와 글자 ",
                               "中文没有空格中文没有空格",
                               "1234567",
                               "\n\n",
                               "   ",
                               "<|endoftext|>",
                               "\xff\xe2\x82",
                               "a",
                               "'s ",
                               "🙂",
                               "zzzzzzzzzzzzzzzzzzz",
                               "\r\n",
                               "<|",
                               "word 12word"};
  std::string text;
  while (text.size() < size) {
    const std::string& part = parts[random() % std::size(parts)];
    const auto times = random() % 10 == 0 ? random() % 3000 : 1 + random() % 3;
    for (std::uint_fast32_t i = 0; i < times; ++i) text += part;
  }
  return text;
}

TEST(TextCounter, PartsAddUpToTheWhole) {
  for (const std::string_view encoding : {"o200k_base", "cl100k_base", "r50k_base"}) {
    for (std::uint32_t seed = 1; seed <= 2; ++seed) {
      const std::string text = MixedText(seed, 900'000);
      const std::uint64_t tokens = FindEncoding(encoding)->Count(text);
      for (const unsigned threads : {1u, 2u, 5u}) {
        const auto count = Count(text, {}, threads, encoding);
        ASSERT_TRUE(count.ok());
        EXPECT_EQ(count->tokens[0], tokens) << encoding << " " << seed << " " << threads;
        EXPECT_EQ(count->bytes, text.size());
        EXPECT_EQ(count->first_ill_formed, text.find('\xff'));
      }
    }
  }
}

TEST(TextCounter, SpecialTokensAreNeverCut) {
  TextOptions allow;
  allow.special = TextOptions::Special::kAllow;
  const std::string text = MixedText(7, 900'000);
  const auto expected =
      FindEncoding("o200k_base")->Count(text, SpecialSet::All(), SpecialSet::None());
  for (const unsigned threads : {1u, 3u}) {
    const auto count = Count(text, allow, threads);
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(count->tokens[0], *expected);
    EXPECT_EQ(count->special_names, 0u);
  }
}

TEST(TextCounter, OneLongPieceIsCountedInOne) {
  for (const std::string_view unit : {"a", " ", "\n", "中", "=-"}) {
    std::string text;
    while (text.size() < 600'000) text += unit;
    for (const unsigned threads : {1u, 2u}) {
      EXPECT_EQ(Count(text, {}, threads)->tokens[0], FindEncoding("o200k_base")->Count(text))
          << unit;
    }
  }
}

TEST(TextCounter, NothingIsZeroTokens) {
  const auto count = Count("");
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->tokens[0], 0u);
  EXPECT_EQ(count->bytes, 0u);
}

TEST(TextCounter, ChompTakesOneNewline) {
  TextOptions chomp;
  chomp.chomp = true;
  const Encoding& encoding = *FindEncoding("o200k_base");
  EXPECT_EQ(Count("a\n\n", chomp)->tokens[0], encoding.Count("a\n"));
  EXPECT_EQ(Count("a\r\n", chomp)->tokens[0], encoding.Count("a"));
  EXPECT_EQ(Count("\n", chomp)->tokens[0], 0u);
  EXPECT_EQ(Count("a", chomp)->tokens[0], 1u);
  const std::string lines = MixedText(3, 600'000) + "end\n";
  EXPECT_EQ(Count(lines, chomp, 2)->tokens[0],
            encoding.Count(std::string_view(lines).substr(0, lines.size() - 1)));
}

TEST(TextCounter, NamesOfSpecialTokensAreNoticed) {
  EXPECT_EQ(Count("a <|endoftext|><|endofprompt|> <|nothing|>")->special_names, 2u);
  TextOptions error;
  error.special = TextOptions::Special::kError;
  const auto count = Count("a <|endofprompt|> b <|endoftext|>", error);
  ASSERT_FALSE(count.ok());
  EXPECT_NE(count.status().message().find("<|endofprompt|>"), absl::string_view::npos);
  // Wherever a long text is cut.
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += i % 3 == 0 ? " so it goes" : "<|endoftext|>";
  for (const unsigned threads : {1u, 3u}) {
    EXPECT_EQ(Count(text, {}, threads)->special_names, 40'000u);
  }
}

TEST(TextCounter, IllFormedBytesFollowTheOptions) {
  const std::string text = " \xec\x8b\xa4\xed";
  EXPECT_EQ(Count(text)->first_ill_formed, 4u);
  TextOptions lossless;
  lossless.invalid_utf8 = TextOptions::InvalidUtf8::kLossless;
  EXPECT_EQ(Count(text, lossless)->tokens[0],
            FindEncoding("o200k_base")->Count(text, IllFormedUtf8::kLossless));
  const std::string late = std::string(700'000, 'x') + " \xed\xa0 y";
  EXPECT_EQ(Count(late, lossless)->tokens[0],
            FindEncoding("o200k_base")->Count(late, IllFormedUtf8::kLossless));
  TextOptions error;
  error.invalid_utf8 = TextOptions::InvalidUtf8::kError;
  const auto count = Count(std::string("word ") + MixedText(2, 700'000), error, 3);
  ASSERT_FALSE(count.ok());
  EXPECT_TRUE(count.status().message().find("is not UTF-8") != absl::string_view::npos);
}

std::string MessageOf(const absl::StatusOr<TextCount>& count) {
  return count.ok() ? "" : std::string(count.status().message());
}

// Behind the first block, and whatever the parts that the text comes in.
TEST(TextCounter, AForbiddenSpecialTokenIsNamedByItsPlaceInTheWholeText) {
  TextOptions error;
  error.special = TextOptions::Special::kError;
  for (const std::size_t lines : {1, 21'850, 100'000}) {
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) text += "hello world\n";
    const std::string place = " at byte " + std::to_string(text.size());
    text += "<|endoftext|>\n<|endofprompt|>";
    for (const unsigned threads : {1u, 3u}) {
      EXPECT_TRUE(MessageOf(Count(text, error, threads)).ends_with("<|endoftext|>" + place));
    }
    EXPECT_TRUE(
        std::string(FindForbidden(*FindEncoding("o200k_base"), error, text)->status.message())
            .ends_with(place));
  }
}

TEST(TextCounter, OfWhatIsForbiddenTheFirstInTheTextIsTheError) {
  TextOptions error;
  error.special = TextOptions::Special::kError;
  error.invalid_utf8 = TextOptions::InvalidUtf8::kError;
  std::string words;
  for (int i = 0; i < 60'000; ++i) words += "so it goes ";
  for (const std::string& before : {std::string(), words}) {
    const std::string special_first = before + "<|endoftext|> " + words + " \xff";
    const std::string bytes_first = before + " \xff " + words + "<|endoftext|>";
    for (const unsigned threads : {1u, 3u}) {
      EXPECT_NE(MessageOf(Count(special_first, error, threads)).find("special token"),
                std::string::npos);
      EXPECT_NE(MessageOf(Count(bytes_first, error, threads)).find("is not UTF-8"),
                std::string::npos);
    }
  }
}

TEST(TextCounter, SeveralEncodingsCountInOnePass) {
  const std::string text = MixedText(11, 900'000);
  const std::vector<const Encoding*> encodings{FindEncoding("o200k_base"),
                                               FindEncoding("cl100k_base"), FindEncoding("gpt2")};
  for (const unsigned threads : {1u, 3u}) {
    DribblingSource source(text, 977);
    std::string seen;
    const TextReaders readers{encodings, [&seen](std::string_view part) { seen += part; }};
    const auto count = TextCounter(readers, {}, nullptr).Count(source, threads, false);
    ASSERT_TRUE(count.ok());
    for (std::size_t i = 0; i < encodings.size(); ++i) {
      EXPECT_EQ(count->tokens[i], encodings[i]->Count(text)) << encodings[i]->name();
    }
    EXPECT_EQ(count->bytes, text.size());
    EXPECT_EQ(seen, text);
  }
}

// U+1F642 and ASCII, often enough that the text is read in many parts.
TEST(TextCounter, Utf16IsReadAsItsUtf8) {
  using std::string_view_literals::operator""sv;
  std::string little = "\xff\xfe";
  std::string big = "\xfe\xff";
  std::string utf8;
  for (int i = 0; i < 70'000; ++i) {
    little += "a\0\x3d\xd8\x42\xde \0"sv;
    big += "\0a\xd8\x3d\xde\x42\0 "sv;
    utf8 += "a🙂 ";
  }
  for (const std::string& text : {little, big}) {
    const auto count = Count(text, {}, 2);
    ASSERT_TRUE(count.ok());
    EXPECT_TRUE(count->utf16);
    EXPECT_EQ(count->tokens[0], FindEncoding("o200k_base")->Count(utf8));
    EXPECT_EQ(count->bytes, text.size());
    EXPECT_EQ(count->first_ill_formed, std::nullopt);
  }
  // A surrogate alone, and half a unit at the end.
  const auto broken = Count(
      "\xff\xfe"
      "a\0\x3d\xd8"
      "b\0c"sv);
  ASSERT_TRUE(broken.ok());
  EXPECT_EQ(broken->first_ill_formed, 1u);
  EXPECT_EQ(broken->tokens[0], FindEncoding("o200k_base")->Count("a\ufffdb\ufffd"));
}

TEST(TextCounter, WhatIsNoTextIsNamed) {
  using std::string_view_literals::operator""sv;
  EXPECT_TRUE(MessageOf(Count("\0\0\xfe\xff\0\0\0\x61"sv)).starts_with("looks like UTF-32"));
  EXPECT_TRUE(MessageOf(Count("%PDF-1.7\n")).starts_with("is a PDF"));
  EXPECT_TRUE(MessageOf(Count("PK\x03\x04...")).starts_with("is a zip archive"));
  TextOptions force;
  force.force = true;
  EXPECT_TRUE(Count("\xff\xfe\x61\0"sv, force).ok());
  EXPECT_TRUE(Count("%PDF-1.7\n", force).ok());
  EXPECT_TRUE(Count("\xef\xbb\xbf text").ok());
}

TEST(TextCounter, BinaryIsSkippedWhereAsked) {
  using std::string_view_literals::operator""sv;
  DribblingSource source("PNG\0data"sv, 100);
  const auto count = TextCounter(*FindEncoding("o200k_base"), {}, nullptr).Count(source, 1, true);
  ASSERT_TRUE(count.ok());
  EXPECT_TRUE(count->binary);
  EXPECT_TRUE(count->tokens.empty());
  EXPECT_GT(Count("PNG\0data"sv)->tokens[0], 0u);
}

TEST(TextCounter, ABinaryFileMayBeginLikeUtf16) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view bytes : {"\xff\xfe\x01\0\0\0\x02\0"sv, "\xfe\xff\0\x01\0\0"sv}) {
    DribblingSource source(bytes, 100);
    const auto count = TextCounter(*FindEncoding("o200k_base"), {}, nullptr).Count(source, 1, true);
    ASSERT_TRUE(count.ok());
    EXPECT_TRUE(count->binary);
  }
  DribblingSource text(
      "\xff\xfe"
      "a\0b\0"sv,
      100);
  EXPECT_FALSE(TextCounter(*FindEncoding("o200k_base"), {}, nullptr).Count(text, 1, true)->binary);
}

TEST(TextCounter, ErrorsOfTheSourceAreHandedOn) {
  BrokenSource source;
  for (const unsigned threads : {1u, 2u}) {
    const auto count =
        TextCounter(*FindEncoding("o200k_base"), {}, nullptr).Count(source, threads, false);
    EXPECT_EQ(count.status().message(), "Input/output error");
  }
}

}  // namespace
}  // namespace toktally::cli
