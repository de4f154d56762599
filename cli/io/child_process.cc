#include "cli/io/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/status/status.h"
#include "cli/report/text.h"

extern char** environ;

namespace toktally::cli {

absl::StatusOr<ChildOutput> RunChild(std::vector<std::string> arguments, std::uint64_t limit,
                                     bool silent) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError(std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (silent) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  ChildOutput output;
  if (failed == 0) {
    char buffer[1 << 14];
    for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) != 0;) {
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 || output.text.size() > limit) break;
      output.text.append(buffer, static_cast<std::size_t>(n));
    }
  }
  close(ends[0]);
  if (failed != 0) {
    return absl::NotFoundError(Concat(arguments[0], ": ", std::strerror(failed)));
  }
  if (output.text.size() > limit) kill(child, SIGTERM);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (output.text.size() > limit) {
    return absl::ResourceExhaustedError(
        Concat(arguments[0], " wrote more than ", limit >> 20, " MB"));
  }
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

}  // namespace toktally::cli
