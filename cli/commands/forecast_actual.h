// toktally forecast --actual: what was foreseen beside what logs say that it was.

#ifndef TOKTALLY_CLI_COMMANDS_FORECAST_ACTUAL_H_
#define TOKTALLY_CLI_COMMANDS_FORECAST_ACTUAL_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/plan_options.h"
#include "cli/options/price_options.h"
#include "forecast/plan.h"

namespace toktally::cli {

struct ActualOptions {
  std::vector<std::string> logs;
  bool calibrate = false;

  bool given() const { return !logs.empty() || calibrate; }
};

void Declare(ActualOptions& options, OptionSet& set);

// What the comparison is of.
struct ForeseenPlan {
  const forecast::Plan& plan;
  const forecast::WorkloadFile& file;
  const std::string& path;  // of the workload file, as it was given
  const RatesSource& source;
};

// Prints the plan's assumptions beside the recorded calls, or with `calibrate` a patch of the
// workload file that makes them agree.
ExitCode RunActual(const ActualOptions& options, const ForeseenPlan& foreseen, const Prices& prices,
                   Format format, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_FORECAST_ACTUAL_H_
