// What forecast and check share: which workload file, at which rates, through which doors.

#ifndef TOKTALLY_CLI_OPTIONS_PLAN_OPTIONS_H_
#define TOKTALLY_CLI_OPTIONS_PLAN_OPTIONS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/options/price_options.h"
#include "forecast/plan.h"

namespace toktally::cli {

struct PlanOptions {
  std::string config = "toktally.json";
  std::vector<std::string> settings;  // WORKLOAD.KEY=VALUE
  PriceOptions prices;
};
void Declare(PlanOptions& options, OptionSet& set);
// All of it but the workload file.
void DeclarePlanFlags(PlanOptions& options, OptionSet& set);

// Files through the program's door and under a rule, counted on all its threads.
class PlanTexts : public forecast::TextAccess {
 public:
  explicit PlanTexts(const Input& input, NamedFileRule rule = {})
      : input_(input), rule_(std::move(rule)) {}

  // The workload file. A person names it, but where it is a link, its repository does: then it is
  // under the rule too.
  absl::StatusOr<std::string> ReadConfig(const std::string& path) const;
  // Whether a file that the workload file names may be read; why not.
  absl::Status CheckAccess(const std::string& path) const;

  absl::StatusOr<std::string> Read(const std::string& path) const override;
  absl::StatusOr<PlainCount> Count(std::string_view text, const Encoding& encoding,
                                   bool alone) const override;
  void ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const override;
  std::string DisplayName(std::string_view path) const override;

 private:
  const Input& input_;
  const NamedFileRule rule_;
};

// Reads the workload file that the options name; the rates that it names come under those of the
// command line. On failure says so on `output`.
std::optional<forecast::WorkloadFile> ReadPlanFile(PlanOptions& options, std::string_view command,
                                                   const PlanTexts& texts, Output& output);

// 4 for what is not known, 2 for what is wrong.
ExitCode PlanExitCode(const absl::Status& status);
// Tells why workloads are missing in a plan; the code of all of them together.
ExitCode TellFailures(const forecast::Plan& plan, std::string_view prefix, Output& output);

// What a plan was priced with, for reports.
struct RatesSource {
  std::string file;      // as messages show it
  std::string rates_of;  // the day, YYYY-MM-DD
  std::string table_of;  // of the price table
};
RatesSource SourceOf(const PlanOptions& options, const Prices& prices);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_PLAN_OPTIONS_H_
