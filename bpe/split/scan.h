// What the hand-written splitters share: reading characters by class, with a note of whether the
// end of the text was looked at.

#ifndef TOKTALLY_BPE_SCAN_H_
#define TOKTALLY_BPE_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "bpe/split/char_class.h"

namespace toktally {

inline bool IsNewline(unsigned char c) { return c == '\n' || c == '\r'; }

// A set of character classes.
class ClassSet {
 public:
  template <typename... Classes>
  static constexpr ClassSet Of(Classes... classes) {
    return ClassSet(((1u << static_cast<unsigned>(classes)) | ...));
  }
  constexpr bool Has(CharClass c) const { return (bits_ >> static_cast<unsigned>(c) & 1) != 0; }

 private:
  constexpr explicit ClassSet(unsigned bits) : bits_(bits) {}
  unsigned bits_;
};

inline constexpr ClassSet kLetters =
    ClassSet::Of(CharClass::kLu, CharClass::kLt, CharClass::kLl, CharClass::kLm, CharClass::kLo);
// [^\s\p{L}\p{N}]
inline constexpr ClassSet kPunctuation = ClassSet::Of(CharClass::kOther, CharClass::kMark);

// A position in well-formed text. Asking beyond the end is answered with `false` and noted.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t position) : text_(text), position_(position) {}

  std::size_t position() const { return position_; }
  bool looked_at_end() const { return looked_at_end_; }

  bool AtEnd() {
    if (position_ < text_.size()) return false;
    looked_at_end_ = true;
    return true;
  }
  // The byte `ahead` of here; 0, which no caller asks for, at the end.
  unsigned char Byte(std::size_t ahead = 0) {
    if (position_ + ahead < text_.size())
      return static_cast<unsigned char>(text_[position_ + ahead]);
    looked_at_end_ = true;
    return 0;
  }
  bool Is(ClassSet set) { return !AtEnd() && set.Has(Class()); }
  bool IsNewlineHere() { return IsNewline(Byte()); }
  // The class of the character here. Not at the end.
  CharClass Class() const { return ClassOf(DecodeCodePoint(text_.data() + position_).value); }
  // Moves behind the character here. Not at the end.
  void Next() { position_ += DecodeCodePoint(text_.data() + position_).length; }
  void SkipAll(ClassSet set) {
    while (Is(set)) Next();
  }

 private:
  std::string_view text_;
  std::size_t position_;
  bool looked_at_end_ = false;
};

// The bytes of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or 0. Without regard to case, 's'
// also is U+017F, the long s, as Unicode folds it.
std::size_t ContractionLength(Scanner& scanner);

// A run of white space and the marks in it that the patterns ask for.
struct SpaceRun {
  std::size_t end = 0;
  std::size_t last_character = 0;  // where the last character of the run begins
  std::size_t after_newline = 0;   // behind the last newline of the run; 0 where it has none
};
SpaceRun ScanSpaceRun(Scanner& scanner);

// Where `\s+(?!\S)|\s` ends in a run that begins at `begin`: before its last character if something
// follows and anything is left then, else at its end.
std::size_t EndOfGivingBack(const SpaceRun& run, std::size_t begin, std::size_t text_size);

// The safe cuts of every pattern: before a single space between two ASCII letters, and between an
// ASCII digit and an ASCII letter.
bool IsSafeCutOfAnyPattern(std::string_view text, std::size_t at);
// The patterns in which newlines end a piece of white space can be cut between a newline and an
// ASCII letter as well. (Not r50k, which gives the last newline back: "\n\nA" is \n, \n, A.)
bool IsSafeCutOfNewlinePattern(std::string_view text, std::size_t at);

}  // namespace toktally

#endif  // TOKTALLY_BPE_SCAN_H_
