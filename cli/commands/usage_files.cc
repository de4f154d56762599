#include "cli/commands/usage_files.h"

#include <sys/stat.h>

#include <functional>
#include <span>
#include <string_view>
#include <system_error>
#include <thread>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "cli/io/walk.h"
#include "cli/report/number.h"
#include "cli/report/text.h"
#include "usage/places.h"

namespace toktally::cli {
namespace {

// More bad lines than these are counted, not shown.
constexpr std::uint64_t kMostShown = 10;
constexpr std::size_t kLogChunk = std::size_t{4} << 20;

// The files of a directory that may hold logs.
bool MayHoldUsage(std::string_view path) {
  for (const std::string_view ending : {".jsonl", ".json", ".ndjson", ".csv", ".sse", ".log"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

// Runs task(0) … task(n - 1) on threads of their own; on this one those that
// get none.
void RunOnThreads(std::size_t n, const std::function<void(std::size_t)>& task) {
  std::vector<std::thread> helpers;
  std::size_t given = 1;
  try {
    for (; given < n; ++given) helpers.emplace_back([&task, given] { task(given); });
  } catch (const std::system_error&) {
    // No thread to be had: go on with those that there are.
  }
  task(0);
  for (; given < n; ++given) task(given);
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace

UsageFiles::UsageFiles(usage::RecordSink& sink, Input& input, Output& output)
    : input_(input), output_(output), log_(counter_, sink), reader_(log_, ReaderOptions()) {}

usage::LogReaderOptions UsageFiles::ReaderOptions() {
  usage::LogReaderOptions reading;
  reading.fail = [this](const absl::Status& status) { Fail(status); };
  reading.threads = DefaultThreads();
  reading.run = RunOnThreads;
  return reading;
}

void UsageFiles::Read(const std::vector<std::string>& paths,
                      std::optional<std::time_t> changed_since) {
  changed_since_ = changed_since;
  for (const std::string& path : FilesOf(paths)) ReadFile(path);
}

void UsageFiles::SayHowManyFailed() {
  if (failed_ <= kMostShown) return;
  output_.Error(Concat("usage: ", GroupDigits(failed_ - kMostShown), " more could not be read; ",
                       GroupDigits(failed_), " in all"));
}

std::vector<std::string> UsageFiles::FilesOf(const std::vector<std::string>& paths) {
  if (paths.empty()) return {"-"};
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (path == "-" || !IsDirectory(path)) {
      AddFile(path, files);
      continue;
    }
    for (const std::string& folder : usage::LogFoldersOf(path, IsDirectory)) {
      AddFolder(folder, files);
    }
  }
  return files;
}

void UsageFiles::AddFolder(const std::string& folder, std::vector<std::string>& files) {
  const Walked walked = Walk(folder, {true, true, 1});
  for (const PathError& error : walked.errors) {
    Fail(absl::NotFoundError(Concat(DisplayName(error.path), ": ", error.message)));
  }
  for (const std::string& file : walked.files) {
    if (MayHoldUsage(file)) AddFile(file, files);
  }
}

// Once, under however many names it is given.
void UsageFiles::AddFile(const std::string& path, std::vector<std::string>& files) {
  struct stat info;
  const bool regular = path != "-" && stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  if (regular && changed_since_ && info.st_mtime < *changed_since_) return;
  if (regular && !seen_.emplace(info.st_dev, info.st_ino).second) return;
  files.push_back(path);
}

void UsageFiles::Fail(const absl::Status& status) {
  if (++failed_ > kMostShown) return;
  output_.Error(Concat("usage: ", MessageOf(status)));
}

void UsageFiles::ReadFile(const std::string& path) {
  const std::string name = DisplayName(path);
  const auto source = input_.Open(path);
  if (!source.ok()) {
    return Fail(absl::NotFoundError(Concat(name, ": ", MessageOf(source.status()))));
  }
  reader_.BeginFile(name);
  buffer_.resize(kLogChunk);
  while (true) {
    const auto read = ReadChunk(**source);
    if (!read.ok()) {
      Fail(absl::InvalidArgumentError(Concat(name, ": ", MessageOf(read.status()))));
      break;
    }
    if (*read == 0) break;
    reader_.Add(std::string_view(buffer_).substr(0, *read));
  }
  reader_.EndFile();
}

// As much as there is, up to a chunk.
absl::StatusOr<std::size_t> UsageFiles::ReadChunk(ByteSource& source) {
  std::size_t size = 0;
  while (size < buffer_.size()) {
    const auto read = source.Read(std::span<char>(buffer_).subspan(size));
    if (!read.ok()) return size > 0 ? absl::StatusOr<std::size_t>(size) : read;
    if (*read == 0) break;
    size += *read;
  }
  return size;
}

}  // namespace toktally::cli
