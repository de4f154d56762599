// Where the plain part of a JSON string ends, 16 bytes at a time. Not installed.

#ifndef TOKTALLY_BASE_JSON_SCAN_H_
#define TOKTALLY_BASE_JSON_SCAN_H_

#include <bit>
#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace toktally {

// What ends a run: a quote, a backslash or a control character; and bytes that are not ASCII.
enum class JsonRun { kAnyText, kAscii };

// The first byte at or behind `at` that ends the run; text.size() if there is none.
template <JsonRun run>
inline std::size_t FindEndOfRun(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1F);
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    // Taken as signed numbers, bytes that are not ASCII are less than any control character.
    const __m128i low = run == JsonRun::kAscii
                            ? _mm_cmpgt_epi8(_mm_set1_epi8(0x20), bytes)
                            : _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes);
    const __m128i found = _mm_or_si128(
        low, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
#endif
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == '"' || byte == '\\') break;
    if (run == JsonRun::kAscii && byte >= 0x80) break;
  }
  return at;
}

}  // namespace toktally

#endif  // TOKTALLY_BASE_JSON_SCAN_H_
