// Counts a text of any size: in flat memory, and on several threads where it can be cut exactly.

#ifndef TOKTALLY_CLI_IO_TEXT_COUNTER_H_
#define TOKTALLY_CLI_IO_TEXT_COUNTER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
#include "bpe/stream_counter.h"
#include "cli/io/input.h"
#include "cli/options/options.h"

namespace toktally::cli {

// How text is read that could be read in two ways; the same for count and encode.
struct TextOptions {
  enum class Special { kText, kAllow, kError };
  enum class InvalidUtf8 { kReplace, kLossless, kError };
  Special special = Special::kText;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::kReplace;
  bool chomp = false;     // without the last newline
  bool force = false;     // the bytes as they are, whatever they look like
  bool has_force = true;  // the command has --force, and errors may name it
};

void Declare(TextOptions& options, OptionSet& set);

// What stands in the text under these rules: tiktoken's allowed and disallowed special tokens.
SpecialSet AllowedSpecials(const TextOptions& options);
SpecialSet DisallowedSpecials(const TextOptions& options);
IllFormedUtf8 IllFormedPolicy(const TextOptions& options);
// All of them, for the library.
StreamOptions StreamOptionsOf(const TextOptions& options);

// An error, with what to do, if a text that begins so has bytes that are not its text: UTF-32, a
// PDF, an archive. The options may let it pass.
absl::Status CheckForm(const TextOptions& options, std::string_view beginning,
                       std::string_view path);

// What the options forbid, --special error and --invalid-utf8 error, and what to do about it.
std::optional<StreamError> FindForbidden(const Encoding& encoding, const TextOptions& options,
                                         std::string_view text);

struct TextCount {
  std::vector<std::uint64_t> tokens;              // for each encoding
  std::uint64_t bytes = 0;                        // of the source
  std::optional<std::uint64_t> first_ill_formed;  // offset of the first byte that is not UTF-8
  std::uint64_t special_names = 0;  // special tokens that were counted as ordinary text
  bool utf16 = false;               // read as the UTF-8 of a UTF-16 text
  bool binary = false;              // not counted: no text
  std::string_view kind;            // of a binary file, if it is known: "PDF"
};

// What a text is counted with, and what else sees its bytes.
struct TextReaders {
  std::vector<const Encoding*> encodings;
  // Gets the text in parts, as UTF-8 if it was UTF-16; may be null.
  std::function<void(std::string_view)> see;
};

class TextCounter {
 public:
  // `bytes_read` goes up as bytes are read, for a progress line; it may be null.
  TextCounter(TextReaders readers, const TextOptions& options,
              std::atomic<std::uint64_t>* bytes_read)
      : readers_(std::move(readers)), options_(options), bytes_read_(bytes_read) {}
  TextCounter(const Encoding& encoding, const TextOptions& options,
              std::atomic<std::uint64_t>* bytes_read)
      : TextCounter(TextReaders{{&encoding}, nullptr}, options, bytes_read) {}

  // Counts all that `source` gives; `threads` may be 1. Errors: the source's own; InvalidArgument
  // for what the options forbid. Memory stays below a few hundred kilobytes a thread and encoding,
  // except where one piece is longer, where no exact cut is found and special tokens are asked for,
  // and with --invalid-utf8 lossless, whose rule needs the whole text. If `skip_binary`, a text
  // that looks binary is not counted. `path` says what a file is that is no text.
  absl::StatusOr<TextCount> Count(ByteSource& source, unsigned threads, bool skip_binary,
                                  std::string_view path = {}) const;

 private:
  class Run;

  const TextReaders readers_;
  const TextOptions options_;
  std::atomic<std::uint64_t>* const bytes_read_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_TEXT_COUNTER_H_
