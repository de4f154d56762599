// One line on standard error for work that takes long: how much was read, how fast.

#ifndef TOKTALLY_CLI_IO_PROGRESS_H_
#define TOKTALLY_CLI_IO_PROGRESS_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

void DeclareProgress(When& progress, OptionSet& set);

// Shows `bytes_read` from half a second on, ten times a second, until it is destroyed, which takes
// the line away. An interrupt takes it away too. With kAuto it shows itself on a terminal only, and
// not under --quiet. While it lives, nothing else may print messages.
class Progress {
 public:
  Progress(When when, const Output& output);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // True if there may be something to see: then it is worth finding out how much there is to read.
  bool active() const { return thread_.joinable(); }
  // How many bytes there are in all, if that is known.
  void Expect(std::uint64_t bytes) { expected_ = bytes; }
  std::atomic<std::uint64_t>* bytes_read() { return &bytes_read_; }

 private:
  void Run();
  void Show(double seconds);

  const bool unicode_;
  std::atomic<std::uint64_t> bytes_read_{0};
  std::atomic<std::uint64_t> expected_{0};
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_PROGRESS_H_
