// Bytes ↔ rank, and what the merge needs: a view of a compiled vocabulary (bpe/vocabulary/image.h).

#ifndef TOKTALLY_BPE_VOCABULARY_VOCABULARY_H_
#define TOKTALLY_BPE_VOCABULARY_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "bpe/vocabulary/image.h"

namespace toktally {

// A key of the table of short pieces: the piece's bytes padded with zeros, and its length.
struct ShortKey {
  std::uint64_t low;
  std::uint64_t high;
};

class Vocabulary {
 public:
  // `image` is a block made by CompileVocabulary; it must outlive this and be aligned to 8 bytes.
  explicit Vocabulary(const char* image);

  std::uint32_t rank_limit() const { return header_->rank_limit; }

  // The bytes of a token; empty for a hole. rank < rank_limit(). So many may be read from where it
  // begins, whatever its length.
  static constexpr std::size_t kReadableBytes = kTokenPadding;
  std::string_view BytesOf(std::uint32_t rank) const {
    return {bytes_ + offsets_[rank], offsets_[rank + 1] - offsets_[rank]};
  }

  // The rank of the token that is exactly `bytes`.
  std::optional<std::uint32_t> FindRank(std::string_view bytes) const;

  // The PieceValue of a piece whose answer is known, or 0. Reads no byte outside the piece.
  std::uint32_t FindPiece(const char* piece, std::size_t size) const;

  // The ids of a piece of several tokens, by the payload of its value.
  const std::uint32_t* List(std::uint32_t payload) const { return lists_ + payload; }

  std::uint32_t ByteToken(unsigned char byte) const { return byte_ids_[byte]; }
  // The token of two bytes, or kNoToken.
  std::uint32_t FirstMerge(unsigned char left, unsigned char right) const {
    return first_[left | right << 8];
  }
  // The token that two neighbouring parts merge to, or kNoToken; by PairBucket::Key of their ids.
  std::uint32_t FindMerge(std::uint64_t pair) const {
    return FindMergeFrom(FirstBucket(pair), pair);
  }
  // Where the search for a pair begins, and the search itself.
  const PairBucket* FirstBucket(std::uint64_t pair) const {
    return pairs_ + HashIndex(PairBucket::Hash(pair), header_->pair_bits);
  }
  std::uint32_t FindMergeFrom(const PairBucket* bucket, std::uint64_t pair) const {
    for (;; bucket = NextBucket(bucket)) {
      for (const std::uint64_t slot : bucket->slot) {
        if (slot >> 18 == pair) return slot & (PairBucket::kIdLimit - 1);
      }
      if (bucket->slot[PairBucket::kSlots - 1] == 0) return kNoToken;
    }
  }
  // Where it goes on from a full bucket.
  const PairBucket* NextBucket(const PairBucket* bucket) const {
    return bucket + 1 == pairs_ + (std::size_t{1} << header_->pair_bits) ? pairs_ : bucket + 1;
  }

  // The PieceValue of a character of two or three bytes, or 0 where it must be merged from its
  // bytes.
  std::uint32_t Character(std::uint32_t code_point) const { return characters_[code_point]; }
  // Whether a token with part of a character may reach across the border; see Crossing. False
  // positives are few.
  bool MayCross(unsigned char last, unsigned char first, unsigned char second) const {
    const std::uint32_t bit = Crossing::Hash(last, first, second);
    return (crossings_[bit / 64] >> bit % 64 & 1) != 0;
  }

  // The two tokens that a token is merged from, or itself twice.
  std::uint32_t LeftOf(std::uint32_t rank) const {
    return static_cast<std::uint32_t>(splits_[rank]);
  }
  std::uint32_t RightOf(std::uint32_t rank) const {
    return static_cast<std::uint32_t>(splits_[rank] >> 32);
  }
  // Whether every token ranks behind the two that make it, as in any vocabulary that was trained.
  bool ranks_rise() const { return header_->ranks_rise != 0; }

  // Asks for the slot of the short piece of this hash.
  void PrefetchShort(std::uint64_t hash) const { __builtin_prefetch(&short_table().At(hash)); }
  // The tables of pieces at first hand, for the engine's loop.
  SlotTable<const ShortSlot> short_table() const { return {short_, header_->short_bits}; }
  SlotTable<const MediumSlot> medium_table() const { return {medium_, header_->medium_bits}; }
  // Two views of one image are the same vocabulary.
  const void* image() const { return header_; }

 private:
  std::uint32_t FindShort(ShortKey key) const;
  std::uint32_t FindMedium(const char* piece, std::size_t size) const;
  std::uint32_t FindLong(const char* piece, std::size_t size) const;

  const VocabularyImageHeader* header_;
  const std::uint32_t* offsets_;
  const char* bytes_;
  const std::uint32_t* byte_ids_;
  const std::uint32_t* first_;
  const PairBucket* pairs_;
  const std::uint64_t* splits_;
  const std::uint32_t* characters_;
  const std::uint64_t* crossings_;
  const ShortSlot* short_;
  const MediumSlot* medium_;
  const std::uint64_t* long_;
  const std::uint32_t* lists_;
};

// The key of a piece of at most kShortBytes bytes. Reads no byte outside it.
ShortKey MakeShortKey(const char* piece, std::size_t size);

}  // namespace toktally

#endif  // TOKTALLY_BPE_VOCABULARY_VOCABULARY_H_
