#include "cli/io/progress.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string_view>
#include <system_error>

#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kClearLine = "\r\x1b[K";

void WriteError(std::string_view text) {
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
}

// Puts our handler in place of the default; a signal that the parent ignores stays ignored.
void Handle(int signal, void (*handler)(int)) {
  if (std::signal(signal, handler) == SIG_IGN) std::signal(signal, SIG_IGN);
}

// Leaves a clean line behind and dies of the signal, so that the shell sees 130 or 143.
void ClearLineAndDie(int signal) {
  WriteError(kClearLine);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void DeclareProgress(When& progress, OptionSet& set) {
  set.Choice<When>("--progress", progress,
                   {{"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}},
                   "A progress line on standard error: by default on a terminal, for work "
                   "of more than half a second");
}

Progress::Progress(When when, const Output& output) : unicode_(output.unicode()) {
  const bool wanted = when == When::kAlways || (when == When::kAuto && !output.quiet() &&
                                                output.terminal().error_is_terminal);
  if (!wanted) return;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    // Without a thread there is no line; the work is done all the same.
  }
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Progress::Run() {
  const Clock::time_point start = Clock::now();
  std::unique_lock lock(mutex_);
  if (stop_.wait_for(lock, std::chrono::milliseconds(500), [this] { return stopped_; })) return;
  Handle(SIGINT, ClearLineAndDie);
  Handle(SIGTERM, ClearLineAndDie);
  do {
    Show(std::chrono::duration<double>(Clock::now() - start).count());
  } while (!stop_.wait_for(lock, std::chrono::milliseconds(100), [this] { return stopped_; }));
  WriteError(kClearLine);
  Handle(SIGINT, SIG_DFL);
  Handle(SIGTERM, SIG_DFL);
}

void Progress::Show(double seconds) {
  const std::uint64_t bytes = bytes_read_;
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds);
  const std::uint64_t expected = expected_;
  std::string line = Concat("\rcounting", unicode_ ? "… " : "... ", FormatSize(bytes), 'B');
  if (expected >= bytes && expected > 0) {
    line += Concat(" of ", FormatSize(expected), "B  ", bytes * 100 / expected, " %");
  }
  WriteError(Concat(line, "  ", FormatSize(rate), "B/s\x1b[K"));
}

}  // namespace toktally::cli
