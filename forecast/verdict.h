// The gate: what changed against a baseline, and what of it is over a limit or cannot happen. A
// verdict keeps numbers; whoever prints it makes the sentences.
//
//   auto baseline = forecast::ParseBaseline(text, "base.json");
//   auto verdict = forecast::Judge(*file, plan, &*baseline, table);
//   if (verdict.Failed()) …

#ifndef TOKTALLY_FORECAST_VERDICT_H_
#define TOKTALLY_FORECAST_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forecast/baseline.h"
#include "forecast/change.h"
#include "forecast/limits.h"
#include "forecast/plan.h"

namespace toktally::forecast {

// One workload, before and now; either may be missing.
struct Change {
  enum class Kind { kAdded, kRemoved, kChanged, kSame };
  Kind kind = Kind::kSame;
  std::string name;
  const PlanRow* now = nullptr;
  const BaselineRow* before = nullptr;
  Range<Ratio> delta;  // USD a month
  // Nothing where the baseline does not say what it was made of. New workloads and those that are
  // gone are volume.
  std::optional<Parts> parts;
};

// A limit that was passed or weakened, or something that cannot happen as planned.
struct Finding {
  enum class Kind {
    kLimit,             // `value` is over `limit`
    kWeakened,          // `limit` was `before` in the baseline, which held more; or it is gone
    kPromptOverWindow,  // `tokens` of a prompt and its reply, `most` fit the model
    kReplyOverMost,     // `tokens` of a reply, `most` the model writes
    kNothingToCache,    // `tokens` of the longest prompt, caching begins at `most`
    kShutDown,          // the model, since `day`
    kShutsDown,         // the model, on `day`
  };
  Kind kind = Kind::kLimit;
  bool fails = false;  // else it only warns
  // Whose limit it is; for what cannot happen, the workload.
  OwnerKind owner = OwnerKind::kAll;
  std::string name;
  std::string where;  // "toktally.json:4: limits.max_increase_percent"
  // kLimit and kWeakened.
  LimitKind limit_kind = LimitKind::kMonthly;
  bool is_warning = false;  // warn_…, not max_…
  std::optional<Limit> limit;
  std::optional<Limit> before;
  Ratio value;                // USD or tokens
  std::optional<Ratio> base;  // of a percentage: what the increase stands on
  std::string workload;       // whose prompt, where the limit binds several
  // What cannot happen.
  std::string model;
  std::int64_t tokens = 0;
  std::int64_t most = 0;
  std::optional<Date> day;
};

struct Verdict {
  std::vector<Change> changes;    // what changed first, the largest change on top
  std::vector<Finding> findings;  // weakened limits first, then what fails, then warnings
  // With a baseline: its total, as now less the change, and the change by part where every change
  // has them.
  std::optional<Range<Ratio>> before;
  Range<Ratio> delta;
  std::optional<Parts> parts;
  // The high point rose by more than the expected one, and no limit reads it.
  bool high_unwatched = false;

  bool Failed() const;
  bool AnythingChanged() const;
};

// Everything outlives the verdict; `baseline` may be null. `horizon_days`: how far ahead a shutdown
// is a finding.
Verdict Judge(const WorkloadFile& file, const Plan& plan, const Baseline* baseline,
              const pricing::RateTable& table, int horizon_days = 60);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_VERDICT_H_
