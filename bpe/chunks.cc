#include "bpe/chunks.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "bpe/truncate.h"

namespace toktally {
namespace {

constexpr std::size_t kKinds = 6;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The full stops of scripts that put no blank behind them.
bool EndsWithWideStop(std::string_view text) {
  for (const std::string_view stop : {"。", "！", "？", "｡", "।", "؟"}) {
    if (text.ends_with(stop)) return true;
  }
  return false;
}

// True if a sentence may end behind `text`, which `next` follows.
bool EndsSentence(std::string_view text, char next) {
  if (EndsWithWideStop(text)) return true;
  if (!IsBlank(next)) return false;
  while (!text.empty() && std::string_view("\"')]}").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (text.ends_with("…")) return true;
  return !text.empty() && std::string_view(".!?").find(text.back()) != std::string_view::npos;
}

bool IsHeading(std::string_view line) {
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  return level >= 1 && level <= 6 && level < line.size() && line[level] == ' ';
}

bool IsFence(std::string_view line) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view rest = line.substr(indent);
  return indent < 4 && (rest.starts_with("```") || rest.starts_with("~~~"));
}

// A line at which a definition may begin: not indented, and no bracket that closes one.
bool BeginsDefinition(std::string_view line) {
  return !line.empty() && !IsBlank(line[0]) && line[0] != '}' && line[0] != ')' && line[0] != ']';
}

// The places of each kind in a text that begins in or outside of a fenced block.
class Boundaries {
 public:
  Boundaries(std::string_view text, bool in_fence) : text_(text), in_fence_(in_fence) {}

  // The last place of each kind in (from, to]; 0 where there is none. Places are ends of lines, or
  // of sentences within them.
  std::array<std::size_t, kKinds> Last(std::size_t from, std::size_t to, bool sentences) {
    std::array<std::size_t, kKinds> last{};
    const auto at = [&last](Boundary kind) -> std::size_t& {
      return last[static_cast<std::size_t>(kind)];
    };
    bool after_empty = false;
    for (std::size_t begin = 0; begin < to;) {
      const std::size_t newline = text_.find('\n', begin);
      const std::size_t end = newline == std::string_view::npos ? text_.size() : newline + 1;
      const std::string_view line = text_.substr(begin, end - begin);
      const bool empty = std::all_of(line.begin(), line.end(), IsBlank);
      if (begin > from && begin <= to) {
        at(Boundary::kLine) = begin;
        if (after_empty && !empty) at(Boundary::kParagraph) = begin;
        if (after_empty && !empty && !in_fence_) at(Boundary::kMarkdown) = begin;
        if (!in_fence_ && IsHeading(line)) heading_ = begin;
        if (after_empty && BeginsDefinition(line)) at(Boundary::kCode) = begin;
      }
      if (sentences && end > from) FindSentences(begin, std::min(end, to), from, last);
      if (IsFence(line)) in_fence_ = !in_fence_;
      after_empty = empty;
      begin = end;
    }
    if (to < text_.size() && to > from && text_[to - 1] == '\n') at(Boundary::kLine) = to;
    if (heading_ > from) at(Boundary::kMarkdown) = heading_;
    return last;
  }

  // Whether a fenced block is open behind the text.
  static bool FenceBehind(std::string_view text, bool in_fence) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      if (IsFence(text.substr(0, end))) in_fence = !in_fence;
      text.remove_prefix(end);
    }
    return in_fence;
  }

 private:
  void FindSentences(std::size_t begin, std::size_t end, std::size_t from,
                     std::array<std::size_t, kKinds>& last) const {
    std::size_t& sentence = last[static_cast<std::size_t>(Boundary::kSentence)];
    if (begin > from) sentence = begin;
    for (std::size_t i = std::max(begin, from) + 1; i <= end && i < text_.size(); ++i) {
      if ((static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80) continue;
      if (EndsSentence(text_.substr(0, i), text_[i])) sentence = i;
    }
  }

  std::string_view text_;
  bool in_fence_;
  std::size_t heading_ = 0;
};

// From what is asked for to what is taken where there is none.
std::array<Boundary, 4> OrderOf(Boundary at) {
  using enum Boundary;
  switch (at) {
    case kToken:
      return {kToken, kToken, kToken, kToken};
    case kSentence:
      return {kSentence, kToken, kToken, kToken};
    case kLine:
      return {kLine, kSentence, kToken, kToken};
    case kParagraph:
      return {kParagraph, kLine, kSentence, kToken};
    case kMarkdown:
      return {kMarkdown, kLine, kSentence, kToken};
    case kCode:
      return {kCode, kParagraph, kLine, kToken};
  }
  return {};
}

// The best place in (from, to], or `to` itself.
std::size_t BestEnd(std::string_view text, Boundary at, bool in_fence, std::size_t from,
                    std::size_t to) {
  if (at == Boundary::kToken) return to;
  const auto last = Boundaries(text, in_fence).Last(from, to, at != Boundary::kCode);
  for (const Boundary kind : OrderOf(at)) {
    if (last[static_cast<std::size_t>(kind)] > 0) return last[static_cast<std::size_t>(kind)];
  }
  return to;
}

}  // namespace

absl::Status Chunker::Check(const ChunkOptions& options) {
  if (options.tokens == 0) return absl::InvalidArgumentError("a chunk of 0 tokens holds nothing");
  if (options.overlap >= options.tokens) {
    return absl::InvalidArgumentError("the overlap must be less than the tokens of a chunk");
  }
  return absl::OkStatus();
}

Chunker::Chunker(const Encoding& encoding, const ChunkOptions& options,
                 std::function<void(const Chunk&)> use)
    : encoding_(encoding),
      options_(options),
      use_(std::move(use)),
      wanted_(static_cast<std::size_t>(std::min<std::uint64_t>(options.tokens, 1u << 24)) * 6 +
              64) {}

void Chunker::Add(std::string_view part) {
  buffer_.append(part);
  while (buffer_.size() - begin_ >= wanted_ && CutChunk(/*final=*/false)) {
  }
}

void Chunker::Finish() {
  while (emitted_ < buffer_.size() && CutChunk(/*final=*/true)) {
  }
}

bool Chunker::CutChunk(bool final) {
  const std::string_view text = std::string_view(buffer_).substr(begin_);
  std::vector<FittingPrefix> marks;
  const FittingPrefix fit = FitPrefix(encoding_, text, options_.tokens, &workspace_, &marks);
  if (fit.bytes == text.size() && !final) {
    wanted_ = text.size() * 2 + 64;
    return false;
  }
  if (fit.bytes == text.size()) {
    Emit(buffer_.size(), fit.tokens);
    return false;
  }
  const std::size_t shared = emitted_ - std::min(emitted_, begin_);
  if (shared > 0 && fit.bytes <= shared) {  // nothing new has room beside what is shared
    begin_ = emitted_;
    return true;
  }
  if (fit.bytes == 0) {
    // One character is more tokens than are allowed: it is a chunk all the same, for nothing may be
    // lost.
    std::size_t end = 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    Emit(begin_ + end, encoding_.Count(text.substr(0, end)));
    return true;
  }
  // A chunk ends behind the one before it, or there would be no end of them.
  const std::size_t least = std::max(fit.bytes / 2, shared);
  const std::size_t end =
      least < fit.bytes ? BestEnd(text, options_.at, in_fence_, least, fit.bytes) : fit.bytes;
  std::uint64_t tokens = fit.tokens;
  if (end < fit.bytes) {
    FittingPrefix before;
    for (const FittingPrefix& mark : marks) {
      if (mark.bytes <= end) before = mark;
    }
    tokens = before.tokens + encoding_.Count(text.substr(before.bytes, end - before.bytes));
  }
  wanted_ = end + end / 2 + 256;
  Emit(begin_ + end, tokens);
  return true;
}

// Hands the chunk up to `end` on and finds where the next one begins.
void Chunker::Emit(std::size_t end, std::uint64_t tokens) {
  const std::string_view text = std::string_view(buffer_).substr(begin_, end - begin_);
  const auto lines = [](std::string_view part) {
    return static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
  };
  Chunk chunk;
  chunk.text = text;
  chunk.begin = offset_ + begin_;
  chunk.end = offset_ + end;
  chunk.first_line = line_;
  chunk.last_line = line_ + lines(text.substr(0, text.size() - 1));
  chunk.tokens = tokens;
  use_(chunk);

  std::size_t next = end;
  if (options_.overlap > 0 && end < buffer_.size()) {
    const std::size_t shared = FitSuffix(encoding_, text, options_.overlap).bytes;
    // The next chunk must reach behind this one's end.
    if (shared < text.size()) next = end - shared;
  }
  const std::string_view passed = std::string_view(buffer_).substr(begin_, next - begin_);
  line_ += lines(passed);
  if (options_.at == Boundary::kMarkdown) {
    in_fence_ = Boundaries::FenceBehind(passed, in_fence_);
  }
  begin_ = next;
  emitted_ = end;
  // What is behind us is dropped now and then, so that each byte is moved few times.
  constexpr std::size_t kWorthMoving = std::size_t{256} << 10;
  if (begin_ < kWorthMoving && begin_ < buffer_.size() / 2) return;
  buffer_.erase(0, begin_);
  offset_ += begin_;
  emitted_ -= begin_;
  begin_ = 0;
}

}  // namespace toktally
