#include "cli/report/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/utf8.h"

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

std::size_t CodePointWidth(std::uint32_t code_point) {
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(code_point));
  return width > 0 ? static_cast<std::size_t>(width) : 0;
}

}  // namespace

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

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

std::vector<std::string> WrapText(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (DisplayWidth(line) + 1 + DisplayWidth(word) <= width) {
      line += Concat(' ', word);
    } else {
      lines.emplace_back(word);
    }
    if (end < text.size() && text[end] == '\n') lines.emplace_back();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace toktally::cli
