// The engine with AVX-512: one comparison a class, straight into a mask register.

#if defined(__x86_64__)

// GCC 12 takes the "undefined" operands inside its own intrinsics for a mistake of ours (GCC bug
// 105593).
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#include "bpe/engine/isa/isa.h"

// Everything below, and nothing above, is compiled for these.
#if defined(__clang__)
#pragma clang attribute push(                                                                      \
    __attribute__((target(                                                                         \
        "avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target( \
    "avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")
#endif

namespace toktally {
namespace {

#include "bpe/engine/generic/beyond_ascii.inc"
#include "bpe/engine/generic/portable.inc"

struct Block {
  __m512i bytes;
  TOKTALLY_INLINE static Block Load(const char* from) { return {_mm512_loadu_si512(from)}; }
  TOKTALLY_INLINE std::uint64_t Equal(char c) const {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
  }
  TOKTALLY_INLINE std::uint64_t Between(char first, char last) const {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8(first)),
                                  _mm512_set1_epi8(static_cast<char>(last - first)));
  }
  TOKTALLY_INLINE std::uint64_t High() const { return _mm512_movepi8_mask(bytes); }
  TOKTALLY_INLINE std::uint64_t Has(char bit) const {
    return _mm512_test_epi8_mask(bytes, _mm512_set1_epi8(bit));
  }
  TOKTALLY_INLINE Block WithBit(char bit) const {
    return {_mm512_or_si512(bytes, _mm512_set1_epi8(bit))};
  }
};

alignas(64) constexpr std::uint8_t kByteNumbers[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

struct Isa : PortableIsa, WindowByBlock<Block> {
  class Candidates {
   public:
    TOKTALLY_INLINE void Load(const std::uint32_t* keys, bool wide) {
      first_ = _mm512_loadu_si512(keys);
      wide_ = wide;
      if (!wide) return;
      for (int i = 0; i < kMore; ++i) more_[i] = _mm512_loadu_si512(keys + 16 * (i + 1));
    }
    TOKTALLY_INLINE void Set(unsigned lane, std::uint32_t key) {
      const std::uint64_t bit = std::uint64_t{1} << lane;
      const __m512i all = _mm512_set1_epi32(static_cast<int>(key));
      first_ = _mm512_mask_mov_epi32(first_, static_cast<__mmask16>(bit), all);
      if (!wide_) return;
      for (int i = 0; i < kMore; ++i) {
        more_[i] =
            _mm512_mask_mov_epi32(more_[i], static_cast<__mmask16>(bit >> 16 * (i + 1)), all);
      }
    }
    TOKTALLY_INLINE std::uint32_t Least() const {
      __m512i least = first_;
      if (wide_) {
        for (int i = 0; i < kMore; ++i) least = _mm512_min_epu32(least, more_[i]);
      }
      return _mm512_reduce_min_epu32(least);
    }

   private:
    static constexpr int kMore = kMergeParts / 16 - 1;
    __m512i first_;
    __m512i more_[kMore];
    bool wide_;
  };

  // As Vocabulary::FindMergeFrom: all slots of a bucket at once.
  TOKTALLY_INLINE static std::uint32_t FindMergeFrom(const Vocabulary& vocabulary,
                                                     const PairBucket* bucket, std::uint64_t pair) {
    for (;; bucket = vocabulary.NextBucket(bucket)) {
      const __m512i slots = _mm512_loadu_si512(bucket->slot);
      const unsigned same = _mm512_cmpeq_epi64_mask(
          _mm512_srli_epi64(slots, 18), _mm512_set1_epi64(static_cast<long long>(pair)));
      const std::uint64_t slot = bucket->slot[std::countr_zero(same | 128u)];
      if ((same != 0) | (bucket->slot[PairBucket::kSlots - 1] == 0)) [[likely]] {
        const auto token = static_cast<std::uint32_t>(slot & (PairBucket::kIdLimit - 1));
        return token | (0u - static_cast<std::uint32_t>(same == 0));  // kNoToken has all bits
      }
    }
  }

  // Four keys at a time, one in each 128-bit lane.
  TOKTALLY_INLINE static void MakeMemoryKeys(const char* base, const std::uint32_t* borders,
                                             std::size_t count, const PieceMemory& memory,
                                             MemoryKey* keys) {
    const __m512i ones = _mm512_set1_epi32(-1);
    const __m512i lane_of = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    const __m512i byte_number =
        _mm512_broadcast_i32x4(_mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    const __m512i factor = _mm512_set1_epi64(static_cast<long long>(kHashFactor));
    const __m512i factor2 = _mm512_set1_epi64(static_cast<long long>(kHashFactor2));
    constexpr unsigned kBucketBits = PieceMemory::kBucketBits;
    const unsigned bits = memory.size.short_bits;
    const __m512i bucket_mask = _mm512_set1_epi64(((1 << bits) - 1) << kBucketBits);
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - bits - kBucketBits));
    constexpr __mmask16 kLastOfLane = 0x8888;
    const char* const buckets = reinterpret_cast<const char*>(memory.short_buckets);
    constexpr std::size_t kBehind = 16;
    const auto prefetch = [&](std::size_t i) { __builtin_prefetch(buckets + keys[i].bucket_at); };
    const auto bytes_at = [&](std::uint32_t begin) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(base + begin));
    };
    for (std::size_t i = 0; i < count; i += 4) {
      const std::uint32_t* begins = borders + i;
      const __m128i sizes =
          _mm_sub_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(begins + 1)),
                        _mm_loadu_si128(reinterpret_cast<const __m128i*>(begins)));
      __m512i text = _mm512_castsi128_si512(bytes_at(begins[0]));
      text = _mm512_inserti32x4(text, bytes_at(begins[1]), 1);
      text = _mm512_inserti32x4(text, bytes_at(begins[2]), 2);
      text = _mm512_inserti32x4(text, bytes_at(begins[3]), 3);
      const __m512i size = _mm512_permutexvar_epi32(lane_of, _mm512_castsi128_si512(sizes));
      const __mmask64 inside =
          _mm512_cmplt_epu8_mask(byte_number, _mm512_shuffle_epi8(size, _mm512_setzero_si512()));
      __m512i key = _mm512_mask_blend_epi8(inside, ones, text);
      key = _mm512_mask_mov_epi32(
          key, _mm512_cmpgt_epu32_mask(size, _mm512_set1_epi32(kShortBytes)), ones);
      const __m512i product = _mm512_mullo_epi64(key, factor);
      const __m512i mixed = _mm512_xor_si512(key, _mm512_shuffle_epi32(product, _MM_PERM_BADC));
      const __m512i hash = _mm512_mullo_epi64(mixed, factor2);
      const __m512i at = _mm512_and_si512(_mm512_srl_epi64(hash, shift), bucket_mask);
      _mm512_store_si512(keys + i, _mm512_mask_shuffle_epi32(key, kLastOfLane, at, _MM_PERM_AAAA));
      // Not those of these four: what was just stored would be waited for.
      if (i >= kBehind) {
        for (std::size_t k = 0; k < 4; ++k) prefetch(i - kBehind + k);
      }
    }
    for (std::size_t i = count - std::min(count, kBehind); i < count; ++i) prefetch(i);
  }

  TOKTALLY_INLINE static void FindKeys(const PieceMemory& memory, const MemoryKey* keys,
                                       std::size_t count, std::uint64_t* ids) {
    const char* const buckets = reinterpret_cast<const char*>(memory.short_buckets);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      const auto* bucket = reinterpret_cast<const ShortBucket*>(buckets + keys[i].bucket_at);
      // The fourth lane is of the next member, and not asked for.
      const __mmask8 same_low = _mm256_mask_cmpeq_epi64_mask(
          (1 << ShortBucket::kSlots) - 1, _mm256_set1_epi64x(static_cast<long long>(keys[i].low)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bucket->low)));
      const __mmask8 same = _mm_mask_cmpeq_epi32_mask(
          same_low, _mm_set1_epi32(static_cast<int>(keys[i].high)),
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(bucket->high)));
      const __m256i found = _mm256_maskz_compress_epi64(
          same, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bucket->ids)));
      ids[i] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_castsi256_si128(found)));
    }
  }

  TOKTALLY_INLINE static MediumKey MakeMediumKey(const char* piece, std::size_t size) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(piece));
    const __mmask32 inside = _bzhi_u32(~0u, static_cast<unsigned>(size));
    const __m256i key = _mm256_mask_mov_epi32(_mm256_maskz_mov_epi8(inside, bytes), 0x80,
                                              _mm256_set1_epi32(static_cast<int>(size)));
    MediumKey made;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&made), key);
    return made;
  }

  TOKTALLY_INLINE static std::uint32_t FindInBucket(const MediumBucket& bucket,
                                                    const MediumKey& key) {
    const __m512i slots = _mm512_load_si512(&bucket);
    const __m256i one = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&key));
    const __m512i wanted = _mm512_broadcast_i64x4(one);
    const __m512i key_bits = _mm512_broadcast_i64x4(
        _mm256_set_epi64x(static_cast<long long>(kKeyBitsOfLastWord), -1, -1, -1));
    const unsigned equal = _mm512_testn_epi64_mask(_mm512_xor_si512(slots, wanted), key_bits);
    if ((equal & 0x0F) == 0x0F) return static_cast<std::uint32_t>(bucket.slot[0].word[3] >> 32);
    if ((equal & 0xF0) == 0xF0) return static_cast<std::uint32_t>(bucket.slot[1].word[3] >> 32);
    return 0;
  }

  TOKTALLY_INLINE static void WritePositions(std::uint64_t bits, std::uint32_t base,
                                             std::uint32_t* positions) {
    const __m512i all = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kByteNumbers));
    const __m512i from = _mm512_set1_epi32(static_cast<int>(base));
    const auto write = [&](__m128i sixteen, int at) {
      _mm512_storeu_si512(positions + at, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(sixteen)));
    };
    write(_mm512_castsi512_si128(all), 0);
    const int count = std::popcount(bits);
    if (count > 16) [[unlikely]] {
      write(_mm512_extracti32x4_epi32(all, 1), 16);
      write(_mm512_extracti32x4_epi32(all, 2), 32);
      write(_mm512_extracti32x4_epi32(all, 3), 48);
    }
  }

  TOKTALLY_INLINE static std::uint64_t NoteMissing(const std::uint64_t* ids, std::size_t count,
                                                   std::uint32_t* missing,
                                                   std::size_t& missing_count) {
    __m512i tokens = _mm512_setzero_si512();
    std::size_t found = missing_count;
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      const __m512i first = _mm512_load_si512(ids + i);
      const __m512i second = _mm512_load_si512(ids + i + 8);
      tokens = _mm512_add_epi64(tokens,
                                _mm512_add_epi64(_mm512_srli_epi64(first, PieceIds::kCountShift),
                                                 _mm512_srli_epi64(second, PieceIds::kCountShift)));
      const unsigned zeros = _mm512_testn_epi64_mask(first, first) |
                             static_cast<unsigned>(_mm512_testn_epi64_mask(second, second)) << 8;
      if (zeros == 0) continue;
      WritePositions(zeros, static_cast<std::uint32_t>(i), missing + found);
      found += static_cast<std::size_t>(std::popcount(zeros));
    }
    for (; i < count; i += 8) {
      // The last four may stand alone.
      const auto lanes = static_cast<__mmask8>(count - i < 8 ? 0x0F : 0xFF);
      const __m512i eight = _mm512_maskz_loadu_epi64(lanes, ids + i);
      tokens = _mm512_add_epi64(tokens, _mm512_srli_epi64(eight, PieceIds::kCountShift));
      const __mmask8 zeros = _mm512_mask_testn_epi64_mask(lanes, eight, eight);
      if (zeros == 0) continue;
      WritePositions(zeros, static_cast<std::uint32_t>(i), missing + found);
      found += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(zeros)));
    }
    missing_count = found;
    return static_cast<std::uint64_t>(_mm512_reduce_add_epi64(tokens));
  }

  TOKTALLY_INLINE static bool AllInline(const std::uint64_t* ids) {
    const __m512i first = _mm512_load_si512(ids);
    const __m512i second = _mm512_load_si512(ids + 8);
    const __m512i list = _mm512_set1_epi64(static_cast<long long>(PieceIds::kList));
    const unsigned lists = static_cast<unsigned>(_mm512_test_epi64_mask(first, list)) |
                           _mm512_test_epi64_mask(second, list);
    const unsigned zeros = static_cast<unsigned>(_mm512_testn_epi64_mask(first, first)) |
                           _mm512_testn_epi64_mask(second, second);
    return (lists | zeros) == 0;
  }

  TOKTALLY_INLINE static std::uint64_t SpreadFirstTwo(std::uint64_t ids) {
    return _pdep_u64(ids, 0x0003FFFF0003FFFF);
  }
};

#include "bpe/engine/generic/loop.inc"

}  // namespace
}  // namespace toktally

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace toktally {

const EnginePath kAvx512Path = MakePath(
    "avx512",
    [] {
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
             __builtin_cpu_supports("bmi2");
    },
    HandPatterns());

}  // namespace toktally

#endif  // defined(__x86_64__)
