// A plan seen by its owners, and over the months ahead.

#ifndef TOKTALLY_FORECAST_OUTLOOK_H_
#define TOKTALLY_FORECAST_OUTLOOK_H_

#include <string>
#include <vector>

#include "forecast/limits.h"
#include "forecast/plan.h"

namespace toktally::forecast {

// What one team, tag, environment or workload costs. Those without one stand under "".
struct Group {
  std::string name;
  Range<Ratio> usd;
  std::size_t workloads = 0;
};

// By `kind`, the dearest first. A workload of several tags stands under each: then the groups do
// not add up to the total.
std::vector<Group> GroupBy(const Plan& plan, OwnerKind kind);

// One month of several.
struct MonthAhead {
  Date date;  // whose rates
  Range<Ratio> usd;
  bool rounded_up = false;
  std::vector<std::string> missing;  // workloads whose rates are not known by then: not in `usd`
  std::vector<std::string> remarks;  // "gpt-4o shuts down on 2027-01-14": from this month on
};

// `count` months from the plan's day on, each at the rates of its own day, calls grown as the
// workloads say and within their start and end. The day of a month is the plan's, at most the 28th.
std::vector<MonthAhead> MonthsAhead(const Plan& plan, int count);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_OUTLOOK_H_
