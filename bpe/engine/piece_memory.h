// The tables of a Workspace: pieces that were looked up or merged, so that they need not be again.

#ifndef TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_
#define TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "bpe/vocabulary/image.h"

namespace toktally {

// A short piece as it is sought in a memory: its bytes, padded with 0xFF, which stands in no UTF-8,
// so that the length need not be compared; and where its bucket begins, in bytes. What is no short
// piece is 0xFF all over.
struct ShortSeek {
  std::uint64_t low;
  std::uint32_t high;
  std::uint32_t bucket_at;
};
static_assert(sizeof(ShortSeek) == 16 && kShortBytes == 12);

// What a piece becomes, on its way through a batch and for a short piece in a memory: up to three
// ids themselves, or where a list of them lies; 0 where nothing is known. The count is in the
// highest bits.
struct PieceIds {
  static constexpr unsigned kIdBits = 18;
  static constexpr std::size_t kInline = 3;
  static constexpr unsigned kCountShift = 59;
  static constexpr std::uint64_t kList = std::uint64_t{1} << 58;
  static_assert(std::uint32_t{1} << kIdBits == PairBucket::kIdLimit);
  static_assert(PieceValue::kMaxCount == (~std::uint64_t{0} >> kCountShift));

  static constexpr std::uint32_t Count(std::uint64_t ids) {
    return static_cast<std::uint32_t>(ids >> kCountShift);
  }
  static constexpr std::uint64_t One(std::uint32_t id) {
    return id | std::uint64_t{1} << kCountShift;
  }
  // 1 to kInline ids.
  static std::uint64_t Of(const std::uint32_t* ids, std::size_t count) {
    std::uint64_t all = static_cast<std::uint64_t>(count) << kCountShift;
    for (std::size_t i = 0; i < count; ++i)
      all |= static_cast<std::uint64_t>(ids[i]) << kIdBits * i;
    return all;
  }
  // In a list, at the payload of a PieceValue.
  static constexpr std::uint64_t List(std::uint32_t count, std::uint32_t payload) {
    return payload | kList | static_cast<std::uint64_t>(count) << kCountShift;
  }
  static constexpr std::uint32_t ListAt(std::uint64_t ids) {
    return ids & (PieceValue::kPayloadLimit - 1);
  }
  // From a table's value, which says nothing of the ids themselves if there are several.
  static constexpr std::uint64_t From(std::uint32_t value) {
    const std::uint32_t count = PieceValue::Count(value);
    const std::uint32_t payload = PieceValue::Payload(value);
    return count == 1 ? One(payload) : List(count, payload);
  }
};

// Three short pieces in a cache line.
struct alignas(64) ShortBucket {
  static constexpr std::size_t kSlots = 3;
  std::uint64_t low[kSlots];
  std::uint64_t ids[kSlots];  // PieceIds
  std::uint32_t high[kSlots];
};
static_assert(sizeof(ShortBucket) == 64);

struct alignas(64) MediumBucket {
  static constexpr std::size_t kSlots = 2;
  MediumSlot slot[kSlots];
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

  // These two are looked at all over; they fill whole huge pages.
  ShortBucket short_buckets[1u << kShortBits];
  MediumBucket medium_buckets[1u << kMediumBits];
  const void* image;  // of the vocabulary that it is filled for
  std::uint64_t image_number;
  std::uint32_t list_size;
  std::uint32_t long_size;  // bytes
  std::uint32_t long_count;
  std::uint32_t next_victim;
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

  // The bucket of a short piece. The engine's vector code works the same out by itself.
  static std::uint32_t ShortBucketAt(std::uint64_t low, std::uint32_t high) {
    const std::uint64_t hash = HashShort(low, 0xFFFFFFFF00000000 | high);
    return static_cast<std::uint32_t>(hash >> (64 - kShortBits)) * sizeof(ShortBucket);
  }

  ShortBucket& BucketOf(const ShortSeek& key) {
    return *reinterpret_cast<ShortBucket*>(reinterpret_cast<char*>(short_buckets) + key.bucket_at);
  }
  // A bucket and its neighbour share what does not fit into one of them.
  ShortBucket& NeighbourOf(ShortBucket& bucket) {
    return short_buckets[(&bucket - short_buckets) ^ 1];
  }
  MediumBucket& NeighbourOf(MediumBucket& bucket) {
    return medium_buckets[(&bucket - medium_buckets) ^ 1];
  }
  static bool Full(const ShortBucket& bucket) { return bucket.ids[ShortBucket::kSlots - 1] != 0; }
  static bool Full(const MediumBucket& bucket) {
    return bucket.slot[MediumBucket::kSlots - 1].word[3] >> 32 != 0;
  }

  // Puts a piece into the bucket or its neighbour, if need be into the place of another, unless it
  // is there already: one that was new twice in a batch.
  void Remember(const ShortSeek& key, std::uint64_t ids) {
    ShortBucket* bucket = &BucketOf(key);
    for (int i = 0; i < 2; ++i, bucket = &NeighbourOf(*bucket)) {
      for (std::size_t slot = 0; slot < ShortBucket::kSlots; ++slot) {
        const bool same = bucket->low[slot] == key.low && bucket->high[slot] == key.high;
        if (bucket->ids[slot] != 0 && !same) continue;
        if (bucket->ids[slot] == 0) Put(*bucket, slot, key, ids);
        return;
      }
    }
    Put(NeighbourOf(*bucket), next_victim++ % ShortBucket::kSlots, key, ids);
  }
  void Remember(MediumBucket& home, const MediumSlot& piece) {
    MediumBucket* bucket = &home;
    for (int i = 0; i < 2; ++i, bucket = &NeighbourOf(*bucket)) {
      for (MediumSlot& slot : bucket->slot) {
        const std::uint64_t difference =
            (slot.word[0] ^ piece.word[0]) | (slot.word[1] ^ piece.word[1]) |
            (slot.word[2] ^ piece.word[2]) | ((slot.word[3] ^ piece.word[3]) & kKeyBitsOfLastWord);
        const bool empty = slot.word[3] >> 32 == 0;
        if (!empty && difference != 0) continue;
        if (empty) slot = piece;
        return;
      }
    }
    NeighbourOf(home).slot[next_victim++ % MediumBucket::kSlots] = piece;
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

 private:
  static void Put(ShortBucket& bucket, std::size_t slot, const ShortSeek& key, std::uint64_t ids) {
    bucket.low[slot] = key.low;
    bucket.high[slot] = key.high;
    bucket.ids[slot] = ids;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_
