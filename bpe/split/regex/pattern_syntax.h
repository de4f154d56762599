// The syntax tree of a split pattern in tiktoken's spelling: literals, classes, groups,
// alternation, quantifiers (possessive ones too), look-ahead at one class. Classes are sets of
// Unicode 16.0 (\p{P} and \p{S} of 15.0).

#ifndef TOKTALLY_BPE_SPLIT_REGEX_PATTERN_SYNTAX_H_
#define TOKTALLY_BPE_SPLIT_REGEX_PATTERN_SYNTAX_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/split/regex/code_point_set.h"

namespace toktally {

struct PatternNode {
  enum class Kind { kSet, kEnd, kSequence, kAlternation, kRepeat, kLookAhead };
  enum class Greed { kGreedy, kLazy, kPossessive };
  static constexpr int kUnlimited = -1;

  PatternNode(Kind the_kind, std::size_t the_offset) : kind(the_kind), offset(the_offset) {}

  Kind kind;
  std::size_t offset;                 // in the pattern, for errors
  CodePointSet set;                   // kSet; kLookAhead: what may stand there
  bool end_is_fine = false;           // kLookAhead: the end of the text satisfies it
  std::vector<PatternNode> children;  // kSequence, kAlternation (of sequences); kRepeat: one
  int min = 1;                        // kRepeat
  int max = 1;
  Greed greed = Greed::kGreedy;
};

// The tree of `pattern`, an alternation. InvalidArgument, with the byte of the pattern, for what is
// not understood; among it what looks behind (\b, ^, (?<=...)), because where a piece begins must
// tell all about it. (?i:...) takes literals and ASCII ranges and folds them as Rust's regex crate
// does, U+017F with s and U+212A with k.
absl::StatusOr<PatternNode> ParseSplitPattern(std::string_view pattern);

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_REGEX_PATTERN_SYNTAX_H_
