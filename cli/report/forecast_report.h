// How plans are printed; forecast and check share what is here.

#ifndef TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_
#define TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/io/output.h"
#include "cli/plan.h"
#include "cli/report/html_page.h"
#include "cli/report/json_writer.h"

namespace toktally::cli {

// The same workloads on another model.
struct Alternative {
  std::string model;
  Plan plan;
};

struct ForecastReport {
  std::string file;
  Plan plan;
  std::vector<Alternative> alternatives;
};

void PrintForecast(const ForecastReport& report, const Prices& prices, Format format,
                   Output& output);

// "$310.00 … $940.00", or one amount where both ends are equal.
std::string RangeText(const pricing::Range<pricing::Ratio>& usd, bool unicode = true);
// Of one row: a month's cost at every point.
pricing::Range<pricing::Ratio> MonthOf(const PlanRow& row);
// "1,204", or "50 … 400".
std::string CountsText(const pricing::Range<std::int64_t>& counts, bool unicode = true);
// A number of calls, rounded to whole ones.
std::string CallsText(const pricing::Range<pricing::Ratio>& calls, bool unicode = true);

// The first members of a report on `plan`, of the workload file `file`, into the object that is
// open; the last, "rows"; the rows alone, an object each.
void WritePlanHead(std::string_view command, std::string_view file, const Plan& plan,
                   const Prices& prices, JsonWriter& json);
void WritePlanRows(const Plan& plan, JsonWriter& json);
// "toktally.json, rates of 2026-11-22, price table of 2026-11-20".
std::string SourceText(std::string_view file, const Prices& prices);
// {"low": "…", "expected": "…", "high": "…"} as the next value.
void WriteUsdRange(const pricing::Range<pricing::Ratio>& usd, JsonWriter& json);

// Every remark of the plan once, with the workloads it is about in front.
std::vector<std::string> Assumptions(const Plan& plan);

// The charts of a plan: monthly bars, and cost by workload and kind.
void AddPlanCharts(const Plan& plan, HtmlPage& page);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_
