#include "cli/options/report_files.h"

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "cli/io/file_writer.h"
#include "cli/io/input.h"
#include "cli/io/string_sink.h"
#include "cli/report/text.h"

namespace toktally::cli {
void Declare(std::vector<ReportFile>& files, OptionSet& set) {
  set.Parsed(
      "-o,--output", "FORMAT:FILE",
      [&files](const std::string& value) {
        const std::size_t colon = value.find(':');
        for (const auto& [name, format] : kPlainFormats) {
          if (colon == std::string::npos || value.substr(0, colon) != name) continue;
          if (colon + 1 == value.size()) return absl::InvalidArgumentError("names no file");
          files.push_back({format, value.substr(colon + 1)});
          return absl::OkStatus();
        }
        return absl::InvalidArgumentError(
            "is no FORMAT:FILE; json:counts.json is one, and FORMAT may be table, json, jsonl, csv "
            "or markdown");
      },
      "Write the report to this file too, in this format: json:counts.json", /*repeats=*/true);
}

ExitCode WriteReportFiles(const std::vector<ReportFile>& files, std::string_view command,
                          const std::function<void(Format, Output&)>& print, Output& output) {
  ExitCode code = ExitCode::kOk;
  for (const ReportFile& file : files) {
    StringSink text;
    StringSink messages;
    Output to_file(text, messages, Terminal());
    print(file.format, to_file);
    code = WorstOf(code, to_file.Finish(ExitCode::kOk));
    const absl::Status status = WriteFileWhole(file.path, text.text);
    if (status.ok()) continue;
    output.Error(Concat(command, ": ", DisplayName(file.path), ": ", MessageOf(status),
                        "; the report was not written there"));
    code = WorstOf(code, ExitCode::kOutput);
  }
  return code;
}

}  // namespace toktally::cli
