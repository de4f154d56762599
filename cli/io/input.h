// The door through which bytes come in: files, standard input, the clock, the terminal's questions.
// Tests hand in memory instead.

#ifndef TOKTALLY_CLI_IO_INPUT_H_
#define TOKTALLY_CLI_IO_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace toktally::cli {

// Bytes in order, of a size nobody need know. One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads at least one byte into `buffer`, or returns 0 at the end. Interrupted reads are repeated.
  // An error's message is the system's ("Is a directory").
  virtual absl::StatusOr<std::size_t> Read(std::span<char> buffer) = 0;
  // What the system says the size is, if it is a regular file with a size: a hint, never trusted.
  virtual std::optional<std::uint64_t> SizeHint() const { return std::nullopt; }
};

// A day of the Gregorian calendar.
struct Date {
  int year;
  int month;
  int day;
};

// Reads `text`, which must outlive it.
std::unique_ptr<ByteSource> MakeMemorySource(std::string_view text);

// All that is left of `source`. ResourceExhausted beyond `limit` bytes.
absl::StatusOr<std::string> ReadRest(ByteSource& source, std::uint64_t limit = UINT64_MAX);

class Input {
 public:
  // The process's own standard input.
  Input() = default;
  // For tests: this text is standard input, and this day is today.
  Input(std::string standard_input, Date today)
      : memory_(std::move(standard_input)), today_(today) {}

  // The file at `path`; "-" is standard input. Never a directory. Thread-safe but for "-".
  absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path) const;
  // All of it. ResourceExhausted beyond `limit` bytes. Thread-safe but for "-".
  absl::StatusOr<std::string> ReadAll(const std::string& path,
                                      std::uint64_t limit = UINT64_MAX) const;

  // True if a person would have to type: a command without arguments says how it is used instead.
  bool StandardInputIsTerminal() const;
  // Today in UTC.
  Date Today() const;

 private:
  std::optional<std::string> memory_;
  std::optional<Date> today_;
};

bool FileExists(const std::string& path);
// The size of a regular file, as far as the system says.
std::optional<std::uint64_t> FileSize(const std::string& path);

// How a path is called in messages: "standard input" for "-", control characters escaped.
std::string DisplayName(std::string_view path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_INPUT_H_
