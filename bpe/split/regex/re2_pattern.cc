#include "bpe/split/regex/re2_pattern.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally {
namespace {

// What may come behind a place in the pattern.
struct Follow {
  CodePointSet first;            // the characters that it may begin with
  bool always_succeeds = false;  // whatever comes, it matches, if only the empty string
};

bool MayBeEmpty(const PatternNode& node) {
  const auto child_may_be_empty = [](const PatternNode& child) { return MayBeEmpty(child); };
  switch (node.kind) {
    case PatternNode::Kind::kSet:
      return false;
    case PatternNode::Kind::kEnd:
    case PatternNode::Kind::kLookAhead:
      return true;
    case PatternNode::Kind::kSequence:
      return std::all_of(node.children.begin(), node.children.end(), child_may_be_empty);
    case PatternNode::Kind::kAlternation:
      return std::any_of(node.children.begin(), node.children.end(), child_may_be_empty);
    case PatternNode::Kind::kRepeat:
      return node.min == 0 || MayBeEmpty(node.children[0]);
  }
  return true;
}

Follow FollowBefore(const PatternNode& node, const Follow& after);

// What follows one round of a repetition: another round or what follows the repetition.
Follow FollowOfRound(const PatternNode& repeat, const Follow& after) {
  if (repeat.max == 1) return after;
  Follow follow = after;
  follow.first.Add(FollowBefore(repeat.children[0], Follow{}).first);
  follow.always_succeeds = after.always_succeeds && repeat.min <= 1;
  return follow;
}

// What may come at the place before `node`, given what may come behind it.
Follow FollowBefore(const PatternNode& node, const Follow& after) {
  Follow before;
  switch (node.kind) {
    case PatternNode::Kind::kSet:
    case PatternNode::Kind::kLookAhead:
      before.first = node.set;
      return before;
    case PatternNode::Kind::kEnd:
      return before;
    case PatternNode::Kind::kSequence:
      before = after;
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
        before = FollowBefore(*child, before);
      }
      return before;
    case PatternNode::Kind::kAlternation:
      for (const PatternNode& child : node.children) {
        const Follow follow = FollowBefore(child, after);
        before.first.Add(follow.first);
        before.always_succeeds = before.always_succeeds || follow.always_succeeds;
      }
      return before;
    case PatternNode::Kind::kRepeat:
      before = FollowBefore(node.children[0], FollowOfRound(node, after));
      if (node.min > 0) return before;
      before.first.Add(after.first);
      before.always_succeeds = before.always_succeeds || after.always_succeeds;
      return before;
  }
  return before;
}

class Writer {
 public:
  absl::StatusOr<Re2Pattern> Write(const PatternNode& root) {
    for (const PatternNode& alternative : root.children) {
      if (&alternative != &root.children.front()) result_.text += '|';
      if (MayBeEmpty(alternative)) Fail(alternative, "this alternative may match nothing");
      WriteAlternative(alternative);
    }
    if (!error_.ok()) return error_;
    return std::move(result_);
  }

 private:
  void Fail(const PatternNode& node, std::string_view what) {
    if (!error_.ok()) return;
    error_ = absl::InvalidArgumentError(
        absl::StrCat("split pattern, byte ", node.offset, ": ", std::string(what)));
  }

  // One alternative of the whole pattern, the only place where a look-ahead may end it.
  void WriteAlternative(const PatternNode& alternative) {
    const Follow nothing{CodePointSet(), true};
    if (alternative.children.empty() ||
        alternative.children.back().kind != PatternNode::Kind::kLookAhead) {
      return WriteSequence(alternative, alternative.children.size(), nothing);
    }
    const PatternNode& look = alternative.children.back();
    result_.text += '(';
    WriteSequence(alternative, alternative.children.size() - 1, FollowBefore(look, nothing));
    result_.text += ")(?:";
    WriteSet(look.set);
    result_.text += look.end_is_fine ? "|\\z)" : ")";
    result_.looked_at.Add(look.set);
    ++result_.captures;
  }

  void WriteSequence(const PatternNode& sequence, std::size_t size, const Follow& after) {
    for (std::size_t i = 0; i < size; ++i) {
      Follow follow = after;
      for (std::size_t j = size; j > i + 1; --j) {
        follow = FollowBefore(sequence.children[j - 1], follow);
      }
      WriteNode(sequence.children[i], follow);
    }
  }

  void WriteNode(const PatternNode& node, const Follow& after) {
    switch (node.kind) {
      case PatternNode::Kind::kSet:
        return WriteSet(node.set);
      case PatternNode::Kind::kEnd:
        result_.text += "\\z";
        return;
      case PatternNode::Kind::kLookAhead:
        return Fail(node, "a look-ahead is supported at the end of an alternative only");
      case PatternNode::Kind::kSequence:
        return WriteSequence(node, node.children.size(), after);
      case PatternNode::Kind::kAlternation:
        result_.text += "(?:";
        for (const PatternNode& child : node.children) {
          if (&child != &node.children.front()) result_.text += '|';
          WriteNode(child, after);
        }
        result_.text += ')';
        return;
      case PatternNode::Kind::kRepeat:
        return WriteRepeat(node, after);
    }
  }

  void WriteRepeat(const PatternNode& node, const Follow& after) {
    const PatternNode& child = node.children[0];
    if (MayBeEmpty(child)) Fail(node, "repeats what may match nothing");
    // Giving back characters cannot help if what follows succeeds anyway, or if it cannot begin
    // with any character that would be given back.
    const bool giving_back_is_futile =
        after.always_succeeds ||
        (child.kind == PatternNode::Kind::kSet && !child.set.Intersects(after.first));
    if (node.greed == PatternNode::Greed::kPossessive && !giving_back_is_futile) {
      Fail(node, "a possessive quantifier is supported only before what cannot begin inside of it");
    }
    WriteNode(child, FollowOfRound(node, after));
    absl::StrAppend(&result_.text, "{", node.min, ",");
    if (node.max != PatternNode::kUnlimited) absl::StrAppend(&result_.text, node.max);
    result_.text += node.greed == PatternNode::Greed::kLazy ? "}?" : "}";
  }

  void WriteSet(const CodePointSet& set) {
    // RE2 has no empty class, but it takes the complement of everything.
    result_.text += set.empty() ? "[^\\x{0}-\\x{10FFFF}" : "[";
    for (const CodePointSet::Range range : set.ranges()) {
      absl::StrAppend(&result_.text, "\\x{", absl::Hex(static_cast<std::uint32_t>(range.first)),
                      "}-\\x{", absl::Hex(static_cast<std::uint32_t>(range.last)), "}");
    }
    result_.text += ']';
  }

  Re2Pattern result_;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<Re2Pattern> SpellForRe2(const PatternNode& pattern) {
  return Writer().Write(pattern);
}

}  // namespace toktally
