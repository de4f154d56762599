// Output that a test can look at, and that fails when the test says so.

#ifndef TOKTALLY_TESTS_CLI_MEMORY_OUTPUT_H_
#define TOKTALLY_TESTS_CLI_MEMORY_OUTPUT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

class MemorySink : public ByteSink {
 public:
  int Write(std::string_view bytes) override {
    if (write_error != 0) return write_error;
    text.append(bytes);
    return 0;
  }
  int Close() override { return close_error; }

  std::string text;
  int write_error = 0;
  int close_error = 0;
};

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

// Runs the program in memory: `standard_input` is what it reads for "-", 2026-11-22 is today, and
// no terminal is anywhere.
inline Ran RunInMemory(const std::vector<std::string>& arguments, std::string standard_input = "") {
  MemorySink out;
  MemorySink err;
  Input input(std::move(standard_input), Date{2026, 11, 22});
  Output output(out, err, Terminal{});
  const ExitCode ran = RunCommandLine(arguments, input, output);
  const ExitCode code = output.Finish(ran);
  return {code, out.text, err.text};
}

}  // namespace toktally::cli

#endif  // TOKTALLY_TESTS_CLI_MEMORY_OUTPUT_H_
