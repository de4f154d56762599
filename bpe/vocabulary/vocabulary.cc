#include "bpe/vocabulary/vocabulary.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace toktally {
namespace {

template <typename T>
const T* Section(const char* image, std::uint32_t offset) {
  return reinterpret_cast<const T*>(image + offset);
}

}  // namespace

std::uint64_t HashLong(const char* bytes, std::size_t size) {
  std::uint64_t hash = size * kHashFactor;
  for (; size >= 8; bytes += 8, size -= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes, 8);
    hash = (hash ^ word) * kHashFactor;
    hash ^= hash >> 29;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, size);
  hash = (hash ^ word) * kHashFactor;
  return hash ^ hash >> 29;
}

Vocabulary::Vocabulary(const char* image)
    : header_(Section<VocabularyImageHeader>(image, 0)),
      offsets_(Section<std::uint32_t>(image, header_->offsets_at)),
      bytes_(image + header_->bytes_at),
      byte_ids_(Section<std::uint32_t>(image, header_->byte_ids_at)),
      first_(Section<std::uint32_t>(image, header_->first_at)),
      pairs_(Section<PairBucket>(image, header_->pairs_at)),
      splits_(Section<std::uint64_t>(image, header_->splits_at)),
      characters_(Section<std::uint32_t>(image, header_->characters_at)),
      crossings_(Section<std::uint64_t>(image, header_->crossings_at)),
      short_(Section<ShortSlot>(image, header_->short_at)),
      medium_(Section<MediumSlot>(image, header_->medium_at)),
      long_(Section<std::uint64_t>(image, header_->long_at)),
      lists_(Section<std::uint32_t>(image, header_->lists_at)) {
  assert(header_->magic == VocabularyImageHeader::kMagic);
}

ShortKey MakeShortKey(const char* piece, std::size_t size) {
  assert(size <= kShortBytes);
  char bytes[16] = {};
  std::memcpy(bytes, piece, size);
  ShortKey key;
  std::memcpy(&key, bytes, 16);
  key.high |= static_cast<std::uint64_t>(size) << 32;
  return key;
}

std::uint32_t Vocabulary::FindShort(ShortKey key) const {
  const SlotTable<const ShortSlot> table = short_table();
  for (std::size_t i = table.Index(HashShort(key.low, key.high));; i = table.Next(i)) {
    const ShortSlot& slot = table.slots[i];
    const std::uint64_t difference =
        (slot.low ^ key.low) | ((slot.high ^ key.high) & kKeyBitsOfLastWord);
    if (difference == 0) return static_cast<std::uint32_t>(slot.high >> 32);
    if (slot.high >> 32 == 0) return 0;
  }
}

std::uint32_t Vocabulary::FindMedium(const char* piece, std::size_t size) const {
  std::uint64_t key[4] = {};
  std::memcpy(key, piece, size);
  key[3] |= static_cast<std::uint64_t>(size) << 32;
  const SlotTable<const MediumSlot> table = medium_table();
  for (std::size_t i = table.Index(HashMedium(key));; i = table.Next(i)) {
    const MediumSlot& slot = table.slots[i];
    const std::uint64_t difference = (slot.word[0] ^ key[0]) | (slot.word[1] ^ key[1]) |
                                     (slot.word[2] ^ key[2]) |
                                     ((slot.word[3] ^ key[3]) & kKeyBitsOfLastWord);
    if (difference == 0) return static_cast<std::uint32_t>(slot.word[3] >> 32);
    if (slot.word[3] >> 32 == 0) return 0;
  }
}

std::uint32_t Vocabulary::FindLong(const char* piece, std::size_t size) const {
  if (size > header_->max_token_bytes) return 0;
  const std::uint64_t hash = HashLong(piece, size);
  const std::size_t mask = (std::size_t{1} << header_->long_bits) - 1;
  for (std::size_t i = HashIndex(hash, header_->long_bits);; i = (i + 1) & mask) {
    const std::uint64_t slot = long_[i];
    if (slot == 0) return 0;
    const auto rank = static_cast<std::uint32_t>(slot);
    if (slot >> 32 == hash >> 32 && BytesOf(rank) == std::string_view(piece, size)) {
      return PieceValue::Make(0, 1, rank);
    }
  }
}

std::uint32_t Vocabulary::FindPiece(const char* piece, std::size_t size) const {
  if (size <= kShortBytes) return FindShort(MakeShortKey(piece, size));
  return size <= kMediumBytes ? FindMedium(piece, size) : FindLong(piece, size);
}

std::optional<std::uint32_t> Vocabulary::FindRank(std::string_view bytes) const {
  if (bytes.empty()) return std::nullopt;
  const std::uint32_t value = FindPiece(bytes.data(), bytes.size());
  if (PieceValue::Count(value) != 1) return std::nullopt;
  return PieceValue::Payload(value);
}

}  // namespace toktally
