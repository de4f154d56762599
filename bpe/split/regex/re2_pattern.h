// Spells a split pattern for RE2.
//
// RE2 knows neither look-ahead nor possessive quantifiers, its \s is ASCII without VT, and its
// \p{...} is of another Unicode version. So every class is written out as ranges of Unicode 16.0
// (bpe/split/char_class.h), and the rest is rewritten where that changes nothing:
//
// - X++, X*+, X?+ and X{n,m}+ become greedy if what follows always succeeds or cannot begin inside
// X,
//   so that giving back would never help;
// - R(?!D) at the end of an alternative becomes (R)(?:[^D]|\z): the piece is the capture;
// - $ becomes \z, the end of the text.
//
// What cannot be rewritten with certainty is an error.

#ifndef TOKTALLY_BPE_SPLIT_REGEX_RE2_PATTERN_H_
#define TOKTALLY_BPE_SPLIT_REGEX_RE2_PATTERN_H_

#include <string>

#include "absl/status/statusor.h"
#include "bpe/split/regex/code_point_set.h"
#include "bpe/split/regex/pattern_syntax.h"

namespace toktally {

struct Re2Pattern {
  std::string text;
  // Alternatives that end in a look-ahead: each is one capture, and no other captures exist. Where
  // one takes part in a match it is the piece.
  int captures = 0;
  // Every code point that a look-ahead may have taken in behind its capture.
  CodePointSet looked_at;
};

// `pattern` is what ParseSplitPattern gave. InvalidArgument, with the byte of the pattern, for what
// cannot be rewritten with certainty and for an alternative that could match the empty string.
absl::StatusOr<Re2Pattern> SpellForRe2(const PatternNode& pattern);

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_REGEX_RE2_PATTERN_H_
