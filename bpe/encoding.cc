#include "bpe/encoding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "bpe/encoding_state.h"
#include "bpe/engine/engine.h"
#include "bpe/engine/text_route.h"
#include "bpe/special_tokens.h"
#include "bpe/vocabulary/vocabulary.h"
#include "bpe/workspace_lease.h"

namespace toktally {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max() / 2;

// tiktoken looks for these three only.
bool IsAllBlank(std::string_view bytes) {
  return bytes.find_first_not_of(" \n\t") == std::string_view::npos;
}

}  // namespace

bool SpecialSet::contains(std::string_view name) const {
  return all_ || std::find(names_.begin(), names_.end(), name) != names_.end();
}

Encoding::Encoding(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Encoding::~Encoding() = default;

std::string_view Encoding::name() const { return state_->name; }
std::string_view Encoding::split_pattern() const { return state_->pattern; }
std::string_view Encoding::vocabulary_sha256() const { return state_->vocabulary_sha256; }
std::span<const SpecialToken> Encoding::special_tokens() const {
  return state_->special_tokens.tokens();
}
TokenId Encoding::id_limit() const { return state_->id_limit; }

// What the public functions share. `text` is any bytes here; the engine takes well-formed text
// only.
class OrdinaryText {
 public:
  OrdinaryText(const EncodingBuilder::State& state, std::string_view text,
               Workspace* workspace = nullptr)
      : state_(state), text_(text), lease_(workspace) {}

  void AppendReplaced(std::vector<TokenId>& ids) {
    const std::size_t first = ids.size();
    if (EncodeWellFormed(text_, ids)) return;
    ids.resize(first);
    EncodeWellFormed(ReplaceIllFormed(text_), ids);
  }

  // tiktoken's _encode_bytes: the last piece before the first bad byte, with the blank tokens
  // before it if it begins with one, goes together with everything behind it.
  void AppendLossless(std::vector<TokenId>& ids) {
    const std::size_t valid = ValidPrefix(text_);
    const std::size_t first = ids.size();
    std::size_t keep = first;
    EncodeWellFormed(text_.substr(0, valid), ids, &keep);
    if (valid == text_.size()) return;
    const auto is_blank = [&](std::size_t i) {
      return IsAllBlank(state_.vocabulary.BytesOf(ids[i]));
    };
    if (keep < ids.size() && is_blank(keep)) {
      while (keep > first && is_blank(keep - 1)) --keep;
    }
    std::size_t unstable = 0;
    for (std::size_t i = keep; i < ids.size(); ++i) {
      unstable += state_.vocabulary.BytesOf(ids[i]).size();
    }
    ids.resize(keep);
    state_.route->EncodeBytes(state_.vocabulary, text_.substr(valid - unstable), ids);
  }

  void Append(std::vector<TokenId>& ids, IllFormedUtf8 ill_formed) {
    ill_formed == IllFormedUtf8::kReplace ? AppendReplaced(ids) : AppendLossless(ids);
  }

  std::uint64_t Count(std::uint64_t limit, IllFormedUtf8 ill_formed) {
    std::uint64_t tokens = 0;
    // Where the limit is passed, what follows is not looked at. A bad byte there would make more
    // tokens if it were replaced, but kLossless may make fewer of the blank ones before it.
    const bool needs_all = ill_formed == IllFormedUtf8::kLossless && limit != kNoLimit;
    if ((!needs_all || IsWellFormed(text_)) && CountWellFormed(text_, limit, tokens)) return tokens;
    if (ill_formed == IllFormedUtf8::kReplace) {
      CountWellFormed(ReplaceIllFormed(text_), limit, tokens);
      return tokens;
    }
    std::vector<TokenId> ids;
    AppendLossless(ids);
    return ids.size();
  }

  void AppendSpans(std::size_t offset, IllFormedUtf8 ill_formed, std::vector<TokenSpan>& spans) {
    std::vector<TokenId> ids;
    std::vector<TextGap> gaps;
    std::vector<Utf8Replacement> replacements;
    if (!EncodeWellFormed(text_, ids, nullptr, &gaps)) {
      ids.clear();
      gaps.clear();
      if (ill_formed == IllFormedUtf8::kReplace) {
        EncodeWellFormed(ReplaceIllFormed(text_, replacements), ids, nullptr, &gaps);
      } else {
        AppendLossless(ids);
      }
    }
    std::size_t at = 0;
    auto gap = gaps.begin();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (; gap != gaps.end() && gap->ids_before == i; ++gap) at += gap->bytes;
      const std::size_t end = at + state_.vocabulary.BytesOf(ids[i]).size();
      spans.push_back({ids[i], offset + OriginalBegin(replacements, at),
                       offset + OriginalEnd(replacements, end)});
      at = end;
    }
  }

  // As Encoding::CountPrefix.
  CountedPrefix CountOpen() {
    // What could still become a character must not be taken for ill-formed.
    text_.remove_suffix(IncompleteSuffix(text_));
    std::vector<Utf8Replacement> replacements;
    std::string replaced;
    std::string_view well_formed = text_;
    if (!IsWellFormed(text_)) {
      replaced = ReplaceIllFormed(text_, replacements);
      well_formed = replaced;
    }
    const EngineCount count = state_.route->Count(state_.vocabulary, well_formed, TextEnd::kOpen,
                                                  kNoLimit, Memory(well_formed));
    CountedPrefix prefix = {count.tokens, OriginalBegin(replacements, count.bytes), std::nullopt};
    if (!replacements.empty() && replacements.front().begin < prefix.bytes) {
      prefix.first_ill_formed = replacements.front().begin;
    }
    return prefix;
  }

 private:
  // A text is checked and taken in stretches, so that it comes from memory once: `take` is given as
  // much of it as is known to be well-formed, and takes the pieces that are certain. False where it
  // turns out to be ill-formed.
  template <typename Take>
  static bool TakeStretches(std::string_view text, Take take) {
    std::size_t stretch = std::size_t{128} << 10;
    std::size_t valid = 0;
    for (std::size_t at = 0;;) {
      const std::size_t end = text.size() - at <= stretch ? text.size() : at + stretch;
      if (end > valid) valid += ValidPrefix(text.substr(valid, end - valid));
      // A character that the stretch's end cuts is looked at again in the next one.
      constexpr std::size_t kLongestCut = 3;
      if (end - valid > (end == text.size() ? 0 : kLongestCut)) return false;
      const TextEnd text_end = end == text.size() ? TextEnd::kFinal : TextEnd::kOpen;
      const std::optional<std::size_t> taken = take(text.substr(at, valid - at), text_end);
      if (!taken.has_value() || text_end == TextEnd::kFinal) return true;
      at += *taken;
      if (*taken == 0) stretch = text.size();  // a piece is longer
    }
  }

  PieceMemory* Memory(std::string_view text) {
    return lease_.For(state_.vocabulary.image(), state_.image_number, text.size());
  }

  // `tokens` is set. False if the text is ill-formed.
  bool CountWellFormed(std::string_view text, std::uint64_t limit, std::uint64_t& tokens) {
    tokens = 0;
    return TakeStretches(text, [&](std::string_view stretch, TextEnd text_end) {
      const EngineCount counted =
          state_.route->Count(state_.vocabulary, stretch, text_end, limit - tokens, Memory(text));
      tokens += counted.tokens;
      return tokens > limit ? std::nullopt : std::optional(counted.bytes);
    });
  }
  // Appends the ids; `last_piece` is set to where the last piece begins among them. False if the
  // text is ill-formed: what was appended is then of no use.
  bool EncodeWellFormed(std::string_view text, std::vector<TokenId>& ids,
                        std::size_t* last_piece = nullptr, std::vector<TextGap>* gaps = nullptr) {
    return TakeStretches(text, [&](std::string_view stretch, TextEnd text_end) {
      const EngineIds encoded =
          state_.route->Encode(state_.vocabulary, stretch, text_end, ids, Memory(text), gaps);
      if (last_piece != nullptr && encoded.bytes != 0) *last_piece = encoded.last_piece;
      return std::optional(encoded.bytes);
    });
  }

  const EncodingBuilder::State& state_;
  std::string_view text_;
  WorkspaceLease lease_;
};

namespace {

// Walks a text under tiktoken's policy: `ordinary(begin, end)` for what lies between allowed
// special tokens, `special(begin, token)` for these.
template <typename Ordinary, typename Special>
absl::Status WalkSpecials(const SpecialTokens& specials, std::string_view text,
                          const SpecialSet& allowed, const SpecialSet& disallowed,
                          Ordinary ordinary, Special special) {
  if (const auto found = FindDisallowed(specials, text, allowed, disallowed)) {
    return DisallowedError(*found);
  }
  std::size_t done = 0;
  for (auto match = specials.FindNext(text, 0); match.has_value();) {
    if (!allowed.contains(match->token->name)) {
      match = specials.FindNext(text, match->begin + 1);
      continue;
    }
    ordinary(done, match->begin);
    special(match->begin, *match->token);
    done = match->begin + match->token->name.size();
    match = specials.FindNext(text, done);
  }
  ordinary(done, text.size());
  return absl::OkStatus();
}

absl::Status NoTokenError(std::string_view encoding, TokenId id, std::size_t number) {
  return absl::InvalidArgumentError(
      absl::StrCat("id ", id, " (number ", number, ") is no token of ",
                   absl::string_view(encoding.data(), encoding.size())));
}

}  // namespace

void Encoding::AppendOrdinary(std::string_view text, std::vector<TokenId>& ids,
                              IllFormedUtf8 ill_formed, Workspace* workspace) const {
  OrdinaryText(*state_, text, workspace).Append(ids, ill_formed);
}

std::vector<TokenId> Encoding::EncodeOrdinary(std::string_view text,
                                              IllFormedUtf8 ill_formed) const {
  std::vector<TokenId> ids;
  AppendOrdinary(text, ids, ill_formed);
  return ids;
}

absl::StatusOr<std::vector<TokenId>> Encoding::Encode(std::string_view text,
                                                      const SpecialSet& allowed,
                                                      const SpecialSet& disallowed,
                                                      IllFormedUtf8 ill_formed,
                                                      Workspace* workspace) const {
  std::vector<TokenId> ids;
  const absl::Status status = WalkSpecials(
      state_->special_tokens, text, allowed, disallowed,
      [&](std::size_t begin, std::size_t end) {
        AppendOrdinary(text.substr(begin, end - begin), ids, ill_formed, workspace);
      },
      [&](std::size_t, const SpecialToken& token) { ids.push_back(token.id); });
  if (!status.ok()) return status;
  return ids;
}

std::vector<TokenSpan> Encoding::EncodeOrdinaryWithOffsets(std::string_view text,
                                                           IllFormedUtf8 ill_formed,
                                                           Workspace* workspace) const {
  std::vector<TokenSpan> spans;
  OrdinaryText(*state_, text, workspace).AppendSpans(0, ill_formed, spans);
  return spans;
}

absl::StatusOr<std::vector<TokenSpan>> Encoding::EncodeWithOffsets(std::string_view text,
                                                                   const SpecialSet& allowed,
                                                                   const SpecialSet& disallowed,
                                                                   IllFormedUtf8 ill_formed,
                                                                   Workspace* workspace) const {
  std::vector<TokenSpan> spans;
  const absl::Status status = WalkSpecials(
      state_->special_tokens, text, allowed, disallowed,
      [&](std::size_t begin, std::size_t end) {
        OrdinaryText(*state_, text.substr(begin, end - begin), workspace)
            .AppendSpans(begin, ill_formed, spans);
      },
      [&](std::size_t begin, const SpecialToken& token) {
        spans.push_back({token.id, begin, begin + token.name.size()});
      });
  if (!status.ok()) return status;
  return spans;
}

std::uint64_t Encoding::Count(std::string_view text, IllFormedUtf8 ill_formed,
                              Workspace* workspace) const {
  return OrdinaryText(*state_, text, workspace).Count(kNoLimit, ill_formed);
}

absl::StatusOr<std::uint64_t> Encoding::Count(std::string_view text, const SpecialSet& allowed,
                                              const SpecialSet& disallowed,
                                              IllFormedUtf8 ill_formed,
                                              Workspace* workspace) const {
  std::uint64_t count = 0;
  const absl::Status status = WalkSpecials(
      state_->special_tokens, text, allowed, disallowed,
      [&](std::size_t begin, std::size_t end) {
        count += Count(text.substr(begin, end - begin), ill_formed, workspace);
      },
      [&](std::size_t, const SpecialToken&) { ++count; });
  if (!status.ok()) return status;
  return count;
}

std::optional<std::uint64_t> Encoding::CountUpTo(std::string_view text, std::uint64_t limit,
                                                 IllFormedUtf8 ill_formed,
                                                 Workspace* workspace) const {
  const std::uint64_t count = OrdinaryText(*state_, text, workspace).Count(limit, ill_formed);
  if (count > limit) return std::nullopt;
  return count;
}

CountedPrefix Encoding::CountPrefix(std::string_view text, Workspace* workspace) const {
  return OrdinaryText(*state_, text, workspace).CountOpen();
}

std::size_t Encoding::FindSafeCut(std::string_view text, std::size_t from) const {
  return state_->route->FindSafeCut(text, from);
}

absl::StatusOr<std::string> Encoding::Decode(std::span<const TokenId> ids) const {
  const Vocabulary& vocabulary = state_->vocabulary;
  // Tokens go to a buffer first, by so many bytes at a time whatever their length: the next one
  // overwrites what was too much.
  constexpr std::size_t kStep = Vocabulary::kReadableBytes;
  char buffer[4096];
  std::size_t buffered = 0;
  std::string text;
  text.reserve(4 * ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (buffered > sizeof(buffer) - kStep) {
      text.append(buffer, buffered);
      buffered = 0;
    }
    std::string_view bytes;
    if (ids[i] < vocabulary.rank_limit()) bytes = vocabulary.BytesOf(ids[i]);
    if (bytes.size() - 1 < kStep) [[likely]] {
      std::memcpy(buffer + buffered, bytes.data(), kStep);
      buffered += bytes.size();
      continue;
    }
    // A long token, a special one, or none.
    const std::optional<std::string_view> found = FindBytes(ids[i]);
    if (!found.has_value()) return NoTokenError(name(), ids[i], i + 1);
    text.append(buffer, buffered);
    text.append(*found);
    buffered = 0;
  }
  text.append(buffer, buffered);
  return text;
}

std::optional<TokenId> Encoding::FindToken(std::string_view bytes) const {
  if (const SpecialToken* special = state_->special_tokens.Find(bytes)) return special->id;
  return state_->vocabulary.FindRank(bytes);
}

std::optional<std::string_view> Encoding::FindBytes(TokenId id) const {
  if (id < state_->vocabulary.rank_limit()) {
    const std::string_view bytes = state_->vocabulary.BytesOf(id);
    if (!bytes.empty()) return bytes;
  }
  if (const SpecialToken* special = state_->special_tokens.Find(id)) return special->name;
  return std::nullopt;
}

std::unique_ptr<const Encoding> EncodingBuilder::Build(std::unique_ptr<State> state) {
  state->id_limit = state->vocabulary.rank_limit();
  for (const SpecialToken& token : state->special_tokens.tokens()) {
    state->id_limit = std::max(state->id_limit, token.id + 1);
  }
  return std::unique_ptr<const Encoding>(new Encoding(std::move(state)));
}

}  // namespace toktally
