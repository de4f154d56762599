// What a command does that is one run of many: which part of the files is its own, whether that is
// done already, and the report of it.

#ifndef TOKTALLY_CLI_COMMANDS_SHARD_RUN_H_
#define TOKTALLY_CLI_COMMANDS_SHARD_RUN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/file_list.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/shard_options.h"
#include "cli/report/shard_report.h"

namespace toktally::cli {

class ShardRun {
 public:
  // What decides the numbers beside the files.
  struct What {
    std::string_view command;
    std::string texts;  // what a document is
    std::vector<std::string> counted_with;
    std::string options;  // anything else, in a form that differs where they do
  };

  // `options` must outlive it.
  explicit ShardRun(const ShardOptions& options) : options_(options) {}

  // Divides the files. False, with `code()`, where that cannot be: what is wrong was said.
  // `by_lines`: a file may be cut at its lines.
  bool Divide(const std::vector<ListedFile>& files, What what, bool by_lines, Output& output);
  // What of the files is to be read; every file, from 0 to SIZE_MAX, where nothing is divided.
  const std::vector<FilePart>& parts() const { return parts_; }
  // True, and said, if --resume finds the report of this part: nothing is left to do.
  bool IsDone(const std::vector<ListedFile>& files, const Input& input, Output& output);
  // The report, if one was asked for. `failed`: inputs or records that could not be read.
  ExitCode Write(std::vector<ShardReport::Row> rows, std::uint64_t failed, Output& output) const;
  // False, when it has said why this cannot be divided.
  bool Refuse(std::string_view command, std::string_view message, Output& output);
  ExitCode code() const { return code_; }

 private:
  const ShardOptions& options_;
  ShardReport report_;  // all but the rows
  std::vector<FilePart> parts_;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_SHARD_RUN_H_
