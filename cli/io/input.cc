#include "cli/io/input.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cli/options/options.h"
#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

absl::Status SystemError(int error) {
  return absl::Status(absl::ErrnoToStatusCode(error), std::strerror(error));
}

class FileSource : public ByteSource {
 public:
  FileSource(int fd, bool owned, std::optional<std::uint64_t> size)
      : fd_(fd), owned_(owned), size_(size) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override {
    if (owned_) close(fd_);
  }

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    while (true) {
      const ssize_t got = read(fd_, buffer.data(), buffer.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return SystemError(errno);
    }
  }

  std::optional<std::uint64_t> SizeHint() const override { return size_; }

 private:
  int fd_;
  bool owned_;
  std::optional<std::uint64_t> size_;
};

// Ends with an error beyond so many bytes.
class LimitedSource : public ByteSource {
 public:
  LimitedSource(std::unique_ptr<ByteSource> source, std::uint64_t most)
      : source_(std::move(source)), most_(most), left_(most) {}

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    const absl::StatusOr<std::size_t> got = source_->Read(buffer);
    if (!got.ok()) return got;
    if (*got > left_) {
      return absl::ResourceExhaustedError(
          Concat("is larger than ", GroupDigits(most_), " bytes, which no prompt is"));
    }
    left_ -= *got;
    return got;
  }

  std::optional<std::uint64_t> SizeHint() const override { return source_->SizeHint(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::uint64_t most_;
  std::uint64_t left_;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view text) : size_(text.size()), rest_(text) {}

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t size = std::min(buffer.size(), rest_.size());
    std::copy_n(rest_.begin(), size, buffer.begin());
    rest_.remove_prefix(size);
    return size;
  }

  std::optional<std::uint64_t> SizeHint() const override { return size_; }

 private:
  std::uint64_t size_;
  std::string_view rest_;
};

// "; did you mean 'x'?" for a file that is called nearly so in the same directory.
std::string NearFiles(const std::string& path) {
  constexpr int kMostEntries = 10'000;
  const std::size_t slash = path.rfind('/');
  const bool here = slash == std::string::npos;
  DIR* stream = opendir(here ? "." : path.substr(0, slash + 1).c_str());
  if (stream == nullptr) return "";
  std::vector<std::string> names;
  for (int i = 0; i < kMostEntries; ++i) {
    const dirent* entry = readdir(stream);
    if (entry == nullptr) break;
    names.emplace_back(entry->d_name);
  }
  closedir(stream);
  const std::vector<std::string_view> known(names.begin(), names.end());
  return DidYouMean(here ? path : path.substr(slash + 1), known);
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenFile(const std::string& path,
                                                     std::uint64_t offset = 0) {
  const bool standard_input = path == "-";
  // A name with a NUL in it would be cut short by the system's interface.
  if (path.empty() || path.find('\0') != std::string::npos) return SystemError(ENOENT);
  int fd = standard_input ? STDIN_FILENO : -1;
  while (fd < 0) {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
      return absl::NotFoundError(Concat(std::strerror(ENOENT), NearFiles(path)));
    }
    if (fd < 0 && errno != EINTR) return SystemError(errno);
  }
  struct stat info;
  if (fstat(fd, &info) != 0) {
    const int error = errno;
    if (!standard_input) close(fd);
    return SystemError(error);
  }
  std::optional<std::uint64_t> size;
  if (S_ISREG(info.st_mode) && info.st_size > 0) size = static_cast<std::uint64_t>(info.st_size);
  auto source = std::make_unique<FileSource>(fd, !standard_input, size);
  if (S_ISDIR(info.st_mode)) return SystemError(EISDIR);
  if (offset > 0 && lseek(fd, static_cast<off_t>(offset), SEEK_SET) < 0) return SystemError(errno);
  return source;
}

// `path` with every link followed; "" where that fails (errno says why).
std::string RealPath(const std::string& path) {
  char* const real = realpath(path.empty() ? "." : path.c_str(), nullptr);
  if (real == nullptr) return "";
  std::string text = real;
  std::free(real);
  return text;
}

bool IsBelow(const std::string& real, const std::string& folder) {
  return folder == "/" || (real.starts_with(folder) && real[folder.size()] == '/');
}

// The real path of a file that must be below `folder`. A path that leads out is refused before
// anything is said about what lies there, its neighbours' names included.
absl::StatusOr<std::string> PathBelow(const std::string& path, const std::string& folder) {
  if (path.empty() || path.find('\0') != std::string::npos) return SystemError(ENOENT);
  const std::string root = RealPath(folder);
  if (root.empty()) return SystemError(errno);
  const auto refuse = [] {
    return absl::PermissionDeniedError(
        "is not below the folder of the workload file, links followed; --allow-outside reads it "
        "all the same");
  };
  std::string real = RealPath(path);
  if (!real.empty()) return IsBelow(real, root) ? absl::StatusOr<std::string>(real) : refuse();
  const int error = errno;
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string real_parent = RealPath(parent);
  if (real_parent.empty() || !IsBelow(real_parent + "/", root)) return refuse();
  if (error != ENOENT) return SystemError(error);
  return absl::NotFoundError(Concat(std::strerror(ENOENT), NearFiles(path)));
}

// A regular file of some disk.
absl::Status CheckRegular(int fd, std::uint64_t most) {
  constexpr long kMadeUp[] = {0x9FA0, 0x62656572, 0x64626720, 0x74726163};
  struct stat info;
  struct statfs system;
  if (fstat(fd, &info) != 0 || fstatfs(fd, &system) != 0) return SystemError(errno);
  if (S_ISDIR(info.st_mode)) return SystemError(EISDIR);
  const bool made_up =
      std::count(std::begin(kMadeUp), std::end(kMadeUp), static_cast<long>(system.f_type)) !=
      0;  // proc, sys, debug, trace
  if (!S_ISREG(info.st_mode) || made_up) {
    return absl::PermissionDeniedError("is not a regular file");
  }
  if (static_cast<std::uint64_t>(info.st_size) > most) {
    return absl::ResourceExhaustedError(
        Concat("is larger than ", GroupDigits(most), " bytes, which no prompt is"));
  }
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<ByteSource> MakeMemorySource(std::string_view text) {
  return std::make_unique<MemorySource>(text);
}

absl::StatusOr<std::unique_ptr<ByteSource>> Input::Open(const std::string& path) const {
  if (path == "-" && memory_) return MakeMemorySource(*memory_);
  return OpenFile(path);
}

absl::StatusOr<std::unique_ptr<ByteSource>> Input::OpenAt(const std::string& path,
                                                          std::uint64_t offset) const {
  return OpenFile(path, offset);
}

absl::StatusOr<std::unique_ptr<ByteSource>> Input::OpenNamed(const std::string& path,
                                                             const NamedFileRule& rule) const {
  std::string real = path;
  if (rule.below) {
    absl::StatusOr<std::string> below = PathBelow(path, *rule.below);
    if (!below.ok()) return below.status();
    real = *std::move(below);
  }
  absl::StatusOr<std::unique_ptr<ByteSource>> source;
  if (!rule.only_regular) {
    source = Open(real);
  } else {
    // Asked of the very file that is then read; to open a pipe would wait for its writer.
    const int fd = open(real.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return SystemError(errno);
    auto file = std::make_unique<FileSource>(fd, /*owned=*/true, FileSize(real));
    const absl::Status regular = CheckRegular(fd, rule.most_bytes);
    if (!regular.ok()) return regular;
    source = std::move(file);
  }
  if (!source.ok()) return source.status();
  return std::make_unique<LimitedSource>(*std::move(source), rule.most_bytes);
}

absl::StatusOr<std::string> Input::ReadAll(const std::string& path, std::uint64_t limit) const {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = Open(path);
  if (!source.ok()) return source.status();
  return ReadRest(**source, limit);
}

absl::StatusOr<std::string> ReadRest(ByteSource& source, std::uint64_t limit) {
  // One byte more than the hint, so that the read that finds the end needs no larger buffer.
  const std::uint64_t hint = source.SizeHint().value_or(0);
  std::string text;
  text.resize(static_cast<std::size_t>(std::min(hint, limit)) + 4096);
  std::size_t size = 0;
  while (true) {
    const absl::StatusOr<std::size_t> got = source.Read(std::span(text).subspan(size));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    size += *got;
    if (size > limit) {
      return absl::ResourceExhaustedError(Concat("is larger than ", GroupDigits(limit), " bytes"));
    }
    if (size == text.size()) text.resize(size * 2);
  }
  text.resize(size);
  return text;
}

bool Input::StandardInputIsTerminal() const { return !memory_ && isatty(STDIN_FILENO) == 1; }

Date Input::Today() const {
  if (today_) return *today_;
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(days);
  return {int{date.year()}, static_cast<int>(unsigned{date.month()}),
          static_cast<int>(unsigned{date.day()})};
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::optional<std::uint64_t> FileSize(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(path.c_str(), nullptr),
                                                             &std::free);
  return resolved == nullptr ? path : std::string(resolved.get());
}

std::string DisplayName(std::string_view path) {
  if (path.empty()) return "''";
  return path == "-" ? "standard input" : EscapeForTerminal(path);
}

}  // namespace toktally::cli
