// r50k_base, p50k_base, p50k_edit and gpt2:
//
//   '(?:[sdmt]|ll|ve|re)
//   | ?\p{L}++  | ?\p{N}++  | ?[^\s\p{L}\p{N}]++        (each ? applies to a space)
//   | \s++$
//   | \s+(?!\S)
//   | \s

#include <cstddef>
#include <string_view>

#include "bpe/split/char_class.h"
#include "bpe/split/r50k_window.h"
#include "bpe/split/scan.h"
#include "bpe/split/split_pattern.h"

namespace toktally {
namespace {

// Unlike the later patterns', these contractions are lower case.
std::size_t LowerCaseContractionLength(Scanner& scanner) {
  const unsigned char first = scanner.Byte(1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if ((first == 'r' || first == 'v') && scanner.Byte(2) == 'e') return 3;
  return first == 'l' && scanner.Byte(2) == 'l' ? 3 : 0;
}

std::size_t PieceEnd(std::string_view text, std::size_t from, bool& open) {
  Scanner scanner(text, from);
  std::size_t end = 0;
  if (scanner.Byte() == '\'') end = LowerCaseContractionLength(scanner);
  if (end != 0) {
    open |= scanner.looked_at_end();
    return from + end;
  }
  if (scanner.Byte() == ' ') scanner.Next();
  for (const ClassSet set : {kLetters, ClassSet::Of(CharClass::kNumber), kPunctuation}) {
    if (!scanner.Is(set)) continue;
    scanner.SkipAll(set);
    open |= scanner.looked_at_end();
    return scanner.position();
  }
  Scanner blanks(text, from);
  const SpaceRun run = ScanSpaceRun(blanks);
  open |= scanner.looked_at_end() || blanks.looked_at_end();
  return EndOfGivingBack(run, from, text.size());
}

constexpr std::string_view kOtherSpellings[] = {
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"};

}  // namespace

const SplitPattern kR50kPattern = {
    R"('(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s)",
    kOtherSpellings, &PieceEnd, &IsSafeCutOfAnyPattern};

}  // namespace toktally
