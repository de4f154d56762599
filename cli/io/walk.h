// Directories to lists of files.

#ifndef TOKTALLY_CLI_IO_WALK_H_
#define TOKTALLY_CLI_IO_WALK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/io/glob.h"

namespace toktally::cli {

struct WalkOptions {
  bool hidden = false;     // names that begin with a dot, too
  bool no_ignore = false;  // what .gitignore and .ignore leave out, too
  unsigned threads = 1;
  // Of the paths below the root, as MatchesAny reads patterns: files and whole directories that are
  // left out, and, if there are any, the only files that are taken.
  std::vector<Glob> exclude{};
  std::vector<Glob> include{};
};

struct PathError {
  std::string path;
  std::string message;  // "Permission denied"
};

// Entries that were passed over, each counted once (a directory is one entry).
struct Skipped {
  std::uint64_t hidden = 0;
  std::uint64_t ignored = 0;
  std::uint64_t not_regular = 0;  // symbolic links, sockets, devices, FIFOs
  std::uint64_t binary = 0;       // found when they are read: with a NUL byte near the beginning
  std::uint64_t excluded = 0;     // by the caller's own patterns
  std::uint64_t repeated = 0;     // named more than once

  std::uint64_t Total() const {
    return hidden + ignored + not_regular + binary + excluded + repeated;
  }
  void Add(const Skipped& other);
};

struct Walked {
  std::vector<std::string> files;  // in the order of their bytes, each beginning with `root`
  std::vector<PathError> errors;
  Skipped skipped;
};

bool IsDirectory(const std::string& path);

// The regular files below the directory `root`, by `options.threads` threads. Symbolic links are
// not followed. Ignore files hold from the top of the git work tree that `root` lies in, or from
// `root`.
Walked Walk(const std::string& root, const WalkOptions& options);

// As many threads as this process may use cores, or as the limit on open files allows; at least
// one.
unsigned DefaultThreads();

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_WALK_H_
