// What workloads cost when somebody last said that it is fine: the file that `toktally check
// --save` writes and `--baseline` reads. It holds what the amounts were made of (tokens, calls,
// shares and the rates of that day) as exact fractions, so that a later change can be taken apart.

#ifndef TOKTALLY_FORECAST_BASELINE_H_
#define TOKTALLY_FORECAST_BASELINE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "forecast/limits.h"
#include "forecast/plan.h"
#include "forecast/workload.h"

namespace toktally::forecast {

struct BaselineRow {
  std::string name;
  std::string owner;  // the workload, where `name` is a step of it
  std::string team;
  std::string environment;
  std::vector<std::string> tags;
  std::string model;    // "openai/gpt-4o"
  std::string written;  // as the file names it: the name may say who sells it, and at what rates
  Workload workload;
  // The rates that the amounts were made with, as a model of their own: rows of every day.
  PricedModel rates;
  Range<Ratio> monthly;  // USD
  // False of a baseline of the first form, which had amounts, but not all that they were made of:
  // such a change cannot be taken apart.
  bool complete = true;
};

struct Baseline {
  std::string prices_as_of;
  std::vector<BaselineRow> rows;
  LimitSet limits;         // those that bound then
  bool has_limits = true;  // the first form had none to tell

  void Add(BaselineRow row);
  const BaselineRow* Find(const std::string& name) const;

 private:
  std::unordered_map<std::string, std::size_t> places_;  // of the rows, by name
};

BaselineRow BaselineRowOf(const PlanRow& row, const Date& date);
// The baseline that a plan would be, under the limits of its file.
Baseline BaselineOf(const Plan& plan, const LimitSet& limits, const pricing::RateTable& table);

// As JSON, with a newline at the end. What is printed in USD is exact to 10^-18; what it was made
// of is exact.
std::string WriteBaseline(const Baseline& baseline);

// InvalidArgument with file, line, key and reason; also for a file of another form.
absl::StatusOr<Baseline> ParseBaseline(std::string_view text, std::string_view file_name);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_BASELINE_H_
