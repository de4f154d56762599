// The tables of a Workspace: pieces that were looked up or merged, so that they need not be again.

#ifndef TOKTALLY_BPE_PIECE_MEMORY_H_
#define TOKTALLY_BPE_PIECE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "bpe/vocabulary_image.h"

namespace toktally {

// A cache line of slots; the hash of a piece gives its bucket, and it may stand in any slot of it.
template <typename Slot>
struct alignas(64) SlotBucket {
  static constexpr std::size_t kSlots = 64 / sizeof(Slot);
  Slot slot[kSlots];
};

// Pieces that are longer than a slot, by hash; their bytes stand in `PieceMemory::long_bytes`.
struct LongEntry {
  std::uint64_t hash;
  std::uint32_t bytes_at;
  std::uint32_t size;
  std::uint32_t list_at;  // in PieceMemory::lists
  std::uint32_t count;    // of tokens; 0: empty
};

struct PieceMemory {
  static constexpr std::uint32_t kShortBits = 16;
  static constexpr std::uint32_t kMediumBits = 15;
  static constexpr std::uint32_t kLongBits = 15;
  static constexpr std::uint32_t kLongLimit = (1u << kLongBits) / 4 * 3;
  static constexpr std::uint32_t kListLimit = 1u << 20;
  static constexpr std::uint32_t kLongBytes = 2u << 20;
  // Longer pieces are not remembered.
  static constexpr std::size_t kMaxLongPiece = 1024;
  // Set in the payload of a value whose ids lie in `lists` here, and not in the vocabulary's.
  static constexpr std::uint32_t kOwnList = PieceValue::kPayloadLimit >> 1;

  const void* image;  // of the vocabulary that it is filled for
  std::uint32_t list_size;
  std::uint32_t long_size;  // bytes
  std::uint32_t long_count;
  std::uint32_t next_victim;
  SlotBucket<ShortSlot> short_buckets[1u << kShortBits];
  SlotBucket<MediumSlot> medium_buckets[1u << kMediumBits];
  LongEntry long_entries[1u << kLongBits];
  std::uint32_t lists[kListLimit];
  char long_bytes[kLongBytes];

  // Forgets everything if there may be no room for `ids` more, or for another long piece. Not while
  // values are in use.
  void MakeRoom(std::size_t ids) {
    if (list_size + ids > kListLimit || long_size + kMaxLongPiece > kLongBytes ||
        long_count > kLongLimit) {
      Forget();
    }
  }

  void Forget() {
    list_size = 0;
    long_size = 0;
    long_count = 0;
    std::memset(static_cast<void*>(short_buckets), 0, sizeof(short_buckets));
    std::memset(static_cast<void*>(medium_buckets), 0, sizeof(medium_buckets));
    std::memset(static_cast<void*>(long_entries), 0, sizeof(long_entries));
  }

  // Puts a slot into an empty place of its bucket, or into the place of another.
  template <typename Slot>
  void Remember(SlotBucket<Slot>& bucket, const Slot& slot,
                std::uint32_t (*value_of)(const Slot&)) {
    for (Slot& place : bucket.slot) {
      if (value_of(place) != 0) continue;
      place = slot;
      return;
    }
    bucket.slot[next_victim++ % SlotBucket<Slot>::kSlots] = slot;
  }

  bool Holds(const LongEntry& entry, std::uint64_t hash, std::string_view piece) const {
    return entry.hash == hash && entry.size == piece.size() &&
           std::memcmp(long_bytes + entry.bytes_at, piece.data(), piece.size()) == 0;
  }
  // The entry of a long piece: its own, or the empty one that it can take. One in four is always
  // empty.
  LongEntry& FindLong(std::uint64_t hash, std::string_view piece) {
    constexpr std::size_t kMask = (std::size_t{1} << kLongBits) - 1;
    std::size_t i = hash >> (64 - kLongBits);
    while (long_entries[i].count != 0 && !Holds(long_entries[i], hash, piece)) i = (i + 1) & kMask;
    return long_entries[i];
  }
  // Makes the entry that of `piece`, of at most kMaxLongPiece bytes and that many ids. Needs
  // MakeRoom.
  void RememberLong(LongEntry& entry, std::uint64_t hash, std::string_view piece,
                    const std::uint32_t* ids, std::size_t count) {
    if (long_count > kLongLimit || long_size + piece.size() > kLongBytes ||
        list_size + count > kListLimit) {
      return;
    }
    ++long_count;
    entry = {hash, long_size, static_cast<std::uint32_t>(piece.size()), list_size,
             static_cast<std::uint32_t>(count)};
    std::memcpy(long_bytes + long_size, piece.data(), piece.size());
    std::memcpy(lists + list_size, ids, count * sizeof(ids[0]));
    long_size += entry.size;
    list_size += entry.count;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_PIECE_MEMORY_H_
