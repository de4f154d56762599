// Splitting: the pieces of a text, which merges never cross. The only interface between the split
// patterns and the rest.

#ifndef TOKTALLY_BPE_SPLIT_SPLIT_PATTERN_H_
#define TOKTALLY_BPE_SPLIT_SPLIT_PATTERN_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace toktally {

// One split pattern by hand (bpe/split/patterns.h lists them). A splitter has no state: pieces
// follow one another without gaps, and where a piece begins tells all that there is to know of the
// text before it.
struct SplitPattern {
  // As tiktoken 0.14 spells it, and others that split every text into the same ids: those of
  // tiktoken before 0.9, and of tokenizer files.
  std::string_view pattern;
  std::span<const std::string_view> other_spellings;

  // The end of the piece that begins at text[from] (from < text.size()). `text` is well-formed
  // UTF-8 and `from` is the beginning of a piece. Sets `open` where the answer would need to be
  // asked again if more text followed, and leaves it alone where no following text can change it.
  std::size_t (*piece_end)(std::string_view text, std::size_t from, bool& open);

  // Whether a piece begins at text[at] whatever stands further away, and the bytes before it are
  // split as if the text ended there. Any bytes; false where it is not recognised.
  bool (*is_safe_cut)(std::string_view text, std::size_t at);
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_SPLIT_PATTERN_H_
