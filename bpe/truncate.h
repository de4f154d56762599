// The beginning, the end, or both ends of a text, as much of it as is a number of tokens.
//
//   const auto kept = toktally::Truncate(encoding, text, {.tokens = 8000});
//   if (kept.ok()) fits = text.substr(0, kept->head);
//
// Time and memory go by the tokens that are kept, not by the length of the text.

#ifndef TOKTALLY_BPE_TRUNCATE_H_
#define TOKTALLY_BPE_TRUNCATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"

namespace toktally {

// The beginning of a text that is at most so many tokens.
struct FittingPrefix {
  std::size_t bytes = 0;
  std::uint64_t tokens = 0;  // encoding.Count(text.substr(0, bytes))
};

// The longest beginning of `text` found that counts, on its own, at most `limit` tokens. It ends
// where a token of the text ends and a character does, never inside one; where all of the text fits
// it is the whole. Ill-formed bytes count as U+FFFD. Cannot fail; thread-safe.
// `marks`, if given, gets some places on the way with the tokens before each, ascending: between
// two of them the text counts as if it stood alone.
FittingPrefix FitPrefix(const Encoding& encoding, std::string_view text, std::uint64_t limit,
                        Workspace* workspace = nullptr,
                        std::vector<FittingPrefix>* marks = nullptr);

// The same for the end: `bytes` are the last ones of the text.
FittingPrefix FitSuffix(const Encoding& encoding, std::string_view text, std::uint64_t limit);

enum class Keep {
  kStart,
  kEnd,
  kBothEnds,  // and the middle goes
};

struct TruncateOptions {
  std::uint64_t tokens = 0;  // of what is kept, the mark among them
  Keep keep = Keep::kStart;
  std::string_view mark{};  // stands where something was left out, e.g. "\n[…]\n"
};

// What is kept of a text: its bytes [0, head), the mark, its bytes [tail, size).
struct Truncated {
  std::size_t head = 0;
  std::size_t tail = 0;
  bool whole = false;        // all of it fits: head is its size, and there is no mark
  std::uint64_t tokens = 0;  // what Join(...) counts; at most the limit

  std::string Join(std::string_view text, std::string_view mark) const {
    if (whole) return std::string(text);
    return std::string(text.substr(0, head)).append(mark).append(text.substr(tail));
  }
};

// InvalidArgument where the mark alone is more than the tokens allowed. Thread-safe.
absl::StatusOr<Truncated> Truncate(const Encoding& encoding, std::string_view text,
                                   const TruncateOptions& options);

// The length in bytes of the longest token, special ones left aside: so many bytes for each token
// always hold the end of a text that is so many tokens.
std::size_t LongestToken(const Encoding& encoding);

}  // namespace toktally

#endif  // TOKTALLY_BPE_TRUNCATE_H_
