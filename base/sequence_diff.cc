#include "base/sequence_diff.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace toktally {
namespace {

using Ids = std::span<const std::uint32_t>;

// More changes than that between two anchors are one: the trace of the search is quadratic in them.
constexpr std::size_t kMostChanges = 1024;

// A stretch of both sequences.
struct Stretch {
  std::size_t before_begin;
  std::size_t before_end;
  std::size_t after_begin;
  std::size_t after_end;
};

struct Line {
  std::size_t begin;
  std::size_t end;
};

std::vector<Line> LinesOf(Ids ids, std::size_t begin, std::size_t end,
                          const std::function<bool(std::uint32_t)>& ends_line) {
  std::vector<Line> lines;
  for (std::size_t i = begin; i < end; ++i) {
    if (!ends_line(ids[i]) && i + 1 < end) continue;
    lines.push_back({lines.empty() ? begin : lines.back().end, i + 1});
  }
  return lines;
}

std::string_view BytesOf(Ids ids, Line line) {
  const Ids part = ids.subspan(line.begin, line.end - line.begin);
  return {reinterpret_cast<const char*>(part.data()), part.size_bytes()};
}

class Differ {
 public:
  Differ(Ids before, Ids after, const std::function<bool(std::uint32_t)>& ends_line)
      : before_(before), after_(after), ends_line_(ends_line) {}

  std::vector<SequenceChange> Run() {
    Stretch all{0, before_.size(), 0, after_.size()};
    Trim(all);
    Stretch open = all;
    for (const auto& [before, after] : Anchors(all)) {
      Compare({open.before_begin, before.begin, open.after_begin, after.begin});
      open.before_begin = before.end;
      open.after_begin = after.end;
    }
    Compare({open.before_begin, all.before_end, open.after_begin, all.after_end});
    return std::move(changes_);
  }

 private:
  // Takes what is the same off both ends.
  void Trim(Stretch& s) const {
    while (s.before_begin < s.before_end && s.after_begin < s.after_end &&
           before_[s.before_begin] == after_[s.after_begin]) {
      ++s.before_begin;
      ++s.after_begin;
    }
    while (s.before_begin < s.before_end && s.after_begin < s.after_end &&
           before_[s.before_end - 1] == after_[s.after_end - 1]) {
      --s.before_end;
      --s.after_end;
    }
  }

  // Pairs of equal lines that stand once on either side, in an order that both sides have: the
  // longest such chain.
  std::vector<std::pair<Line, Line>> Anchors(const Stretch& s) const {
    struct Seen {
      std::size_t before = 0;
      std::size_t after = 0;
      Line before_line{};
      Line after_line{};
    };
    std::unordered_map<std::string_view, Seen> seen;
    const auto before_lines = LinesOf(before_, s.before_begin, s.before_end, ends_line_);
    const auto after_lines = LinesOf(after_, s.after_begin, s.after_end, ends_line_);
    for (const Line& line : after_lines) {
      Seen& entry = seen[BytesOf(after_, line)];
      ++entry.after;
      entry.after_line = line;
    }
    for (const Line& line : before_lines) {
      const auto found = seen.find(BytesOf(before_, line));
      if (found == seen.end()) continue;
      ++found->second.before;
      found->second.before_line = line;
    }
    std::vector<std::pair<Line, Line>> unique;
    for (const Line& line : before_lines) {
      const auto found = seen.find(BytesOf(before_, line));
      if (found == seen.end() || found->second.before != 1 || found->second.after != 1) continue;
      unique.emplace_back(line, found->second.after_line);
    }
    return LongestChain(unique);
  }

  // Patience sorting: the pairs stand in the order of `before`, and the chain rises in `after`.
  static std::vector<std::pair<Line, Line>> LongestChain(
      const std::vector<std::pair<Line, Line>>& pairs) {
    std::vector<std::size_t> tops;  // of the piles
    std::vector<std::size_t> below(pairs.size(), SIZE_MAX);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto pile =
          std::lower_bound(tops.begin(), tops.end(), i, [&pairs](std::size_t a, std::size_t b) {
            return pairs[a].second.begin < pairs[b].second.begin;
          });
      if (pile != tops.begin()) below[i] = *(pile - 1);
      if (pile == tops.end()) {
        tops.push_back(i);
      } else {
        *pile = i;
      }
    }
    std::vector<std::pair<Line, Line>> chain;
    for (std::size_t i = tops.empty() ? SIZE_MAX : tops.back(); i != SIZE_MAX; i = below[i]) {
      chain.push_back(pairs[i]);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  // How far into `before` a diagonal was followed; kNowhere if it was not reached.
  static constexpr std::ptrdiff_t kNowhere = -1;

  // One step to diagonal k from a neighbour: an element of `after` put in (down, from k + 1) or one
  // of `before` taken out (from k - 1), whichever comes further without leaving the stretch.
  struct Step {
    std::ptrdiff_t x;  // where it arrives; kNowhere if there is none
    bool down;
  };
  static Step BestStep(std::ptrdiff_t from_above, std::ptrdiff_t from_left, std::ptrdiff_t k,
                       std::ptrdiff_t n, std::ptrdiff_t m) {
    const bool can_down = from_above != kNowhere && from_above - k <= m;
    const bool can_right = from_left != kNowhere && from_left + 1 <= n;
    if (can_down && (!can_right || from_above > from_left)) return {from_above, true};
    return {can_right ? from_left + 1 : kNowhere, false};
  }

  // Myers' greedy search, forwards, keeping its trace.
  void Compare(Stretch s) {
    Trim(s);
    const auto n = static_cast<std::ptrdiff_t>(s.before_end - s.before_begin);
    const auto m = static_cast<std::ptrdiff_t>(s.after_end - s.after_begin);
    if (n == 0 || m == 0) return Add(s.before_begin, s.before_end, s.after_begin, s.after_end);
    const std::ptrdiff_t most = std::min<std::ptrdiff_t>(n + m, kMostChanges);
    std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 3), kNowhere);
    std::vector<std::vector<std::ptrdiff_t>> trace;
    const auto at = [most](std::ptrdiff_t k) { return static_cast<std::size_t>(k + most + 1); };
    for (std::ptrdiff_t d = 0; d <= most; ++d) {
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        const Step step = BestStep(reach[at(k + 1)], reach[at(k - 1)], k, n, m);
        std::ptrdiff_t x = d == 0 ? 0 : step.x;
        while (x != kNowhere && x < n && x - k < m &&
               before_[s.before_begin + static_cast<std::size_t>(x)] ==
                   after_[s.after_begin + static_cast<std::size_t>(x - k)]) {
          ++x;
        }
        reach[at(k)] = x;
        if (x == n && x - k == m) return Trace(s, trace, d, k);
      }
      const auto begin = reach.begin() + static_cast<std::ptrdiff_t>(at(-d));
      trace.emplace_back(begin, begin + 2 * d + 1);
    }
    Add(s.before_begin, s.before_end, s.after_begin, s.after_end);
  }

  // Walks the search back from its end; trace[d][k + d] is how far diagonal k came with d changes.
  void Trace(const Stretch& s, const std::vector<std::vector<std::ptrdiff_t>>& trace,
             std::ptrdiff_t d, std::ptrdiff_t k) {
    const auto n = static_cast<std::ptrdiff_t>(s.before_end - s.before_begin);
    const auto m = static_cast<std::ptrdiff_t>(s.after_end - s.after_begin);
    std::vector<SequenceChange> back;
    for (; d > 0; --d) {
      const std::vector<std::ptrdiff_t>& reach = trace[static_cast<std::size_t>(d - 1)];
      const auto came = [&reach, d](std::ptrdiff_t diagonal) {
        const std::ptrdiff_t i = diagonal + (d - 1);
        const bool known = i >= 0 && i < static_cast<std::ptrdiff_t>(reach.size());
        return known ? reach[static_cast<std::size_t>(i)] : kNowhere;
      };
      const bool down = BestStep(came(k + 1), came(k - 1), k, n, m).down;
      k += down ? 1 : -1;
      const std::size_t before = s.before_begin + static_cast<std::size_t>(came(k));
      const std::size_t after = s.after_begin + static_cast<std::size_t>(came(k) - k);
      back.push_back(down ? SequenceChange{before, before, after, after + 1}
                          : SequenceChange{before, before + 1, after, after});
    }
    for (auto change = back.rbegin(); change != back.rend(); ++change) {
      Add(change->before_begin, change->before_end, change->after_begin, change->after_end);
    }
  }

  // Joins a change to the one that it touches.
  void Add(std::size_t before_begin, std::size_t before_end, std::size_t after_begin,
           std::size_t after_end) {
    if (before_begin == before_end && after_begin == after_end) return;
    if (!changes_.empty() && changes_.back().before_end == before_begin &&
        changes_.back().after_end == after_begin) {
      changes_.back().before_end = before_end;
      changes_.back().after_end = after_end;
      return;
    }
    changes_.push_back({before_begin, before_end, after_begin, after_end});
  }

  const Ids before_;
  const Ids after_;
  const std::function<bool(std::uint32_t)>& ends_line_;
  std::vector<SequenceChange> changes_;
};

}  // namespace

std::vector<SequenceChange> DiffSequences(std::span<const std::uint32_t> before,
                                          std::span<const std::uint32_t> after,
                                          const std::function<bool(std::uint32_t)>& ends_line) {
  return Differ(before, after, ends_line).Run();
}

}  // namespace toktally
