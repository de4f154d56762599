// Counts a text that arrives in parts, of any size in flat memory: a file, a socket, a reply as it
// is streamed.
//
//   toktally::StreamCounter counter(encoding);
//   for (const std::string& part : parts) counter.Add(part);
//   const toktally::StreamCount count = counter.Finish();
//
// The sum is the count of the whole text, whatever the parts.

#ifndef TOKTALLY_BPE_STREAM_COUNTER_H_
#define TOKTALLY_BPE_STREAM_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "bpe/encoding.h"
#include "bpe/workspace.h"

namespace toktally {

struct StreamOptions {
  // tiktoken's policy for names of special tokens in the text; see Encoding::Encode.
  SpecialSet allowed = SpecialSet::None();
  SpecialSet disallowed = SpecialSet::None();
  IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace;
  bool refuse_ill_formed = false;     // the first byte that is not UTF-8 is an error
  bool without_last_newline = false;  // "\n" or "\r\n" at the very end is not counted
};

// What forbids a text, and where.
struct StreamError {
  enum class Kind { kSpecialToken, kIllFormed };
  std::uint64_t offset;  // in bytes of the whole text
  Kind kind;
  absl::Status status;  // names the offset
};

// What was found in a text or in a part of one.
struct StreamCount {
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> first_ill_formed;  // offset of the first byte that is not UTF-8
  std::uint64_t special_names = 0;                // of special tokens, counted as ordinary text
  std::optional<StreamError> error;               // the first in the text

  // Takes over what was found in another part of the same text.
  void Merge(const StreamCount& part);
};

// A stretch of the text that counts as if it stood alone. Its memory is not written before it is
// needed.
class StreamBlock {
 public:
  std::string_view text() const { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::span<char> room() { return {data_.get() + size_, capacity_ - size_}; }
  void Extend(std::size_t bytes) { size_ += bytes; }
  void Truncate(std::size_t size) { size_ = size; }
  void Reserve(std::size_t capacity);
  void Assign(std::string_view text);  // which may be part of its own

  std::uint64_t offset = 0;  // where it begins in the whole text

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

// The first thing in `text` that the options forbid; `offset` is where it begins in the whole text.
std::optional<StreamError> FindForbidden(const Encoding& encoding, const StreamOptions& options,
                                         std::string_view text, std::uint64_t offset = 0);

// Counts one block. Thread-safe; the workspace, which may be null, is the thread's own.
StreamCount CountBlock(const Encoding& encoding, const StreamOptions& options,
                       std::string_view text, std::uint64_t offset, Workspace* workspace);

// Not thread-safe. Memory stays below a megabyte, except where one piece of the split pattern is
// longer, where special tokens are asked for and no exact cut is found, and with kLossless, whose
// rule needs the whole text.
class StreamCounter {
 public:
  // The encoding must outlive it, and the workspace, if one is given: else it has its own.
  explicit StreamCounter(const Encoding& encoding, StreamOptions options = {},
                         Workspace* workspace = nullptr);

  // The same for several threads: `hand_over` gets each block as soon as it is complete and sees to
  // it that CountBlock is called and its result merged, on any thread, in any order; it returns a
  // block whose memory can be used again, or an empty one. What it gets is not in Finish's count.
  StreamCounter(const Encoding& encoding, StreamOptions options, Workspace* workspace,
                std::function<StreamBlock(StreamBlock)> hand_over);

  void Add(std::string_view part);

  // Without a copy: memory to read into, never empty, and how much of it was filled. `hint` is what
  // the source is thought to hold, or 0.
  std::span<char> Room(std::uint64_t hint = 0);
  void Filled(std::size_t bytes);

  // What is read and not yet counted.
  std::string_view pending() const { return block_.text(); }
  // True if more text would change nothing: an error was found.
  bool failed() const { return total_.error.has_value(); }

  // Counts the rest; nothing may be added afterwards. `tokens` is of no use if there is an error.
  StreamCount Finish();

 private:
  bool CountBeginning();
  std::size_t FindCut(std::string_view text, bool needs_one) const;
  std::size_t SafeCut(std::string_view text, std::size_t from) const;
  bool MayEndInsideName(std::string_view text) const;
  void CountTo(std::size_t cut);
  Workspace* workspace();

  const Encoding& encoding_;
  const StreamOptions options_;
  const std::function<StreamBlock(StreamBlock)> hand_over_;
  std::size_t longest_name_ = 0;   // of a special token
  bool streams_specials_ = false;  // the options say something of special tokens
  Workspace own_workspace_;
  Workspace* workspace_;  // null: its own
  StreamBlock block_;
  StreamCount total_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_STREAM_COUNTER_H_
