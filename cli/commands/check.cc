#include "cli/commands/check.h"

#include <utility>

#include "base/absl_text.h"
#include "base/text.h"
#include "cli/io/file_writer.h"
#include "cli/report/check_report.h"
#include "cli/report/text.h"
#include "forecast/baseline.h"
#include "forecast/verdict.h"

namespace toktally::cli {
namespace {

class CheckCommand {
 public:
  CheckCommand(const CheckOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    PlanOptions plan_options = options_.plan;
    NamedFileRule rule;
    rule.only_regular = true;
    if (!options_.allow_outside) rule.below = forecast::RelativeTo(plan_options.config, "");
    const PlanTexts texts(input_, std::move(rule));
    auto file = ReadPlanFile(plan_options, "check", texts, output_);
    if (!file) return ExitCode::kUsage;
    file->limits.strict = file->limits.strict || options_.strict;
    const Prices prices(plan_options.prices, "check", input_, output_);
    if (!prices.ok() || !ReadBaseline()) return ExitCode::kUsage;
    CheckReport report{SourceOf(plan_options, prices),
                       MakePlan(*file, prices.table(), prices.date(), texts),
                       {},
                       false};
    const ExitCode failures = TellFailures(report.plan, "check", output_);
    if (report.plan.rows.empty()) return failures;
    report.warn_only = options_.warn_only;
    report.verdict = Judge(*file, report.plan, baseline_ ? &*baseline_ : nullptr, prices.table());
    if (!baseline_ && HasIncreaseLimit(file->limits)) {
      output_.Warn("check: no --baseline given, so limits on increases were not read");
    }
    if (baseline_) TellTables(prices.table());
    PrintCheck(report, options_.output.ChosenFormat(), output_);
    if (failures != ExitCode::kOk) return failures;
    if (options_.save && !Save(report.plan, file->limits, prices.table())) return ExitCode::kOutput;
    return report.verdict.Failed() && !options_.warn_only ? ExitCode::kGateFailed : ExitCode::kOk;
  }

 private:
  bool Save(const forecast::Plan& plan, const forecast::LimitSet& limits,
            const pricing::RateTable& table) {
    const auto saved =
        WriteFileWhole(*options_.save, WriteBaseline(BaselineOf(plan, limits, table)));
    if (!saved.ok()) {
      output_.Error(Concat("check: ", DisplayName(*options_.save), ": ", MessageOf(saved)));
    }
    return saved.ok();
  }

  bool ReadBaseline() {
    if (!options_.baseline) return true;
    const std::string name = DisplayName(*options_.baseline);
    const auto text = input_.ReadAll(*options_.baseline, NamedFileRule().most_bytes);
    if (!text.ok()) {
      output_.Error(Concat("check: --baseline: ", name, ": ", MessageOf(text.status()),
                           "; make one with toktally check --save"));
      return false;
    }
    auto baseline = forecast::ParseBaseline(*text, name);
    if (!baseline.ok()) {
      output_.Error(Concat("check: ", MessageOf(baseline.status())));
      return false;
    }
    baseline_ = *std::move(baseline);
    return true;
  }

  // With two tables, a change that nobody made here is to be expected.
  void TellTables(const pricing::RateTable& table) {
    const std::string now = ToString(table.as_of());
    if (baseline_->prices_as_of == now) return;
    output_.Warn(Concat("check: the baseline was made with the price table of ",
                        baseline_->prices_as_of, ", this run has that of ", now));
  }

  static bool HasIncreaseLimit(const forecast::LimitSet& limits) {
    for (const forecast::OwnedLimits& owner : limits.owners) {
      if (owner.limits.ReadsIncrease()) return true;
    }
    return false;
  }

  const CheckOptions& options_;
  Input& input_;
  Output& output_;
  std::optional<forecast::Baseline> baseline_;
};

}  // namespace

void Declare(CheckOptions& options, OptionSet& set) {
  Declare(options.plan, set);
  set.Text("--baseline", "FILE", options.baseline, "Compare with this file, which --save wrote");
  set.Text("--save", "FILE", options.save,
           "Write what the workloads cost now, as the next baseline");
  set.Flag("--strict", options.strict,
           "Fail on plans that cannot happen: prompts over the window, models shut down, …");
  set.Flag("--warn-only", options.warn_only, "Report, but exit with 0 even over a limit");
  set.Flag("--allow-outside", options.allow_outside,
           "Let the workload file name files that are not below its folder");
  DeclareReport(options.output, /*comment=*/true, set);
}

ExitCode RunCheck(const CheckOptions& options, Input& input, Output& output) {
  return CheckCommand(options, input, output).Run();
}

}  // namespace toktally::cli
