// Whether splitting by a pattern takes time in proportion to the text.
//
// A match that looks through a run of characters and then fails for want of what it needs behind
// them has looked in vain. If what the pattern makes of the text instead is short, the next piece
// begins inside the same run and looks through it again: `a+b|a` takes a million steps for each `a`
// of a million. So an alternative with an unlimited repetition X and something that must follow it
// is taken only where one of these holds:
//
// - it cannot begin inside the run, since what must come before X is none of X;
// - what must follow is a look-ahead that any character of X satisfies, as in \s+(?!\S): giving
//   back one character is enough;
// - the next alternative that can begin with a character of X takes the run too: it begins, what
//   may be missing aside, with an unlimited repetition of X or more, as `\s+` behind `\s*[\r\n]+`.
//
// All patterns of OpenAI's encodings and of the tokenizer files in use pass.

#ifndef TOKTALLY_BPE_SPLIT_REGEX_LINEAR_CHECK_H_
#define TOKTALLY_BPE_SPLIT_REGEX_LINEAR_CHECK_H_

#include "absl/status/status.h"
#include "bpe/split/regex/pattern_syntax.h"

namespace toktally {

// `pattern` is what ParseSplitPattern gave. InvalidArgument, with the byte of the pattern, for one
// of which it is not certain.
absl::Status CheckLinear(const PatternNode& pattern);

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_REGEX_LINEAR_CHECK_H_
