#include "cli/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/output.h"
#include "cli/text.h"

namespace toktally::cli {
namespace {

absl::Status SystemError(int error) { return absl::UnavailableError(std::strerror(error)); }

// 0 or an errno; the descriptor is closed either way.
int WriteAndClose(int fd, std::string_view text) {
  FileSink sink(fd);
  const int written = sink.Write(text);
  const int closed = sink.Close();
  return written != 0 ? written : closed;
}

}  // namespace

absl::Status WriteFileWhole(const std::string& path, std::string_view text) {
  // A device or pipe is written to as it is: there is nothing to rename over.
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    if (S_ISDIR(info.st_mode)) return SystemError(EISDIR);
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return SystemError(errno);
    const int error = WriteAndClose(fd, text);
    return error == 0 ? absl::OkStatus() : SystemError(error);
  }
  const std::string temporary = Concat(path, ".tmp", static_cast<long>(getpid()));
  constexpr mode_t kMode = 0666;  // less the umask
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (fd < 0) return SystemError(errno);
  int error = WriteAndClose(fd, text);
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return SystemError(error);
}

}  // namespace toktally::cli
