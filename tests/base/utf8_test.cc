#include "base/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace toktally {
namespace {

// A second decoder, written from the WHATWG standard's "UTF-8 decoder" steps and sharing nothing
// with the code under test.
std::string ReplaceByWhatwg(std::string_view text) {
  std::string out;
  unsigned needed = 0;
  unsigned seen = 0;
  unsigned char lower = 0x80;
  unsigned char upper = 0xBF;
  std::string pending;
  const auto fail = [&] {
    out += "\xEF\xBF\xBD";
    needed = seen = 0;
    lower = 0x80;
    upper = 0xBF;
    pending.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (needed == 0) {
      ++i;
      pending.assign(1, static_cast<char>(byte));
      if (byte <= 0x7F) {
        out += pending;
      } else if (byte >= 0xC2 && byte <= 0xDF) {
        needed = 1;
      } else if (byte >= 0xE0 && byte <= 0xEF) {
        if (byte == 0xE0) lower = 0xA0;
        if (byte == 0xED) upper = 0x9F;
        needed = 2;
      } else if (byte >= 0xF0 && byte <= 0xF4) {
        if (byte == 0xF0) lower = 0x90;
        if (byte == 0xF4) upper = 0x8F;
        needed = 3;
      } else {
        fail();
      }
      continue;
    }
    if (byte < lower || byte > upper) {
      fail();
      continue;  // the byte is read again
    }
    ++i;
    lower = 0x80;
    upper = 0xBF;
    pending += static_cast<char>(byte);
    if (++seen != needed) continue;
    out += pending;
    needed = seen = 0;
  }
  if (needed != 0) fail();
  return out;
}

// Bytes drawn so that every edge of every range occurs often.
std::string RandomBytes(std::mt19937_64& random, std::size_t size) {
  static constexpr std::array<unsigned char, 26> kEdges = {
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
      0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFE, 0xFF};
  std::string bytes(size, 'a');
  const std::uint64_t ascii_in_8 = random() % 9;
  for (char& byte : bytes) {
    if (random() % 8 < ascii_in_8) continue;
    byte = static_cast<char>(kEdges[random() % kEdges.size()]);
  }
  return bytes;
}

std::string EveryScalarValue() {
  std::string text;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c < 0xD800 || c > 0xDFFF) AppendCodePoint(c, text);
  }
  return text;
}

TEST(Utf8Test, EveryScalarValueIsWellFormedAndDecodesToItself) {
  const std::string text = EveryScalarValue();
  EXPECT_EQ(ValidPrefix(text), text.size());
  EXPECT_EQ(ReplaceIllFormed(text), text);
  const char* at = text.data();
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const DecodedCodePoint decoded = DecodeCodePoint(at);
    ASSERT_EQ(decoded.value, c);
    at += decoded.length;
  }
  EXPECT_EQ(at, text.data() + text.size());
}

TEST(Utf8Test, MaximalSubpartsOfTheStandard) {
  EXPECT_EQ(ReplaceIllFormed("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceIllFormed("\xF0\x9F\x98"), "\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceIllFormed("\xF0\x9F\x98"
                             "a"),
            "\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(ReplaceIllFormed("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceIllFormed("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                             "A"),
            "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
            "A");
}

TEST(Utf8Test, EveryStringOfUpToThreeBytesAgreesWithTheWhatwgDecoder) {
  for (unsigned value = 0; value < 1u << 24; ++value) {
    // All one- and two-byte strings, and the three-byte strings whose last byte is at an edge.
    const unsigned last = value & 0xFF;
    if (value >= 1u << 16 && last != 0x41 && last != 0x80 && last != 0xBF && last != 0xC2) continue;
    std::string bytes;
    if (value >= 1u << 16) bytes.push_back(static_cast<char>(value >> 16));
    if (value >= 1u << 8) bytes.push_back(static_cast<char>(value >> 8));
    bytes.push_back(static_cast<char>(value));
    ASSERT_EQ(ReplaceIllFormed(bytes), ReplaceByWhatwg(bytes)) << std::hex << value;
  }
}

TEST(Utf8Test, RandomBytesAgreeWithTheWhatwgDecoder) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 200000; ++round) {
    const std::string bytes = RandomBytes(random, random() % 100);
    const std::string expected = ReplaceByWhatwg(bytes);
    ASSERT_EQ(ReplaceIllFormed(bytes), expected);
    const std::size_t valid = ValidPrefix(bytes);
    ASSERT_EQ(valid == bytes.size(), bytes == expected);
    ASSERT_EQ(expected.substr(0, valid), bytes.substr(0, valid));
    ASSERT_EQ(ValidPrefix(bytes.substr(0, valid)), valid);
    if (valid == bytes.size()) continue;
    ASSERT_EQ(expected.substr(valid, 3), "\xEF\xBF\xBD");
  }
}

// Long texts with one thing wrong, or nothing, for code that works in blocks.
TEST(Utf8Test, OneErrorInALongTextAgreesWithTheWhatwgDecoder) {
  std::mt19937_64 random(20261123);
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    while (text.size() < 300) {
      static constexpr char32_t kLimits[] = {0x80, 0x800, 0x10000, 0x110000};
      char32_t c = static_cast<char32_t>(random() % kLimits[random() % 4]);
      if (c >= 0xD800 && c <= 0xDFFF) c = 0xFFFF;
      for (std::uint64_t n = 1 + random() % 40 % 13; n > 0; --n) AppendCodePoint(c, text);
    }
    text.erase(0, random() % 4 == 0 ? random() % 4 : 0);
    const std::size_t at = random() % text.size();
    if (random() % 4 != 0) text.replace(at, random() % 3, RandomBytes(random, random() % 4));
    const std::string expected = ReplaceByWhatwg(text);
    ASSERT_EQ(ReplaceIllFormed(text), expected);
    const std::size_t valid = ValidPrefix(text);
    ASSERT_EQ(valid == text.size(), text == expected);
    ASSERT_EQ(expected.substr(0, valid), text.substr(0, valid));
    ASSERT_TRUE(valid == text.size() || expected.substr(valid, 3) == "\xEF\xBF\xBD");
  }
}

// A sequence of every kind, right and wrong, at every place around the border of two blocks.
TEST(Utf8Test, EveryPairOfBytesAroundABorderAgreesWithTheWhatwgDecoder) {
  for (const std::string_view tail : {"", "\x80", "\xBF\x80", "\x80\x80\x80", "a"}) {
    for (unsigned pair = 0x8000; pair < 0x10000; ++pair) {
      const char bytes[] = {static_cast<char>(pair >> 8), static_cast<char>(pair)};
      for (std::size_t before = 62; before <= 64; ++before) {
        const std::string text = std::string(before, 'x') + std::string(bytes, 2) +
                                 std::string(tail) + std::string(70, 'y');
        ASSERT_EQ(IsWellFormed(text), ReplaceByWhatwg(text) == text) << std::hex << pair;
      }
    }
  }
}

TEST(Utf8Test, ValidPrefixStopsBeforeABadByteWhereverItStands) {
  const std::string unit = "a\xC3\xA9\xEA\xB0\x80\xF0\x9F\x98\x80";
  std::string text;
  while (text.size() < 200) text += unit;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string bad = text;
    bad[at] = '\xFF';
    std::size_t expected = 0;
    while (expected + DecodeCodePoint(text.data() + expected).length <= at) {
      expected += DecodeCodePoint(text.data() + expected).length;
    }
    ASSERT_EQ(ValidPrefix(bad), expected) << at;
    ASSERT_EQ(ValidPrefix(std::string_view(text).substr(0, at)), expected) << at;
    ASSERT_EQ(IncompleteSuffix(std::string_view(text).substr(0, at)), at - expected) << at;
  }
}

TEST(Utf8Test, IncompleteSuffixIsOnlyWhatMoreTextCouldComplete) {
  EXPECT_EQ(IncompleteSuffix(""), 0u);
  EXPECT_EQ(IncompleteSuffix("a"), 0u);
  EXPECT_EQ(IncompleteSuffix("\x80"), 0u);
  EXPECT_EQ(IncompleteSuffix("\xFF"), 0u);
  EXPECT_EQ(IncompleteSuffix("\xC1"), 0u);
  EXPECT_EQ(IncompleteSuffix("a\xC2"), 1u);
  EXPECT_EQ(IncompleteSuffix("\xED\xA0"), 0u);
  EXPECT_EQ(IncompleteSuffix("\xED\x9F"), 2u);
  EXPECT_EQ(IncompleteSuffix("\xF4\x90\x80"), 0u);
  EXPECT_EQ(IncompleteSuffix("\xF4\x8F\xBF"), 3u);
  EXPECT_EQ(IncompleteSuffix("\xEA\xB0\x80"), 0u);
}

TEST(Utf8Test, OffsetsGoBackToTheOriginal) {
  //                       0   1   2..4          5         6   7   8
  const std::string text =
      "a\xFF"
      "\xEA\xB0\x80"
      "\xE1\x80"
      "b"
      "\xF0\x9F\x98";
  std::vector<Utf8Replacement> replacements;
  const std::string replaced = ReplaceIllFormed(text, replacements);
  EXPECT_EQ(replaced,
            "a\xEF\xBF\xBD\xEA\xB0\x80\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  ASSERT_EQ(replacements.size(), 3u);
  const std::vector<std::size_t> begins = {0, 1, 1, 1, 2, 3, 4, 5, 5, 5, 7, 8, 8, 8, 11};
  const std::vector<std::size_t> ends = {0, 1, 2, 2, 2, 3, 4, 5, 7, 7, 7, 8, 11, 11, 11};
  for (std::size_t offset = 0; offset <= replaced.size(); ++offset) {
    EXPECT_EQ(OriginalBegin(replacements, offset), begins[offset]) << offset;
    EXPECT_EQ(OriginalEnd(replacements, offset), ends[offset]) << offset;
  }
  EXPECT_EQ(OriginalBegin({}, 7), 7u);
  EXPECT_EQ(OriginalEnd({}, 7), 7u);
}

}  // namespace
}  // namespace toktally
