#include "bpe/loader/tokenizer_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "tests/bpe/loader/made_up_file.h"

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using toktally::testing::MadeUpFile;
using Parts = toktally::testing::MadeUpParts;

std::vector<TokenId> Encode(const Parts& parts, std::string_view text) {
  const auto file = ReadTokenizerFile(MadeUpFile(parts), "t.json");
  EXPECT_TRUE(file.ok()) << file.status();
  if (!file.ok()) return {};
  const auto encoding = file->MakeEncoding("made-up");
  EXPECT_TRUE(encoding.ok()) << encoding.status();
  return encoding.ok() ? (*encoding)->EncodeOrdinary(text) : std::vector<TokenId>{};
}

std::string Error(const Parts& parts) {
  const auto file = ReadTokenizerFile(MadeUpFile(parts), "t.json");
  return file.ok() ? "fine" : std::string(file.status().message());
}

TEST(TokenizerFile, ByteLevelBpeEncodes) {
  EXPECT_THAT(Encode({}, "hi hi"), ElementsAre(256, 257));
  EXPECT_THAT(Encode({}, "h\n1"), ElementsAre('h', '\n', '1'));
  EXPECT_THAT(Encode({.merges = R"([["h", "i"], ["\u0120", "hi"]])"}, "hi hi"),
              ElementsAre(256, 257));
  // What no merge makes is taken whole only with ignore_merges.
  EXPECT_THAT(Encode({}, "zz"), ElementsAre('z', 'z'));
  EXPECT_THAT(Encode({.model_extra = R"("ignore_merges": true, )"}, "zz"), ElementsAre(258));
  EXPECT_THAT(Encode({.pre_tokenizer =
                          R"({"type": "ByteLevel", "add_prefix_space": false, "use_regex": true})"},
                     "hi hi"),
              ElementsAre(256, 257));
  const auto nfc = ReadTokenizerFile(MadeUpFile({.normalizer = R"({"type": "NFC"})"}), "t.json");
  ASSERT_TRUE(nfc.ok());
  EXPECT_TRUE(nfc->nfc);
  EXPECT_THAT(nfc->added_tokens, ElementsAre(std::pair("<|end|>", 300)));
}

// Each split works inside the pieces of the one before, for which a piece's end is the text's, and
// what it does not match is a piece.
TEST(TokenizerFile, AChainOfSplitsIsIsolatedAtEveryStage) {
  const std::string chain = R"json({"type": "Sequence", "pretokenizers": [
      {"type": "Digits", "individual_digits": true},
      {"type": "Split", "pattern": {"Regex": "[\\p{P}\\p{S}]+"}, "behavior": "Isolated"},
      {"type": "Split", "pattern": {"Regex": " ?\\p{L}+|\\s+(?!\\S)"}, "behavior": "Isolated"},
      {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})json";
  EXPECT_THAT(Encode({.pre_tokenizer = chain}, "hi hi"), ElementsAre(256, 257));
  EXPECT_THAT(Encode({.pre_tokenizer = chain}, "h1i"), ElementsAre('h', '1', 'i'));
  EXPECT_THAT(Encode({.pre_tokenizer = chain}, "hi!hi"), ElementsAre(256, '!', 256));
  EXPECT_THAT(Encode({.pre_tokenizer = chain}, "hi hi1hi  "),
              ElementsAre(256, 257, '1', 256, ' ', ' '));
  // A piece may be of nothing that any stage matches.
  EXPECT_THAT(Encode({.pre_tokenizer = chain}, "\x01\x02"), ElementsAre(1, 2));
}

TEST(TokenizerFile, RefusesByNameWhatItDoesNotDo) {
  EXPECT_THAT(Error({.normalizer = R"({"type": "Lowercase"})"}),
              HasSubstr("normalizer: \"Lowercase\" is not supported"));
  EXPECT_THAT(Error({.normalizer = R"({"type": "Sequence", "normalizers": [{"type": "NFKC"}]})"}),
              HasSubstr("\"NFKC\""));
  EXPECT_THAT(Error({.model_extra = R"("byte_fallback": true, )"}),
              HasSubstr("with byte_fallback, \"Replace\" of blanks is needed"));
  EXPECT_THAT(Error({.model_extra = R"("dropout": 0.1, )"}),
              HasSubstr("\"dropout\" is not supported"));
  EXPECT_THAT(Error({.pre_tokenizer = R"({"type": "Whitespace"})"}),
              HasSubstr("\"Whitespace\" is not supported"));
  EXPECT_THAT(Error({.pre_tokenizer = R"({"type": "ByteLevel", "add_prefix_space": true})"}),
              HasSubstr("add_prefix_space"));
  EXPECT_THAT(Error({.pre_tokenizer = "null"}), HasSubstr("has no pre_tokenizer"));
  EXPECT_THAT(Error({.merges = R"(["\u0120 h", "h i"])"}),
              HasSubstr("makes a token that vocab does not have"));
  EXPECT_THAT(Error({.merges = R"(["z z", "h i"])"}),
              HasSubstr("ranks that are not the order of the ids"));
  EXPECT_THAT(Error({.added = R"([{"id": 300, "content": "x", "lstrip": true}])"}),
              HasSubstr("\"lstrip\" is not supported"));
  const auto error = [](std::string_view text) {
    return std::string(ReadTokenizerFile(text, "t").status().message());
  };
  EXPECT_THAT(error("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("Git LFS"));
  EXPECT_THAT(error("\x1F\x8B\x08"), HasSubstr("gzip"));
  EXPECT_THAT(error("\n\x05"), HasSubstr("SentencePiece"));
  EXPECT_THAT(error("{}"), HasSubstr("no tokenizer file of a known form"));
  EXPECT_THAT(error(R"({"model": {"type": "Unigram"}, "added_tokens": []})"),
              HasSubstr("\"Unigram\" is not supported"));
}

TEST(TokenizerFile, TekkenShiftsItsRanks) {
  std::string vocab;
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned byte = 0; byte < 256; ++byte) {
    vocab += "{\"rank\": " + std::to_string(byte) + ", \"token_bytes\": \"" + kDigits[byte >> 2] +
             kDigits[(byte & 3) << 4] + "==\", \"token_str\": null}, ";
  }
  const std::string text =
      R"({"config": {"pattern": "\\p{L}+|[^\\p{L}]", "default_vocab_size": 267,
      "default_num_special_tokens": 10, "num_vocab_tokens": 258}, "vocab": [)" +
      vocab + R"({"rank": 256, "token_bytes": "aGk="}, {"rank": 257, "token_bytes": "enp6"}]})";
  const auto file = ReadTokenizerFile(text, "tekken.json");
  ASSERT_TRUE(file.ok()) << file.status();
  const auto encoding = file->MakeEncoding("tekken");
  ASSERT_TRUE(encoding.ok()) << encoding.status();
  EXPECT_THAT((*encoding)->EncodeOrdinary("hi!"), ElementsAre(266, 10 + '!'));
}

}  // namespace
}  // namespace toktally
