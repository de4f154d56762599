#include "cli/commands/forecast.h"

#include <algorithm>
#include <utility>

#include "cli/report/escape.h"
#include "cli/report/forecast_report.h"
#include "cli/report/number.h"
#include "cli/report/savings_report.h"
#include "cli/report/text.h"
#include "forecast/optimise.h"
#include "forecast/outlook.h"

namespace toktally::cli {
namespace {

using forecast::OwnerKind;

constexpr std::uint64_t kMostMonths = 120;

// "a,b" are two.
std::vector<std::string> SplitAtCommas(const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (const std::string& value : values) {
    for (std::size_t begin = 0; begin <= value.size();) {
      const std::size_t end = std::min(value.find(',', begin), value.size());
      if (end > begin) parts.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return parts;
}

class ForecastCommand {
 public:
  ForecastCommand(const ForecastOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (!TakeNames()) return ExitCode::kUsage;
    PlanOptions& plan_options = plan_;
    const PlanTexts access(input_);
    const auto file = ReadPlanFile(plan_options, "forecast", access, output_);
    if (!file) return ExitCode::kUsage;
    const Prices prices(plan_options.prices, "forecast", input_, output_);
    if (!prices.ok()) return ExitCode::kUsage;
    forecast::WorkloadTexts texts(access);
    ForecastReport report{SourceOf(plan_options, prices),
                          MakePlan(*file, prices.table(), prices.date(), access, texts),
                          {},
                          {},
                          {},
                          {}};
    ExitCode code = TellFailures(report.plan, "forecast", output_);
    if (report.plan.rows.empty()) return code;
    if (options_.explain) return Explain(report.plan, code);
    if (options_.optimise) return Optimise(report, *file, prices, access, code);
    if (options_.actual.given()) return Actual(report, *file, prices, code);
    for (const std::string& model : SplitAtCommas(compare_)) {
      auto other = MakePlanOn(model, *file, prices.table(), prices.date(), access, texts);
      code = WorstOf(code, TellFailures(other, "forecast: --compare", output_));
      // A total without some of the workloads would look cheaper than it is.
      if (other.failures.empty()) report.alternatives.push_back({model, std::move(other)});
    }
    if (options_.by) {
      report.grouped_by = OwnerKindName(*options_.by);
      report.groups = GroupBy(report.plan, *options_.by);
    }
    if (options_.months) {
      report.months = MonthsAhead(report.plan, static_cast<int>(*options_.months));
    }
    PrintForecast(report, options_.output.ChosenFormat(), output_);
    return code;
  }

 private:
  // One of the names may be the workload file; behind --compare the others are models:
  // --compare gpt-5.4 claude-sonnet-4-5 toktally.json.
  bool TakeNames() {
    plan_ = options_.plan;
    compare_ = options_.compare;
    bool has_file = false;
    for (const std::string& name : options_.names) {
      const bool is_file = name == "-" || name.ends_with(".json") || FileExists(name);
      if (!is_file && !options_.compare.empty()) {
        compare_.push_back(name);
        continue;
      }
      if (has_file) {
        output_.Error(Concat("forecast: ", DisplayName(plan_.config), " and ", DisplayName(name),
                             ": one workload file at a time; \"steps\" and several workloads stand "
                             "in one"));
        return false;
      }
      plan_.config = name;
      has_file = true;
    }
    return true;
  }

  ExitCode Optimise(const ForecastReport& report, const forecast::WorkloadFile& file,
                    const Prices& prices, const PlanTexts& access, ExitCode code) {
    // The settings of --set stand in the file that was read.
    const std::vector<forecast::Saving> savings =
        FindSavings(file.text, file, report.plan, prices.table(), access);
    PrintSavings(report, savings, options_.output.ChosenFormat(), output_);
    return code;
  }

  ExitCode Actual(const ForecastReport& report, const forecast::WorkloadFile& file,
                  const Prices& prices, ExitCode code) {
    if (options_.actual.calibrate && !plan_.settings.empty()) {
      output_.Error("forecast: --calibrate patches the file as it is; leave out --set");
      return ExitCode::kUsage;
    }
    const ForeseenPlan foreseen{report.plan, file, plan_.config, report.source};
    return WorstOf(code, RunActual(options_.actual, foreseen, prices,
                                   options_.output.ChosenFormat(), input_, output_));
  }

  ExitCode Explain(const Plan& plan, ExitCode code) {
    bool found = false;
    for (const PlanRow& row : plan.rows) {
      if (row.spec->name != *options_.explain && row.spec->owner != *options_.explain) continue;
      found = true;
      PrintExplanation(row, output_);
    }
    if (found || code != ExitCode::kOk) return code;
    output_.Error(Concat("forecast: --explain: no workload is called \"",
                         EscapeForTerminal(*options_.explain), "\""));
    return ExitCode::kUsage;
  }

  const ForecastOptions& options_;
  Input& input_;
  Output& output_;
  PlanOptions plan_;
  std::vector<std::string> compare_;
};

}  // namespace

void Declare(ForecastOptions& options, OptionSet& set) {
  set.Positionals("FILE", options.names, "The workload file (default toktally.json)");
  DeclarePlanFlags(options.plan, set);
  set.Texts("--compare", "MODEL", options.compare,
            "Also what the same workloads cost on this model, its own encoding counting; several "
            "with blanks or commas between");
  set.Text("--explain", "WORKLOAD", options.explain,
           "Print the whole sum of one workload instead, from tokens to money");
  set.Parsed(
      "--by", "OWNER",
      [&options](const std::string& value) {
        for (const OwnerKind kind :
             {OwnerKind::kTeam, OwnerKind::kTag, OwnerKind::kEnvironment, OwnerKind::kWorkload}) {
          if (value != OwnerKindName(kind)) continue;
          options.by = kind;
          return absl::OkStatus();
        }
        return absl::InvalidArgumentError("is none of team, tag, environment, workload");
      },
      "Also what each team, tag, environment or workload costs");
  set.Parsed(
      "--months", "N",
      [&options](const std::string& value) {
        std::uint64_t months = 0;
        for (const char c : value) {
          if (c < '0' || c > '9' || months > kMostMonths) months = kMostMonths + 1;
          months = months * 10 + static_cast<std::uint64_t>(c - '0') % 10;
        }
        if (months == 0 || months > kMostMonths) {
          return absl::InvalidArgumentError("is no number of months from 1 to 120");
        }
        options.months = months;
        return absl::OkStatus();
      },
      "Also so many months ahead, at each month's own rates, calls grown as the file says");
  set.Flag("--optimise", options.optimise,
           "Print the three changes that save most instead, each with what it assumes");
  Declare(options.actual, set);
  DeclareReport(options.output, /*comment=*/false, set);
}

ExitCode RunForecast(const ForecastOptions& options, Input& input, Output& output) {
  return ForecastCommand(options, input, output).Run();
}

}  // namespace toktally::cli
