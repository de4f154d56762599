// What would make a plan cheaper, as it is printed.

#ifndef TOKTALLY_CLI_REPORT_SAVINGS_REPORT_H_
#define TOKTALLY_CLI_REPORT_SAVINGS_REPORT_H_

#include <vector>

#include "cli/io/output.h"
#include "cli/report/forecast_report.h"
#include "forecast/optimise.h"

namespace toktally::cli {

// The first three of `savings`.
void PrintSavings(const ForecastReport& report, const std::vector<forecast::Saving>& savings,
                  Format format, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_SAVINGS_REPORT_H_
