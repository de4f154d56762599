#include "cli/io/text_counter.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "base/utf8.h"
#include "chat/workspaces.h"
#include "cli/io/block_workers.h"
#include "cli/io/file_kind.h"
#include "cli/io/utf16_source.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// What is read at once where several counters share it.
constexpr std::size_t kBlockSize = std::size_t{256} * 1024;
// As ripgrep and git do: a NUL byte in so many bytes makes a file binary.
constexpr std::size_t kBinaryWindow = std::size_t{8} * 1024;
// Of a source of unknown size: enough that its counting is worth a workspace.
constexpr std::size_t kUnknownSize = std::size_t{64} * 1024;

// What the thread remembers of the texts that it has counted.
chat::Workspaces& ThreadWorkspaces() {
  thread_local chat::Workspaces workspaces;
  return workspaces;
}

absl::Status WithAdvice(const StreamError& error) {
  if (error.kind != StreamError::Kind::kIllFormed) return error.status;
  return absl::InvalidArgumentError(
      Concat(MessageOf(error.status),
             "; --invalid-utf8 replace reads it as U+FFFD, lossless takes it as it is"));
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
  set.Flag("--force", options.force,
           "Count the bytes as they are, whatever the file looks like: UTF-16,\n"
           "a PDF, an archive");
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

StreamOptions StreamOptionsOf(const TextOptions& options) {
  StreamOptions stream;
  stream.allowed = AllowedSpecials(options);
  stream.disallowed = DisallowedSpecials(options);
  stream.ill_formed = IllFormedPolicy(options);
  stream.refuse_ill_formed = options.invalid_utf8 == TextOptions::InvalidUtf8::kError;
  stream.without_last_newline = options.chomp;
  return stream;
}

absl::Status CheckForm(const TextOptions& options, std::string_view beginning,
                       std::string_view path) {
  using std::string_view_literals::operator""sv;
  if (options.force) return absl::OkStatus();
  const std::string_view hint = options.has_force ? "; --force reads the bytes as they are" : "";
  if (beginning.starts_with("\xFF\xFE\0\0"sv) || beginning.starts_with("\0\0\xFE\xFF"sv)) {
    return absl::InvalidArgumentError(
        Concat("looks like UTF-32; convert it with iconv -f UTF-32 -t UTF-8", hint));
  }
  const FileKind kind = KindOfFile(beginning, path);
  if (kind.name.empty()) return absl::OkStatus();
  const bool an = std::string_view("aeioxEA").find(kind.name[0]) != std::string_view::npos;
  std::string advice(kind.advice);
  if (const std::size_t at = advice.find("FILE"); at != std::string::npos) {
    advice.replace(at, 4, path == "-" ? std::string("FILE") : DisplayName(path));
  }
  return absl::InvalidArgumentError(Concat(an ? "is an " : "is a ", kind.name,
                                           ": its bytes are not its text",
                                           advice.empty() ? "" : "; ", advice, hint));
}

std::optional<StreamError> FindForbidden(const Encoding& encoding, const TextOptions& options,
                                         std::string_view text) {
  std::optional<StreamError> found =
      toktally::FindForbidden(encoding, StreamOptionsOf(options), text);
  if (found) found->status = WithAdvice(*found);
  return found;
}

namespace {

// Whether a UTF-16 text has U+0000, in either order of its bytes.
bool HoldsNul16(std::string_view text) {
  for (std::size_t i = 0; i + 2 <= text.size(); i += 2) {
    if (text[i] == '\0' && text[i + 1] == '\0') return true;
  }
  return false;
}

// Counts the bytes that pass.
class MeteredSource : public ByteSource {
 public:
  MeteredSource(ByteSource& source, std::atomic<std::uint64_t>* all) : source_(source), all_(all) {}
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    absl::StatusOr<std::size_t> got = source_.Read(buffer);
    if (!got.ok()) return got;
    bytes_ += *got;
    if (all_ != nullptr) *all_ += *got;
    return got;
  }
  std::optional<std::uint64_t> SizeHint() const override { return source_.SizeHint(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  ByteSource& source_;
  std::atomic<std::uint64_t>* const all_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

// One text on its way through.
class TextCounter::Run {
 public:
  Run(const TextCounter& counter, ByteSource& source, unsigned threads)
      : counter_(counter),
        source_(source, counter.bytes_read_),
        threads_(threads),
        options_(StreamOptionsOf(counter.options_)) {}

  absl::StatusOr<TextCount> Count(bool skip_binary, std::string_view path) {
    StartCounters();
    if (const absl::Status status = Fill(source_); !status.ok()) return status;
    const std::string_view beginning = Pending().substr(0, kBinaryWindow);
    const auto utf16 = counter_.options_.force ? std::nullopt : Utf16Order(beginning);
    // A mark is two bytes, which a binary file may begin with, too.
    if (utf16 && skip_binary && HoldsNul16(beginning)) {
      count_.binary = true;
      return count_;
    }
    if (!utf16 && skip_binary && LooksBinary(beginning, path)) return count_;
    if (!utf16) {
      if (absl::Status status = CheckForm(counter_.options_, beginning, path); !status.ok()) {
        return status;
      }
      if (counter_.readers_.see) counter_.readers_.see(Pending());
      return Finish(ReadAll(source_));
    }
    count_.utf16 = true;
    Utf16Source text(std::string(Pending()), source_, *utf16);
    StartCounters();
    at_end_ = false;
    return Finish(ReadAll(text));
  }

 private:
  const std::vector<const Encoding*>& encodings() const { return counter_.readers_.encodings; }

  void StartCounters() {
    counters_.clear();
    for (std::size_t i = 0; i < encodings().size(); ++i) {
      const std::uint64_t size = source_.SizeHint().value_or(kUnknownSize);
      Workspace* const workspace =
          ThreadWorkspaces().For(*encodings()[i], static_cast<std::size_t>(size));
      if (threads_ > 1) {
        counters_.emplace_back(*encodings()[i], options_, workspace, [this, i](StreamBlock block) {
          return HandOver(i, std::move(block));
        });
      } else {
        counters_.emplace_back(*encodings()[i], options_, workspace);
      }
    }
  }

  StreamBlock HandOver(std::size_t counter, StreamBlock block) {
    if (workers_ == nullptr) {
      workers_ = std::make_unique<BlockWorkers>(
          threads_, [this](std::size_t i, const StreamBlock& part) { CountPart(i, part); });
    }
    workers_->Submit(counter, std::move(block));
    return workers_->TakeFree();
  }

  // Any thread.
  void CountPart(std::size_t i, const StreamBlock& block) {
    try {
      const Encoding& encoding = *encodings()[i];
      const StreamCount part = CountBlock(encoding, options_, block.text(), block.offset,
                                          ThreadWorkspaces().For(encoding, block.size()));
      const std::lock_guard lock(mutex_);
      totals_.resize(encodings().size());
      totals_[i].Merge(part);
      failed_ = failed_ || part.error.has_value();
    } catch (const std::bad_alloc&) {
      const std::lock_guard lock(mutex_);
      exception_ = std::current_exception();
      failed_ = true;
    }
  }

  bool Failed() {
    for (const StreamCounter& counter : counters_) {
      if (counter.failed()) return true;
    }
    const std::lock_guard lock(mutex_);
    return failed_;
  }

  // What stands before any counting; the same for all counters.
  std::string_view Pending() const { return counters_[0].pending(); }

  bool LooksBinary(std::string_view beginning, std::string_view path) {
    const FileKind kind = KindOfFile(beginning, path);
    count_.binary = !kind.name.empty() || beginning.find('\0') != std::string_view::npos;
    count_.kind = kind.name;
    return count_.binary;
  }

  // Reads until the first block is full or the source at its end.
  absl::Status Fill(ByteSource& source) {
    const std::uint64_t hint = source.SizeHint().value_or(0);
    std::size_t room = counters_[0].Room(hint).size();
    while (room > 0) {
      const std::span<char> into = counters_[0].Room(hint);
      const absl::StatusOr<std::size_t> got = source.Read(into.first(room));
      if (!got.ok()) return got.status();
      if (*got == 0) {
        at_end_ = true;
        break;
      }
      counters_[0].Filled(*got);
      room -= *got;
    }
    for (std::size_t i = 1; i < counters_.size(); ++i) counters_[i].Add(Pending());
    return absl::OkStatus();
  }

  absl::Status ReadAll(ByteSource& source) {
    std::vector<char> shared(counters_.size() > 1 ? kBlockSize : 0);
    while (!at_end_ && !Failed()) {
      const std::span<char> into =
          counters_.size() > 1 ? std::span<char>(shared) : counters_[0].Room();
      const absl::StatusOr<std::size_t> got = source.Read(into);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      const std::string_view part(into.data(), *got);
      if (counter_.readers_.see) counter_.readers_.see(part);
      if (counters_.size() == 1) {
        counters_[0].Filled(*got);
      } else {
        for (StreamCounter& counter : counters_) counter.Add(part);
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<TextCount> Finish(const absl::Status& read) {
    const bool complete = read.ok() && !Failed();
    std::vector<StreamCount> ends(counters_.size());
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      if (complete || counters_[i].failed()) ends[i] = counters_[i].Finish();
    }
    if (workers_ != nullptr) workers_->Finish();
    workers_.reset();
    if (exception_ != nullptr) std::rethrow_exception(exception_);
    totals_.resize(counters_.size());
    std::optional<StreamError> error;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      totals_[i].Merge(ends[i]);
      const auto& found = totals_[i].error;
      if (found && (!error || found->offset < error->offset)) error = found;
    }
    if (error) return WithAdvice(*error);  // of what stands before the place that cannot be read
    if (!read.ok()) return read;
    for (const StreamCount& total : totals_) {
      count_.tokens.push_back(total.tokens);
      count_.special_names = std::max(count_.special_names, total.special_names);
    }
    count_.bytes = source_.bytes();
    count_.first_ill_formed = totals_[0].first_ill_formed;
    return count_;
  }

  const TextCounter& counter_;
  MeteredSource source_;
  const unsigned threads_;
  const StreamOptions options_;
  std::deque<StreamCounter> counters_;
  bool at_end_ = false;
  TextCount count_;

  std::mutex mutex_;  // guards what follows
  std::vector<StreamCount> totals_;
  bool failed_ = false;
  std::exception_ptr exception_;

  std::unique_ptr<BlockWorkers> workers_;  // last: its threads use the members above
};

absl::StatusOr<TextCount> TextCounter::Count(ByteSource& source, unsigned threads, bool skip_binary,
                                             std::string_view path) const {
  return Run(*this, source, threads).Count(skip_binary, path);
}

}  // namespace toktally::cli
