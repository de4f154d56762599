// The boundaries of cl100k_base in a window; split/cl100k.cc quotes the pattern.

#ifndef TOKTALLY_BPE_SPLIT_CL100K_WINDOW_H_
#define TOKTALLY_BPE_SPLIT_CL100K_WINDOW_H_

#include <cstdint>

#include "bpe/split/split_pattern.h"
#include "bpe/split/window.h"

namespace toktally {

extern const SplitPattern kCl100kPattern;

struct Cl100kWindow {
  static constexpr const SplitPattern& kPattern = kCl100kPattern;
  static constexpr bool kUsesCase = false;

  TOKTALLY_INLINE static Boundaries Find(const char* text, Window& w) {
    w.EndBefore(w.unmapped | (w.apostrophe & w.high >> 1));
    // A contraction is at most three bytes; what cannot be seen whole is left to the scanner.
    w.EndBefore(w.apostrophe & ~(w.InSight() >> 3));
    const std::uint64_t in_sight = w.InSight();
    const std::uint64_t letter = w.letter & in_sight;
    const std::uint64_t number = w.number & in_sight;
    const std::uint64_t punctuation = in_sight & ~(w.letter | w.number | w.space);

    // ` ?[^\s\p{L}\p{N}]++[\r\n]*+` takes the newlines right behind it.
    const std::uint64_t newline = w.newline & in_sight;
    const std::uint64_t taken = FillUpwards(newline, newline & punctuation << 1);
    const std::uint64_t space = w.space & in_sight & ~taken;
    const std::uint64_t space_begins = space & ~(space << 1);

    // White space: a piece begins with the run, behind its last newline, and at its last blank.
    const std::uint64_t blanks = space & ~newline;
    std::uint64_t begins = space_begins | BeginOfCharacter(blanks & ~(space >> 1), w.continuation);
    const std::uint64_t segments = blanks & (newline & ~taken) << 1;
    begins |= WithoutInnerSegments(segments, blanks, newline);

    // A run of punctuation begins with itself, or at the space before it.
    const std::uint64_t lone = punctuation & ~(punctuation << 1) & ~(w.blank << 1);
    begins |= lone;

    // A word begins with its first letter, or with one character before it: a blank, or punctuation
    // that is a run of its own.
    const std::uint64_t words = letter & ~(letter << 1);
    const std::uint64_t behind_lone = w.high == 0 ? lone << 1 : NextCharacter(lone, w.continuation);
    begins |= words & ~(blanks << 1) & ~behind_lone;

    // Digits in threes.
    std::uint64_t digits = number & ~(number << 1);
    begins |= digits;
    const std::uint64_t fourth = number & number << 1 & number << 2 & number << 3;
    while ((digits = digits << 3 & fourth) != 0) begins |= digits;

    // '(?i:[sdmt]|ll|ve|re) is a piece of its own: what follows it begins another.
    for (std::uint64_t rest = w.apostrophe & lone & letter >> 1; rest != 0; rest &= rest - 1) {
      const int at = std::countr_zero(rest);
      const unsigned length = ContractionBytes(text + at + 1);
      if (length != 0) begins |= std::uint64_t{2} << (static_cast<unsigned>(at) + length);
    }
    return Final(begins, space, space_begins, w);
  }

  // The bytes that go on with a word which has begun before the window.
  TOKTALLY_INLINE static std::uint64_t WordBytes(const Window& w) { return w.letter; }
  // Whether the word ends there, whatever follows, given the bytes that do not go on with it.
  TOKTALLY_INLINE static bool EndsWord(const Window&, unsigned) { return true; }

  // The bytes of a contraction behind its apostrophe, or 0. ASCII only.
  TOKTALLY_INLINE static unsigned ContractionBytes(const char* letters) {
    const int first = letters[0] | 0x20;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return 1;
    const int second = letters[1] | 0x20;
    if ((first == 'r' || first == 'v') && second == 'e') return 2;
    return first == 'l' && second == 'l' ? 2 : 0;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_CL100K_WINDOW_H_
