// Which files a command reads: paths, lists of them, directories, what git tracks.

#ifndef TOKTALLY_CLI_IO_FILE_LIST_H_
#define TOKTALLY_CLI_IO_FILE_LIST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/input.h"
#include "cli/io/walk.h"

namespace toktally::cli {

struct FileListOptions {
  std::vector<std::string> paths;          // "-" is standard input
  std::optional<std::string> files_from;   // a file that names files, one a line
  std::optional<std::string> files0_from;  // the same, each ended by a NUL
  std::vector<std::string> include;        // patterns, see WalkOptions
  std::vector<std::string> exclude;
  bool hidden = false;
  bool no_ignore = false;
  bool git = false;                  // of a directory, what git tracks
  std::optional<std::string> since;  // of that, what differs from this revision
};

// One path as it was given.
struct ListArgument {
  std::string path;
  bool is_directory = false;
};

struct ListedFile {
  std::string path;
  std::size_t argument;  // of the arguments, that it stands for or was found below
  bool walked;           // found in a directory, and so left out if it is binary
};

struct FileList {
  std::vector<ListArgument> arguments;
  std::vector<ListedFile> files;  // each once: overlapping arguments count for the first
  std::vector<PathError> errors;
  Skipped skipped;
};

// The files that the options name, those of each directory in the order of their bytes. Errors are
// about the options (InvalidArgument) or the lists they name (NotFound), for people to read; a path
// that cannot be read is one of `errors`.
absl::StatusOr<FileList> ListFiles(const FileListOptions& options, unsigned threads,
                                   const Input& input);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_FILE_LIST_H_
