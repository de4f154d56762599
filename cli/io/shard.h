// --shard i/N: the part of a command's input that one of N runs reads. Every run lists the same
// files and divides them by the same rule, so that each part is read once, with no scheduler in
// between.

#ifndef TOKTALLY_CLI_IO_SHARD_H_
#define TOKTALLY_CLI_IO_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/input.h"

namespace toktally::cli {

struct Shard {
  std::uint64_t index = 1;  // 1 … of
  std::uint64_t of = 1;
};

// "2/7". The error reads on from "'value' ".
absl::StatusOr<Shard> ParseShard(std::string_view text);
std::string ToString(const Shard& shard);

// A range of bytes of a file.
struct FilePart {
  std::size_t file = 0;  // its place in the list
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  friend bool operator==(const FilePart&, const FilePart&) = default;
};

// What of the files, whose sizes these are, belongs to the shard. They are laid end to end and
// divided into N ranges of equal length; a file belongs where it begins.
std::vector<FilePart> WholeFilesOf(std::span<const std::uint64_t> sizes, const Shard& shard);
// The same where a file may be cut at its lines: a line belongs where it begins.
std::vector<FilePart> LinesOf(std::span<const std::uint64_t> sizes, const Shard& shard);

// The lines of the regular file that begin in [begin, end), whole.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenLines(const std::string& path, std::uint64_t begin,
                                                      std::uint64_t end, const Input& input);

// The number of the first line that OpenLines(path, begin, …) gives, from 1 on; read from the file
// up to there, so only for messages. 1 where that fails.
int FirstLineOf(const std::string& path, std::uint64_t begin, const Input& input);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_SHARD_H_
