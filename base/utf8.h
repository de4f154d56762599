// UTF-8 as Unicode defines it (table 3-7): shortest forms only, no surrogates, up to U+10FFFF.
//
// "Maximal subpart" is the term of Unicode 3.9 and of the WHATWG decoder: the longest beginning of
// a well-formed sequence found at an ill-formed position, or one byte if there is none. Every
// function takes any bytes, is linear, and is safe to call from any thread.

#ifndef TOKTALLY_BASE_UTF8_H_
#define TOKTALLY_BASE_UTF8_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace toktally {

// The bytes of the longest beginning of `text` that is well-formed: text.size() if all of it is.
std::size_t ValidPrefix(std::string_view text);

inline bool IsWellFormed(std::string_view text) { return ValidPrefix(text) == text.size(); }

// The bytes (0 to 3) at the end of `text` that are a proper beginning of a well-formed sequence, so
// that more text could complete them.
std::size_t IncompleteSuffix(std::string_view text);

// One U+FFFD (three bytes) put at offset `at` of the replaced text for the bytes [begin, end) of
// the original.
struct Utf8Replacement {
  std::size_t at;
  std::size_t begin;
  std::size_t end;
};

// `text` with each maximal ill-formed subpart replaced by U+FFFD. The result is well-formed.
std::string ReplaceIllFormed(std::string_view text);

// The same; appends what was replaced, in order, to `replacements`.
std::string ReplaceIllFormed(std::string_view text, std::vector<Utf8Replacement>& replacements);

// Where the byte at `offset` of the replaced text comes from in the original: for the beginning of
// a span. An offset inside a U+FFFD gives the beginning of the bytes that it replaced.
std::size_t OriginalBegin(std::span<const Utf8Replacement> replacements, std::size_t offset);

// The same for the end of a span: an offset inside a U+FFFD gives the end of the bytes that it
// replaced.
std::size_t OriginalEnd(std::span<const Utf8Replacement> replacements, std::size_t offset);

struct DecodedCodePoint {
  char32_t value;
  unsigned length;  // bytes, 1 to 4
};

// The code point at `text`, which must be the beginning of a well-formed sequence.
inline DecodedCodePoint DecodeCodePoint(const char* text) {
  const auto byte = [text](int i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
  };
  const auto low6 = [&byte](int i) { return byte(i) & 0x3F; };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | low6(1), 2};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | low6(1) << 6 | low6(2), 3};
  return {(lead & 0x07) << 18 | low6(1) << 12 | low6(2) << 6 | low6(3), 4};
}

// Appends the UTF-8 of `code_point`, a Unicode scalar value, to `out`.
void AppendCodePoint(char32_t code_point, std::string& out);

}  // namespace toktally

#endif  // TOKTALLY_BASE_UTF8_H_
