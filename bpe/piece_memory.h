// The tables of a Workspace: pieces that were looked up or merged, each at the one place that its
// hash gives. A newer piece takes the place of an older one.

#ifndef TOKTALLY_BPE_PIECE_MEMORY_H_
#define TOKTALLY_BPE_PIECE_MEMORY_H_

#include <cstdint>
#include <cstring>

#include "bpe/vocabulary_image.h"

namespace toktally {

struct PieceMemory {
  static constexpr std::uint32_t kShortBits = 16;
  static constexpr std::uint32_t kMediumBits = 14;
  static constexpr std::uint32_t kListLimit = 1u << 18;
  // Set in the payload of a value whose ids lie in `lists` here, and not in the vocabulary's.
  static constexpr std::uint32_t kOwnList = PieceValue::kPayloadLimit >> 1;

  const void* image;  // of the vocabulary that it is filled for
  std::uint32_t list_size;
  ShortSlot short_slots[1u << kShortBits];
  MediumSlot medium_slots[1u << kMediumBits];
  std::uint32_t lists[kListLimit];

  // Forgets everything if fewer than `ids` more would fit. Not while values are in use.
  void MakeRoomForIds(std::uint32_t ids) {
    if (list_size + ids > kListLimit) Forget();
  }
  void Forget() {
    list_size = 0;
    std::memset(static_cast<void*>(short_slots), 0, sizeof(short_slots));
    std::memset(static_cast<void*>(medium_slots), 0, sizeof(medium_slots));
  }
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_PIECE_MEMORY_H_
