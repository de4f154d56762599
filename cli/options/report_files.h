// -o FORMAT:FILE: a report in more formats than one, each in a file of its own.

#ifndef TOKTALLY_CLI_OPTIONS_REPORT_FILES_H_
#define TOKTALLY_CLI_OPTIONS_REPORT_FILES_H_

#include <functional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct ReportFile {
  Format format;
  std::string path;
};

void Declare(std::vector<ReportFile>& files, OptionSet& set);

// Writes each; `print` prints the report in a format. What cannot be written is said and gives
// kOutput.
ExitCode WriteReportFiles(const std::vector<ReportFile>& files, std::string_view command,
                          const std::function<void(Format, Output&)>& print, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_REPORT_FILES_H_
