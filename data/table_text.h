// Reads the tables of this folder when they are compiled: lines of cells divided by tabs, where #
// at the beginning marks a comment.

#ifndef TOKTALLY_DATA_TABLE_TEXT_H_
#define TOKTALLY_DATA_TABLE_TEXT_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace toktally {

// What stands before `end` in `rest`, which is moved behind it.
constexpr std::string_view TakeUntil(char end, std::string_view* rest) {
  const std::size_t at = rest->find(end);
  const std::string_view taken = rest->substr(0, at);
  rest->remove_prefix(at == std::string_view::npos ? rest->size() : at + 1);
  return taken;
}

constexpr bool IsTableRow(std::string_view line) { return !line.empty() && line[0] != '#'; }

constexpr std::size_t CountTableRows(std::string_view text) {
  std::size_t rows = 0;
  while (!text.empty()) {
    if (IsTableRow(TakeUntil('\n', &text))) ++rows;
  }
  return rows;
}

// Each row of `text`, which has kRows of them, as `read` makes it of its line.
template <std::size_t kRows, typename Read>
constexpr auto ReadTable(std::string_view text, Read read) {
  std::array<decltype(read(text)), kRows> rows;
  std::size_t next = 0;
  while (!text.empty()) {
    const std::string_view line = TakeUntil('\n', &text);
    if (IsTableRow(line)) rows[next++] = read(line);
  }
  return rows;
}

}  // namespace toktally

#endif  // TOKTALLY_DATA_TABLE_TEXT_H_
