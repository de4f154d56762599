// What an instruction set gives the engine: the one list of names. A peer is a file beside this one
// with a struct `Isa` that has them all; generic/portable.inc has every one of them in plain C++,
// so that a peer inherits those and writes only what it does better. With a Block, 64 bytes of text
// as one value, generic/beyond_ascii.inc makes the windows. Adding a peer: its file, and its name
// in the list at the end.
//
// The engine's loop is compiled once for each peer, in the region of the file that is compiled for
// its instructions. Each of these files includes this header before the region begins, so that
// nothing of these headers is compiled for that set alone.

#ifndef TOKTALLY_BPE_ENGINE_ISA_ISA_H_
#define TOKTALLY_BPE_ENGINE_ISA_ISA_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "bpe/engine/batch_rows.h"
#include "bpe/engine/engine.h"
#include "bpe/engine/merge.h"
#include "bpe/engine/piece_memory.h"
#include "bpe/split/char_class.h"
#include "bpe/split/patterns.h"
#include "bpe/split/window.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

template <typename Isa>
concept InstructionSet = requires(const Vocabulary& vocabulary, const PieceMemory& memory,
                                  const PairBucket* pairs, const MediumBucket& bucket,
                                  const MediumKey& medium_key, typename Isa::Candidates candidates,
                                  const char* text, std::size_t size, std::uint64_t bits,
                                  const std::uint32_t* numbers, std::uint32_t* out, MemoryKey* keys,
                                  std::uint64_t* ids) {
  // The classes of the 64 bytes at `text`; upper case only where it is asked for.
  { Isa::template LoadWindow<true>(text) } -> std::same_as<Window>;
  // Writes base plus the position of each bit of `bits`, and may write up to 16 numbers, or as far
  // as the 64th, too many: (bits, base, positions).
  {Isa::WritePositions(bits, *numbers, out)};
  // The keys of `count` pieces, piece i from base + borders[i] to base + borders[i + 1], with their
  // buckets prefetched: (base, borders, count, memory, keys). May read 16 bytes from where a piece
  // begins. `count`, here and below, is a multiple of BatchRows::kBlock.
  {Isa::MakeMemoryKeys(text, numbers, size, memory, keys)};
  // The PieceIds of the pieces that the memory holds, else 0: (memory, keys, count, ids).
  {Isa::FindKeys(memory, keys, size, ids)};
  // Appends where the zeros of `ids` stand, and may write 16 numbers too many; returns the sum of
  // the others' tokens: (ids, count, missing, missing_count).
  { Isa::NoteMissing(ids, size, out, size) } -> std::same_as<std::uint64_t>;
  // The key of a piece of 13 to 28 bytes; may read 32.
  { Isa::MakeMediumKey(text, size) } -> std::same_as<MediumKey>;
  // The PieceValue of a medium key, or 0.
  { Isa::FindInBucket(bucket, medium_key) } -> std::same_as<std::uint32_t>;
  // So many ids are written without a branch for each where ...
  { Isa::kIdBlock } -> std::convertible_to<std::size_t>;
  // ... each of these PieceIds has its ids with it.
  { Isa::AllInline(ids) } -> std::same_as<bool>;
  // Two ids of PieceIds, each in 32 bits.
  { Isa::SpreadFirstTwo(bits) } -> std::same_as<std::uint64_t>;
  // As Vocabulary::FindMergeFrom.
  { Isa::FindMergeFrom(vocabulary, pairs, bits) } -> std::same_as<std::uint32_t>;
  // The merges that are possible between the parts of a piece, one 32-bit number a lane: Load from
  // memory (whether there are lanes over 15; if not, these are not read), Set, Least.
  {candidates.Load(numbers, true)};
  {candidates.Set(0u, 0u)};
  { candidates.Least() } -> std::same_as<std::uint32_t>;
};

// Ones for the bytes of a piece, zeros behind it; by its length, from kPieceMask - length.
alignas(64) inline constexpr std::uint8_t kPieceMaskBytes[64] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
inline constexpr const std::uint8_t* kPieceMask = kPieceMaskBytes + 32;
// The other way round, for pieces of up to 12 bytes: from kPieceFill - length, sixteen bytes.
alignas(64) inline constexpr std::uint8_t kPieceFillBytes[32] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
inline constexpr const std::uint8_t* kPieceFill = kPieceFillBytes + 16;

TOKTALLY_INLINE std::uint64_t LoadWord(const void* from) {
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

// The peers, the fastest first.
#if defined(__x86_64__)
#define TOKTALLY_ENGINE_PATHS(PATH) PATH(kAvx512Path) PATH(kAvx2Path) PATH(kPlainPath)
#elif defined(__aarch64__)
#define TOKTALLY_ENGINE_PATHS(PATH) PATH(kNeonPath) PATH(kPlainPath)
#else
#define TOKTALLY_ENGINE_PATHS(PATH) PATH(kPlainPath)
#endif
#define TOKTALLY_ENGINE_PATH(name) extern const EnginePath name;
TOKTALLY_ENGINE_PATHS(TOKTALLY_ENGINE_PATH)
#undef TOKTALLY_ENGINE_PATH

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_ISA_ISA_H_
