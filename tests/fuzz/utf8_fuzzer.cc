// Replacing against the same rule byte by byte: at each position the longest well-formed sequence,
// else U+FFFD for the longest beginning of one.

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestInput) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  const std::string_view text = copy.view();
  std::string expected;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length < 4 && !toktally::IsWellFormed(text.substr(at, length))) ++length;
    if (at + length <= text.size() && toktally::IsWellFormed(text.substr(at, length))) {
      expected.append(text, at, length);
      at += length;
      continue;
    }
    length = 1;
    for (std::size_t longer = 1; longer < 4 && at + longer <= text.size(); ++longer) {
      if (toktally::IncompleteSuffix(text.substr(at, longer)) == longer) length = longer;
    }
    expected += "\xEF\xBF\xBD";
    at += length;
  }
  std::vector<toktally::Utf8Replacement> replacements;
  const std::string replaced = toktally::ReplaceIllFormed(text, replacements);
  FuzzCheck(replaced == expected, "ReplaceIllFormed is the rule");
  FuzzCheck(toktally::IsWellFormed(replaced), "the result is well-formed");
  FuzzCheck(toktally::OriginalEnd(replacements, replaced.size()) == text.size(),
            "offsets map back");
  return 0;
}
