#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/workspace.h"
#include "tests/bpe/random_text.h"
#include "tests/reference/reference_bpe.h"

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Base64OfByte(int byte) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return {kDigits[byte >> 2], kDigits[(byte & 3) << 4], '=', '='};
}

// The 256 bytes by rank, and "ab" (YWI=) as rank 256.
std::string SmallVocabulary() {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) {
    text += Base64OfByte(byte) + " " + std::to_string(byte) + "\n";
  }
  return text + "YWI= 256\n";
}

EncodingSpec SmallSpec(const std::string& vocabulary, std::string pattern) {
  return {"small", std::move(pattern), vocabulary, {{"<|end|>", 300}}};
}

std::string ErrorOf(const EncodingSpec& spec) {
  return std::string(Encoding::Create(spec).status().message());
}

TEST(CustomEncodingTest, EqualsTheBuiltInOneOfTheSameParts) {
  const Encoding* known = FindEncoding("r50k_base");
  const std::string vocabulary = testing::ReadVocabulary("r50k_base");
  // By the splitter by hand and, with a pattern that says the same in another way, through RE2.
  for (const std::string& pattern :
       {std::string(known->split_pattern()), std::string(known->split_pattern()) + R"(|\s)"}) {
    EncodingSpec spec = {"mine", pattern, vocabulary, {{"<|endoftext|>", 50256}}};
    const auto mine = Encoding::Create(spec);
    ASSERT_TRUE(mine.ok()) << mine.status();
    EXPECT_EQ((*mine)->name(), "mine");
    EXPECT_EQ((*mine)->split_pattern(), pattern);
    testing::RandomText random(1);
    for (int round = 0; round < 40; ++round) {
      const std::string text = random.Words(1 + random.Below(30));
      const std::vector<TokenId> ids = known->EncodeOrdinary(text);
      ASSERT_EQ((*mine)->EncodeOrdinary(text), ids) << text;
      ASSERT_EQ((*mine)->Count(text), ids.size()) << text;
      ASSERT_EQ((*mine)->CountUpTo(text, ids.size()), ids.size()) << text;
      ASSERT_EQ((*mine)->Decode(ids).value(), text);
    }
    EXPECT_THAT((*mine)->Encode("a<|endoftext|>", SpecialSet::All(), SpecialSet::None()).value(),
                ElementsAre(64, 50256));
  }
}

TEST(CustomEncodingTest, TextThatThePatternDoesNotMatchHasNoTokens) {
  const std::string vocabulary = SmallVocabulary();
  const auto small = Encoding::Create(SmallSpec(vocabulary, R"([a-z]+)"));
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_THAT((*small)->EncodeOrdinary("ab1ba"), ElementsAre(256, 'b', 'a'));
  EXPECT_EQ((*small)->Count("ab1ba"), 3u);
  const std::vector<TokenSpan> spans = (*small)->EncodeOrdinaryWithOffsets("ab1ba");
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[1].begin, 3u);
  EXPECT_EQ(spans[1].end, 4u);
  EXPECT_EQ((*small)->CountPrefix("ab1ba").bytes, 0u);
  EXPECT_EQ((*small)->FindSafeCut("ab1ba", 0), 5u);
  EXPECT_EQ((*small)->id_limit(), 301u);
}

// What is remembered of an encoding is not taken for one that is made in its place.
TEST(CustomEncodingTest, AWorkspaceOutlivesEncodings) {
  const std::string pattern(FindEncoding("cl100k_base")->split_pattern());
  Workspace workspace;
  for (int round = 0; round < 4; ++round) {
    std::string vocabulary = SmallVocabulary();
    if (round % 2 != 0) vocabulary.replace(vocabulary.find("YWI="), 4, "YmM=");  // "bc" for "ab"
    const auto small = Encoding::Create(SmallSpec(vocabulary, pattern));
    ASSERT_TRUE(small.ok()) << small.status();
    std::vector<TokenId> ids;
    (*small)->AppendOrdinary("abc", ids, IllFormedUtf8::kReplace, &workspace);
    EXPECT_EQ(ids, (*small)->EncodeOrdinary("abc")) << round;
  }
}

// A limit that is passed by blank tokens which, without loss, go together with a bad byte far
// behind: "\n\n\n " is one token.
TEST(CustomEncodingTest, CountUpToALimitWithoutLoss) {
  const std::string vocabulary = SmallVocabulary() + "CiA= 257\nCgog 258\nCgoKIA== 259\n";
  const auto small = Encoding::Create(
      SmallSpec(vocabulary, std::string(FindEncoding("cl100k_base")->split_pattern())));
  ASSERT_TRUE(small.ok()) << small.status();
  constexpr std::size_t kStretch = std::size_t{128} << 10;
  for (std::size_t size = kStretch - 12; size < kStretch; ++size) {
    std::string text;
    while (text.size() < size) text += " x";
    text.resize(size);
    text += ".\n\n\n \xFF";
    const std::uint64_t count = (*small)->Count(text, IllFormedUtf8::kLossless);
    EXPECT_EQ((*small)->CountUpTo(text, count, IllFormedUtf8::kLossless), count) << size;
    EXPECT_EQ((*small)->CountUpTo(text, count - 1, IllFormedUtf8::kLossless), std::nullopt) << size;
  }
}

TEST(CustomEncodingTest, SaysWhatIsWrong) {
  const std::string vocabulary = SmallVocabulary();
  EXPECT_THAT(ErrorOf(SmallSpec("YQ== x\n", "a")), HasSubstr("line 1: the rank"));
  EXPECT_THAT(ErrorOf(SmallSpec("?? 1\n", "a")), HasSubstr("line 1: the token is not base64"));
  EXPECT_THAT(ErrorOf(SmallSpec(vocabulary + "YWI= 257\n", "a")), HasSubstr("line 258"));
  EXPECT_THAT(ErrorOf(SmallSpec("YQ== 1\n", "a")), HasSubstr("single byte"));
  EXPECT_NE(ErrorOf(SmallSpec(vocabulary, "(?<=a)b")), "");
  EncodingSpec spec = SmallSpec(vocabulary, "a");
  spec.special_tokens.emplace_back("<|end", 301);
  EXPECT_THAT(ErrorOf(spec), HasSubstr("is the beginning of another"));
  spec.special_tokens.back() = {"<|b|>", 300};
  EXPECT_THAT(ErrorOf(spec), HasSubstr("two special tokens have the id 300"));
  spec.special_tokens.back() = {"<|b|>", 97};
  EXPECT_THAT(ErrorOf(spec), HasSubstr("is a rank of the vocabulary"));
}

TEST(CustomEncoding, TokensThatWouldTakeHoursToCompileAreRefused) {
  std::string vocabulary = SmallVocabulary();
  for (int i = 0; i < 15000; ++i) vocabulary += "YWFh";  // 45,000 times "a"
  const auto encoding = Encoding::Create(SmallSpec(vocabulary + " 257\n", "\\p{L}+|[^\\p{L}]"));
  ASSERT_FALSE(encoding.ok());
  EXPECT_THAT(std::string(encoding.status().message()),
              HasSubstr("the tokens are too long: with that of id 257, 45000 bytes"));
}

}  // namespace
}  // namespace toktally
