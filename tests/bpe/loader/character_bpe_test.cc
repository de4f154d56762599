// BPE on characters with byte fallback, as Gemma's file has it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/loader/tokenizer_file.h"

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kReplace =
    R"({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})";

struct Parts {
  std::string normalizer = std::string(kReplace);
  std::string pre_tokenizer =
      R"({"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious"})";
  std::string merges = R"([["▁", "▁"], ["b", "▁c"], ["▁", "c"], ["a", "b"], ["▁", "ab"]])";
  std::string model_extra = R"("byte_fallback": true, )";
  std::string added_extra = "";
  std::string vocab_extra = "";
};

// The tokens of bytes have the ids 0 to 255.
std::string MadeUp(const Parts& parts) {
  std::string vocab;
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  for (unsigned byte = 0; byte < 256; ++byte) {
    vocab += "\"<0x";
    vocab += kHexDigits[byte >> 4];
    vocab += kHexDigits[byte & 15];
    vocab += ">\": " + std::to_string(byte) + ", ";
  }
  return R"({"added_tokens": [{"id": 300, "content": "<bos>", "special": true},
      {"id": 301, "content": "\n"}, {"id": 302, "content": "\n\n"}, {"id": 303, "content": "<b>"})" +
         parts.added_extra + "], \"normalizer\": " + parts.normalizer +
         ", \"pre_tokenizer\": " + parts.pre_tokenizer + R"(, "model": {"type": "BPE", )" +
         parts.model_extra + "\"vocab\": {" + vocab +
         R"("▁": 256, "a": 257, "b": 258, "c": 259, "é": 260, "▁▁": 261, "b▁c": 262, "▁c": 263,
         "ab": 264, "▁ab": 265, "<bos>": 300, "\n": 301, "\n\n": 302)" +
         parts.vocab_extra + "}, \"merges\": " + parts.merges + "}}";
}

std::unique_ptr<const Encoding> Make(const Parts& parts = {}) {
  const auto file = ReadTokenizerFile(MadeUp(parts), "t.json");
  EXPECT_TRUE(file.ok()) << file.status();
  if (!file.ok()) return nullptr;
  auto encoding = file->MakeEncoding("made-up");
  EXPECT_TRUE(encoding.ok()) << encoding.status();
  return encoding.ok() ? *std::move(encoding) : nullptr;
}

std::string Error(const Parts& parts) {
  const auto file = ReadTokenizerFile(MadeUp(parts), "t.json");
  return file.ok() ? "fine" : std::string(file.status().message());
}

TEST(CharacterBpe, MergesCharactersInTheOrderOfTheList) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  EXPECT_THAT(encoding->EncodeOrdinary("ab ab"), ElementsAre(264, 265));
  // The merge of blanks comes first, whatever the ids are; the next but one makes " c".
  EXPECT_THAT(encoding->EncodeOrdinary("b   c"), ElementsAre(258, 261, 263));
  EXPECT_THAT(encoding->EncodeOrdinary("b c"), ElementsAre(262));
  // U+2581 is a blank.
  EXPECT_THAT(encoding->EncodeOrdinary("b▁c"), ElementsAre(262));
  EXPECT_THAT(encoding->EncodeOrdinary(""), ElementsAre());
}

TEST(CharacterBpe, CharactersThatAreNoTokenAreTheirBytes) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  EXPECT_THAT(encoding->EncodeOrdinary("aébxü"), ElementsAre(257, 260, 258, 'x', 0xC3, 0xBC));
  EXPECT_THAT(encoding->EncodeOrdinary("a\xFF"
                                       "b c",
                                       IllFormedUtf8::kLossless),
              ElementsAre(257, 0xFF, 262));
  EXPECT_THAT(encoding->EncodeOrdinary("a\xFF"
                                       "b"),
              ElementsAre(257, 0xEF, 0xBF, 0xBD, 258));
  const auto decoded = encoding->Decode(encoding->EncodeOrdinary("aéb x\nü"));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, "aéb x\nü");
}

TEST(CharacterBpe, AddedTokensAreCutOutLongestFirstAndSpecialOnesOnlyOnDemand) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  EXPECT_THAT(encoding->EncodeOrdinary("a\n\n\nb<b>b"), ElementsAre(257, 302, 301, 258, 303, 258));
  EXPECT_THAT(encoding->EncodeOrdinary("<bos>"), ElementsAre('<', 258, 'o', 's', '>'));
  const auto special = encoding->Encode("<bos>ab", SpecialSet::All(), SpecialSet::None());
  ASSERT_TRUE(special.ok());
  EXPECT_THAT(*special, ElementsAre(300, 264));
}

TEST(CharacterBpe, SpansAreOfTheTextWhereASignIsLongerThanItsBlank) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  const std::vector<TokenSpan> spans = encoding->EncodeOrdinaryWithOffsets("▁ab ab");
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].begin, 5U);
  EXPECT_EQ(spans[1].end, 8U);
  const std::vector<TokenSpan> behind = encoding->EncodeOrdinaryWithOffsets("a▁\n▁x");
  ASSERT_EQ(behind.size(), 5U);
  EXPECT_EQ(behind[2].begin, 4U);
  EXPECT_EQ(behind[4].begin, 8U);
  EXPECT_EQ(behind[4].end, 9U);
}

// Against merging the whole text at once, which is what the form says; words are remembered and
// long ones merged in another way, so that both must come up.
TEST(CharacterBpe, CountsAndCutsAgreeWithTheWholeOnRandomTexts) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  std::mt19937 random(14);
  for (const std::size_t size : {5, 40, 400, 6000}) {
    for (int round = 0; round < 30; ++round) {
      std::string text;
      while (text.size() < size) {
        constexpr std::string_view kSome[] = {"a", "b", "c", " ", "ab", "é", "ü", "\n", "<", "▁"};
        text += kSome[random() % (round % 2 == 0 ? std::size(kSome) : 3)];
      }
      const std::vector<TokenId> ids = encoding->EncodeOrdinary(text);
      ASSERT_EQ(encoding->Count(text), ids.size()) << text;
      const auto decoded = encoding->Decode(ids);
      ASSERT_TRUE(decoded.ok());
      const std::size_t cut = encoding->FindSafeCut(text, random() % text.size());
      ASSERT_EQ(encoding->Count(text.substr(0, cut)) + encoding->Count(text.substr(cut)),
                ids.size())
          << text << " cut at " << cut;
      const CountedPrefix prefix = encoding->CountPrefix(text);
      ASSERT_EQ(prefix.tokens + encoding->Count(text.substr(prefix.bytes)), ids.size()) << text;
    }
  }
}

TEST(CharacterBpe, AWordIsMergedAlikeAloneAndInALongText) {
  const auto encoding = Make();
  ASSERT_NE(encoding, nullptr);
  std::string word;
  for (int i = 0; i < 20; ++i) word += "abé";  // more parts than are searched one by one
  std::vector<TokenId> expected;
  for (int i = 0; i < 20; ++i) expected.insert(expected.end(), {264, 260});
  EXPECT_EQ(encoding->EncodeOrdinary(word), expected);
  std::string text;
  std::vector<TokenId> all;
  for (int i = 0; i < 2000; ++i) {
    text += " ab";
    all.push_back(265);
  }
  EXPECT_EQ(encoding->EncodeOrdinary(text), all);
}

TEST(CharacterBpe, RefusesByNameWhatItDoesNotDo) {
  EXPECT_THAT(Error({.normalizer = "null"}), HasSubstr("\"Replace\" of blanks is needed"));
  EXPECT_THAT(Error({.normalizer = R"({"type": "Prepend", "prepend": "▁"})"}),
              HasSubstr("normalizer: \"Prepend\" is not supported"));
  EXPECT_THAT(Error({.normalizer = R"({"type": "Sequence", "normalizers": [{"type": "Prepend"}, )" +
                                   std::string(kReplace) + "]}"}),
              HasSubstr("normalizers[0]: \"Prepend\" is not supported"));
  EXPECT_THAT(Error({.pre_tokenizer = R"({"type": "Metaspace"})"}),
              HasSubstr("\"Metaspace\" is not supported"));
  EXPECT_THAT(Error({.merges = R"([["a", "z"]])"}), HasSubstr("vocab does not have"));
  EXPECT_THAT(Error({.merges = R"([["a", "<0x41>"]])", .vocab_extra = R"(, "a<0x41>": 270)"}),
              HasSubstr("merges the token of a byte"));
  EXPECT_THAT(Error({.model_extra = R"("byte_fallback": true, "ignore_merges": true, )"}),
              HasSubstr("\"ignore_merges\" is not supported"));
  EXPECT_THAT(Error({.added_extra = R"(, {"id": 9999999, "content": "x"})"}),
              HasSubstr("the most supported"));
  EXPECT_THAT(Error({.added_extra = R"(, {"id": 257, "content": "x"})"}),
              HasSubstr("is that of \"a\" and of \"x\""));
  EXPECT_THAT(Error({.added_extra = R"(, {"id": 310, "content": ""})"}),
              HasSubstr("has an empty content"));
}

}  // namespace
}  // namespace toktally
