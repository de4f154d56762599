// cl100k_base:
//
//   '(?i:[sdmt]|ll|ve|re)
//   | [^\r\n\p{L}\p{N}]?+ \p{L}++
//   | \p{N}{1,3}+
//   | ?[^\s\p{L}\p{N}]++ [\r\n]*+          (the ? applies to a space)
//   | \s++$
//   | \s*[\r\n]
//   | \s+(?!\S)
//   | \s

#include <cstddef>
#include <string_view>

#include "bpe/split/char_class.h"
#include "bpe/split/cl100k_window.h"
#include "bpe/split/scan.h"
#include "bpe/split/split_pattern.h"

namespace toktally {
namespace {

// The alternatives that begin with something else than white space, or with one blank that belongs
// to what follows. 0 where none of them matches.
std::size_t EndOfVisible(Scanner& scanner) {
  const CharClass first = scanner.Class();
  if (kLetters.Has(first)) {
    scanner.SkipAll(kLetters);
    return scanner.position();
  }
  if (first == CharClass::kNumber) {
    for (int i = 0; i < 3 && scanner.Is(ClassSet::Of(CharClass::kNumber)); ++i) scanner.Next();
    return scanner.position();
  }
  if (scanner.IsNewlineHere()) return 0;
  const bool space = scanner.Byte() == ' ';
  scanner.Next();
  if (scanner.Is(kLetters)) {
    scanner.SkipAll(kLetters);
    return scanner.position();
  }
  if (first == CharClass::kSpace && !(space && scanner.Is(kPunctuation))) return 0;
  scanner.SkipAll(kPunctuation);
  while (scanner.IsNewlineHere()) scanner.Next();
  return scanner.position();
}

std::size_t PieceEnd(std::string_view text, std::size_t from, bool& open) {
  Scanner scanner(text, from);
  std::size_t end = 0;
  if (scanner.Byte() == '\'') {
    const std::size_t contraction = ContractionLength(scanner);
    if (contraction != 0) end = from + contraction;
  }
  if (end == 0) end = EndOfVisible(scanner);
  if (end == 0) {
    Scanner blanks(text, from);
    const SpaceRun run = ScanSpaceRun(blanks);
    if (run.after_newline != 0 && run.end != text.size()) {
      end = run.after_newline;
    } else {
      end = EndOfGivingBack(run, from, text.size());
    }
    open |= blanks.looked_at_end();
  }
  open |= scanner.looked_at_end();
  return end;
}

constexpr std::string_view kOtherSpellings[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)"};

}  // namespace

const SplitPattern kCl100kPattern = {
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+)"
    R"(|\s++$|\s*[\r\n]|\s+(?!\S)|\s)",
    kOtherSpellings, &PieceEnd, &IsSafeCutOfNewlinePattern};

}  // namespace toktally
