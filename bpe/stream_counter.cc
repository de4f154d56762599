#include "bpe/stream_counter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "bpe/special_tokens.h"

namespace toktally {
namespace {

// Large enough that handing a block over costs nothing beside counting it, small enough for a
// second level cache.
constexpr std::size_t kBlockSize = std::size_t{256} * 1024;
// What is read first from a source of unknown size.
constexpr std::size_t kFirstRead = std::size_t{64} * 1024;
// Where in a block the search for a cut begins, from its end.
constexpr std::size_t kCutWindow = std::size_t{16} * 1024;

// Whether the options say anything of the encoding's special tokens.
bool StreamsSpecialsOf(const Encoding& encoding, const StreamOptions& options) {
  const auto tokens = encoding.special_tokens();
  return std::any_of(tokens.begin(), tokens.end(), [&options](const SpecialToken& token) {
    return options.allowed.contains(token.name) || options.disallowed.contains(token.name);
  });
}

SpecialTokens SpecialTokensOf(const Encoding& encoding) {
  const std::span<const SpecialToken> tokens = encoding.special_tokens();
  return SpecialTokens({tokens.begin(), tokens.end()});
}

// The names of special tokens in `text` that begin before `end`. Most texts hold none, so what all
// names begin with is looked for.
std::uint64_t CountSpecialNames(const Encoding& encoding, std::string_view text, std::size_t end) {
  const std::span<const SpecialToken> tokens = encoding.special_tokens();
  if (tokens.empty()) return 0;
  std::string_view common = tokens[0].name;
  for (const SpecialToken& token : tokens) {
    const auto differs =
        std::mismatch(common.begin(), common.end(), token.name.begin(), token.name.end());
    common = common.substr(0, static_cast<std::size_t>(differs.first - common.begin()));
  }
  std::uint64_t names = 0;
  for (std::size_t i = text.find(common); i < end; i = text.find(common, i + 1)) {
    const std::string_view rest = text.substr(i);
    names += std::any_of(tokens.begin(), tokens.end(),
                         [&](const SpecialToken& token) { return rest.starts_with(token.name); });
  }
  return names;
}

StreamError IllFormedError(std::uint64_t offset) {
  const std::string plain = std::to_string(offset);
  std::string digits;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i > 0 && (plain.size() - i) % 3 == 0) digits += ',';
    digits += plain[i];
  }
  return {offset, StreamError::Kind::kIllFormed,
          absl::InvalidArgumentError(absl::StrCat("byte ", digits, " is not UTF-8"))};
}

std::string_view WithoutLastNewline(std::string_view text) {
  if (!text.ends_with('\n')) return text;
  text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  return text;
}

}  // namespace

std::optional<StreamError> FindForbidden(const Encoding& encoding, const StreamOptions& options,
                                         std::string_view text, std::uint64_t offset) {
  std::optional<StreamError> first;
  if (StreamsSpecialsOf(encoding, options)) {
    const SpecialTokens specials = SpecialTokensOf(encoding);
    const auto found = FindDisallowed(specials, text, options.allowed, options.disallowed);
    if (found)
      first = StreamError{offset + found->begin, StreamError::Kind::kSpecialToken,
                          DisallowedError(*found, offset)};
  }
  if (options.refuse_ill_formed) {
    const std::size_t valid = ValidPrefix(text);
    if (valid < text.size() && (!first || offset + valid < first->offset)) {
      first = IllFormedError(offset + valid);
    }
  }
  return first;
}

void StreamCount::Merge(const StreamCount& part) {
  tokens += part.tokens;
  bytes += part.bytes;
  special_names += part.special_names;
  if (part.first_ill_formed) {
    first_ill_formed = std::min(first_ill_formed.value_or(UINT64_MAX), *part.first_ill_formed);
  }
  if (part.error && (!error || part.error->offset < error->offset)) error = part.error;
}

void StreamBlock::Reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = capacity;
}

void StreamBlock::Assign(std::string_view text) {
  const std::size_t size = text.size();
  if (size > capacity_) {
    size_ = 0;
    Reserve(size);
  }
  if (size != 0) std::memmove(data_.get(), text.data(), size);
  size_ = size;
}

StreamCount CountBlock(const Encoding& encoding, const StreamOptions& options,
                       std::string_view text, std::uint64_t offset, Workspace* workspace) {
  StreamCount count;
  count.bytes = text.size();
  count.error = FindForbidden(encoding, options, text, offset);
  if (count.error) return count;
  const std::size_t valid = ValidPrefix(text);
  if (valid < text.size()) count.first_ill_formed = offset + valid;
  if (!StreamsSpecialsOf(encoding, options)) {
    count.special_names = CountSpecialNames(encoding, text, text.size());
    count.tokens = encoding.Count(text, options.ill_formed, workspace);
    return count;
  }
  const auto tokens = encoding.Count(text, options.allowed, options.disallowed, options.ill_formed);
  if (tokens.ok()) {
    count.tokens = *tokens;
  } else {
    count.error = StreamError{offset, StreamError::Kind::kSpecialToken, tokens.status()};
  }
  return count;
}

StreamCounter::StreamCounter(const Encoding& encoding, StreamOptions options, Workspace* workspace)
    : StreamCounter(encoding, std::move(options), workspace, nullptr) {}

StreamCounter::StreamCounter(const Encoding& encoding, StreamOptions options, Workspace* workspace,
                             std::function<StreamBlock(StreamBlock)> hand_over)
    : encoding_(encoding),
      options_(std::move(options)),
      hand_over_(std::move(hand_over)),
      workspace_(workspace) {
  for (const SpecialToken& token : encoding_.special_tokens()) {
    longest_name_ = std::max(longest_name_, token.name.size());
  }
  streams_specials_ = StreamsSpecialsOf(encoding_, options_);
}

// Short texts are not worth the memory of a workspace.
Workspace* StreamCounter::workspace() {
  constexpr std::uint64_t kWorthIt = std::uint64_t{64} << 10;
  if (workspace_ != nullptr) return workspace_;
  return block_.offset + block_.size() < kWorthIt ? nullptr : &own_workspace_;
}

void StreamCounter::Add(std::string_view part) {
  while (!part.empty()) {
    const std::span<char> room = Room(part.size());
    const std::size_t size = std::min(room.size(), part.size());
    std::memcpy(room.data(), part.data(), size);
    Filled(size);
    part.remove_prefix(size);
  }
}

std::span<char> StreamCounter::Room(std::uint64_t hint) {
  if (block_.capacity() == 0) {
    const std::uint64_t first = hint == 0 ? kFirstRead : hint + 1;
    block_.Reserve(static_cast<std::size_t>(std::min<std::uint64_t>(first, kBlockSize)));
  } else if (block_.room().empty()) {
    const bool whole = options_.ill_formed == IllFormedUtf8::kLossless;
    if (!whole && block_.capacity() < kBlockSize) {
      block_.Reserve(kBlockSize);
    } else if (whole || !CountBeginning()) {
      block_.Reserve(block_.capacity() * 2);
    }
  }
  return block_.room();
}

void StreamCounter::Filled(std::size_t bytes) { block_.Extend(bytes); }

// Takes what can be counted for certain off the beginning of the block; false if that is nothing.
bool StreamCounter::CountBeginning() {
  const std::string_view text = block_.text();
  const bool needs_cut = hand_over_ != nullptr || streams_specials_;
  if (needs_cut || MayEndInsideName(text)) {
    const std::size_t cut = FindCut(text, needs_cut);
    if (cut < text.size()) return CountTo(cut), true;
  }
  // Pieces that are counted one by one may end inside the name of a special token.
  if (streams_specials_) return false;
  const CountedPrefix prefix = encoding_.CountPrefix(text, workspace());
  if (prefix.bytes == 0) return false;
  StreamCount part;
  part.tokens = prefix.tokens;
  part.bytes = prefix.bytes;
  if (prefix.first_ill_formed) part.first_ill_formed = block_.offset + *prefix.first_ill_formed;
  part.special_names = CountSpecialNames(encoding_, text, prefix.bytes);
  if (part.first_ill_formed && options_.refuse_ill_formed) {
    part.error = IllFormedError(*part.first_ill_formed);
  }
  total_.Merge(part);
  const std::uint64_t offset = block_.offset + prefix.bytes;
  block_.Assign(text.substr(prefix.bytes));
  block_.offset = offset;
  return true;
}

// Whether the name of a special token could have begun and not ended yet.
bool StreamCounter::MayEndInsideName(std::string_view text) const {
  const std::string_view end = text.substr(text.size() - std::min(text.size(), longest_name_));
  return std::any_of(encoding_.special_tokens().begin(), encoding_.special_tokens().end(),
                     [end](const SpecialToken& token) {
                       return end.find(token.name[0]) != std::string_view::npos;
                     });
}

// A cut near the end or, where there can be no other way, anywhere; text.size() if there is none.
std::size_t StreamCounter::FindCut(std::string_view text, bool needs_one) const {
  const std::size_t near_end = text.size() - std::min(text.size() - 1, kCutWindow);
  const std::size_t cut = SafeCut(text, near_end);
  return cut < text.size() || !needs_one ? cut : SafeCut(text, 1);
}

// As Encoding::FindSafeCut, and never inside the name of a special token.
std::size_t StreamCounter::SafeCut(std::string_view text, std::size_t from) const {
  std::size_t cut = encoding_.FindSafeCut(text, from);
  if (longest_name_ == 0) return cut;
  while (cut < text.size()) {
    const std::string_view before =
        text.substr(cut - std::min(cut, longest_name_), std::min(cut, longest_name_));
    const auto& tokens = encoding_.special_tokens();
    const bool inside = std::any_of(tokens.begin(), tokens.end(), [&](const SpecialToken& token) {
      for (std::size_t i = before.find(token.name[0]); i != std::string_view::npos;
           i = before.find(token.name[0], i + 1)) {
        const std::size_t begin = cut - before.size() + i;
        if (begin + token.name.size() > cut && text.substr(begin).starts_with(token.name)) {
          return true;
        }
      }
      return false;
    });
    if (!inside) return cut;
    cut = encoding_.FindSafeCut(text, cut + 1);
  }
  return cut;
}

// Counts the block up to `cut`, or hands it over; the rest is the new block.
void StreamCounter::CountTo(std::size_t cut) {
  const std::uint64_t offset = block_.offset + cut;
  if (hand_over_ == nullptr) {
    const std::string_view text = block_.text();
    total_.Merge(CountBlock(encoding_, options_, text.substr(0, cut), block_.offset, workspace()));
    block_.Assign(text.substr(cut));
  } else {
    // The rest is kept aside, short as it is, while the block is on its way.
    const std::string rest(block_.text().substr(cut));
    const std::size_t capacity = block_.capacity();
    block_.Truncate(cut);
    block_ = hand_over_(std::exchange(block_, StreamBlock()));
    block_.Truncate(0);
    block_.Reserve(capacity);
    block_.Assign(rest);
  }
  block_.offset = offset;
}

StreamCount StreamCounter::Finish() {
  const std::string_view text = block_.text();
  const std::string_view counted = options_.without_last_newline ? WithoutLastNewline(text) : text;
  StreamCount last = CountBlock(encoding_, options_, counted, block_.offset, workspace());
  last.bytes = text.size();
  total_.Merge(last);
  block_.Truncate(0);
  return total_;
}

}  // namespace toktally
