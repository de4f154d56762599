// How plans are printed; forecast and check share what is here.

#ifndef TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_
#define TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/io/output.h"
#include "cli/options/plan_options.h"
#include "cli/report/html_page.h"
#include "cli/report/json_writer.h"
#include "cli/report/usd.h"
#include "forecast/outlook.h"
#include "forecast/plan.h"

namespace toktally::cli {

using forecast::Plan;
using forecast::PlanRow;
using forecast::Point;
using forecast::Range;

// The same workloads on another model.
struct Alternative {
  std::string model;
  Plan plan;
};

struct ForecastReport {
  RatesSource source;
  Plan plan;
  std::vector<Alternative> alternatives;
  std::string grouped_by;  // "team", …; "" without groups
  std::vector<forecast::Group> groups;
  std::vector<forecast::MonthAhead> months;
};

void PrintForecast(const ForecastReport& report, Format format, Output& output);
// The whole sum of one workload, from tokens to money.
void PrintExplanation(const PlanRow& row, Output& output);

// "$310.00 … $940.00", or one amount where both ends are equal.
std::string RangeText(const Range<Ratio>& usd, bool unicode = true);
// "1,204", or "50 … 400".
std::string CountsText(const Range<std::int64_t>& counts, bool unicode = true);
// A number of calls, rounded to whole ones.
std::string CallsText(const Range<Ratio>& calls, bool unicode = true);

// The first members of a report on `plan`, of the workload file `file`, into the object that is
// open; the last, "rows"; the rows alone, an object each.
void WritePlanHead(std::string_view command, const RatesSource& source, const Plan& plan,
                   JsonWriter& json);
void WritePlanRows(const Plan& plan, JsonWriter& json);
// "toktally.json, rates of 2026-11-22, price table of 2026-11-20".
std::string SourceText(const RatesSource& source);
// {"low": "…", "expected": "…", "high": "…"} as the next value.
void WriteUsdRange(const Range<Ratio>& usd, JsonWriter& json);

// Every remark of the plan once, with the workloads it is about in front.
std::vector<std::string> Assumptions(const Plan& plan);

// Whether low and high differ.
bool IsRange(const Range<Ratio>& range);
// A bar of at most 24 columns, filled up to low, half up to expected, light up to high.
std::string TerminalBar(const Range<Ratio>& usd, const Ratio& longest, bool unicode);

// Groups and months of a report, where it has any; in cli/report/outlook_report.cc.
void PrintOutlook(const ForecastReport& report, Format format, Output& output);
void WriteOutlook(const ForecastReport& report, JsonWriter& json);
void AddOutlook(const ForecastReport& report, HtmlPage& page);

// The charts of a plan: monthly bars, and cost by workload and kind.
void AddPlanCharts(const Plan& plan, HtmlPage& page);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_FORECAST_REPORT_H_
