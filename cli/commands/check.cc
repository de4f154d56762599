#include "cli/commands/check.h"

#include <utility>

#include "cli/io/file_writer.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

class CheckCommand {
 public:
  CheckCommand(const CheckOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    PlanOptions plan_options = options_.plan;
    const auto file = ReadWorkloadFile(plan_options, input_, error_);
    if (!file) return Fail();
    const Prices prices(plan_options.prices, "check", input_, output_);
    if (!prices.ok()) return ExitCode::kUsage;
    if (!ReadBaseline()) return Fail();
    WorkloadTexts texts(*file, input_);
    auto plan = MakePlan(*file, std::nullopt, prices, texts, error_);
    if (!plan) return Fail();
    report_.file = DisplayName(plan_options.config);
    report_.plan = *std::move(plan);
    report_.warn_only = options_.warn_only;
    Judge(*file, report_);
    if (!report_.baseline && HasIncreaseLimit(*file)) {
      output_.Warn("check: no --baseline given, so limits on increases were not read");
    }
    PrintCheck(report_, prices, options_.output.ChosenFormat(), output_);
    if (options_.save) {
      const auto saved =
          WriteFileWhole(*options_.save, WriteBaseline(BaselineOf(report_.plan, prices)));
      if (!saved.ok()) {
        output_.Error(
            Concat("check: ", DisplayName(*options_.save), ": ", std::string(saved.message())));
        return ExitCode::kOutput;
      }
    }
    return report_.Failed() && !options_.warn_only ? ExitCode::kGateFailed : ExitCode::kOk;
  }

 private:
  ExitCode Fail() {
    output_.Error(Concat("check: ", error_.message));
    return error_.code;
  }

  bool ReadBaseline() {
    if (!options_.baseline) return true;
    const auto text = input_.ReadAll(*options_.baseline);
    if (!text.ok()) {
      error_.message =
          Concat("--baseline: ", DisplayName(*options_.baseline), ": ",
                 std::string(text.status().message()), "; make one with toktally check --save");
      return false;
    }
    auto baseline = ParseBaseline(*text, DisplayName(*options_.baseline));
    if (!baseline.ok()) {
      error_.message = std::string(baseline.status().message());
      return false;
    }
    report_.baseline = *std::move(baseline);
    return true;
  }

  static bool HasIncreaseLimit(const WorkloadFile& file) {
    const auto has = [](const Limits& limits) {
      return limits.increase.fail || limits.increase.warn || limits.increase_percent.fail ||
             limits.increase_percent.warn;
    };
    bool any = has(file.limits);
    for (const WorkloadSpec& spec : file.workloads) {
      any = any || (spec.limits != nullptr && has(*spec.limits));
    }
    return any;
  }

  const CheckOptions& options_;
  Input& input_;
  Output& output_;
  PlanError error_;
  CheckReport report_;
};

}  // namespace

void Declare(CheckOptions& options, OptionSet& set) {
  Declare(options.plan, set);
  set.Text("--baseline", "FILE", options.baseline, "Compare with this file, which --save wrote");
  set.Text("--save", "FILE", options.save,
           "Write what the workloads cost now, as the next baseline");
  set.Flag("--warn-only", options.warn_only, "Report, but exit with 0 even over a limit");
  DeclareReport(options.output, /*comment=*/true, set);
}

ExitCode RunCheck(const CheckOptions& options, Input& input, Output& output) {
  return CheckCommand(options, input, output).Run();
}

}  // namespace toktally::cli
