#include "cli/commands/shard_run.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/absl_text.h"
#include "cli/io/file_writer.h"
#include "cli/io/sha256.h"
#include "cli/io/string_sink.h"
#include "cli/report/text.h"
#include "cli/version.h"

namespace toktally::cli {
namespace {

// Of the names and sizes, and of what decides how they are counted.
std::string Fingerprint(const std::vector<ListedFile>& files,
                        const std::vector<std::uint64_t>& sizes, const ShardReport& report,
                        std::string_view options) {
  std::string text = Concat(report.command, '\n', report.texts, '\n', options, '\n');
  for (const std::string& name : report.counted_with) text += Concat(name, '\n');
  for (std::size_t i = 0; i < files.size(); ++i) {
    text += files[i].path;
    text += '\0';
    text += Concat(sizes[i], '\n');
  }
  return Sha256Hex(text);
}

std::optional<std::filesystem::file_time_type> TimeOf(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  if (error) return std::nullopt;
  return time;
}

}  // namespace

bool ShardRun::Refuse(std::string_view command, std::string_view message, Output& output) {
  output.Error(Concat(command, ": ", message));
  code_ = ExitCode::kUsage;
  return false;
}

bool ShardRun::Divide(const std::vector<ListedFile>& files, What what, bool by_lines,
                      Output& output) {
  report_.command = what.command;
  report_.tool_version = kVersion;
  report_.texts = std::move(what.texts);
  report_.counted_with = std::move(what.counted_with);
  if (options_.resume && !options_.report) {
    return Refuse(report_.command, "--resume looks for the report of --report, which is not given",
                  output);
  }
  if (!options_.given()) {
    for (std::size_t i = 0; i < files.size(); ++i) parts_.push_back({i, 0, SIZE_MAX});
    return true;
  }
  std::vector<std::uint64_t> sizes;
  for (const ListedFile& file : files) {
    const std::optional<std::uint64_t> size = file.path == "-" ? std::nullopt : FileSize(file.path);
    if (!size && options_.shard && FileExists(file.path == "-" ? "/" : file.path)) {
      return Refuse(
          report_.command,
          Concat(DisplayName(file.path),
                 ": --shard divides files by their sizes, and this has none; write it to a "
                 "file first"),
          output);
    }
    sizes.push_back(size.value_or(0));
  }
  const Shard shard = options_.shard.value_or(Shard{});
  report_.of = shard.of;
  report_.shards = {shard.index};
  report_.input_sha256 = Fingerprint(files, sizes, report_, what.options);
  if (!options_.shard) {
    for (std::size_t i = 0; i < files.size(); ++i) parts_.push_back({i, 0, SIZE_MAX});
  } else {
    parts_ = by_lines ? LinesOf(sizes, shard) : WholeFilesOf(sizes, shard);
  }
  return true;
}

bool ShardRun::IsDone(const std::vector<ListedFile>& files, const Input& input, Output& output) {
  if (!options_.report || !FileExists(*options_.report)) return false;
  // A device, such as /dev/stdout, is written to.
  if (FileSize(*options_.report).value_or(0) == 0) return false;
  const auto text = input.ReadAll(*options_.report, std::uint64_t{256} << 20);
  const auto there = text.ok() ? ParseShardReport(*text, *options_.report)
                               : absl::StatusOr<ShardReport>(text.status());
  if (!there.ok()) {
    Refuse(report_.command,
           Concat("--report ", DisplayName(*options_.report),
                  ": is there and is no report; name another file, or remove this one"),
           output);
    return true;
  }
  if (!options_.resume) return false;
  if (!CheckFits(report_, *there).ok() || there->shards != report_.shards || there->failed > 0) {
    return false;
  }
  const auto written = TimeOf(*options_.report);
  const bool changed = std::any_of(parts_.begin(), parts_.end(), [&](const FilePart& part) {
    const auto time = TimeOf(files[part.file].path);
    return !time || !written || *time > *written;
  });
  if (changed) return false;
  output.Warn(Concat(report_.command, ": ", DisplayName(*options_.report), ": shard ",
                     ToString(options_.shard.value_or(Shard{})), " is done"));
  return true;
}

ExitCode ShardRun::Write(std::vector<ShardReport::Row> rows, std::uint64_t failed,
                         Output& output) const {
  if (!options_.report) return ExitCode::kOk;
  ShardReport report = report_;
  report.rows = std::move(rows);
  report.failed = failed;
  StringSink text;
  StringSink messages;
  Output to_file(text, messages, Terminal());
  PrintShardReport(report, /*pretty=*/true, to_file);
  ExitCode code = to_file.Finish(ExitCode::kOk);
  const absl::Status status = WriteFileWhole(*options_.report, text.text);
  if (status.ok()) return code;
  output.Error(Concat(report.command, ": --report ", DisplayName(*options_.report), ": ",
                      MessageOf(status), "; the report was not written"));
  return WorstOf(code, ExitCode::kOutput);
}

}  // namespace toktally::cli
