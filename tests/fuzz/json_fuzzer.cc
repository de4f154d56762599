// The reader of documents and the reader of lines take, refuse and read the same text alike; what
// nlohmann/json refuses of it is of two kinds. The bytes are read as they are, and as choices among
// pieces of JSON, right and wrong ones.

#include <array>
#include <string>
#include <string_view>

#include "tests/base/json_both.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

namespace {

using namespace std::string_view_literals;

constexpr std::array kPieces = {"{"sv,
                                "}"sv,
                                "["sv,
                                "]"sv,
                                ","sv,
                                ":"sv,
                                "\""sv,
                                "\"a\":"sv,
                                "\"b\""sv,
                                "\"\\u0061\":"sv,
                                "\"\\ud83d\\ude00\""sv,
                                "\"\\ud83d\""sv,
                                "\\"sv,
                                "\\u"sv,
                                "00e9"sv,
                                "d83d"sv,
                                "\xC3\xA9"sv,
                                "\xF0\x9F\x98\x80"sv,
                                "\xFF"sv,
                                "0"sv,
                                "1"sv,
                                "-"sv,
                                "."sv,
                                "e"sv,
                                "E+"sv,
                                "1.5e-7"sv,
                                "1e400"sv,
                                "18446744073709551616"sv,
                                "null"sv,
                                "true"sv,
                                "false"sv,
                                " "sv,
                                "\n"sv,
                                "\t"sv,
                                "//"sv,
                                "/*"sv,
                                "*/"sv,
                                "\0"sv,
                                "\x1F"sv,
                                "xxxxxxxxxxxxxxxx"sv,
                                "\r"sv,
                                "{\"k\":["sv,
                                "]}"sv,
                                "[]"sv,
                                "{}"sv,
                                "\"\""sv,
                                "\"x\\n\""sv,
                                "\xEF\xBB\xBF"sv};

void Check(std::string_view text, const toktally::JsonOptions& options) {
  const toktally::testing::ExactCopy exact(text);
  const std::string by_lines = toktally::testing::ReadByLines(exact.view(), options);
  FuzzCheck(toktally::testing::ReadByDocuments(exact.view(), options) == by_lines,
            "both readers say the same");
  const bool expected =
      !by_lines.starts_with("error") && !toktally::testing::IsBeyondNlohmann(exact.view(), options);
  FuzzCheck(toktally::testing::TakenByNlohmann(exact.view(), options) == expected,
            "nlohmann/json takes all but huge numbers and lone surrogates");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > toktally::testing::kLongestInput) return 0;
  const toktally::JsonOptions options{.allow_comments = (data[0] & 1) != 0,
                                      .allow_duplicate_keys = (data[0] & 2) != 0};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Check(bytes, options);
  std::string pieces;
  for (const char c : bytes) pieces += kPieces[static_cast<unsigned char>(c) % kPieces.size()];
  Check(pieces, options);
  // Most choices end early; as elements of an array, more of them are looked at.
  std::string elements = "[";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    elements += kPieces[static_cast<unsigned char>(bytes[i]) % kPieces.size()];
    if (i % 4 == 3) elements += "1,";
  }
  Check(elements + "0]", options);
  return 0;
}
