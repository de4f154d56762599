// The tables of a Workspace: pieces that were looked up or merged, so that they need not be again.

#ifndef TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_
#define TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "bpe/engine/batch_rows.h"
#include "bpe/vocabulary/image.h"

namespace toktally {

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

// How large a memory's tables are. A memory's block holds them and the rows of two batches.
struct MemorySize {
  std::uint32_t short_bits;   // 1 << so many buckets
  std::uint32_t medium_bits;  // likewise
  std::uint32_t long_bits;    // entries
  std::uint32_t lists;        // ids
  std::uint32_t long_bytes;
};

struct PieceMemory {
  // Longer pieces are not remembered.
  static constexpr std::size_t kMaxLongPiece = 1024;
  // Set in the payload of a value whose ids lie in `lists` here, and not in the vocabulary's.
  static constexpr std::uint32_t kOwnList = PieceValue::kPayloadLimit >> 1;

  MemorySize size;
  char* block;  // where all of it begins
  ShortBucket* short_buckets;
  MediumBucket* medium_buckets;
  LongEntry* long_entries;
  std::uint32_t* lists;
  char* long_bytes;

  const void* image;  // of the vocabulary that it is filled for
  std::uint64_t image_number;
  std::uint32_t short_count;  // of pieces that were put in
  std::uint32_t medium_count;
  std::uint32_t long_count;
  std::uint32_t list_size;
  std::uint32_t long_size;  // bytes
  std::uint32_t next_victim;
  // For the two parts of a text that are taken in turns.
  BatchRows rows[2];

  // Forgets everything if there may be no room for `ids` more in lists, or for another long piece.
  // Not while values are in use.
  void MakeRoom(std::size_t ids) {
    if (list_size + ids > size.lists || long_size + kMaxLongPiece > size.long_bytes ||
        long_count > LongLimit()) {
      Forget();
    }
  }

  void Forget() {
    short_count = 0;
    medium_count = 0;
    long_count = 0;
    list_size = 0;
    long_size = 0;
    const auto clear = [](auto* table, std::uint32_t bits) {
      std::memset(static_cast<void*>(table), 0, sizeof(*table) << bits);
    };
    clear(short_buckets, size.short_bits);
    clear(medium_buckets, size.medium_bits);
    clear(long_entries, size.long_bits);
  }

  // Takes over what a smaller memory holds. Only when empty.
  void TakeOver(const PieceMemory& from) {
    image = from.image;
    image_number = from.image_number;
    std::memcpy(lists, from.lists, from.list_size * sizeof(lists[0]));
    list_size = from.list_size;
    for (std::size_t i = 0; i < std::size_t{1} << from.size.short_bits; ++i) {
      const ShortBucket& bucket = from.short_buckets[i];
      for (std::size_t slot = 0; slot < ShortBucket::kSlots && bucket.ids[slot] != 0; ++slot) {
        const std::uint64_t low = bucket.low[slot];
        const std::uint32_t high = bucket.high[slot];
        Remember({low, high, ShortBucketAt(low, high)}, bucket.ids[slot]);
      }
    }
    for (std::size_t i = 0; i < std::size_t{1} << from.size.medium_bits; ++i) {
      for (const MediumSlot& slot : from.medium_buckets[i].slot) {
        if (slot.word[3] >> 32 == 0) continue;
        const std::uint64_t key[4] = {slot.word[0], slot.word[1], slot.word[2],
                                      slot.word[3] & kKeyBitsOfLastWord};
        Remember(MediumBucketOf(HashMedium(key)), slot);
      }
    }
    std::memcpy(long_bytes, from.long_bytes, from.long_size);
    long_size = from.long_size;
    for (std::size_t i = 0; i < std::size_t{1} << from.size.long_bits; ++i) {
      const LongEntry& entry = from.long_entries[i];
      if (entry.count == 0) continue;
      FindLong(entry.hash, {long_bytes + entry.bytes_at, entry.size}) = entry;
      ++long_count;
    }
  }

  // Whether pieces begin to drive one another out.
  bool IsFull() const {
    return short_count > (ShortBucket::kSlots << size.short_bits) / 2 ||
           medium_count > (MediumBucket::kSlots << size.medium_bits) / 2 ||
           long_count > LongLimit() / 2;
  }

  // The bucket of a short piece. The engine's vector code works the same out by itself.
  static constexpr unsigned kBucketBits = 6;
  static_assert(sizeof(ShortBucket) == 1u << kBucketBits);
  std::uint32_t ShortBucketAt(std::uint64_t low, std::uint32_t high) const {
    const std::uint64_t hash = HashShort(low, 0xFFFFFFFF00000000 | high);
    return static_cast<std::uint32_t>(hash >> (64 - size.short_bits)) << kBucketBits;
  }
  MediumBucket& MediumBucketOf(std::uint64_t hash) const {
    return medium_buckets[hash >> (64 - size.medium_bits)];
  }

  ShortBucket& BucketOf(const MemoryKey& key) const {
    return *reinterpret_cast<ShortBucket*>(reinterpret_cast<char*>(short_buckets) + key.bucket_at);
  }
  // A bucket and its neighbour share what does not fit into one of them.
  ShortBucket& NeighbourOf(ShortBucket& bucket) const {
    return short_buckets[(&bucket - short_buckets) ^ 1];
  }
  MediumBucket& NeighbourOf(MediumBucket& bucket) const {
    return medium_buckets[(&bucket - medium_buckets) ^ 1];
  }
  static bool Full(const ShortBucket& bucket) { return bucket.ids[ShortBucket::kSlots - 1] != 0; }
  static bool Full(const MediumBucket& bucket) {
    return bucket.slot[MediumBucket::kSlots - 1].word[3] >> 32 != 0;
  }

  // Puts a piece into the bucket or its neighbour, if need be into the place of another, unless it
  // is there already: one that was new twice in a batch.
  void Remember(const MemoryKey& key, std::uint64_t ids) {
    ShortBucket* bucket = &BucketOf(key);
    for (int i = 0; i < 2; ++i, bucket = &NeighbourOf(*bucket)) {
      for (std::size_t slot = 0; slot < ShortBucket::kSlots; ++slot) {
        const bool same = bucket->low[slot] == key.low && bucket->high[slot] == key.high;
        if (bucket->ids[slot] != 0 && !same) continue;
        if (bucket->ids[slot] == 0) {
          ++short_count;
          Put(*bucket, slot, key, ids);
        }
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
        if (empty) {
          ++medium_count;
          slot = piece;
        }
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
    const std::size_t mask = (std::size_t{1} << size.long_bits) - 1;
    std::size_t i = hash >> (64 - size.long_bits);
    while (long_entries[i].count != 0 && !Holds(long_entries[i], hash, piece)) i = (i + 1) & mask;
    return long_entries[i];
  }
  // Makes the entry that of `piece`, of at most kMaxLongPiece bytes and that many ids. Needs
  // MakeRoom.
  void RememberLong(LongEntry& entry, std::uint64_t hash, std::string_view piece,
                    const std::uint32_t* ids, std::size_t count) {
    if (long_count > LongLimit() || long_size + piece.size() > size.long_bytes ||
        list_size + count > size.lists) {
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
  std::uint32_t LongLimit() const { return (1u << size.long_bits) / 4 * 3; }
  static void Put(ShortBucket& bucket, std::size_t slot, const MemoryKey& key, std::uint64_t ids) {
    bucket.low[slot] = key.low;
    bucket.high[slot] = key.high;
    bucket.ids[slot] = ids;
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_PIECE_MEMORY_H_
