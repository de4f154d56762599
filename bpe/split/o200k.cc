// o200k_base and o200k_harmony, with U = \p{Lu}\p{Lt}, l = \p{Ll}, X = \p{Lm}\p{Lo}\p{M} and
// c = (?i:'s|'t|'re|'ve|'m|'ll|'d)? :
//
//   [^\r\n\p{L}\p{N}]? [UX]* [lX]+ c
//   | [^\r\n\p{L}\p{N}]? [UX]+ [lX]* c
//   | \p{N}{1,3}
//   | ?[^\s\p{L}\p{N}]+ [\r\n/]*          (the ? applies to a space)
//   | \s*[\r\n]+
//   | \s+(?!\S)
//   | \s+

#include <cstddef>
#include <string_view>

#include "bpe/split/char_class.h"
#include "bpe/split/o200k_window.h"
#include "bpe/split/scan.h"
#include "bpe/split/split_pattern.h"

namespace toktally {
namespace {

constexpr ClassSet kEither = ClassSet::Of(CharClass::kLm, CharClass::kLo, CharClass::kMark);
constexpr ClassSet kUpperOrEither =
    ClassSet::Of(CharClass::kLu, CharClass::kLt, CharClass::kLm, CharClass::kLo, CharClass::kMark);
constexpr ClassSet kLowerOrEither =
    ClassSet::Of(CharClass::kLl, CharClass::kLm, CharClass::kLo, CharClass::kMark);

// The end of `[UX]* [lX]+`, or of `[UX]+` where nothing of [lX] is in reach; the scanner's position
// where neither matches. The first half is greedy: it gives back only as much as the second half
// needs, which is everything behind its last X.
std::size_t WordEnd(Scanner& scanner, bool& has_lower) {
  std::size_t behind_last_either = 0;
  while (scanner.Is(kUpperOrEither)) {
    const bool either = kEither.Has(scanner.Class());
    scanner.Next();
    if (either) behind_last_either = scanner.position();
  }
  has_lower = true;
  if (scanner.Is(kLowerOrEither)) {
    scanner.SkipAll(kLowerOrEither);
    return scanner.position();
  }
  if (behind_last_either != 0) return behind_last_either;
  has_lower = false;
  return scanner.position();
}

std::size_t BehindContraction(std::string_view text, std::size_t end, bool& open) {
  Scanner scanner(text, end);
  if (scanner.Byte() == '\'') end += ContractionLength(scanner);
  open |= scanner.looked_at_end();
  return end;
}

// The first two alternatives; 0 where they do not match.
std::size_t EndOfWord(std::string_view text, std::size_t from, bool& open) {
  Scanner scanner(text, from);
  const CharClass first = scanner.Class();
  if (first == CharClass::kNumber || scanner.IsNewlineHere()) return 0;
  if (!kLetters.Has(first)) scanner.Next();
  const std::size_t begin = scanner.position();
  bool has_lower = false;
  std::size_t end = WordEnd(scanner, has_lower);
  open |= scanner.looked_at_end();
  // A mark may be the optional first character, or a part of the word itself; the pattern tries the
  // latter only where the former finds no [lX].
  if (first == CharClass::kMark && !has_lower) {
    Scanner again(text, from);
    end = WordEnd(again, has_lower);
    open |= again.looked_at_end();
    return BehindContraction(text, end, open);
  }
  return end == begin ? 0 : BehindContraction(text, end, open);
}

std::size_t PieceEnd(std::string_view text, std::size_t from, bool& open) {
  const std::size_t word = EndOfWord(text, from, open);
  if (word != 0) return word;
  Scanner scanner(text, from);
  if (scanner.Is(ClassSet::Of(CharClass::kNumber))) {
    for (int i = 0; i < 3 && scanner.Is(ClassSet::Of(CharClass::kNumber)); ++i) scanner.Next();
    open |= scanner.looked_at_end();
    return scanner.position();
  }
  if (scanner.Byte() == ' ') scanner.Next();
  if (scanner.Is(kPunctuation)) {
    scanner.SkipAll(kPunctuation);
    while (scanner.IsNewlineHere() || scanner.Byte() == '/') scanner.Next();
    open |= scanner.looked_at_end();
    return scanner.position();
  }
  Scanner blanks(text, from);
  const SpaceRun run = ScanSpaceRun(blanks);
  open |= scanner.looked_at_end() || blanks.looked_at_end();
  return run.after_newline != 0 ? run.after_newline : EndOfGivingBack(run, from, text.size());
}

}  // namespace

const SplitPattern kO200kPattern = {
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    {},
    &PieceEnd,
    &IsSafeCutOfNewlinePattern};

}  // namespace toktally
