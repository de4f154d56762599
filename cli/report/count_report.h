// A count, as it is printed in every format.

#ifndef TOKTALLY_CLI_REPORT_COUNT_REPORT_H_
#define TOKTALLY_CLI_REPORT_COUNT_REPORT_H_

#include <string>
#include <vector>

#include "cli/io/file_list.h"
#include "cli/io/output.h"
#include "cli/io/text_measures.h"
#include "cli/report/count_rows.h"

namespace toktally::cli {

struct CountReport {
  const std::vector<Measure>* measures = nullptr;
  std::vector<CountRow> rows;
  CountRow total;
  GroupBy by = GroupBy::kArgument;
  bool one_input = false;      // a single file, or standard input
  bool has_directory = false;  // so that rows may be of several files
  bool only_total = false;     // --total
  Skipped skipped;
  std::vector<PathError> errors;
};

// In the format; a single count on what is no terminal is its bare number.
void PrintCount(const CountReport& report, Format format, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_COUNT_REPORT_H_
