// Special tokens by name and id, and where they occur in a text.

#ifndef TOKTALLY_BPE_SPECIAL_TOKENS_H_
#define TOKTALLY_BPE_SPECIAL_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "bpe/encoding.h"

namespace toktally {

// An occurrence of a special token's name in a text.
struct SpecialMatch {
  std::size_t begin;
  const SpecialToken* token;
};

// Immutable and thread-safe. The names must outlive it.
class SpecialTokens {
 public:
  // `tokens` in order of preference: of several names with one id, the first is the one that Find
  // gives for it.
  explicit SpecialTokens(std::vector<SpecialToken> tokens);

  // InvalidArgument where a name is empty or begins another: which of the two a text means would
  // then depend on the order of search.
  absl::Status Validate() const;

  std::span<const SpecialToken> tokens() const { return tokens_; }

  const SpecialToken* Find(std::string_view name) const;
  const SpecialToken* Find(TokenId id) const;

  // The first name at or behind `from`. One forward scan, whatever the number of names.
  std::optional<SpecialMatch> FindNext(std::string_view text, std::size_t from) const;

 private:
  std::vector<SpecialToken> tokens_;          // in order of preference
  std::vector<const SpecialToken*> by_name_;  // sorted
  std::vector<const SpecialToken*> by_id_;    // sorted; equal ids in order of preference
  std::vector<bool> begins_;                  // by byte: does any name begin with it?
  int only_first_byte_ = -1;                  // the byte that all names begin with, if they do
};

// The first token in the text that `disallowed` forbids, All() meaning every one not allowed. The
// one place where a text is checked, so that its parts and the whole are found wrong at the same
// byte.
std::optional<SpecialMatch> FindDisallowed(const SpecialTokens& specials, std::string_view text,
                                           const SpecialSet& allowed, const SpecialSet& disallowed);
// The error for it; `offset` is where the text that it was found in begins in the whole.
absl::Status DisallowedError(const SpecialMatch& found, std::uint64_t offset = 0);

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPECIAL_TOKENS_H_
