// Any pattern is an error or splits: pieces in order, none empty, none outside of the text.

#include <string_view>
#include <vector>

#include "bpe/split/regex/regex_splitter.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 200) return 0;
  const toktally::testing::ExactCopy pattern(data, size);
  const auto splitter = toktally::RegexSplitter::Create(pattern.view());
  if (!splitter.ok()) return 0;
  constexpr std::string_view kText =
      "It's 12345 a\xCC\x81 \xC5\xBF\n\n  \xE4\xB8\xAD"
      "aA,.!  ";
  std::vector<toktally::RegexSplitter::Piece> pieces;
  (*splitter)->Split(kText, pieces);
  std::size_t end = 0;
  for (const toktally::RegexSplitter::Piece& piece : pieces) {
    FuzzCheck(piece.begin >= end, "pieces are in order");
    FuzzCheck(piece.begin < piece.end && piece.end <= kText.size(), "no piece is empty");
    end = piece.end;
  }
  return 0;
}
