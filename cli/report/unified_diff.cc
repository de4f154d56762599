#include "cli/report/unified_diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/sequence_diff.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kContext = 3;

// Each with its newline, if it has one.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

void AddLine(char sign, std::string_view line, std::string& hunk) {
  hunk += Concat(sign, line);
  if (!line.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
}

// "12,3": where a side of a hunk begins, from 1 on, and how many lines it is.
std::string Side(std::size_t begin, std::size_t end) {
  return Concat(end > begin ? begin + 1 : begin, ',', end - begin);
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after, std::string_view name) {
  const std::vector<std::string_view> old_lines = LinesOf(before);
  const std::vector<std::string_view> new_lines = LinesOf(after);
  std::map<std::string_view, std::uint32_t> ids;
  const auto id = [&ids](std::string_view line) {
    return ids.emplace(line, static_cast<std::uint32_t>(ids.size())).first->second;
  };
  std::vector<std::uint32_t> old_ids;
  std::vector<std::uint32_t> new_ids;
  for (const std::string_view line : old_lines) old_ids.push_back(id(line));
  for (const std::string_view line : new_lines) new_ids.push_back(id(line));
  const std::vector<SequenceChange> changes =
      DiffSequences(old_ids, new_ids, [](std::uint32_t) { return true; });
  if (changes.empty()) return "";
  std::string diff = Concat("--- a/", name, "\n+++ b/", name, "\n");
  for (std::size_t first = 0; first < changes.size();) {
    // Changes whose contexts meet are one hunk.
    std::size_t last = first;
    while (last + 1 < changes.size() &&
           changes[last + 1].before_begin - changes[last].before_end <= 2 * kContext) {
      ++last;
    }
    const std::size_t lead = std::min(kContext, changes[first].before_begin);
    const std::size_t trail = std::min(kContext, old_lines.size() - changes[last].before_end);
    std::string hunk;
    std::size_t at = changes[first].before_begin - lead;
    diff +=
        Concat("@@ -", Side(at, changes[last].before_end + trail), " +",
               Side(changes[first].after_begin - lead, changes[last].after_end + trail), " @@\n");
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < changes[i].before_begin; ++at) AddLine(' ', old_lines[at], hunk);
      for (; at < changes[i].before_end; ++at) AddLine('-', old_lines[at], hunk);
      for (std::size_t k = changes[i].after_begin; k < changes[i].after_end; ++k) {
        AddLine('+', new_lines[k], hunk);
      }
    }
    for (const std::size_t end = at + trail; at < end; ++at) AddLine(' ', old_lines[at], hunk);
    diff += hunk;
    first = last + 1;
  }
  return diff;
}

}  // namespace toktally::cli
