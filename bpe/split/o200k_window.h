// The boundaries of o200k_base in a window; split/o200k.cc quotes the pattern.

#ifndef TOKTALLY_BPE_SPLIT_O200K_WINDOW_H_
#define TOKTALLY_BPE_SPLIT_O200K_WINDOW_H_

#include <bit>
#include <cstdint>

#include "bpe/split/cl100k_window.h"
#include "bpe/split/split_pattern.h"
#include "bpe/split/window.h"

namespace toktally {

extern const SplitPattern kO200kPattern;

struct O200kWindow {
  static constexpr const SplitPattern& kPattern = kO200kPattern;
  static constexpr bool kUsesCase = true;

  TOKTALLY_INLINE static Boundaries Find(const char* text, Window& w) {
    std::uint64_t letter = w.letter;
    w.EndBefore(w.unmapped | (w.apostrophe & w.high >> 1));
    if (w.high != 0) {
      // Marks behind letters go on with the word; others are prefix, word or punctuation, as the
      // pattern's alternatives come, and are the scanner's.
      const std::uint64_t joined = JoinedMarks(w);
      letter |= joined;
      // [UX]* gives back what [lX]+ needs, so that upper case behind an X can only be judged with
      // what follows it.
      w.EndBefore((w.mark & ~joined) | (w.upper & w.caseless << 1 & ~w.continuation));
    }
    w.EndBefore(w.apostrophe & ~(w.InSight() >> 3));
    const std::uint64_t in_sight = w.InSight();
    letter &= in_sight;
    const std::uint64_t number = w.number & in_sight;
    const std::uint64_t punctuation = in_sight & ~(letter | w.number | w.space);

    // ` ?[^\s\p{L}\p{N}]+[\r\n/]*` takes newlines and slashes from the first newline behind it on.
    const std::uint64_t newline = w.newline & in_sight;
    const std::uint64_t taken =
        FillUpwards(newline | (w.slash & in_sight), newline & punctuation << 1);
    const std::uint64_t space = w.space & in_sight & ~taken;
    const std::uint64_t marks = punctuation & ~taken;
    const std::uint64_t space_begins = space & ~(space << 1);

    // White space: a piece begins with the run, behind its last newline, and at its last blank.
    const std::uint64_t blanks = space & ~newline;
    std::uint64_t begins = space_begins | BeginOfCharacter(blanks & ~(space >> 1), w.continuation);
    const std::uint64_t segments = blanks & (newline & ~taken) << 1;
    begins |= WithoutInnerSegments(segments, blanks, newline);

    // A run of punctuation begins with itself, or at the space before it.
    const std::uint64_t lone = marks & ~(marks << 1) & ~(w.blank << 1);
    begins |= lone;

    // A word begins with its first letter, or with one character before it; and where upper case
    // follows lower.
    const std::uint64_t words = letter & ~(letter << 1);
    const std::uint64_t behind_lone = w.high == 0 ? lone << 1 : NextCharacter(lone, w.continuation);
    begins |= words & ~(blanks << 1) & ~behind_lone;
    const std::uint64_t lower = letter & ~(w.upper | w.caseless);
    begins |= w.upper & lower << 1 & ~w.continuation;

    // Digits in threes.
    std::uint64_t digits = number & ~(number << 1);
    begins |= digits;
    const std::uint64_t fourth = number & number << 1 & number << 2 & number << 3;
    while ((digits = digits << 3 & fourth) != 0) begins |= digits;

    begins = WithContractions(text, w.apostrophe & letter << 1 & letter >> 1, begins);
    return Final(begins, space, space_begins, w);
  }

  // As in Cl100kWindow; of a word of [lX]+ alone, which upper case may or may not go on with and an
  // apostrophe only with a contraction.
  TOKTALLY_INLINE static std::uint64_t WordBytes(const Window& w) {
    return (w.letter | w.mark) & ~w.upper;
  }
  TOKTALLY_INLINE static bool EndsWord(const Window& w, unsigned at) {
    return ((w.upper | w.apostrophe) >> at & 1) == 0;
  }

 private:
  // The marks that go on with a word: behind letters, or behind one character of punctuation alone,
  // which is their prefix.
  TOKTALLY_INLINE static std::uint64_t JoinedMarks(const Window& w) {
    const std::uint64_t joined = FillUpwards(w.mark, w.mark & w.letter << 1);
    const std::uint64_t alone = w.mark & ~joined;
    if (alone == 0) return joined;
    const std::uint64_t others = w.InSight() & ~(w.letter | joined | w.number | w.space);
    const std::uint64_t prefixes = others & ~(others << 1) & ~(w.blank << 1) & ~(w.slash | w.mark);
    return joined | FillUpwards(alone, alone & NextCharacter(prefixes, w.continuation));
  }

  // (?i:'s|'t|'re|'ve|'m|'ll|'d)? belongs to the word before it, and the next piece begins behind
  // it.
  TOKTALLY_INLINE static std::uint64_t WithContractions(const char* text, std::uint64_t apostrophes,
                                                        std::uint64_t begins) {
    unsigned end_of_last = 64;  // an apostrophe there begins a piece and ends no word
    for (; apostrophes != 0; apostrophes &= apostrophes - 1) {
      const auto at = static_cast<unsigned>(std::countr_zero(apostrophes));
      const unsigned length = Cl100kWindow::ContractionBytes(text + at + 1);
      if (length == 0 || at == end_of_last) continue;
      end_of_last = at + 1 + length;
      begins &= ~(((std::uint64_t{2} << length) - 1) << at);
      begins |= std::uint64_t{1} << end_of_last;
    }
    return begins;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_O200K_WINDOW_H_
