#include "cli/commands/forecast.h"

#include <utility>

#include "cli/report/forecast_report.h"
#include "cli/report/text.h"

namespace toktally::cli {

void Declare(ForecastOptions& options, OptionSet& set) {
  Declare(options.plan, set);
  set.Texts("--compare", "MODEL", options.compare,
            "Also what the same workloads cost on this model, its own encoding counting;\n"
            "give it again for more");
  DeclareReport(options.output, /*comment=*/false, set);
}

ExitCode RunForecast(const ForecastOptions& options, Input& input, Output& output) {
  PlanError error;
  PlanOptions plan_options = options.plan;
  const auto fail = [&output, &error] {
    output.Error(Concat("forecast: ", error.message));
    return error.code;
  };
  const auto file = ReadWorkloadFile(plan_options, input, error);
  if (!file) return fail();
  const Prices prices(plan_options.prices, "forecast", input, output);
  if (!prices.ok()) return ExitCode::kUsage;
  WorkloadTexts texts(*file, input);
  auto plan = MakePlan(*file, std::nullopt, prices, texts, error);
  if (!plan) return fail();
  ForecastReport report{DisplayName(plan_options.config), *std::move(plan), {}};
  ExitCode code = ExitCode::kOk;
  for (const std::string& model : options.compare) {
    auto other = MakePlan(*file, model, prices, texts, error);
    if (other) {
      report.alternatives.push_back({model, *std::move(other)});
    } else {
      code = WorstOf(code, fail());
    }
  }
  PrintForecast(report, prices, options.output.ChosenFormat(), output);
  return code;
}

}  // namespace toktally::cli
