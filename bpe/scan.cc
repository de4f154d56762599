#include "bpe/scan.h"

#include <cstddef>

namespace toktally {
namespace {

unsigned char Lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }

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

}  // namespace toktally
