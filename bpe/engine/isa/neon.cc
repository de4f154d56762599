// The engine with NEON, which every AArch64 processor has: four quarters of 16 bytes.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "bpe/engine/isa/isa.h"

namespace toktally {
namespace {

#include "bpe/engine/generic/beyond_ascii.inc"
#include "bpe/engine/generic/portable.inc"

TOKTALLY_INLINE uint8x16_t Load16(const void* from) {
  return vld1q_u8(static_cast<const std::uint8_t*>(from));
}

struct Block {
  uint8x16_t part[4];

  TOKTALLY_INLINE static Block Load(const char* from) {
    return {{Load16(from), Load16(from + 16), Load16(from + 32), Load16(from + 48)}};
  }
  TOKTALLY_INLINE std::uint64_t Equal(char c) const {
    const uint8x16_t all = vdupq_n_u8(static_cast<std::uint8_t>(c));
    return Bits([&](uint8x16_t bytes) { return vceqq_u8(bytes, all); });
  }
  TOKTALLY_INLINE std::uint64_t Between(char first, char last) const {
    const uint8x16_t from = vdupq_n_u8(static_cast<std::uint8_t>(first));
    const uint8x16_t most = vdupq_n_u8(static_cast<std::uint8_t>(last - first));
    return Bits([&](uint8x16_t bytes) { return vcleq_u8(vsubq_u8(bytes, from), most); });
  }
  TOKTALLY_INLINE std::uint64_t High() const {
    return Bits([](uint8x16_t bytes) { return vcgeq_u8(bytes, vdupq_n_u8(0x80)); });
  }
  TOKTALLY_INLINE std::uint64_t Has(char bit) const {
    const uint8x16_t all = vdupq_n_u8(static_cast<std::uint8_t>(bit));
    return Bits([&](uint8x16_t bytes) { return vtstq_u8(bytes, all); });
  }
  TOKTALLY_INLINE Block WithBit(char bit) const {
    const uint8x16_t all = vdupq_n_u8(static_cast<std::uint8_t>(bit));
    return {{vorrq_u8(part[0], all), vorrq_u8(part[1], all), vorrq_u8(part[2], all),
             vorrq_u8(part[3], all)}};
  }

 private:
  // A bit for each byte that `test` makes 0xFF: each keeps one bit of its own, and neighbours are
  // added until eight stand in a byte.
  template <typename Test>
  TOKTALLY_INLINE std::uint64_t Bits(Test test) const {
    const uint8x16_t own = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    const auto kept = [&](int i) { return vandq_u8(test(part[i]), own); };
    uint8x16_t sums = vpaddq_u8(vpaddq_u8(kept(0), kept(1)), vpaddq_u8(kept(2), kept(3)));
    sums = vpaddq_u8(sums, sums);
    return vgetq_lane_u64(vreinterpretq_u64_u8(sums), 0);
  }
};

struct Isa : PortableIsa, WindowByBlock<Block> {
  class Candidates {
   public:
    TOKTALLY_INLINE void Load(const std::uint32_t* keys, bool wide) {
      lanes_ = wide ? kMergeParts : 16;
      std::memcpy(keys_, keys, lanes_ * sizeof(keys[0]));
    }
    TOKTALLY_INLINE void Set(unsigned lane, std::uint32_t key) { keys_[lane] = key; }
    TOKTALLY_INLINE std::uint32_t Least() const {
      uint32x4_t least = vdupq_n_u32(0xFFFFFFFF);
      for (unsigned i = 0; i < lanes_; i += 16) {
        const auto four = [&](unsigned k) { return vld1q_u32(keys_ + i + k); };
        least =
            vminq_u32(least, vminq_u32(vminq_u32(four(0), four(4)), vminq_u32(four(8), four(12))));
      }
      return vminvq_u32(least);
    }

   private:
    std::uint32_t keys_[kMergeParts];
    unsigned lanes_;
  };

  // All slots of a bucket at once; the one that is the pair's is not 0.
  TOKTALLY_INLINE static std::uint32_t FindMergeFrom(const Vocabulary& vocabulary,
                                                     const PairBucket* bucket, std::uint64_t pair) {
    const uint64x2_t wanted = vdupq_n_u64(pair);
    for (;; bucket = vocabulary.NextBucket(bucket)) {
      uint64x2_t found = vdupq_n_u64(0);
      for (std::size_t i = 0; i < PairBucket::kSlots; i += 2) {
        const uint64x2_t two = vld1q_u64(bucket->slot + i);
        found = vorrq_u64(found, vandq_u64(two, vceqq_u64(vshrq_n_u64(two, 18), wanted)));
      }
      const std::uint64_t slot = vgetq_lane_u64(found, 0) | vgetq_lane_u64(found, 1);
      if ((slot != 0) | (bucket->slot[PairBucket::kSlots - 1] == 0)) [[likely]] {
        const auto token = static_cast<std::uint32_t>(slot & (PairBucket::kIdLimit - 1));
        return token | (0u - static_cast<std::uint32_t>(slot == 0));  // kNoToken has all bits
      }
    }
  }

  TOKTALLY_INLINE static void MakeMemoryKeys(const char* base, const std::uint32_t* borders,
                                             std::size_t count, const PieceMemory& memory,
                                             MemoryKey* keys) {
    const char* const buckets = reinterpret_cast<const char*>(memory.short_buckets);
    constexpr unsigned kBucketBits = PieceMemory::kBucketBits;
    const unsigned shift = 64 - memory.size.short_bits - kBucketBits;
    const std::uint32_t bucket_mask = ((1u << memory.size.short_bits) - 1) << kBucketBits;
    std::uint32_t begin = borders[0];
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t end = borders[i + 1];
      const std::size_t size = end - begin;
      // What is too long is read as a piece of no bytes.
      const std::uint8_t* fill = kPieceFill - (size > kShortBytes ? 0 : size);
      const uint64x2_t key = vreinterpretq_u64_u8(vorrq_u8(Load16(base + begin), Load16(fill)));
      begin = end;
      const std::uint64_t hash = HashShort(vgetq_lane_u64(key, 0), vgetq_lane_u64(key, 1));
      const std::uint32_t at = static_cast<std::uint32_t>(hash >> shift) & bucket_mask;
      __builtin_prefetch(buckets + at);
      vst1q_u32(reinterpret_cast<std::uint32_t*>(keys + i),
                vsetq_lane_u32(at, vreinterpretq_u32_u64(key), 3));
    }
  }

  TOKTALLY_INLINE static MediumKey MakeMediumKey(const char* piece, std::size_t size) {
    const std::uint8_t* mask = kPieceMask - size;
    const uint8x16_t low = vandq_u8(Load16(piece), Load16(mask));
    const uint32x4_t high = vreinterpretq_u32_u8(vandq_u8(Load16(piece + 16), Load16(mask + 16)));
    MediumKey key;
    vst1q_u64(key.word, vreinterpretq_u64_u8(low));
    vst1q_u64(key.word + 2,
              vreinterpretq_u64_u32(vsetq_lane_u32(static_cast<std::uint32_t>(size), high, 3)));
    return key;
  }

  TOKTALLY_INLINE static std::uint32_t FindInBucket(const MediumBucket& bucket,
                                                    const MediumKey& key) {
    const uint64x2_t key_bits =
        vcombine_u64(vdup_n_u64(~std::uint64_t{0}), vdup_n_u64(kKeyBitsOfLastWord));
    const auto is_it = [&](const MediumSlot& slot) {
      const uint64x2_t low = veorq_u64(vld1q_u64(slot.word), vld1q_u64(key.word));
      const uint64x2_t high = veorq_u64(vld1q_u64(slot.word + 2), vld1q_u64(key.word + 2));
      const uint64x2_t differ = vorrq_u64(low, vandq_u64(high, key_bits));
      return vmaxvq_u32(vreinterpretq_u32_u64(differ)) == 0;
    };
    if (is_it(bucket.slot[0])) return static_cast<std::uint32_t>(bucket.slot[0].word[3] >> 32);
    if (is_it(bucket.slot[1])) return static_cast<std::uint32_t>(bucket.slot[1].word[3] >> 32);
    return 0;
  }

  TOKTALLY_INLINE static bool AllInline(const std::uint64_t* ids) {
    uint64x2_t any = vdupq_n_u64(0);
    uint64x2_t zeros = vdupq_n_u64(0);
    for (std::size_t i = 0; i < kIdBlock; i += 2) {
      const uint64x2_t two = vld1q_u64(ids + i);
      any = vorrq_u64(any, two);
      zeros = vorrq_u64(zeros, vceqzq_u64(two));
    }
    const uint64x2_t others = vorrq_u64(zeros, vandq_u64(any, vdupq_n_u64(PieceIds::kList)));
    return vmaxvq_u32(vreinterpretq_u32_u64(others)) == 0;
  }
};

#include "bpe/engine/generic/loop.inc"

}  // namespace

const EnginePath kNeonPath = MakePath(
    "neon", [] { return true; }, HandPatterns());

}  // namespace toktally

#endif  // defined(__aarch64__)
