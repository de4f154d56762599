#include "bpe/split/scan.h"

#include <cstddef>

namespace toktally {
namespace {

unsigned char Lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }

bool IsLetterAt(std::string_view text, std::size_t at) {
  const unsigned char c = Lower(static_cast<unsigned char>(text[at]));
  return c >= 'a' && c <= 'z';
}
bool IsDigitAt(std::string_view text, std::size_t at) { return text[at] >= '0' && text[at] <= '9'; }

}  // namespace

std::size_t ContractionLength(Scanner& scanner) {
  const unsigned char first = Lower(scanner.Byte(1));
  switch (first) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return 2;
    case 'r':
    case 'v':
      return Lower(scanner.Byte(2)) == 'e' ? 3 : 0;
    case 'l':
      return Lower(scanner.Byte(2)) == 'l' ? 3 : 0;
    case 0xC5:  // U+017F is C5 BF
      return scanner.Byte(2) == 0xBF ? 3 : 0;
    default:
      return 0;
  }
}

SpaceRun ScanSpaceRun(Scanner& scanner) {
  SpaceRun run;
  while (scanner.Is(ClassSet::Of(CharClass::kSpace))) {
    run.last_character = scanner.position();
    const bool newline = scanner.IsNewlineHere();
    scanner.Next();
    if (newline) run.after_newline = scanner.position();
  }
  run.end = scanner.position();
  return run;
}

std::size_t EndOfGivingBack(const SpaceRun& run, std::size_t begin, std::size_t text_size) {
  if (run.end == text_size || run.last_character == begin) return run.end;
  return run.last_character;
}

bool IsSafeCutOfAnyPattern(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return false;
  if (IsLetterAt(text, at)) return IsDigitAt(text, at - 1);
  if (!IsLetterAt(text, at - 1)) return false;
  if (IsDigitAt(text, at)) return true;
  return text[at] == ' ' && at + 1 < text.size() && IsLetterAt(text, at + 1);
}

bool IsSafeCutOfNewlinePattern(std::string_view text, std::size_t at) {
  if (IsSafeCutOfAnyPattern(text, at)) return true;
  return at != 0 && at < text.size() && text[at - 1] == '\n' && IsLetterAt(text, at);
}

}  // namespace toktally
