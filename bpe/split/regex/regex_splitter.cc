#include "bpe/split/regex/regex_splitter.h"

#include <re2/re2.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/utf8.h"
#include "bpe/split/regex/linear_check.h"
#include "bpe/split/regex/pattern_syntax.h"
#include "bpe/split/regex/re2_pattern.h"

namespace toktally {
namespace {

// RE2's default of 8 MiB suffices for OpenAI's patterns; custom ones may repeat large classes.
constexpr std::int64_t kMaxMemory = std::int64_t{64} << 20;

// The whole match and one capture for each look-ahead.
constexpr std::size_t kMaxCaptures = 8;

CodePointSet::Range LastCodePoint(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while ((text[begin] & 0xC0) == 0x80) --begin;
  const char32_t last = DecodeCodePoint(text.data() + begin).value;
  return {last, last};
}

}  // namespace

RegexSplitter::RegexSplitter(std::unique_ptr<re2::RE2> regex, int captures, CodePointSet looked_at)
    : regex_(std::move(regex)), captures_(captures), looked_at_(std::move(looked_at)) {}

RegexSplitter::~RegexSplitter() = default;

absl::StatusOr<std::unique_ptr<RegexSplitter>> RegexSplitter::Create(std::string_view pattern) {
  const absl::StatusOr<PatternNode> tree = ParseSplitPattern(pattern);
  if (!tree.ok()) return tree.status();
  absl::StatusOr<Re2Pattern> parsed = SpellForRe2(*tree);
  if (!parsed.ok()) return parsed.status();
  if (const absl::Status linear = CheckLinear(*tree); !linear.ok()) return linear;
  if (parsed->captures >= static_cast<int>(kMaxCaptures)) {
    return absl::InvalidArgumentError("split pattern: too many look-aheads");
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  auto regex = std::make_unique<re2::RE2>(parsed->text, options);
  if (!regex->ok()) return absl::InvalidArgumentError("split pattern: too large for RE2");
  return std::unique_ptr<RegexSplitter>(
      new RegexSplitter(std::move(regex), parsed->captures, std::move(parsed->looked_at)));
}

std::optional<RegexSplitter::Piece> RegexSplitter::Next(std::string_view text,
                                                        std::size_t from) const {
  // An anchored match is found by one pass of RE2's automaton; only text that belongs to no piece
  // needs a search.
  const re2::StringPiece rest(text.data() + from, text.size() - from);
  std::array<re2::StringPiece, kMaxCaptures> groups;
  auto anchor = re2::RE2::ANCHOR_START;
  if (!regex_->Match(rest, 0, rest.size(), anchor, groups.data(), 1)) {
    anchor = re2::RE2::UNANCHORED;
    if (!regex_->Match(rest, 0, rest.size(), anchor, groups.data(), 1)) return std::nullopt;
  }
  const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
  const std::size_t end = begin + groups[0].size();
  // Captures are slow. They are needed only where the match may include what a look-ahead saw. The
  // text stays whole, for \z.
  const CodePointSet last(LastCodePoint(text.substr(begin, end - begin)));
  if (captures_ == 0 || !looked_at_.Intersects(last)) return Piece{begin, end};
  regex_->Match(rest, 0, rest.size(), anchor, groups.data(), captures_ + 1);
  for (int i = 1; i <= captures_; ++i) {
    const re2::StringPiece& capture = groups[static_cast<std::size_t>(i)];
    if (capture.data() != nullptr) return Piece{begin, begin + capture.size()};
  }
  return Piece{begin, end};
}

void RegexSplitter::Split(std::string_view text, std::vector<Piece>& pieces) const {
  std::size_t from = 0;
  while (from < text.size()) {
    const std::optional<Piece> piece = Next(text, from);
    if (!piece.has_value()) return;
    pieces.push_back(*piece);
    from = piece->end;
  }
}

}  // namespace toktally
