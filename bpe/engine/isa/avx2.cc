// The engine with AVX2: two halves of 32 bytes.

#if defined(__x86_64__)

#include <immintrin.h>

#include "bpe/engine/isa/isa.h"

// Everything below, and nothing above, is compiled for these.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#endif

namespace toktally {
namespace {

#include "bpe/engine/generic/beyond_ascii.inc"
#include "bpe/engine/generic/portable.inc"

struct Block {
  __m256i low;
  __m256i high;

  TOKTALLY_INLINE static Block Load(const char* from) {
    const auto* halves = reinterpret_cast<const __m256i*>(from);
    return {_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
  }
  TOKTALLY_INLINE std::uint64_t Equal(char c) const {
    const __m256i all = _mm256_set1_epi8(c);
    return SignBits(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
  }
  TOKTALLY_INLINE std::uint64_t Between(char first, char last) const {
    return SignBits(HalfBetween(low, first, last), HalfBetween(high, first, last));
  }
  TOKTALLY_INLINE std::uint64_t High() const { return SignBits(low, high); }
  TOKTALLY_INLINE std::uint64_t Has(char bit) const {
    const __m256i all = _mm256_set1_epi8(bit);
    return SignBits(_mm256_cmpeq_epi8(_mm256_and_si256(low, all), all),
                    _mm256_cmpeq_epi8(_mm256_and_si256(high, all), all));
  }
  TOKTALLY_INLINE Block WithBit(char bit) const {
    const __m256i all = _mm256_set1_epi8(bit);
    return {_mm256_or_si256(low, all), _mm256_or_si256(high, all)};
  }

 private:
  TOKTALLY_INLINE static std::uint64_t SignBits(__m256i low, __m256i high) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }
  // The bytes from first to last become 0xFF.
  TOKTALLY_INLINE static __m256i HalfBetween(__m256i bytes, char first, char last) {
    const __m256i distance = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
    const __m256i most = _mm256_set1_epi8(static_cast<char>(last - first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(distance, most), distance);
  }
};

// Where the ones of four bits stand.
alignas(64) constexpr std::uint32_t kPositionsOfFour[16][4] = {
    {0, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {2, 0, 0, 0}, {0, 2, 0, 0},
    {1, 2, 0, 0}, {0, 1, 2, 0}, {3, 0, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {0, 1, 3, 0},
    {2, 3, 0, 0}, {0, 2, 3, 0}, {1, 2, 3, 0}, {0, 1, 2, 3}};

TOKTALLY_INLINE __m256i Load32(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

struct Isa : PortableIsa, WindowByBlock<Block> {
  // As Vocabulary::FindMergeFrom: all slots of a bucket at once.
  TOKTALLY_INLINE static std::uint32_t FindMergeFrom(const Vocabulary& vocabulary,
                                                     const PairBucket* bucket, std::uint64_t pair) {
    const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(pair));
    for (;; bucket = vocabulary.NextBucket(bucket)) {
      const auto same_in = [&](const std::uint64_t* slots) {
        const __m256i four = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(slots));
        return static_cast<unsigned>(_mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_srli_epi64(four, 18), wanted))));
      };
      const unsigned same = same_in(bucket->slot) | same_in(bucket->slot + 4) << 4;
      const std::uint64_t slot = bucket->slot[std::countr_zero(same | 128u)];
      if ((same != 0) | (bucket->slot[PairBucket::kSlots - 1] == 0)) [[likely]] {
        const auto token = static_cast<std::uint32_t>(slot & (PairBucket::kIdLimit - 1));
        return token | (0u - static_cast<std::uint32_t>(same == 0));  // kNoToken has all bits
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
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(base + begin));
      const __m128i key =
          _mm_or_si128(bytes, _mm_loadu_si128(reinterpret_cast<const __m128i*>(fill)));
      begin = end;
      const std::uint64_t hash = HashShort(static_cast<std::uint64_t>(_mm_cvtsi128_si64(key)),
                                           static_cast<std::uint64_t>(_mm_extract_epi64(key, 1)));
      const std::uint32_t at = static_cast<std::uint32_t>(hash >> shift) & bucket_mask;
      __builtin_prefetch(buckets + at);
      _mm_store_si128(reinterpret_cast<__m128i*>(keys + i),
                      _mm_insert_epi32(key, static_cast<int>(at), 3));
    }
  }

  TOKTALLY_INLINE static void FindKeys(const PieceMemory& memory, const MemoryKey* keys,
                                       std::size_t count, std::uint64_t* ids) {
    const char* const buckets = reinterpret_cast<const char*>(memory.short_buckets);
    for (std::size_t i = 0; i < count; ++i) {
      const auto* bucket = reinterpret_cast<const ShortBucket*>(buckets + keys[i].bucket_at);
      // The fourth lanes are of the next member; their bits are left out.
      const int same_low = _mm256_movemask_pd(_mm256_castsi256_pd(
          _mm256_cmpeq_epi64(_mm256_set1_epi64x(static_cast<long long>(keys[i].low)),
                             _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bucket->low)))));
      const int same_high = _mm_movemask_ps(_mm_castsi128_ps(
          _mm_cmpeq_epi32(_mm_set1_epi32(static_cast<int>(keys[i].high)),
                          _mm_loadu_si128(reinterpret_cast<const __m128i*>(bucket->high)))));
      constexpr unsigned kAllSlots = (1u << ShortBucket::kSlots) - 1;
      const unsigned same = static_cast<unsigned>(same_low & same_high) & kAllSlots;
      const std::uint64_t found =
          bucket->ids[std::countr_zero(same | 1u << (ShortBucket::kSlots - 1))];
      ids[i] = found & (0 - static_cast<std::uint64_t>(same != 0));
    }
  }

  TOKTALLY_INLINE static std::uint64_t NoteMissing(const std::uint64_t* ids, std::size_t count,
                                                   std::uint32_t* missing,
                                                   std::size_t& missing_count) {
    std::size_t found = missing_count;
    __m256i tokens = _mm256_setzero_si256();
    for (std::size_t i = 0; i < count; i += 4) {
      const __m256i four = Load32(ids + i);
      tokens = _mm256_add_epi64(tokens, _mm256_srli_epi64(four, PieceIds::kCountShift));
      const auto zeros = static_cast<unsigned>(_mm256_movemask_pd(
          _mm256_castsi256_pd(_mm256_cmpeq_epi64(four, _mm256_setzero_si256()))));
      const __m128i where =
          _mm_add_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(kPositionsOfFour[zeros])),
                        _mm_set1_epi32(static_cast<int>(i)));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(missing + found), where);
      found += static_cast<std::size_t>(std::popcount(zeros));
    }
    missing_count = found;
    const __m128i two =
        _mm_add_epi64(_mm256_castsi256_si128(tokens), _mm256_extracti128_si256(tokens, 1));
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1));
  }

  TOKTALLY_INLINE static MediumKey MakeMediumKey(const char* piece, std::size_t size) {
    const __m256i inside = _mm256_and_si256(Load32(piece), Load32(kPieceMask - size));
    const __m256i lengths = _mm256_set1_epi32(static_cast<int>(size));
    MediumKey key;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&key),
                        _mm256_blend_epi32(inside, lengths, 0x80));
    return key;
  }

  TOKTALLY_INLINE static std::uint32_t FindInBucket(const MediumBucket& bucket,
                                                    const MediumKey& key) {
    const __m256i wanted = Load32(&key);
    const __m256i key_bits =
        _mm256_set_epi64x(static_cast<long long>(kKeyBitsOfLastWord), -1, -1, -1);
    const auto is_it = [&](const MediumSlot& slot) {
      return _mm256_testz_si256(_mm256_xor_si256(Load32(&slot), wanted), key_bits) != 0;
    };
    if (is_it(bucket.slot[0])) return static_cast<std::uint32_t>(bucket.slot[0].word[3] >> 32);
    if (is_it(bucket.slot[1])) return static_cast<std::uint32_t>(bucket.slot[1].word[3] >> 32);
    return 0;
  }

  TOKTALLY_INLINE static bool AllInline(const std::uint64_t* ids) {
    __m256i any = _mm256_setzero_si256();
    __m256i zeros = _mm256_setzero_si256();
    for (std::size_t i = 0; i < kIdBlock; i += 4) {
      const __m256i four = Load32(ids + i);
      any = _mm256_or_si256(any, four);
      zeros = _mm256_or_si256(zeros, _mm256_cmpeq_epi64(four, _mm256_setzero_si256()));
    }
    const __m256i list = _mm256_set1_epi64x(static_cast<long long>(PieceIds::kList));
    const __m256i others = _mm256_or_si256(zeros, _mm256_and_si256(any, list));
    return _mm256_testz_si256(others, others) != 0;
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

const EnginePath kAvx2Path = MakePath(
    "avx2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); },
    HandPatterns());

}  // namespace toktally

#endif  // defined(__x86_64__)
