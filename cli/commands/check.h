// toktally check: the gate. What changed against a baseline, and whether it is within the limits.

#ifndef TOKTALLY_CLI_COMMANDS_CHECK_H_
#define TOKTALLY_CLI_COMMANDS_CHECK_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/baseline.h"
#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "cli/plan.h"

namespace toktally::cli {

struct CheckOptions {
  PlanOptions plan;
  std::optional<std::string> baseline;
  std::optional<std::string> save;
  bool warn_only = false;
  OutputOptions output;
};

void Declare(CheckOptions& options, OptionSet& set);
// The report is printed before the code is returned: kGateFailed if a max_… limit is passed.
ExitCode RunCheck(const CheckOptions& options, Input& input, Output& output);

// One workload, before and now; either may be missing.
struct Change {
  enum class Kind { kAdded, kRemoved, kChanged, kSame };
  Kind kind = Kind::kSame;
  std::string name;
  const PlanRow* now = nullptr;
  const BaselineRow* before = nullptr;
  pricing::Ratio delta;  // expected USD a month
};

// A limit that was passed.
struct Finding {
  bool fails = false;  // else it only warns
  std::string text;    // "increase 53.7 % is over 20 %"
  std::string where;   // "toktally.json:4: limits.max_increase_percent"
};

struct CheckReport {
  std::string file;
  Plan plan;
  std::optional<Baseline> baseline;
  std::vector<Change> changes;  // what changed first, the largest change on top
  std::vector<Finding> findings;
  bool warn_only = false;

  bool Failed() const;
  bool AnythingChanged() const;
};

// Fills in changes and findings.
void Judge(const WorkloadFile& file, CheckReport& report);

// "1,204 → 2,880 in", "gpt-4o → gpt-5.4", …: what differs between before and now.
std::string WhatChanged(const Change& change, bool unicode);

void PrintCheck(const CheckReport& report, const Prices& prices, Format format, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_CHECK_H_
