// Every splitter, on every path, against RE2.

#include <vector>

#include "bpe/split.h"
#include "bpe/split_regex.h"
#include "bpe/utf8.h"
#include "tests/bpe/patterns.h"
#include "tests/fuzz/fuzz.h"

namespace {

using toktally::RegexSplitter;

void Compare(const RegexSplitter& oracle, const toktally::SplitPattern& pattern,
             std::string_view text) {
  std::vector<RegexSplitter::Piece> pieces;
  oracle.Split(text, pieces);
  std::size_t at = 0;
  for (const RegexSplitter::Piece& piece : pieces) {
    bool open = false;
    toktally::testing::FuzzCheck(piece.begin == at, "pieces follow one another");
    at = pattern.piece_end(text, at, open);
    toktally::testing::FuzzCheck(piece.end == at, "the scanner agrees with RE2");
  }
  toktally::testing::FuzzCheck(at == text.size(), "pieces cover the text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto r50k = *RegexSplitter::Create(toktally::testing::kR50k);
  static const auto cl100k = *RegexSplitter::Create(toktally::testing::kCl100k);
  static const auto o200k = *RegexSplitter::Create(toktally::testing::kO200k);
  if (size > toktally::testing::kLongestInput) return 0;
  const std::string text = toktally::ReplaceIllFormed({reinterpret_cast<const char*>(data), size});
  const toktally::testing::ExactCopy copy(reinterpret_cast<const std::uint8_t*>(text.data()),
                                          text.size());
  Compare(*r50k, toktally::kR50kPattern, copy.view());
  Compare(*cl100k, toktally::kCl100kPattern, copy.view());
  Compare(*o200k, toktally::kO200kPattern, copy.view());
  return 0;
}
