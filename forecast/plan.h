// A workload file, counted and priced.
//
//   const forecast::TextAccess files;
//   auto file = forecast::ReadWorkloadFile("toktally.json", files);
//   auto plan = forecast::MakePlan(*file, *pricing::RateTable::BuiltIn(), {2026, 11, 26}, files);
//   plan.total.at(forecast::Point::kExpected).ToString(2);  // USD a month

#ifndef TOKTALLY_FORECAST_PLAN_H_
#define TOKTALLY_FORECAST_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "forecast/texts.h"
#include "forecast/workload.h"
#include "forecast/workload_file.h"
#include "pricing/rate_table.h"

namespace toktally {
class Encoding;
}

namespace toktally::forecast {

struct PlanRow {
  const WorkloadSpec* spec = nullptr;  // valid while the file lives
  const PricedModel* model = nullptr;  // valid while the table lives
  std::string how;                     // how the model's name was matched
  const Encoding* encoding = nullptr;  // null where nothing was counted
  bool estimate = false;  // text was counted with an encoding that is not the model's own
  Workload workload;      // with every number of tokens filled in
  Forecast forecast;
  std::vector<std::string> remarks;  // sentences
};

struct Plan {
  std::vector<PlanRow> rows;  // what could be priced, in the order of the file
  Range<Ratio> total;         // USD a month, of these rows
  bool rounded_up = false;    // the total is no longer exact, see BoundedSum
  // What is missing above: NotFound for a model or rate that is not known, else InvalidArgument.
  std::vector<Failure> failures;
  Date date;  // whose rates
};

// A file through `access`. InvalidArgument with file, line, key and reason.
absl::StatusOr<WorkloadFile> ReadWorkloadFile(const std::string& path, const TextAccess& access);

// Counts and prices `file` at the rates of `date`. A table for the texts may be shared between
// plans of one file, so that each is counted once.
Plan MakePlan(const WorkloadFile& file, const pricing::RateTable& table, const Date& date,
              const TextAccess& access);
Plan MakePlan(const WorkloadFile& file, const pricing::RateTable& table, const Date& date,
              const TextAccess& access, WorkloadTexts& texts);
// Every workload on this model instead, its texts counted with that model's encoding.
Plan MakePlanOn(const std::string& model, const WorkloadFile& file, const pricing::RateTable& table,
                const Date& date, const TextAccess& access, WorkloadTexts& texts);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_PLAN_H_
