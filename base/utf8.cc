#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace toktally {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

enum class SequenceKind { kWellFormed, kIllFormed, kTruncated };

// What stands at one position: a well-formed sequence, an ill-formed maximal subpart, or a proper
// beginning of a well-formed sequence that the end of the text cuts short.
struct Sequence {
  SequenceKind kind;
  std::size_t length;
};

// How many bytes follow a lead byte, and the range of the first of them (Unicode table 3-7).
struct LeadByte {
  unsigned following;
  unsigned char low;
  unsigned char high;
};

constexpr LeadByte DescribeLead(unsigned char lead) {
  if (lead < 0xC2 || lead > 0xF4) return {0, 0, 0};
  if (lead < 0xE0) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead < 0xF0) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {3, 0x80, 0xBF};
}

// `text` must not be empty.
Sequence SequenceAt(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {SequenceKind::kWellFormed, 1};
  const LeadByte lead = DescribeLead(byte(0));
  if (lead.following == 0) return {SequenceKind::kIllFormed, 1};
  for (std::size_t i = 1; i <= lead.following; ++i) {
    if (i == text.size()) return {SequenceKind::kTruncated, i};
    const unsigned char low = i == 1 ? lead.low : 0x80;
    const unsigned char high = i == 1 ? lead.high : 0xBF;
    if (byte(i) < low || byte(i) > high) return {SequenceKind::kIllFormed, i};
  }
  return {SequenceKind::kWellFormed, lead.following + 1};
}

// The states of the automaton that ValidPrefix runs, each the amount by which a row of kTransitions
// is shifted right to bring that state's successor to the bottom six bits. A byte then costs one
// shift on the critical path, because the load of its row depends on no state.
constexpr unsigned kReject = 0;
constexpr unsigned kAccept = 6;
constexpr unsigned kOneMore = 12;
constexpr unsigned kTwoMore = 18;
constexpr unsigned kThreeMore = 24;
constexpr unsigned kAfterE0 = 30;
constexpr unsigned kAfterEd = 36;
constexpr unsigned kAfterF0 = 42;
constexpr unsigned kAfterF4 = 48;

constexpr unsigned StateAfterLead(unsigned char lead) {
  if (lead < 0x80) return kAccept;
  if (lead == 0xE0) return kAfterE0;
  if (lead == 0xED) return kAfterEd;
  if (lead == 0xF0) return kAfterF0;
  if (lead == 0xF4) return kAfterF4;
  constexpr unsigned kByFollowing[] = {kReject, kOneMore, kTwoMore, kThreeMore};
  return kByFollowing[DescribeLead(lead).following];
}

constexpr std::array<std::uint64_t, 256> MakeTransitions() {
  std::array<std::uint64_t, 256> rows{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto within = [byte](unsigned low, unsigned high, std::uint64_t next) {
      return byte >= low && byte <= high ? next : std::uint64_t{kReject};
    };
    rows[byte] =
        std::uint64_t{StateAfterLead(static_cast<unsigned char>(byte))} << kAccept |
        within(0x80, 0xBF, kAccept) << kOneMore | within(0x80, 0xBF, kOneMore) << kTwoMore |
        within(0x80, 0xBF, kTwoMore) << kThreeMore | within(0xA0, 0xBF, kOneMore) << kAfterE0 |
        within(0x80, 0x9F, kOneMore) << kAfterEd | within(0x90, 0xBF, kTwoMore) << kAfterF0 |
        within(0x80, 0x8F, kTwoMore) << kAfterF4;
  }
  return rows;
}

constexpr std::array<std::uint64_t, 256> kTransitions = MakeTransitions();

bool IsAscii32(const char* text) {
  std::uint64_t words[4];
  std::memcpy(words, text, sizeof words);
  return ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080) == 0;
}

std::uint64_t Advance(std::uint64_t state, char byte) {
  return kTransitions[static_cast<unsigned char>(byte)] >> (state & 63);
}

#if defined(__x86_64__)

// Thirty-two bytes at a time, after Keiser and Lemire, "Validating UTF-8 in less than one
// instruction per byte" (2021): what is wrong with two neighbouring bytes shows in the first one's
// halves and the second one's upper half, so three look-ups of sixteen entries, with a bit for each
// kind of error, and their intersection find all of it but for the third and fourth bytes of a
// sequence.
constexpr char kTooShort = 1 << 0;        // a lead without its continuation
constexpr char kTooLong = 1 << 1;         // ASCII with a continuation behind it
constexpr char kOverlong3 = 1 << 2;       // E0 80..9F
constexpr char kTooLarge = 1 << 3;        // F4 90..BF and F5..FF
constexpr char kSurrogate = 1 << 4;       // ED A0..BF
constexpr char kOverlong2 = 1 << 5;       // C0 and C1
constexpr char kF8AndOverlong4 = 1 << 6;  // F5..FF with 80..8F, and F0 80..8F
constexpr char kTwoContinuations = static_cast<char>(1 << 7);
// These do not depend on the first byte's lower half.
constexpr char kCarry = kTooShort | kTooLong | kTwoContinuations;
constexpr char kLargeLow = kCarry | kTooLarge | kF8AndOverlong4;
constexpr char kBehindAny = kTooLong | kOverlong2 | kTwoContinuations;

#define TOKTALLY_TWICE(...) __VA_ARGS__, __VA_ARGS__

[[gnu::target("avx2")]] inline __m256i UpperHalves(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

// The errors of `bytes`, given the 32 bytes before; not zero where there is one.
[[gnu::target("avx2")]] inline __m256i FindErrors(__m256i bytes, __m256i before) {
  const __m256i first_upper = _mm256_setr_epi8(
      TOKTALLY_TWICE(kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong,
                     kTwoContinuations, kTwoContinuations, kTwoContinuations, kTwoContinuations,
                     kTooShort | kOverlong2, kTooShort, kTooShort | kOverlong3 | kSurrogate,
                     kTooShort | kTooLarge | kF8AndOverlong4));
  const __m256i first_lower = _mm256_setr_epi8(TOKTALLY_TWICE(
      kCarry | kOverlong3 | kOverlong2 | kF8AndOverlong4, kCarry | kOverlong2, kCarry, kCarry,
      kCarry | kTooLarge, kLargeLow, kLargeLow, kLargeLow, kLargeLow, kLargeLow, kLargeLow,
      kLargeLow, kLargeLow, kLargeLow | kSurrogate, kLargeLow, kLargeLow));
  const __m256i second_upper = _mm256_setr_epi8(TOKTALLY_TWICE(
      kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort,
      kBehindAny | kOverlong3 | kF8AndOverlong4, kBehindAny | kOverlong3 | kTooLarge,
      kBehindAny | kSurrogate | kTooLarge, kBehindAny | kSurrogate | kTooLarge, kTooShort,
      kTooShort, kTooShort, kTooShort));
  const __m256i seam = _mm256_permute2x128_si256(before, bytes, 0x21);
  const __m256i one_before = _mm256_alignr_epi8(bytes, seam, 15);
  const __m256i two_before = _mm256_alignr_epi8(bytes, seam, 14);
  const __m256i three_before = _mm256_alignr_epi8(bytes, seam, 13);
  const __m256i pairs = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(first_upper, UpperHalves(one_before)),
          _mm256_shuffle_epi8(first_lower, _mm256_and_si256(one_before, _mm256_set1_epi8(0x0F)))),
      _mm256_shuffle_epi8(second_upper, UpperHalves(bytes)));
  // The third byte of a sequence of three or four and the fourth must follow a continuation: there,
  // and only there, two continuations in a row are right.
  const __m256i third = _mm256_subs_epu8(two_before, _mm256_set1_epi8(0xE0 - 0x80));
  const __m256i fourth = _mm256_subs_epu8(three_before, _mm256_set1_epi8(0xF0 - 0x80));
  const __m256i must_continue =
      _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(static_cast<char>(0x80)));
  return _mm256_xor_si256(must_continue, pairs);
}

#undef TOKTALLY_TWICE

// A position (a multiple of 64, or 0) before which all is well-formed but for a sequence that may
// reach beyond it. Stops at the first block of 64 bytes with an error, or with the last whole
// block.
[[gnu::target("avx2")]] std::size_t ValidBlocks(std::string_view text) {
  __m256i before = _mm256_setzero_si256();
  // Whether the last sequence before a block may reach into it shows in its first bytes; ASCII
  // blocks need no look at all if nothing can.
  bool may_reach = false;
  std::size_t position = 0;
  for (; text.size() - position >= 64; position += 64) {
    const auto* block = reinterpret_cast<const __m256i*>(text.data() + position);
    const __m256i low = _mm256_loadu_si256(block);
    const __m256i high = _mm256_loadu_si256(block + 1);
    const bool ascii = _mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0;
    if (!ascii || may_reach) {
      const __m256i errors = _mm256_or_si256(FindErrors(low, before), FindErrors(high, low));
      if (!_mm256_testz_si256(errors, errors)) break;
    }
    may_reach = !ascii;
    before = high;
  }
  return position;
}

std::size_t SkipValidBlocks(std::string_view text) {
  return text.size() >= 64 && __builtin_cpu_supports("avx2") ? ValidBlocks(text) : 0;
}

#else

std::size_t SkipValidBlocks(std::string_view) { return 0; }

#endif

// Where the last sequence that begins before `position` begins, given that it, if it is complete,
// is well-formed: `position` itself if it ends there.
std::size_t BeginOfSequenceAt(std::string_view text, std::size_t position) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(position, 3); ++back) {
    if ((text[position - back] & 0xC0) != 0x80) return position - back;
  }
  return position;
}

// The end of the well-formed prefix, given that the bytes before `position` are well-formed but for
// a sequence that may reach beyond it.
std::size_t EndOfValidFrom(std::string_view text, std::size_t position) {
  position = BeginOfSequenceAt(text, position);
  while (position < text.size()) {
    const Sequence sequence = SequenceAt(text.substr(position));
    if (sequence.kind != SequenceKind::kWellFormed) break;
    position += sequence.length;
  }
  return position;
}

// The end of what is well-formed from `position` on. What is ill-formed once often is so again
// soon: some sequences are looked at one by one before it pays to ask for blocks.
std::size_t EndOfValidRun(std::string_view text, std::size_t position) {
  constexpr int kOneByOne = 8;
  for (int i = 0; i < kOneByOne; ++i) {
    if (position == text.size()) return position;
    const Sequence sequence = SequenceAt(text.substr(position));
    if (sequence.kind != SequenceKind::kWellFormed) return position;
    position += sequence.length;
  }
  return position + ValidPrefix(text.substr(position));
}

template <typename OnReplacement>
std::string Replace(std::string_view text, OnReplacement on_replacement) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t position = 0;;) {
    const std::size_t begin = position;
    position = EndOfValidRun(text, position);
    out.append(text, begin, position - begin);
    if (position == text.size()) return out;
    const std::size_t length = SequenceAt(text.substr(position)).length;
    on_replacement(Utf8Replacement{out.size(), position, position + length});
    out.append(kReplacementCharacter);
    position += length;
  }
}

// The first replacement that ends behind `offset` of the replaced text.
std::span<const Utf8Replacement>::iterator FirstEndingAfter(
    std::span<const Utf8Replacement> replacements, std::size_t offset) {
  return std::partition_point(replacements.begin(), replacements.end(),
                              [offset](const Utf8Replacement& replacement) {
                                return replacement.at + kReplacementCharacter.size() <= offset;
                              });
}

// `offset` of the replaced text carried over to the original, given the first replacement that ends
// behind it and that the offset is not inside that one.
std::size_t CarryOver(std::span<const Utf8Replacement> replacements,
                      std::span<const Utf8Replacement>::iterator next, std::size_t offset) {
  if (next == replacements.begin()) return offset;
  const Utf8Replacement& last = *std::prev(next);
  return last.end + (offset - last.at - kReplacementCharacter.size());
}

}  // namespace

std::size_t ValidPrefix(std::string_view text) {
  constexpr std::size_t kBlock = 32;
  std::uint64_t state = kAccept;
  std::size_t position = BeginOfSequenceAt(text, SkipValidBlocks(text));
  for (; text.size() - position >= kBlock; position += kBlock) {
    const char* block = text.data() + position;
    if ((state & 63) == kAccept && IsAscii32(block)) continue;
    for (std::size_t i = 0; i < kBlock; ++i) state = Advance(state, block[i]);
    if ((state & 63) == kReject) return EndOfValidFrom(text, position);
  }
  for (const char byte : text.substr(position)) state = Advance(state, byte);
  return (state & 63) == kAccept ? text.size() : EndOfValidFrom(text, position);
}

std::size_t IncompleteSuffix(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    const Sequence sequence = SequenceAt(text.substr(text.size() - length));
    if (sequence.kind == SequenceKind::kTruncated && sequence.length == length) return length;
  }
  return 0;
}

std::string ReplaceIllFormed(std::string_view text) {
  return Replace(text, [](const Utf8Replacement&) {});
}

std::string ReplaceIllFormed(std::string_view text, std::vector<Utf8Replacement>& replacements) {
  return Replace(text, [&replacements](const Utf8Replacement& replacement) {
    replacements.push_back(replacement);
  });
}

std::size_t OriginalBegin(std::span<const Utf8Replacement> replacements, std::size_t offset) {
  const auto next = FirstEndingAfter(replacements, offset);
  if (next != replacements.end() && next->at <= offset) return next->begin;
  return CarryOver(replacements, next, offset);
}

std::size_t OriginalEnd(std::span<const Utf8Replacement> replacements, std::size_t offset) {
  const auto next = FirstEndingAfter(replacements, offset);
  if (next != replacements.end() && next->at < offset) return next->end;
  return CarryOver(replacements, next, offset);
}

void AppendCodePoint(char32_t code_point, std::string& out) {
  const auto append = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
    return append(0x80 | (code_point & 0x3F));
  }
  if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
  }
  append(0x80 | (code_point >> 6 & 0x3F));
  append(0x80 | (code_point & 0x3F));
}

}  // namespace toktally
