// Sixty-four bytes at a time: the classes of a window's bytes as bit masks, from which a pattern
// works out all piece boundaries at once, without a branch for each.
//
// A window begins where a piece begins, so nothing need be known of the text before it. Bit i of a
// mask stands for byte i; every byte of a character has the character's class. Only the first
// `size` bytes are described: behind them the text may have ended, a character may be cut, or
// something stands that masks do not describe and that is left to the pattern's scanner, piece by
// piece.

#ifndef TOKTALLY_BPE_SPLIT_WINDOW_H_
#define TOKTALLY_BPE_SPLIT_WINDOW_H_

#include <bit>
#include <cstddef>
#include <cstdint>

// The window's code is compiled once for each instruction set, always as a part of that set's loop:
// a copy of its own, which the linker could then use for all, must not come about.
#define TOKTALLY_INLINE [[gnu::always_inline]] inline

namespace toktally {

inline constexpr std::size_t kWindowBytes = 64;

struct Window {
  std::uint64_t letter;      // \p{L}
  std::uint64_t upper;       // \p{Lu}\p{Lt}
  std::uint64_t number;      // \p{N}
  std::uint64_t space;       // \s
  std::uint64_t newline;     // \r \n
  std::uint64_t blank;       // the space character itself
  std::uint64_t apostrophe;  // '
  std::uint64_t slash;       // /
  std::uint64_t high;        // not ASCII
  // These are 0 in a window without `high`.
  std::uint64_t caseless;      // \p{Lm}\p{Lo}\p{M}
  std::uint64_t mark;          // \p{M}
  std::uint64_t continuation;  // bytes 10xxxxxx
  // Numbers of more than a byte, which the masks do not count.
  std::uint64_t unmapped;
  unsigned size;

  // Shortens the window to the bytes before the first bit of `mask`.
  TOKTALLY_INLINE void EndBefore(std::uint64_t mask) {
    if (mask == 0) return;
    const auto first = static_cast<unsigned>(std::countr_zero(mask));
    if (first < size) size = first;
  }
  TOKTALLY_INLINE std::uint64_t InSight() const {
    return size == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
  }
};

// The boundaries that a pattern finds in a window: bit i, where a piece begins at byte i. Those up
// to and with the highest bit are final, whatever follows. Bit 0 alone: nothing was found, and the
// scanner must take the next piece.
struct Boundaries {
  std::uint64_t begins;
};

// The bits of each run of ones in `runs` from its lowest bit in `from` (a subset of `runs`)
// upwards.
TOKTALLY_INLINE std::uint64_t FillUpwards(std::uint64_t runs, std::uint64_t from) {
  // Adding the lowest bit of `from` carries through the rest of its run and clears it; further bits
  // of `from` fall into the cleared part and set themselves again.
  return runs & (~(runs + from) | from);
}

// The positions behind the characters that begin at the bits of `first`.
TOKTALLY_INLINE std::uint64_t NextCharacter(std::uint64_t first, std::uint64_t continuation) {
  return ((first << 1) + continuation) & ~continuation;
}

// The first bytes of the characters that end at the bits of `last`; of up to three bytes, as all
// white space is.
TOKTALLY_INLINE std::uint64_t BeginOfCharacter(std::uint64_t last, std::uint64_t continuation) {
  const std::uint64_t second = (last & continuation) >> 1;
  return (last & ~continuation) | (second & ~continuation) | (second & continuation) >> 1;
}

TOKTALLY_INLINE std::uint64_t HighestBitAndBelow(std::uint64_t mask) {
  return mask == 0 ? 0 : ~std::uint64_t{0} >> std::countl_zero(mask);
}

// Leaves only what is final: a run of white space that reaches the window's end may go on, and then
// only its beginning is certain.
TOKTALLY_INLINE Boundaries Final(std::uint64_t begins, std::uint64_t spaces,
                                 std::uint64_t space_begins, const Window& window) {
  begins &= window.InSight();
  if (window.size != 0 && (spaces >> (window.size - 1) & 1) != 0) {
    begins &= HighestBitAndBelow(space_begins & window.InSight());
  }
  return {begins | 1};
}

// A piece begins behind the last newline of a run of white space only. `segments` are the blanks
// right behind any newline, `blanks` all blanks: leaves out the segments that end in another
// newline. They are rare, hence bit by bit.
TOKTALLY_INLINE std::uint64_t WithoutInnerSegments(std::uint64_t segments, std::uint64_t blanks,
                                                   std::uint64_t newlines) {
  std::uint64_t inner = ((blanks + segments) & ~blanks) & newlines;
  while (inner != 0) {
    const std::uint64_t below = segments & ((inner & -inner) - 1);
    segments ^= std::bit_floor(below);
    inner &= inner - 1;
  }
  return segments;
}

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_WINDOW_H_
