// Text to tokens and back, exactly as tiktoken 0.14 does it.
//
//   const toktally::Encoding* o200k = toktally::FindEncoding("o200k_base");   // bpe/encodings.h
//   std::uint64_t n = o200k->Count(prompt);
//   std::vector<toktally::TokenId> ids = o200k->EncodeOrdinary(prompt);
//
// An Encoding is immutable after construction: every const method may be called from any number of
// threads at once and after fork(), without locks. Nothing here reads files, the clock, the locale
// or the environment. No recursion; time is O(n log n) or better in the bytes of the text, and no
// call takes more than 32 KB of stack. What was looked up is remembered in the Workspace that is
// handed over, or in one of the thread's own (bpe/workspace.h).

#ifndef TOKTALLY_BPE_ENCODING_H_
#define TOKTALLY_BPE_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/workspace.h"

namespace toktally {

using TokenId = std::uint32_t;

// What becomes of bytes that are not well-formed UTF-8.
enum class IllFormedUtf8 {
  // Each maximal ill-formed subpart (WHATWG, Unicode 3.9 table 3-8) is read as U+FFFD, as Python's
  // errors="replace" does. What an API sees when such bytes are sent.
  kReplace,
  // As tiktoken's _encode_bytes: the text up to the first bad byte is split; the last piece before
  // it
  // and everything from it on are merged as one piece. Decode gives back the very same bytes.
  kLossless,
};

// A set of special tokens by name, as tiktoken's allowed_special and disallowed_special.
class SpecialSet {
 public:
  static SpecialSet None() { return SpecialSet(false, {}); }
  static SpecialSet All() { return SpecialSet(true, {}); }
  static SpecialSet Of(std::vector<std::string> names) {
    return SpecialSet(false, std::move(names));
  }

  bool all() const { return all_; }
  bool contains(std::string_view name) const;

 private:
  SpecialSet(bool all, std::vector<std::string> names) : all_(all), names_(std::move(names)) {}
  bool all_;
  std::vector<std::string> names_;
};

struct SpecialToken {
  std::string_view name;  // e.g. "<|endoftext|>"
  TokenId id;
};

// One token and the bytes of the original text that it came from: [begin, end). Where ill-formed
// bytes were replaced, a token of the replacement spans the bytes that were replaced.
struct TokenSpan {
  TokenId id;
  std::size_t begin;
  std::size_t end;
};

// A count of the beginning of a text that goes on.
struct CountedPrefix {
  std::uint64_t tokens = 0;
  std::size_t bytes = 0;
  // Where the first of these bytes stands that is not UTF-8.
  std::optional<std::size_t> first_ill_formed;
};

// What a custom encoding is made of; see Encoding::Create.
struct EncodingSpec {
  std::string name;
  // A split pattern in tiktoken's syntax: alternatives over literals, classes, \s \S \p{L} …,
  // quantifiers (possessive ones too) and, as an alternative of its own, `\s+(?!\S)`. Splitting
  // must take linear time: a pattern that may look to the end of the text in vain at each of its
  // characters (`a+b|a`) is refused.
  std::string split_pattern;
  // The contents of a .tiktoken file: one `base64 rank` a line.
  std::string_view vocabulary_text;
  std::vector<std::pair<std::string, TokenId>> special_tokens;
  // What a text is split by before `split_pattern`, in the same syntax, each pattern inside the
  // pieces of the one before, which are texts of their own to it. If there are any, what a pattern
  // does not match is a piece, too, at every stage: Hugging Face's Split with "Isolated". Without
  // any, such text makes no tokens, as in tiktoken.
  std::vector<std::string> outer_patterns{};
};

class Encoding {
 public:
  // Builds an encoding from a vocabulary in tiktoken's text form. Errors (InvalidArgument, with the
  // line where there is one): bad base64, duplicate tokens or ranks, single bytes missing, a
  // pattern that is not understood, special tokens that are empty, share an id with a rank or
  // another name, or of which one begins another.
  static absl::StatusOr<std::unique_ptr<const Encoding>> Create(const EncodingSpec& spec);

  ~Encoding();
  Encoding(const Encoding&) = delete;
  Encoding& operator=(const Encoding&) = delete;

  std::string_view name() const;
  // The split pattern as tiktoken spells it.
  std::string_view split_pattern() const;
  // SHA-256 of the .tiktoken file, 64 lower-case hex digits; empty for a custom encoding.
  std::string_view vocabulary_sha256() const;
  std::span<const SpecialToken> special_tokens() const;
  // One more than the highest id, special tokens included. Ids below it may still name no token.
  TokenId id_limit() const;

  // The ids of `text`; text of special tokens is ordinary text. Cannot fail.
  std::vector<TokenId> EncodeOrdinary(std::string_view text,
                                      IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace) const;
  // The same, appended to `ids`.
  void AppendOrdinary(std::string_view text, std::vector<TokenId>& ids,
                      IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
                      Workspace* workspace = nullptr) const;

  // The ids of `text` under tiktoken's policy: names in `allowed` become their special token, and
  // text each side of one is split as if it ended there; a name in `disallowed` (All() means: every
  // one not allowed) that occurs in the text is an InvalidArgument error that names the first one
  // in text order; other names are ordinary text.
  absl::StatusOr<std::vector<TokenId>> Encode(std::string_view text, const SpecialSet& allowed,
                                              const SpecialSet& disallowed,
                                              IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
                                              Workspace* workspace = nullptr) const;

  // As EncodeOrdinary, with the bytes of `text` that each token came from.
  std::vector<TokenSpan> EncodeOrdinaryWithOffsets(
      std::string_view text, IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
      Workspace* workspace = nullptr) const;
  // As Encode, with the bytes of `text` that each token came from.
  absl::StatusOr<std::vector<TokenSpan>> EncodeWithOffsets(
      std::string_view text, const SpecialSet& allowed, const SpecialSet& disallowed,
      IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace, Workspace* workspace = nullptr) const;

  // How many ids EncodeOrdinary would give. Makes no ids. Cannot fail.
  std::uint64_t Count(std::string_view text, IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
                      Workspace* workspace = nullptr) const;
  // How many ids Encode would give, with the same errors.
  absl::StatusOr<std::uint64_t> Count(std::string_view text, const SpecialSet& allowed,
                                      const SpecialSet& disallowed,
                                      IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
                                      Workspace* workspace = nullptr) const;

  // The count if it is at most `limit`, else nullopt; stops within one piece of passing the limit.
  std::optional<std::uint64_t> CountUpTo(std::string_view text, std::uint64_t limit,
                                         IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace,
                                         Workspace* workspace = nullptr) const;

  // For text that arrives in parts: counts the pieces at the beginning of `text` that no following
  // text can change, and says how many bytes they are. Keep the rest, append what comes, call
  // again; at the end count the remainder with Count. The sum is the count of the whole. `bytes`
  // may be 0 (one long unfinished piece): then offer at least twice as much, so that the work stays
  // linear. `text` may end inside a UTF-8 sequence.
  CountedPrefix CountPrefix(std::string_view text, Workspace* workspace = nullptr) const;

  // For counting in parallel: the first position p >= from at which `text` may be cut so that
  // Count(text) == Count(text.substr(0, p)) + Count(text.substr(p)), or text.size() if none is
  // recognised. Looks at no more than the bytes between `from` and p.
  std::size_t FindSafeCut(std::string_view text, std::size_t from) const;

  // The bytes of the tokens, one after the other; they need not be UTF-8. InvalidArgument, naming
  // the position and the id, for an id that names no token.
  absl::StatusOr<std::string> Decode(std::span<const TokenId> ids) const;

  // The id of the token, special or not, that is exactly these bytes.
  std::optional<TokenId> FindToken(std::string_view bytes) const;
  // The bytes of one token, special or not; nullopt if no token has that id. The view lives as long
  // as the encoding.
  std::optional<std::string_view> FindBytes(TokenId id) const;

 private:
  struct State;  // bpe/encoding_state.h
  friend class EncodingBuilder;
  explicit Encoding(std::unique_ptr<const State> state);

  std::unique_ptr<const State> state_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENCODING_H_
