// How the sums of `toktally usage` are printed.

#ifndef TOKTALLY_CLI_REPORT_USAGE_REPORT_H_
#define TOKTALLY_CLI_REPORT_USAGE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "cli/io/output.h"
#include "cli/report/json_writer.h"
#include "usage/sums.h"

namespace toktally::cli {

// For people, CSV and Markdown. `top`: only so many rows, those that cost most, and what the others
// come to; the same below.
void PrintUsage(const usage::Sums& sums, std::optional<std::uint64_t> top, Format format,
                Output& output);
// A page with bars; `table_date` is that of the prices.
void PrintUsagePage(const usage::Sums& sums, std::optional<std::uint64_t> top,
                    std::string_view table_date, Output& output);
// The members `by`, `rows`, `total`, `cut_off`, `unpriced`, `not_billed` and `doubts` of the object
// that is open.
void WriteUsage(const usage::Sums& sums, std::optional<std::uint64_t> top, JsonWriter& json);
// One object a line.
void PrintUsageLines(const usage::Sums& sums, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_USAGE_REPORT_H_
