#include "cli/io/text_counter.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/utf8.h"
#include "bpe/special_tokens.h"
#include "chat/workspaces.h"
#include "cli/io/block_workers.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// Large enough that handing a block over costs nothing beside counting it, small enough for a
// second level cache.
constexpr std::size_t kBlockSize = std::size_t{256} * 1024;
// What is read first from a source of unknown size.
constexpr std::size_t kFirstRead = std::size_t{64} * 1024;
// Where in a block the search for a cut begins, from its end.
constexpr std::size_t kCutWindow = std::size_t{16} * 1024;
// As ripgrep and git do: a NUL byte in so many bytes makes a file binary.
constexpr std::size_t kBinaryWindow = std::size_t{8} * 1024;

// What the thread remembers of the texts that it has counted.
chat::Workspaces& ThreadWorkspaces() {
  thread_local chat::Workspaces workspaces;
  return workspaces;
}

// The names of special tokens in `text` that begin before `end`.
std::uint64_t CountSpecialNames(const Encoding& encoding, std::string_view text, std::size_t end) {
  std::uint64_t names = 0;
  for (std::size_t i = text.find("<|"); i < end; i = text.find("<|", i + 1)) {
    const std::string_view rest = text.substr(i);
    const auto tokens = encoding.special_tokens();
    names += std::any_of(tokens.begin(), tokens.end(),
                         [&](const SpecialToken& token) { return rest.starts_with(token.name); });
  }
  return names;
}

// Whether the name of a special token could have begun and not ended yet.
bool MayEndInsideName(const Encoding& encoding, std::string_view text) {
  std::size_t longest = 0;
  for (const SpecialToken& token : encoding.special_tokens()) {
    longest = std::max(longest, token.name.size());
  }
  return text.find('<', text.size() - std::min(text.size(), longest)) != std::string_view::npos;
}

void Add(const TextCount& part, std::uint64_t offset, TextCount& whole) {
  whole.tokens += part.tokens;
  whole.special_names += part.special_names;
  if (!part.first_ill_formed) return;
  const std::uint64_t at = offset + *part.first_ill_formed;
  whole.first_ill_formed = std::min(whole.first_ill_formed.value_or(UINT64_MAX), at);
}

std::string_view WithoutLastNewline(std::string_view text) {
  if (!text.ends_with('\n')) return text;
  text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  return text;
}

absl::Status InvalidUtf8Error(std::uint64_t offset) {
  return absl::InvalidArgumentError(Concat("byte ", GroupDigits(offset),
                                           " is not UTF-8; --invalid-utf8 replace reads it as "
                                           "U+FFFD, lossless takes it as it is"));
}

}  // namespace

void Declare(TextOptions& options, OptionSet& set) {
  using Special = TextOptions::Special;
  using InvalidUtf8 = TextOptions::InvalidUtf8;
  set.Choice<Special>(
      "--special", options.special,
      {{"text", Special::kText}, {"allow", Special::kAllow}, {"error", Special::kError}},
      "Names of special tokens such as <|endoftext|> in the text: ordinary "
      "text (the default), the token that they name, or an error");
  set.Choice<InvalidUtf8>("--invalid-utf8", options.invalid_utf8,
                          {{"replace", InvalidUtf8::kReplace},
                           {"lossless", InvalidUtf8::kLossless},
                           {"error", InvalidUtf8::kError}},
                          "Bytes that are not UTF-8: read as U+FFFD (the default), taken as they "
                          "are (as tiktoken's _encode_bytes), or an error");
  set.Flag("--chomp", options.chomp, "Leave the last newline out");
  set.Flag("--force", options.force, "Read what looks like UTF-16 as the bytes that it is");
}

SpecialSet AllowedSpecials(const TextOptions& options) {
  return options.special == TextOptions::Special::kAllow ? SpecialSet::All() : SpecialSet::None();
}

SpecialSet DisallowedSpecials(const TextOptions& options) {
  return options.special == TextOptions::Special::kError ? SpecialSet::All() : SpecialSet::None();
}

IllFormedUtf8 IllFormedPolicy(const TextOptions& options) {
  return options.invalid_utf8 == TextOptions::InvalidUtf8::kLossless ? IllFormedUtf8::kLossless
                                                                     : IllFormedUtf8::kReplace;
}

absl::Status CheckByteOrderMark(const TextOptions& options, std::string_view beginning) {
  using std::string_view_literals::operator""sv;
  const bool utf32 =
      beginning.starts_with("\xFF\xFE\0\0"sv) || beginning.starts_with("\0\0\xFE\xFF"sv);
  const bool utf16 = beginning.starts_with("\xFF\xFE") || beginning.starts_with("\xFE\xFF");
  if (options.force || (!utf16 && !utf32)) return absl::OkStatus();
  const std::string_view name = utf32 ? "UTF-32" : "UTF-16";
  return absl::InvalidArgumentError(
      Concat("looks like ", name, "; convert it with iconv -f ", name, " -t UTF-8",
             options.has_force ? ", or --force reads the bytes as they are" : ""));
}

std::optional<ForbiddenText> FindForbidden(const Encoding& encoding, const TextOptions& options,
                                           std::string_view text, std::uint64_t offset) {
  std::optional<ForbiddenText> first;
  if (options.special == TextOptions::Special::kError) {
    const std::span<const SpecialToken> tokens = encoding.special_tokens();
    const SpecialTokens specials({tokens.begin(), tokens.end()});
    const auto found =
        FindDisallowed(specials, text, AllowedSpecials(options), DisallowedSpecials(options));
    if (found) first = {offset + found->begin, DisallowedError(*found, offset)};
  }
  if (options.invalid_utf8 == TextOptions::InvalidUtf8::kError) {
    const std::size_t valid = ValidPrefix(text);
    if (valid < text.size() && (!first || offset + valid < first->offset)) {
      first = {offset + valid, InvalidUtf8Error(offset + valid)};
    }
  }
  return first;
}

// One text on its way through.
class TextCounter::Stream {
 public:
  Stream(const TextCounter& counter, ByteSource& source, unsigned threads)
      : counter_(counter), source_(source), threads_(threads) {}

  absl::StatusOr<TextCount> Run(bool skip_binary) {
    const std::uint64_t hint = source_.SizeHint().value_or(kFirstRead);
    block_.Reserve(static_cast<std::size_t>(std::min<std::uint64_t>(hint + 1, kBlockSize)));
    if (const absl::Status status = Fill(); !status.ok()) return status;
    const std::string_view beginning = block_.text().substr(0, kBinaryWindow);
    total_.binary = beginning.find('\0') != std::string_view::npos;
    if (total_.binary && skip_binary) return total_;
    if (absl::Status status = CheckByteOrderMark(counter_.options_, beginning); !status.ok()) {
      return status;
    }
    const absl::Status read = Advance();
    if (workers_ != nullptr) workers_->Finish();
    workers_.reset();
    if (exception_ != nullptr) std::rethrow_exception(exception_);
    if (!status_.ok()) return status_;  // of what stands before the place that could not be read
    if (!read.ok()) return read;
    return total_;
  }

 private:
  bool StreamsSpecials() const { return counter_.options_.special != TextOptions::Special::kText; }

  // Counts block after block until the source ends.
  absl::Status Advance() {
    const bool whole = counter_.options_.invalid_utf8 == TextOptions::InvalidUtf8::kLossless;
    while (!at_end_ && !Failed()) {
      if (block_.room() > 0) {
        // Only the first, short read leaves room.
      } else if (!whole && block_.capacity() < kBlockSize) {
        block_.Reserve(kBlockSize);
      } else if (whole || !CountBeginning()) {
        block_.Reserve(block_.capacity() * 2);
      }
      if (absl::Status status = Fill(); !status.ok()) return status;
    }
    if (Failed()) return absl::OkStatus();
    const std::string_view text = block_.text();
    CountPart(counter_.options_.chomp ? WithoutLastNewline(text) : text, block_.offset);
    total_.bytes = block_.offset + text.size();
    return absl::OkStatus();
  }

  // Takes what can be counted for certain off the beginning of the block; false if that is nothing.
  bool CountBeginning() {
    const std::string_view text = block_.text();
    const bool needs_cut = threads_ > 1 || StreamsSpecials();
    if (needs_cut || MayEndInsideName(counter_.encoding_, text)) {
      const std::size_t cut = FindCut(text, needs_cut);
      if (cut < text.size()) return CountTo(cut), true;
    }
    // Pieces that are counted one by one may end inside the name of a special token.
    if (StreamsSpecials()) return false;
    const CountedPrefix prefix = ThreadWorkspaces().CountPrefix(counter_.encoding_, text);
    if (prefix.bytes == 0) return false;
    TextCount part;
    part.tokens = prefix.tokens;
    part.first_ill_formed = prefix.first_ill_formed;
    part.special_names = CountNames(text, prefix.bytes);
    AddPart(part, block_.offset);
    const std::uint64_t offset = block_.offset + prefix.bytes;
    block_.Assign(text.substr(prefix.bytes));
    block_.offset = offset;
    return true;
  }

  // A cut near the end or, where there can be no other way, anywhere; text.size() if there is none.
  std::size_t FindCut(std::string_view text, bool needs_one) const {
    const std::size_t near_end = text.size() - std::min(text.size() - 1, kCutWindow);
    const std::size_t cut = counter_.encoding_.FindSafeCut(text, near_end);
    return cut < text.size() || !needs_one ? cut : counter_.encoding_.FindSafeCut(text, 1);
  }

  // Counts the block up to `cut`, on another thread if there are any; the rest is the new block.
  void CountTo(std::size_t cut) {
    if (threads_ > 1 && workers_ == nullptr) {
      workers_ = std::make_unique<BlockWorkers>(
          threads_, [this](const Block& block) { CountPart(block.text(), block.offset); });
    }
    const std::uint64_t offset = block_.offset + cut;
    if (workers_ == nullptr) {
      const std::string_view text = block_.text();
      CountPart(text.substr(0, cut), block_.offset);
      block_.Assign(text.substr(cut));
    } else {
      Block next = workers_->TakeFree();
      next.Reserve(block_.capacity());
      next.Assign(block_.text().substr(cut));
      block_.Truncate(cut);
      workers_->Submit(std::exchange(block_, std::move(next)));
    }
    block_.offset = offset;
  }

  // Counts a part that is a text of its own. Any thread.
  void CountPart(std::string_view text, std::uint64_t offset) {
    try {
      if (const auto found = FindForbidden(counter_.encoding_, counter_.options_, text, offset)) {
        return Fail(found->error, found->offset);
      }
      TextCount part = Inspect(text);
      const absl::StatusOr<std::uint64_t> tokens = CountTokens(text);
      if (!tokens.ok()) return Fail(tokens.status(), offset);
      part.tokens = *tokens;
      AddPart(part, offset);
    } catch (const std::bad_alloc&) {
      const std::lock_guard lock(mutex_);
      exception_ = std::current_exception();
    }
  }

  absl::StatusOr<std::uint64_t> CountTokens(std::string_view text) const {
    const TextOptions& options = counter_.options_;
    const IllFormedUtf8 ill_formed = IllFormedPolicy(options);
    if (!StreamsSpecials()) {
      return ThreadWorkspaces().Count(counter_.encoding_, text, ill_formed);
    }
    return counter_.encoding_.Count(text, AllowedSpecials(options), DisallowedSpecials(options),
                                    ill_formed);
  }

  // What there is to say about a part beside its tokens.
  TextCount Inspect(std::string_view text) const {
    TextCount part;
    const std::size_t valid = ValidPrefix(text);
    if (valid < text.size()) part.first_ill_formed = valid;
    part.special_names = CountNames(text, text.size());
    return part;
  }
  std::uint64_t CountNames(std::string_view text, std::size_t end) const {
    return StreamsSpecials() ? 0 : CountSpecialNames(counter_.encoding_, text, end);
  }

  void AddPart(const TextCount& part, std::uint64_t offset) {
    if (part.first_ill_formed &&
        counter_.options_.invalid_utf8 == TextOptions::InvalidUtf8::kError) {
      const std::uint64_t at = offset + *part.first_ill_formed;
      return Fail(InvalidUtf8Error(at), at);
    }
    const std::lock_guard lock(mutex_);
    Add(part, offset, total_);
  }

  // Of several errors the one that stands first in the text is kept.
  void Fail(const absl::Status& status, std::uint64_t offset) {
    const std::lock_guard lock(mutex_);
    if (!status_.ok() && offset > failed_at_) return;
    status_ = status;
    failed_at_ = offset;
  }

  bool Failed() {
    const std::lock_guard lock(mutex_);
    return !status_.ok() || exception_ != nullptr;
  }

  // Reads until the block is full or the source at its end.
  absl::Status Fill() {
    while (block_.room() > 0) {
      const absl::StatusOr<std::size_t> got = source_.Read(std::span(block_.end(), block_.room()));
      if (!got.ok()) return got.status();
      if (*got == 0) {
        at_end_ = true;
        return absl::OkStatus();
      }
      block_.Extend(*got);
      if (counter_.bytes_read_ != nullptr) *counter_.bytes_read_ += *got;
    }
    return absl::OkStatus();
  }

  const TextCounter& counter_;
  ByteSource& source_;
  const unsigned threads_;
  Block block_;  // what is read and not yet counted
  bool at_end_ = false;

  std::mutex mutex_;  // guards what follows
  TextCount total_;
  absl::Status status_;
  std::uint64_t failed_at_ = 0;
  std::exception_ptr exception_;

  std::unique_ptr<BlockWorkers> workers_;  // last: its threads use the members above
};

absl::StatusOr<TextCount> TextCounter::Count(ByteSource& source, unsigned threads,
                                             bool skip_binary) const {
  return Stream(*this, source, threads).Run(skip_binary);
}

}  // namespace toktally::cli
