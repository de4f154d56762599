#include "usage/may_matter.h"

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

namespace toktally::usage {
namespace {

// A word that a format needs, and the place in it of two letters that are rare in other text.
struct Word {
  std::string_view text;
  std::size_t pair;
};
constexpr Word kWords[] = {
    {"oken", 0},          // tokens, inputTokens, token_count
    {"sage\"", 0},        // "usage", "totalUsage"; of "message" the letter before tells
    {"sageDetails", 0},   //
    {"sage_", 0},         // usage_metadata
    {"sageMetadata", 0},  //
    {"eval_count", 3},    // Ollama
    {"chunk", 1},         // chat.completion.chunk
    {"response.", 7},     // events of the Responses API
    {"custom_id", 5},     // batches
    {"session_meta", 6},  // Codex
    {"turn_context", 3},  //
    {"thread.started", 5},
    {"session.created", 6},  // Realtime
    {"session.updated", 6},
    {"rror\"", 0},      // "error"
    {"amount\"", 1},    // bills
    {"billed_", 5},     // Cohere
    {"TotalCost", 4},   // Langfuse
    {"total_cost", 4},  // Claude Code
    {"invocationM", 0},
    {"gen_ai.", 5},
    {"errorCode", 1},
};

constexpr bool IsTrue(std::string_view line, std::size_t at, const Word& word) {
  if (at < word.pair) return false;
  const std::size_t begin = at - word.pair;
  if (line.substr(begin, word.text.size()) != word.text) return false;
  // "message" is everywhere, "usage" is not.
  return word.text[0] != 's' || word.text[1] != 'a' || begin == 0 || line[begin - 1] == 'u' ||
         line[begin - 1] == 'U';
}

bool IsAny(std::string_view line, std::size_t at) {
  for (const Word& word : kWords) {
    if (line[at] == word.text[word.pair] && IsTrue(line, at, word)) return true;
  }
  return false;
}

}  // namespace

bool MayMatter(std::string_view line) {
  std::size_t at = 0;
#if defined(__SSE2__)
  constexpr std::size_t kWidth = 16;
  for (; at + kWidth + 1 <= line.size(); at += kWidth) {
    const auto* bytes = reinterpret_cast<const __m128i*>(line.data() + at);
    const auto* after = reinterpret_cast<const __m128i*>(line.data() + at + 1);
    const __m128i first = _mm_loadu_si128(bytes);
    const __m128i second = _mm_loadu_si128(after);
    __m128i found = _mm_setzero_si128();
    for (const Word& word : kWords) {
      const __m128i a = _mm_cmpeq_epi8(first, _mm_set1_epi8(word.text[word.pair]));
      const __m128i b = _mm_cmpeq_epi8(second, _mm_set1_epi8(word.text[word.pair + 1]));
      found = _mm_or_si128(found, _mm_and_si128(a, b));
    }
    auto hits = static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    for (; hits != 0; hits &= hits - 1) {
      if (IsAny(line, at + static_cast<std::size_t>(std::countr_zero(hits)))) return true;
    }
  }
#endif
  for (; at < line.size(); ++at) {
    if (IsAny(line, at)) return true;
  }
  return false;
}

}  // namespace toktally::usage
