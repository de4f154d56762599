// How the gate's report is printed: for people, as JSON, as a comment, as a page.

#ifndef TOKTALLY_CLI_REPORT_CHECK_REPORT_H_
#define TOKTALLY_CLI_REPORT_CHECK_REPORT_H_

#include <string>

#include "cli/io/output.h"
#include "cli/options/plan_options.h"
#include "cli/report/forecast_report.h"
#include "forecast/verdict.h"

namespace toktally::cli {

struct CheckReport {
  RatesSource source;
  forecast::Plan plan;
  forecast::Verdict verdict;
  bool warn_only = false;
};

void PrintCheck(const CheckReport& report, Format format, Output& output);

// "1,204 → 2,880 in", "gpt-4o → gpt-5.4", …: what differs between before and now.
std::string WhatChanged(const forecast::Change& change, bool unicode);
// "increase 53.7 % is over 20 %".
std::string FindingText(const forecast::Finding& finding);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_CHECK_REPORT_H_
