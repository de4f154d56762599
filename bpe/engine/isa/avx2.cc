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

struct Bytes {
  __m256i low;
  __m256i high;
};

TOKTALLY_INLINE Bytes LoadBytes(const void* from) {
  const auto* halves = static_cast<const __m256i*>(from);
  return {_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
}
TOKTALLY_INLINE std::uint64_t SignBits(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}
TOKTALLY_INLINE std::uint64_t Equal(Bytes bytes, char c) {
  const __m256i all = _mm256_set1_epi8(c);
  return SignBits(_mm256_cmpeq_epi8(bytes.low, all), _mm256_cmpeq_epi8(bytes.high, all));
}
// One half: the bytes from first to last become 0xFF.
TOKTALLY_INLINE __m256i BetweenHalf(__m256i bytes, char first, char last) {
  const __m256i distance = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(last - first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(distance, most), distance);
}
TOKTALLY_INLINE std::uint64_t Between(Bytes bytes, char first, char last) {
  return SignBits(BetweenHalf(bytes.low, first, last), BetweenHalf(bytes.high, first, last));
}
TOKTALLY_INLINE Bytes ToLower(Bytes bytes) {
  const __m256i bit = _mm256_set1_epi8(0x20);
  return {_mm256_or_si256(bytes.low, bit), _mm256_or_si256(bytes.high, bit)};
}

#include "bpe/engine/generic/maskless.inc"

// As Vocabulary::FindMergeFrom: all slots of a bucket at once.
TOKTALLY_INLINE std::uint32_t FindMergeFrom(const Vocabulary& vocabulary, const PairBucket* bucket,
                                            std::uint64_t pair) {
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

TOKTALLY_INLINE void SeekShort(const PieceMemory* memory, const ShortSeek* keys, std::size_t count,
                               std::uint64_t* ids) {
  const char* const buckets = reinterpret_cast<const char*>(memory->short_buckets);
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

struct Isa : PositionsByFours {
  template <bool kUsesCase>
  TOKTALLY_INLINE static Window Load(const char* text) {
    const Bytes bytes = LoadBytes(text);
    Window w = {};
    w.size = kWindowBytes;
    w.letter = Between(ToLower(bytes), 'a', 'z');
    if (kUsesCase) {
      w.upper = Between(bytes, 'A', 'Z');
      w.slash = Equal(bytes, '/');
    }
    w.number = Between(bytes, '0', '9');
    w.blank = Equal(bytes, ' ');
    w.newline = Equal(bytes, '\n') | Equal(bytes, '\r');
    w.space = Between(bytes, 9, 13) | w.blank;
    w.apostrophe = Equal(bytes, '\'');
    w.high = SignBits(bytes.low, bytes.high);
    if (w.high != 0) AddBeyondAscii(text, bytes, w);
    return w;
  }

 private:
  // For AddScripts.
  struct TextBytes {
    const char* text;
    template <int kAhead>
    TOKTALLY_INLINE std::uint64_t Between(int first, int last) const {
      return toktally::Between(LoadBytes(text + kAhead), static_cast<char>(first),
                               static_cast<char>(last));
    }
    template <int kAhead>
    TOKTALLY_INLINE std::uint64_t Equal(int c) const {
      return toktally::Equal(LoadBytes(text + kAhead), static_cast<char>(c));
    }
  };

  TOKTALLY_INLINE static void AddBeyondAscii(const char* text, Bytes bytes, Window& w) {
    w.continuation = Between(bytes, static_cast<char>(0x80), static_cast<char>(0xBF));
    std::uint64_t leads = w.high & ~w.continuation;
    if (std::popcount(leads) >= kManyCharacters) leads &= ~AddScripts(TextBytes{text}, leads, w);
    AddCharacters(text, leads, w);
    LeaveCutCharacterOut(text, w);
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

const EnginePath kAvx2Path = {
    "avx2",
    [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); },
    &MergeOnStack,
    &MergeSegments,
    {LoopsOf<R50kWindow>(), LoopsOf<Cl100kWindow>(), LoopsOf<O200kWindow>()}};

}  // namespace toktally

#endif  // defined(__x86_64__)
