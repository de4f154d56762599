// The split patterns that are written by hand: the one list. Adding one: its pair of files
// (NAME.cc, NAME_window.h), and here its include and its name.

#ifndef TOKTALLY_BPE_SPLIT_PATTERNS_H_
#define TOKTALLY_BPE_SPLIT_PATTERNS_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "bpe/split/cl100k_window.h"
#include "bpe/split/o200k_window.h"
#include "bpe/split/r50k_window.h"
#include "bpe/split/split_pattern.h"

namespace toktally {

// Of windows: each has kPattern, the SplitPattern of the same name.
template <typename... Windows>
struct PatternList {
  static constexpr std::size_t kSize = sizeof...(Windows);
  static constexpr std::array<const SplitPattern*, kSize> kPatterns = {&Windows::kPattern...};
};
using HandPatterns = PatternList<R50kWindow, Cl100kWindow, O200kWindow>;

// The place of a hand-written pattern in the list.
inline std::size_t PatternNumber(const SplitPattern& pattern) {
  std::size_t number = 0;
  while (HandPatterns::kPatterns[number] != &pattern) ++number;
  return number;
}

// The hand-written pattern that splits as this spelling says, or nullptr.
inline const SplitPattern* FindPattern(std::string_view spelling) {
  for (const SplitPattern* pattern : HandPatterns::kPatterns) {
    if (pattern->pattern == spelling) return pattern;
    for (const std::string_view other : pattern->other_spellings) {
      if (other == spelling) return pattern;
    }
  }
  return nullptr;
}

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_PATTERNS_H_
