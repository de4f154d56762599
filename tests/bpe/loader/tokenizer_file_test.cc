#include "bpe/loader/tokenizer_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace toktally {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void AppendCodePoint(int code_point, std::string& out) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else {
    out.push_back(static_cast<char>(0xC0 | code_point >> 6));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

// The 256 characters of ByteLevel as JSON members, ids 0 to 255 by byte.
std::string ByteMembers() {
  std::string members;
  int next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    members += byte == 0 ? "\"" : ", \"";
    if (byte == '"' || byte == '\\') members += '\\';
    AppendCodePoint(itself ? byte : next++, members);
    members += "\": " + std::to_string(byte);
  }
  return members;
}

struct Parts {
  std::string model_extra = "";
  std::string normalizer = "null";
  std::string pre_tokenizer =
      R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\p{N}| ?\\p{L}+|[^\\p{L}]"},
          "behavior": "Isolated", "invert": false},
         {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}]})";
  std::string merges = R"(["h i", "\u0120 hi"])";
  std::string added = R"([{"id": 300, "content": "<|end|>", "special": true, "lstrip": false}])";
};

std::string MadeUpFile(const Parts& parts) {
  return "{\"version\": \"1.0\", \"added_tokens\": " + parts.added +
         ", \"normalizer\": " + parts.normalizer + ", \"pre_tokenizer\": " + parts.pre_tokenizer +
         ", \"model\": {\"type\": \"BPE\", " + parts.model_extra + "\"vocab\": {" + ByteMembers() +
         ", \"hi\": 256, \"\\u0120hi\": 257, \"zz\": 258}, \"merges\": " + parts.merges + "}}";
}

std::vector<TokenId> Encode(const Parts& parts, std::string_view text) {
  const auto file = ReadTokenizerFile(MadeUpFile(parts), "t.json");
  EXPECT_TRUE(file.ok()) << file.status();
  if (!file.ok()) return {};
  const auto encoding = Encoding::Create(file->Spec("made-up"));
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

TEST(TokenizerFile, RefusesByNameWhatItDoesNotDo) {
  EXPECT_THAT(Error({.normalizer = R"({"type": "Lowercase"})"}),
              HasSubstr("normalizer: \"Lowercase\" is not supported"));
  EXPECT_THAT(Error({.normalizer = R"({"type": "Sequence", "normalizers": [{"type": "NFKC"}]})"}),
              HasSubstr("\"NFKC\""));
  EXPECT_THAT(Error({.model_extra = R"("byte_fallback": true, )"}),
              HasSubstr("\"byte_fallback\" is not supported"));
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
  const auto encoding = Encoding::Create(file->Spec("tekken"));
  ASSERT_TRUE(encoding.ok()) << encoding.status();
  EXPECT_THAT((*encoding)->EncodeOrdinary("hi!"), ElementsAre(266, 10 + '!'));
}

}  // namespace
}  // namespace toktally
