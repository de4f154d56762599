// The compiled form of a vocabulary: one little-endian block of bytes without pointers, used where
// it lies. Written by vocabulary_compiler, read by vocabulary.
//
// Sections, each at an offset from the block's start that is a multiple of 64:
//
//   offsets   uint32[rank_limit + 1]   where a token's bytes begin in `bytes`; a hole has none
//   bytes     the tokens' bytes by rank, and kTokenPadding bytes
//   byte_ids  uint32[256]              the token of each single byte
//   first     uint32[65536]            the token of two bytes (low byte first), or kNoToken
//   pairs     PairBucket[1 << pair_bits]   the merges: left, right -> token
//   splits    uint64[rank_limit]       the pair that makes a token: left | right << 32; one that no
//                                      merge makes has itself on both sides
//   characters uint32[65536]           by code point: the PieceValue of what a character of two or
//                                      three bytes becomes by itself; 0 for the others, and for all
//                                      where ranks do not rise
//   crossings uint64[kCrossingWords]   bits, by Crossing::Hash: borders between characters that a
//                                      token crosses with part of one
//   short     ShortSlot[1 << short_bits]     pieces of 1 to 12 bytes
//   medium    MediumSlot[1 << medium_bits]   pieces of 13 to 28 bytes
//   long      uint64[1 << long_bits]   tokens of 29 bytes and more, by hash
//   lists     uint32[]                 the ids of pieces that are several tokens
//
// All tables are open-addressed with linear probing and never full; tokens are put in by rank, so
// that the frequent ones lie where the hash points.
//
// Why one pair a token is enough: when two parts l, r with l + r = T stand beside one another, no
// merge has crossed T's borders, so the merges inside T were the first ones of T merged alone. The
// last state but one of T alone is one pair; any other l, r cannot stand there.

#ifndef TOKTALLY_BPE_VOCABULARY_IMAGE_H_
#define TOKTALLY_BPE_VOCABULARY_IMAGE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace toktally {

static_assert(std::endian::native == std::endian::little,
              "vocabulary images are read in place; a big-endian machine needs its own byte order");

inline constexpr std::uint32_t kNoToken = 0xFFFFFFFF;
inline constexpr std::size_t kShortBytes = 12;
inline constexpr std::size_t kMediumBytes = 28;
inline constexpr std::size_t kTokenPadding = 16;

struct VocabularyImageHeader {
  static constexpr std::uint64_t kMagic = 0x3130424356545454;  // "TTTVCB01"
  std::uint64_t magic;
  std::uint32_t rank_limit;   // one more than the highest rank
  std::uint32_t token_count;  // ranks less holes
  std::uint32_t max_token_bytes;
  std::uint32_t pair_bits;
  std::uint32_t short_bits;
  std::uint32_t medium_bits;
  std::uint32_t long_bits;
  std::uint32_t list_count;
  std::uint32_t ranks_rise;  // 1 where every token ranks behind the two that make it
  std::uint32_t offsets_at, bytes_at, byte_ids_at, first_at, pairs_at, splits_at, characters_at,
      crossings_at, short_at, medium_at, long_at, lists_at, size;
};

// What a piece becomes, in 32 bits: the piece's length in its table (low 5 bits), the number of its
// tokens (5 bits, 1 to 31, more than any piece of kMediumBytes has), and its id, or where its ids
// lie in a list when they are several (22 bits). An empty slot is 0.
struct PieceValue {
  static constexpr std::uint32_t kLengthMask = 31;
  static constexpr std::uint32_t kMaxCount = 31;
  static constexpr std::uint32_t kPayloadLimit = 1u << 22;
  static constexpr unsigned kCountShift = 5;
  static constexpr unsigned kPayloadShift = 10;
  static constexpr std::uint32_t Make(std::size_t length, std::uint32_t count,
                                      std::uint32_t payload) {
    return static_cast<std::uint32_t>(length) | count << kCountShift | payload << kPayloadShift;
  }
  static constexpr std::uint32_t Count(std::uint32_t value) {
    return value >> kCountShift & kMaxCount;
  }
  static constexpr std::uint32_t Payload(std::uint32_t value) { return value >> kPayloadShift; }
};
static_assert(kMediumBytes <= PieceValue::kMaxCount);

// Twelve bytes of text, padded with zeros, and a PieceValue.
struct ShortSlot {
  std::uint64_t low;
  std::uint64_t high;  // four bytes of text, then the value
};
static_assert(sizeof(ShortSlot) == 16);

// Twenty-eight bytes of text, padded with zeros, and a PieceValue.
struct MediumSlot {
  std::uint64_t word[4];  // the value is the upper half of the last
};
static_assert(sizeof(MediumSlot) == 32);

// The bits of a slot's last word that are the key: the text and the length.
inline constexpr std::uint64_t kKeyBitsOfLastWord =
    0xFFFFFFFF | std::uint64_t{PieceValue::kLengthMask} << 32;

// Any multiplicative mixing will do: the bytes are compared after it.
inline constexpr std::uint64_t kHashFactor = 0x9E3779B97F4A7C15;
inline constexpr std::uint64_t kHashFactor2 = 0xD6E8FEB86659FD93;
// Of the key as it stands in a slot with the length alone for a value.
inline std::uint64_t HashShort(std::uint64_t low, std::uint64_t high) {
  return (low ^ high * kHashFactor) * kHashFactor2;
}
inline std::uint64_t HashMedium(const std::uint64_t (&word)[4]) {
  const std::uint64_t a = (word[0] ^ word[1] * kHashFactor) * kHashFactor2;
  const std::uint64_t b = (word[2] ^ word[3] * kHashFactor) * 0xA0761D6478BD642F;
  return a ^ (b >> 32 | b << 32);
}
std::uint64_t HashLong(const char* bytes, std::size_t size);

// A table of 1 << bits slots. The top bits of a hash are the index.
template <typename Slot>
struct SlotTable {
  Slot* slots;
  std::uint32_t bits;

  std::size_t Index(std::uint64_t hash) const { return hash >> (64 - bits); }
  std::size_t Next(std::size_t index) const { return (index + 1) & ((std::size_t{1} << bits) - 1); }
  Slot& At(std::uint64_t hash) const { return slots[Index(hash)]; }
};

// The low bits of the hash's upper half are an index; `bits` of them.
inline std::size_t HashIndex(std::uint64_t hash, std::uint32_t bits) { return hash >> (64 - bits); }

// A border between two characters: the last byte before it, the first behind it, and the byte after
// that if the character has more than one, else 0.
//
// Where no token that is not well-formed reaches across a border, what joins the two sides is made
// of whole characters only, so that the merges inside of these need not look at what stands beside
// them. Where ranks rise, they also come before any merge that joins the character to another, and
// a merge may begin with characters instead of bytes.
struct Crossing {
  static constexpr std::uint32_t kBits = 16;
  static std::uint32_t Hash(unsigned char last, unsigned char first, unsigned char second) {
    const std::uint32_t key =
        static_cast<std::uint32_t>(last) << 16 | static_cast<std::uint32_t>(first) << 8 | second;
    return key * 0x9E3779B1u >> (32 - kBits);
  }
};
inline constexpr std::size_t kCrossingWords = (std::size_t{1} << Crossing::kBits) / 64;

// A bucket of `pairs`, one cache line: slots of left + 1 (18 bits and a carry), right (18 bits) and
// token (18 bits); 0 is empty. A full bucket goes on in the next one.
struct PairBucket {
  static constexpr std::size_t kSlots = 8;
  static constexpr std::uint32_t kIdLimit = 1u << 18;
  std::uint64_t slot[kSlots];

  static std::uint64_t Key(std::uint32_t left, std::uint32_t right) {
    return (static_cast<std::uint64_t>(left) + 1) << 18 | right;
  }
  static std::uint64_t Hash(std::uint64_t key) { return key * kHashFactor; }
  static std::uint64_t Make(std::uint64_t key, std::uint32_t token) { return key << 18 | token; }
};
static_assert(sizeof(PairBucket) == 64);

}  // namespace toktally

#endif  // TOKTALLY_BPE_VOCABULARY_IMAGE_H_
