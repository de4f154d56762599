// Counts a text of any size: in flat memory, and on several threads where it can be cut exactly.

#ifndef TOKTALLY_CLI_IO_TEXT_COUNTER_H_
#define TOKTALLY_CLI_IO_TEXT_COUNTER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
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
  bool force = false;     // even if it looks like UTF-16
  bool has_force = true;  // the command has --force, and errors may name it
};

void Declare(TextOptions& options, OptionSet& set);

// What stands in the text under these rules: tiktoken's allowed and disallowed special tokens.
SpecialSet AllowedSpecials(const TextOptions& options);
SpecialSet DisallowedSpecials(const TextOptions& options);
IllFormedUtf8 IllFormedPolicy(const TextOptions& options);

// An error, with what to do, if the beginning of a text is a UTF-16 or UTF-32 byte order mark that
// the options do not let pass.
absl::Status CheckByteOrderMark(const TextOptions& options, std::string_view beginning);

// What the options forbid, --special error and --invalid-utf8 error, and where it stands.
struct ForbiddenText {
  std::uint64_t offset;
  absl::Status error;
};
// The first of it in `text`, which begins at `offset` of the whole: the error is the same whatever
// parts a text is read in.
std::optional<ForbiddenText> FindForbidden(const Encoding& encoding, const TextOptions& options,
                                           std::string_view text, std::uint64_t offset = 0);

struct TextCount {
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> first_ill_formed;  // offset of the first byte that is not UTF-8
  std::uint64_t special_names = 0;  // special tokens that were counted as ordinary text
  bool binary = false;              // a NUL byte near the beginning
};

class TextCounter {
 public:
  // `bytes_read` goes up as bytes are read, for a progress line; it may be null.
  TextCounter(const Encoding& encoding, const TextOptions& options,
              std::atomic<std::uint64_t>* bytes_read)
      : encoding_(encoding), options_(options), bytes_read_(bytes_read) {}

  // Counts all that `source` gives; `threads` may be 1. Errors: the source's own; InvalidArgument
  // for what the options forbid. Memory stays below a few hundred kilobytes a thread, except where
  // one piece is longer, where no exact cut is found and special tokens are asked for, and with
  // --invalid-utf8 lossless, whose rule needs the whole text. If `skip_binary`, a text that looks
  // binary is not counted.
  absl::StatusOr<TextCount> Count(ByteSource& source, unsigned threads, bool skip_binary) const;

 private:
  class Stream;

  const Encoding& encoding_;
  const TextOptions options_;
  std::atomic<std::uint64_t>* const bytes_read_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_TEXT_COUNTER_H_
