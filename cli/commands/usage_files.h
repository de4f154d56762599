// The files of `toktally usage`: which ones there are, and all of them read
// into a sink.

#ifndef TOKTALLY_CLI_COMMANDS_USAGE_FILES_H_
#define TOKTALLY_CLI_COMMANDS_USAGE_FILES_H_

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "usage/log.h"
#include "usage/reader.h"

namespace toktally::cli {

class UsageFiles {
 public:
  // What is read goes to `sink`. All are borrowed.
  UsageFiles(usage::RecordSink& sink, Input& input, Output& output);

  // Reads the files, and those below folders that may hold logs; of a tool's
  // own folder those that are its logs. Only files that were changed at
  // `changed_since` or later, if it is given. Says what cannot be read.
  void Read(const std::vector<std::string>& paths,
            std::optional<std::time_t> changed_since = std::nullopt);
  // Says how many more than were shown could not be read.
  void SayHowManyFailed();

  std::uint64_t failed() const { return failed_; }
  const usage::LogNotes& notes() const { return log_.notes(); }
  std::uint64_t unfinished() const { return reader_.unfinished(); }

 private:
  usage::LogReaderOptions ReaderOptions();
  std::vector<std::string> FilesOf(const std::vector<std::string>& paths);
  void AddFolder(const std::string& folder, std::vector<std::string>& files);
  void AddFile(const std::string& path, std::vector<std::string>& files);
  void ReadFile(const std::string& path);
  absl::StatusOr<std::size_t> ReadChunk(ByteSource& source);
  void Fail(const absl::Status& status);

  Input& input_;
  Output& output_;
  chat::Counter counter_;
  usage::Log log_;
  usage::LogReader reader_;
  std::string buffer_;
  std::optional<std::time_t> changed_since_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::uint64_t failed_ = 0;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_USAGE_FILES_H_
