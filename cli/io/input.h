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

// What a file may be that another file names (a prompt of toktally.json), and how large. A path
// that a person types is under no such rule.
struct NamedFileRule {
  // Only files below this folder ("": where the program runs), with every link followed. nullopt:
  // anywhere.
  std::optional<std::string> below;
  // Only regular files that hold bytes of their own: no pipe, no device, nothing of /proc or /sys.
  bool only_regular = false;
  std::uint64_t most_bytes = std::uint64_t{64} << 20;  // of one file: no prompt is longer
};

class Input {
 public:
  // The process's own standard input.
  Input() = default;
  // For tests: this text is standard input, and this day is today.
  Input(std::string standard_input, Date today)
      : memory_(std::move(standard_input)), today_(today) {}

  // The file at `path`; "-" is standard input. Never a directory. Thread-safe but for "-".
  absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path) const;
  // A regular file from this byte on. Thread-safe.
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenAt(const std::string& path,
                                                     std::uint64_t offset) const;
  // All of it. ResourceExhausted beyond `limit` bytes. Thread-safe but for "-".
  absl::StatusOr<std::string> ReadAll(const std::string& path,
                                      std::uint64_t limit = UINT64_MAX) const;

  // The same for a path that another file names, if `rule` allows it: else PermissionDenied, and
  // ResourceExhausted where it is larger, at the latest when that much was read. A rule with
  // `only_regular` never waits for anybody. Thread-safe but for "-".
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenNamed(const std::string& path,
                                                        const NamedFileRule& rule) const;

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

// The path with every link and ".." resolved; as it is where that cannot be done.
std::string RealPath(const std::string& path);

// How a path is called in messages: "standard input" for "-", control characters escaped.
std::string DisplayName(std::string_view path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_INPUT_H_
