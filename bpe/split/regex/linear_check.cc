#include "bpe/split/regex/linear_check.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "bpe/split/regex/code_point_set.h"
#include "bpe/split/regex/pattern_syntax.h"

namespace toktally {
namespace {

using Kind = PatternNode::Kind;

// Every character that a node may take.
CodePointSet Characters(const PatternNode& node) {
  CodePointSet all;
  if (node.kind == Kind::kSet) all.Add(node.set);
  for (const PatternNode& child : node.children) all.Add(Characters(child));
  return all;
}

bool IsSubset(const CodePointSet& part, CodePointSet whole) {
  whole.Complement();
  return !whole.Intersects(part);
}

// Whether it matches whatever stands there, if only nothing.
bool AlwaysMatches(const PatternNode& node) {
  const auto child_does = [](const PatternNode& child) { return AlwaysMatches(child); };
  switch (node.kind) {
    case Kind::kSet:
    case Kind::kEnd:
    case Kind::kLookAhead:
      return false;
    case Kind::kSequence:
      return std::all_of(node.children.begin(), node.children.end(), child_does);
    case Kind::kAlternation:
      return std::any_of(node.children.begin(), node.children.end(), child_does);
    case Kind::kRepeat:
      return node.min == 0 || AlwaysMatches(node.children[0]);
  }
  return false;
}

bool HasUnlimited(const PatternNode& node) {
  if (node.kind == Kind::kRepeat && node.max == PatternNode::kUnlimited) return true;
  return std::any_of(node.children.begin(), node.children.end(), &HasUnlimited);
}

// Whether something must follow an unlimited repetition inside the node itself.
bool FailsBehindRun(const PatternNode& node) {
  if (std::any_of(node.children.begin(), node.children.end(), &FailsBehindRun)) return true;
  if (node.kind != Kind::kSequence) return false;
  const auto run = std::find_if(node.children.begin(), node.children.end(), &HasUnlimited);
  return run != node.children.end() && !std::all_of(run + 1, node.children.end(), &AlwaysMatches);
}

// The first characters of a sequence, up to what must be there.
CodePointSet FirstCharacters(const std::vector<PatternNode>& items) {
  CodePointSet first;
  for (const PatternNode& item : items) {
    if (item.kind == Kind::kEnd || item.kind == Kind::kLookAhead) continue;
    first.Add(Characters(item));
    if (!AlwaysMatches(item)) break;
  }
  return first;
}

// Whether a sequence begins, what may be missing aside, with an unlimited repetition of `run`.
bool TakesRun(const std::vector<PatternNode>& items, const CodePointSet& run) {
  for (const PatternNode& item : items) {
    if (item.kind == Kind::kRepeat && item.max == PatternNode::kUnlimited && item.min <= 1 &&
        IsSubset(run, Characters(item))) {
      return true;
    }
    if (!AlwaysMatches(item)) return false;
  }
  return false;
}

// Whether what follows items[at], a run of `run`, is found at once when one character of the run is
// given back.
bool IsFoundInRun(const std::vector<PatternNode>& items, std::size_t at, const CodePointSet& run) {
  return at + 2 == items.size() && items[at + 1].kind == Kind::kLookAhead &&
         IsSubset(run, items[at + 1].set);
}

bool CanBeginInRun(const std::vector<PatternNode>& items, std::size_t at, const CodePointSet& run) {
  for (std::size_t i = 0; i < at; ++i) {
    if (!AlwaysMatches(items[i])) return Characters(items[i]).Intersects(run);
  }
  return true;
}

// The next alternative that can begin with a character of the run takes it; or none can, and then
// nothing is looked at again.
bool IsTakenByNext(const std::vector<PatternNode>& alternatives, std::size_t from,
                   const CodePointSet& run) {
  for (std::size_t i = from; i < alternatives.size(); ++i) {
    const std::vector<PatternNode>& items = alternatives[i].children;
    if (!FirstCharacters(items).Intersects(run)) continue;
    return TakesRun(items, run);
  }
  return false;
}

}  // namespace

absl::Status CheckLinear(const PatternNode& pattern) {
  for (std::size_t which = 0; which < pattern.children.size(); ++which) {
    const std::vector<PatternNode>& items = pattern.children[which].children;
    for (std::size_t at = 0; at < items.size(); ++at) {
      if (!HasUnlimited(items[at])) continue;
      const auto behind = items.begin() + static_cast<std::ptrdiff_t>(at) + 1;
      if (std::all_of(behind, items.end(), &AlwaysMatches) && !FailsBehindRun(items[at])) continue;
      const CodePointSet run = Characters(items[at]);
      if (IsFoundInRun(items, at, run) || !CanBeginInRun(items, at, run) ||
          IsTakenByNext(pattern.children, which + 1, run)) {
        continue;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "split pattern, byte ", items[at].offset,
          ": this may look as far as the end of the text and find that what must follow is not "
          "there, again and again; let the next alternative take the same characters"));
    }
  }
  return absl::OkStatus();
}

}  // namespace toktally
