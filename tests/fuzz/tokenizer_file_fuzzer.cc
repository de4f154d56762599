// Any tokenizer file is an error or makes an encoding that encodes as it counts. The inputs
// are edits of two small files: where, and what is put there.

#include <array>
#include <string>
#include <string_view>

#include "bpe/encoding.h"
#include "bpe/loader/tokenizer_file.h"
#include "tests/bpe/loader/made_up_file.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

namespace {

using namespace std::string_view_literals;

constexpr std::array kPieces = {""sv,
                                "\""sv,
                                "{"sv,
                                "}"sv,
                                "["sv,
                                "]"sv,
                                ","sv,
                                ":"sv,
                                "null"sv,
                                "true"sv,
                                "\"a\""sv,
                                "0"sv,
                                "999999999"sv,
                                "-1"sv,
                                "\\u0000"sv,
                                "\\ud800"sv,
                                "\xE2\x96\x81"sv,
                                "<0x41>"sv,
                                "\"BPE\""sv,
                                "\"NFC\""sv,
                                "a"sv,
                                " "sv,
                                "\xFF"sv,
                                "\\p{L}+"sv};

// BPE on characters with byte fallback.
std::string CharacterFile() {
  std::string vocab;
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  for (unsigned byte = 0; byte < 256; ++byte) {
    vocab += "\"<0x";
    vocab += kHexDigits[byte >> 4];
    vocab += kHexDigits[byte & 15];
    vocab += ">\":" + std::to_string(byte) + ",";
  }
  const std::string sign = "\xE2\x96\x81";
  // What is worth editing stands in front.
  return R"({"added_tokens":[{"id":300,"content":"<bos>","special":true},{"id":301,"content":"\n"}],
      "normalizer":{"type":"Replace","pattern":{"String":" "},"content":")" +
         sign + R"("},"pre_tokenizer":null,"model":{"type":"BPE","byte_fallback":true,
      "merges":[["a","b"],["b",")" +
         sign + R"("],["ab","b)" + sign + R"("]],"vocab":{"a":256,"b":257,")" + sign +
         R"(":258,"ab":259,"b)" + sign + R"(":260,"abb)" + sign + "\":261," + vocab +
         "\"c\":262}}}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bool characters = data[0] % 4 != 0;
  std::string text = characters ? CharacterFile() : toktally::testing::MadeUpFile({});
  const std::size_t reach = characters ? 520 : text.size();
  constexpr std::size_t kMostEdits = 4;
  for (std::size_t i = 1; i + 2 < size && i < 3 * kMostEdits; i += 3) {
    const std::size_t at = (std::size_t{data[i]} << 8 | data[i + 1]) % reach;
    text.replace(at, data[i + 2] % 3, kPieces[data[i + 2] % kPieces.size()]);
  }
  const toktally::testing::ExactCopy copy(text);
  const auto file = toktally::ReadTokenizerFile(copy.view(), "t.json");
  // Making takes its time, of byte-level ones most.
  if (!file.ok() || data[1] % (file->characters == nullptr ? 64 : 4) != 0) return 0;
  const auto encoding = file->MakeEncoding("fuzz");
  if (!encoding.ok()) return 0;
  constexpr std::string_view kText = "ab ab b  a\n\nabb <bos> \xC3\xA9\xF0\x9F\x98\x80 c";
  const auto ids = (*encoding)->EncodeOrdinary(kText);
  FuzzCheck((*encoding)->Count(kText) == ids.size(), "as many are counted as are made");
  (*encoding)->EncodeOrdinaryWithOffsets(
      "a\xE2\x96\x81"
      "b\xE2\x96\x81\xE2\x96\x81 c");
  (*encoding)->EncodeOrdinary(
      "a\xFF"
      "b",
      toktally::IllFormedUtf8::kLossless);
  return 0;
}
