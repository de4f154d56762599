#include "cli/io/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "absl/status/statusor.h"
#include "cli/io/output.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

absl::Status WriteError(int error) { return absl::UnavailableError(std::strerror(error)); }

// 0 or an errno; the descriptor is closed either way.
int WriteAndClose(int fd, std::string_view text) {
  FileSink sink(fd);
  const int written = sink.Write(text);
  const int closed = sink.Close();
  return written != 0 ? written : closed;
}

// Where `path` leads to in the end: links are followed, to a file that is not there yet as well.
absl::StatusOr<std::string> FollowLinks(std::string path) {
  constexpr int kMostLinks = 40;  // as Linux
  for (int links = 0; links <= kMostLinks; ++links) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return path;
    char buffer[4096];
    const ssize_t size = readlink(path.c_str(), buffer, sizeof(buffer));
    if (size < 0) return WriteError(errno);
    const std::string_view target(buffer, static_cast<std::size_t>(size));
    const std::size_t directory = target.starts_with('/') ? 0 : path.rfind('/') + 1;
    path = Concat(path.substr(0, directory), target);
  }
  return WriteError(ELOOP);
}

// Holds back the signals by which people and shells end a program, for as long as a temporary file
// stands: it is a matter of milliseconds.
class Undisturbed {
 public:
  Undisturbed() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&ending, signal);
    pthread_sigmask(SIG_BLOCK, &ending, &before_);
  }
  ~Undisturbed() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

 private:
  sigset_t before_;
};

int ReplaceFile(const std::string& path, const struct stat* old, std::string_view text) {
  const Undisturbed undisturbed;
  const std::string temporary = Concat(path, ".tmp", static_cast<long>(getpid()));
  constexpr mode_t kMode = 0666;  // less the umask
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (fd < 0) return errno;
  int error = 0;
  if (old != nullptr) {
    // The owner is kept where we may; a mode with an owner that is not the file's would be wrong
    // for set-user-ID, so that goes last.
    static_cast<void>(!fchown(fd, old->st_uid, old->st_gid));
    if (fchmod(fd, old->st_mode & 07777) != 0) error = errno;
  }
  const int written = WriteAndClose(fd, text);
  if (error == 0) error = written;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) unlink(temporary.c_str());
  return error;
}

}  // namespace

absl::Status WriteFileWhole(const std::string& path, std::string_view text) {
  struct stat info {};
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return WriteError(EISDIR);
  if (exists && !S_ISREG(info.st_mode)) {  // there is nothing to rename over
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return WriteError(errno);
    const int error = WriteAndClose(fd, text);
    return error == 0 ? absl::OkStatus() : WriteError(error);
  }
  const absl::StatusOr<std::string> target = FollowLinks(path);
  if (!target.ok()) return target.status();
  const int error = ReplaceFile(*target, exists ? &info : nullptr, text);
  return error == 0 ? absl::OkStatus() : WriteError(error);
}

}  // namespace toktally::cli
