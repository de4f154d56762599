#include "cli/report/text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/utf8.h"
#include "bpe/split/char_class.h"

namespace toktally::cli {
namespace {

struct Decoded {
  std::uint32_t code_point;
  std::size_t size;  // 0: not well-formed
};

Decoded DecodeFirst(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < size || !IsWellFormed(text.substr(0, size))) return {0, 0};
  return {DecodeCodePoint(text.data()).value, size};
}

// As most texts are that are shown.
bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

bool Contains(const Range* begin, const Range* end, std::uint32_t code_point) {
  const Range* range = std::lower_bound(begin, end, code_point,
                                        [](const Range& r, std::uint32_t c) { return r.last < c; });
  return range != end && code_point >= range->first;
}

// East Asian Width W and F, and emoji shown wide, coarsely: a wrong column costs alignment only.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x26A1, 0x26A1},   {0x2705, 0x2705},   {0x2728, 0x2728},   {0x274C, 0x274C},
    {0x2753, 0x2755},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF},
    {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F19A},
    {0x1F200, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

std::size_t CodePointWidth(std::uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (ClassOf(code_point) == CharClass::kMark || (code_point >= 0x200B && code_point <= 0x200F)) {
    return 0;
  }
  return Contains(std::begin(kWide), std::end(kWide), code_point) ? 2 : 1;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  if (IsPrintableAscii(text)) return text.size();
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded decoded = DecodeFirst(text);
    width += decoded.size == 0 ? 1 : CodePointWidth(decoded.code_point);
    text.remove_prefix(std::max<std::size_t>(decoded.size, 1));
  }
  return width;
}

std::string ShortenMiddle(std::string_view text, std::size_t width, std::string_view ellipsis) {
  if (DisplayWidth(text) <= width) return std::string(text);
  // Byte offset and columns at each character, so that both ends can be measured.
  std::vector<std::size_t> starts;
  std::vector<std::size_t> columns{0};
  for (std::size_t i = 0; i < text.size();) {
    const Decoded decoded = DecodeFirst(text.substr(i));
    starts.push_back(i);
    columns.push_back(columns.back() +
                      (decoded.size == 0 ? 1 : CodePointWidth(decoded.code_point)));
    i += std::max<std::size_t>(decoded.size, 1);
  }
  starts.push_back(text.size());
  const std::size_t dots = DisplayWidth(ellipsis);
  const std::size_t room = width > dots ? width - dots : 0;
  const std::size_t head_room = room / 3;
  std::size_t head = 0;
  while (head + 1 < columns.size() && columns[head + 1] <= head_room) ++head;
  std::size_t tail = columns.size() - 1;
  while (tail > head && columns.back() - columns[tail - 1] <= room - columns[head]) --tail;
  return Concat(text.substr(0, starts[head]), ellipsis, text.substr(starts[tail]));
}

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace toktally::cli
