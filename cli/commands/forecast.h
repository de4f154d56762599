// toktally forecast: what the workloads of toktally.json cost in a month, and elsewhere.

#ifndef TOKTALLY_CLI_COMMANDS_FORECAST_H_
#define TOKTALLY_CLI_COMMANDS_FORECAST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/forecast_actual.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/plan_options.h"
#include "forecast/limits.h"

namespace toktally::cli {

struct ForecastOptions {
  PlanOptions plan;
  std::vector<std::string> names;    // the workload file; behind --compare models, too
  std::vector<std::string> compare;  // models, or several with commas between
  std::optional<std::string> explain;
  std::optional<forecast::OwnerKind> by;
  std::optional<std::uint64_t> months;
  ActualOptions actual;
  bool optimise = false;
  OutputOptions output;
};

void Declare(ForecastOptions& options, OptionSet& set);
ExitCode RunForecast(const ForecastOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_FORECAST_H_
