// The boundaries of r50k_base in a window; split/r50k.cc quotes the pattern.

#ifndef TOKTALLY_BPE_SPLIT_R50K_WINDOW_H_
#define TOKTALLY_BPE_SPLIT_R50K_WINDOW_H_

#include <bit>
#include <cstdint>

#include "bpe/split/split_pattern.h"
#include "bpe/split/window.h"

namespace toktally {

extern const SplitPattern kR50kPattern;

struct R50kWindow {
  static constexpr const SplitPattern& kPattern = kR50kPattern;
  static constexpr bool kUsesCase = false;

  TOKTALLY_INLINE static Boundaries Find(const char* text, Window& w) {
    w.EndBefore(w.unmapped);
    w.EndBefore(w.apostrophe & ~(w.InSight() >> 3));
    const std::uint64_t in_sight = w.InSight();
    const std::uint64_t letter = w.letter & in_sight;
    const std::uint64_t number = w.number & in_sight;
    const std::uint64_t space = w.space & in_sight;
    const std::uint64_t punctuation = in_sight & ~(letter | number | space);

    // A run of white space begins a piece, and so does its last character; a run of anything else
    // begins with itself, or at the space before it.
    const std::uint64_t space_begins = space & ~(space << 1);
    std::uint64_t begins = space_begins | BeginOfCharacter(space & ~(space >> 1), w.continuation);
    const std::uint64_t runs =
        (letter & ~(letter << 1)) | (number & ~(number << 1)) | (punctuation & ~(punctuation << 1));
    begins |= runs & ~(w.blank << 1);

    // '(?:[sdmt]|ll|ve|re) is a piece of its own.
    for (std::uint64_t rest = w.apostrophe & begins & letter >> 1; rest != 0; rest &= rest - 1) {
      const auto at = static_cast<unsigned>(std::countr_zero(rest));
      const unsigned length = ContractionBytes(text + at + 1);
      if (length == 0) continue;
      begins &= ~(std::uint64_t{2} << at);
      begins |= std::uint64_t{2} << (at + length);
    }
    return Final(begins, space, space_begins, w);
  }

  // As in Cl100kWindow.
  TOKTALLY_INLINE static std::uint64_t WordBytes(const Window& w) { return w.letter; }
  TOKTALLY_INLINE static bool EndsWord(const Window&, unsigned) { return true; }

 private:
  TOKTALLY_INLINE static unsigned ContractionBytes(const char* letters) {
    const char first = letters[0];
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return 1;
    if ((first == 'r' || first == 'v') && letters[1] == 'e') return 2;
    return first == 'l' && letters[1] == 'l' ? 2 : 0;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_R50K_WINDOW_H_
