// The process around the program: arguments in, exit code out.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "bpe/engine/engine.h"
#include "cli/commands.h"
#include "cli/report/text.h"

namespace {

// A standard descriptor that is closed would be taken by the next file we open. /dev/null opened
// the wrong way round keeps its place and fails as a closed one does.
void OccupyStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    static_cast<void>(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

// TOKTALLY_ENGINE names the instruction set to count with, for support: "is it the fast path?" is
// answered by one more run. False, having said so, if this machine has none of that name.
bool ChooseEnginePath(toktally::cli::Output& output) {
  const char* const value = std::getenv("TOKTALLY_ENGINE");
  if (value == nullptr || *value == '\0') return true;
  std::string names;
  for (const toktally::EnginePath* path : toktally::AvailableEnginePaths()) {
    if (path->name == value) return toktally::ForceEnginePath(path), true;
    names += toktally::cli::Concat(names.empty() ? "" : ", ", path->name);
  }
  output.Error(toktally::cli::Concat("TOKTALLY_ENGINE: '", value,
                                     "' is no engine of this machine; it has ", names));
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  using toktally::cli::ExitCode;
  OccupyStandardDescriptors();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write, which Output keeps quiet
  std::signal(SIGXFSZ, SIG_IGN);  // a file as large as allowed is an error of write as well
  toktally::cli::FileSink result(STDOUT_FILENO);
  toktally::cli::FileSink messages(STDERR_FILENO);
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    toktally::cli::Input input;
    toktally::cli::Output output(result, messages, toktally::cli::Terminal::Detect());
    const ExitCode code = ChooseEnginePath(output)
                              ? toktally::cli::RunCommandLine(arguments, input, output)
                              : ExitCode::kUsage;
    return static_cast<int>(output.Finish(code));
  } catch (const std::bad_alloc&) {
    messages.Write("toktally: out of memory; give it less at a time\n");
    return static_cast<int>(ExitCode::kInput);
  } catch (const std::system_error& error) {  // no thread to be had
    messages.Write(std::string("toktally: ") + error.what() + "; --threads 1 needs none\n");
    return static_cast<int>(ExitCode::kInput);
  }
}
