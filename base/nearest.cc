#include "base/nearest.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace toktally {
namespace {

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

// How far `known` is from what was typed; nothing where it is too far to have been meant.
std::optional<std::size_t> Distance(std::string_view typed, std::string_view known) {
  constexpr std::size_t kShortestPrefix = 3;
  const std::size_t distance = EditDistance(typed, known);
  const std::size_t shorter = std::min(typed.size(), known.size());
  const bool is_prefix =
      shorter >= kShortestPrefix && typed.substr(0, shorter) == known.substr(0, shorter);
  if (is_prefix) return std::min<std::size_t>(distance, 2);
  const std::size_t allowed = std::max<std::size_t>(1, std::max(typed.size(), known.size()) / 4);
  if (distance > allowed) return std::nullopt;
  return distance;
}

}  // namespace

std::vector<std::string_view> NearestNames(std::string_view name,
                                           std::span<const std::string_view> known,
                                           std::size_t most) {
  // Nobody mistypes a name at this length, and the distance takes time that is quadratic in it.
  constexpr std::size_t kLongestName = 200;
  if (name.size() > kLongestName) return {};
  const std::string typed = LowerCase(name);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const std::string_view candidate : known) {
    const std::optional<std::size_t> distance = Distance(typed, LowerCase(candidate));
    if (distance.has_value()) near.emplace_back(*distance, candidate);
  }
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second.size() != b.second.size()) return a.second.size() < b.second.size();
    return a.second < b.second;
  });
  std::vector<std::string_view> nearest;
  for (const auto& [distance, candidate] : near) {
    if (nearest.size() == most) break;
    if (nearest.empty() || nearest.back() != candidate) nearest.push_back(candidate);
  }
  return nearest;
}

}  // namespace toktally
