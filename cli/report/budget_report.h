// What a token budget found, as it is printed.

#ifndef TOKTALLY_CLI_REPORT_BUDGET_REPORT_H_
#define TOKTALLY_CLI_REPORT_BUDGET_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/io/output.h"
#include "cli/io/text_measures.h"
#include "cli/io/token_budget.h"

namespace toktally::cli {

// One count held against one limit.
struct BudgetCount {
  std::string path;  // "" for the sum of all files
  std::uint64_t tokens = 0;
  std::optional<std::uint64_t> before;  // in the revision
  std::uint64_t limit = 0;

  bool over() const { return tokens > limit; }
};

struct BudgetVerdict {
  const BudgetRule* rule = nullptr;
  std::uint64_t files = 0;             // that match
  std::optional<BudgetCount> nearest;  // the count that is nearest to its limit, or farthest over
  std::vector<BudgetCount> broken;

  void Hold(BudgetCount count);
};

struct BudgetReport {
  std::string file;
  std::string against;  // the revision; "" if none was asked
  const Measure* measure = nullptr;
  std::vector<BudgetVerdict> verdicts;
};

void PrintBudget(const BudgetReport& report, Format format, Output& output);

// `::error file=…::…` of GitHub Actions for each broken limit, on standard error.
void AnnotateBudget(const BudgetReport& report, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_BUDGET_REPORT_H_
