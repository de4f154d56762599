// Splitting by any pattern, through RE2: for custom encodings, and the oracle of the hand-written
// scanners.

#ifndef TOKTALLY_BPE_SPLIT_REGEX_REGEX_SPLITTER_H_
#define TOKTALLY_BPE_SPLIT_REGEX_REGEX_SPLITTER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/split/regex/code_point_set.h"

namespace re2 {
class RE2;
}

namespace toktally {

// One split pattern. Immutable; its methods may be called from any number of threads at once, but
// RE2 takes locks inside, so not in a child that was forked while another thread was splitting.
class RegexSplitter {
 public:
  // The bytes [begin, end) of the text.
  struct Piece {
    std::size_t begin;
    std::size_t end;
    bool operator==(const Piece&) const = default;
  };

  // InvalidArgument, with the byte of the pattern, for what bpe/split/regex/pattern_syntax.h does
  // not understand.
  static absl::StatusOr<std::unique_ptr<RegexSplitter>> Create(std::string_view pattern);
  ~RegexSplitter();

  // The first piece that begins at or after `from` (the end of a piece, or 0), or nullopt. `text`
  // is well-formed UTF-8. Pieces are never empty. Text that the pattern does not match belongs to
  // no piece, and tiktoken makes no tokens of it; the patterns of OpenAI's encodings match
  // everything.
  std::optional<Piece> Next(std::string_view text, std::size_t from) const;

  // Appends every piece of `text`, in order. Linear for the patterns of OpenAI's encodings,
  // whatever the text.
  void Split(std::string_view text, std::vector<Piece>& pieces) const;

 private:
  RegexSplitter(std::unique_ptr<re2::RE2> regex, int captures, CodePointSet looked_at);

  std::unique_ptr<re2::RE2> regex_;
  int captures_;
  CodePointSet looked_at_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_REGEX_REGEX_SPLITTER_H_
