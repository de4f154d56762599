// What a batch of pieces is worked on in: a row a piece. Lies in a PieceMemory, not on the stack,
// so that a call of the library needs little of that.

#ifndef TOKTALLY_BPE_ENGINE_BATCH_ROWS_H_
#define TOKTALLY_BPE_ENGINE_BATCH_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "bpe/split/window.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

// A short piece as it is sought in a memory: its bytes, padded with 0xFF, which stands in no UTF-8,
// so that the length need not be compared; and where its bucket begins, in bytes. What is no short
// piece is 0xFF all over.
struct MemoryKey {
  std::uint64_t low;
  std::uint32_t high;
  std::uint32_t bucket_at;
};
static_assert(sizeof(MemoryKey) == 16 && kShortBytes == 12);

// A key of the vocabulary's table of medium pieces, as ShortKey is one of the short: 28 bytes,
// padded with zeros, then the length.
struct MediumKey {
  std::uint64_t word[4];
};

// Pieces of one kind that are sought in the vocabulary together.
template <typename Key>
struct PieceQueue {
  static constexpr std::size_t kMost = 128;
  std::size_t size = 0;
  Key keys[kMost];
  std::uint64_t hashes[kMost];
  std::uint32_t places[kMost];   // in the batch
  std::uint32_t unfound[kMost];  // those that are still to be found, by their number here
};

struct BatchRows {
  // Rows are worked on in multiples of so many: what stands behind the last piece is made and not
  // used.
  static constexpr std::size_t kBlock = 4;
  // A batch is closed when it has so many pieces. One window may bring it beyond that, by as many
  // pieces as it has bytes; then the last block is filled up.
  static constexpr std::size_t kPieces = 512;
  static constexpr std::size_t kAll = kPieces + kWindowBytes + kBlock;
  static_assert(kAll % kBlock == 0);
  // The most positions that are written too many (WritePositions).
  static constexpr std::size_t kTooMany = 16;
  // The ids that a batch may make: no piece of up to kMediumBytes is more tokens than bytes, and
  // longer ones are written straight to where they go.
  static constexpr std::size_t kMostIds = kAll * kMediumBytes;

  // Piece i goes from borders[i] to borders[i + 1], counted from where the first one begins.
  std::uint32_t borders[1 + kAll + kTooMany];
  alignas(64) MemoryKey keys[kAll];
  alignas(64) std::uint64_t ids[kAll];     // PieceIds
  std::uint32_t missing[kAll + kTooMany];  // the places whose ids the memory does not hold
  PieceQueue<ShortKey> short_queue;
  PieceQueue<MediumKey> medium_queue;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_BATCH_ROWS_H_
