// What each of the engine's instruction-set files includes before its own region begins, so that
// nothing of these headers is compiled for that set alone.

#ifndef TOKTALLY_BPE_ENGINE_ISA_ISA_H_
#define TOKTALLY_BPE_ENGINE_ISA_ISA_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/engine/merge.h"
#include "bpe/engine/piece_memory.h"
#include "bpe/split/char_class.h"
#include "bpe/split/cl100k_window.h"
#include "bpe/split/o200k_window.h"
#include "bpe/split/r50k_window.h"
#include "bpe/split/split_pattern.h"
#include "bpe/split/window.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

// A key of the table of medium pieces, as ShortKey is one of the short.
struct MediumKey {
  std::uint64_t word[4];
};

// Pieces are sought in multiples of so many.
inline constexpr std::size_t kKeyBlock = 16;

// Ones for the bytes of a piece, zeros behind it; by its length, from kPieceMask - length.
alignas(64) inline constexpr std::uint8_t kPieceMaskBytes[64] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
inline constexpr const std::uint8_t* kPieceMask = kPieceMaskBytes + 32;

TOKTALLY_INLINE std::uint64_t LoadWord(const void* from) {
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

extern const EnginePath kPlainPath;
#if defined(__x86_64__)
extern const EnginePath kAvx2Path;
extern const EnginePath kAvx512Path;
#endif

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_ISA_ISA_H_
