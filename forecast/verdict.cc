// What changed against the baseline, and which limits that passes.

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "cli/commands/check.h"
#include "cli/report/forecast_report.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Point;
using pricing::Range;
using pricing::Ratio;

std::string At(Point point) {
  return point == Point::kExpected ? "" : Concat(" (", PointName(point), ")");
}

// Compares what one owner of limits (all workloads, or one) costs with its limits.
class LimitJudge {
 public:
  LimitJudge(std::string prefix, const Limits& limits, std::vector<Finding>& findings)
      : prefix_(std::move(prefix)), limits_(limits), findings_(findings) {}

  void Monthly(const Range<Ratio>& now) {
    ForBoth(limits_.monthly, [&](const Limit& limit) -> std::string {
      if (now.at(limit.on) <= limit.value) return "";
      return Concat("monthly ", FormatUsd(now.at(limit.on)), At(limit.on), " is over ", limit.text);
    });
  }

  void Increase(const Range<Ratio>& before, const Range<Ratio>& now) {
    ForBoth(limits_.increase, [&](const Limit& limit) -> std::string {
      const Ratio delta = now.at(limit.on) - before.at(limit.on);
      if (delta <= limit.value) return "";
      return Concat("increase ", FormatUsd(delta), At(limit.on), " is over ", limit.text);
    });
    ForBoth(limits_.increase_percent, [&](const Limit& limit) -> std::string {
      const Ratio& base = before.at(limit.on);
      const Ratio delta = now.at(limit.on) - base;
      // delta > limit % of base, without a division; from nothing, any increase is over.
      if (delta.sign() <= 0 || delta * Ratio(100) <= base * limit.value) return "";
      const auto percent = PercentOf(delta, base);
      return Concat("increase ", percent ? *percent + " %" : "from nothing", At(limit.on),
                    " is over ", limit.text, " %");
    });
  }

  void PromptTokens(std::int64_t tokens, std::string_view workload) {
    ForBoth(limits_.prompt_tokens, [&](const Limit& limit) -> std::string {
      if (Ratio(tokens) <= limit.value) return "";
      return Concat(workload, "prompt of ", GroupDigits(static_cast<std::uint64_t>(tokens)),
                    " tokens is over ", limit.text);
    });
  }

 private:
  // `judge` says what is wrong with a limit, or "". A failure says all that the warning would.
  template <typename Judge>
  void ForBoth(const LimitPair& pair, Judge judge) {
    if (pair.fail && Found(*pair.fail, /*fails=*/true, judge(*pair.fail))) return;
    if (pair.warn) Found(*pair.warn, /*fails=*/false, judge(*pair.warn));
  }

  bool Found(const Limit& limit, bool fails, const std::string& text) {
    if (text.empty()) return false;
    findings_.push_back({fails, Concat(prefix_, text), limit.where});
    return true;
  }

  std::string prefix_;
  const Limits& limits_;
  std::vector<Finding>& findings_;
};

bool SameRow(const BaselineRow& a, const BaselineRow& b) {
  // Calls and money were written with a bounded number of decimals; compare what was written.
  const auto same = [](const Range<Ratio>& left, const Range<Ratio>& right, int digits) {
    return std::all_of(pricing::kPoints.begin(), pricing::kPoints.end(), [&](Point point) {
      return left.at(point).ToString(digits) == right.at(point).ToString(digits);
    });
  };
  return a.model == b.model && a.tier == b.tier && a.prompt_tokens == b.prompt_tokens &&
         a.turns == b.turns && a.output_tokens == b.output_tokens &&
         same(a.calls_per_month, b.calls_per_month, 9) && same(a.monthly, b.monthly, 12);
}

Change CompareRow(const PlanRow& row, const BaselineRow* before) {
  Change change;
  change.name = row.spec->name;
  change.now = &row;
  change.before = before;
  const Ratio& expected = row.forecast.month.at(Point::kExpected).total;
  change.delta = before == nullptr ? expected : expected - before->monthly.at(Point::kExpected);
  change.kind = before == nullptr                      ? Change::Kind::kAdded
                : SameRow(*before, BaselineRowOf(row)) ? Change::Kind::kSame
                                                       : Change::Kind::kChanged;
  if (change.kind == Change::Kind::kSame) change.delta = Ratio();
  return change;
}

Ratio Magnitude(const Ratio& value) { return value.sign() < 0 ? -value : value; }

void FindChanges(CheckReport& report) {
  const Baseline& baseline = *report.baseline;
  std::unordered_set<std::string_view> there;
  for (const PlanRow& row : report.plan.rows) {
    there.insert(row.spec->name);
    report.changes.push_back(CompareRow(row, baseline.Find(row.spec->name)));
  }
  for (const BaselineRow& row : baseline.rows) {
    if (there.contains(row.name)) continue;
    Change change;
    change.kind = Change::Kind::kRemoved;
    change.name = row.name;
    change.before = &row;
    change.delta = -row.monthly.at(Point::kExpected);
    report.changes.push_back(change);
  }
  std::stable_sort(report.changes.begin(), report.changes.end(),
                   [](const Change& a, const Change& b) {
                     const bool a_same = a.kind == Change::Kind::kSame;
                     const bool b_same = b.kind == Change::Kind::kSame;
                     if (a_same != b_same) return b_same;
                     return Magnitude(a.delta) > Magnitude(b.delta);
                   });
}

}  // namespace

bool CheckReport::Failed() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.fails; });
}

bool CheckReport::AnythingChanged() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.kind != Change::Kind::kSame; });
}

void Judge(const WorkloadFile& file, CheckReport& report) {
  if (report.baseline) FindChanges(report);
  LimitJudge all("", file.limits, report.findings);
  all.Monthly(report.plan.total);
  if (report.baseline) all.Increase(report.baseline->monthly, report.plan.total);
  for (const PlanRow& row : report.plan.rows) {
    const std::string prefix = Concat(row.spec->name, ": ");
    all.PromptTokens(row.workload.prompt_tokens, prefix);
    if (row.spec->limits == nullptr) continue;
    LimitJudge own(prefix, *row.spec->limits, report.findings);
    own.Monthly(MonthOf(row));
    own.PromptTokens(row.workload.prompt_tokens, "");
    if (!report.baseline) continue;
    const BaselineRow* before = report.baseline->Find(row.spec->name);
    own.Increase(before == nullptr ? Range<Ratio>() : before->monthly, MonthOf(row));
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.fails && !b.fails; });
}

std::string WhatChanged(const Change& change, bool unicode) {
  const std::string_view arrow = unicode ? " → " : " -> ";
  if (change.kind == Change::Kind::kAdded) {
    const Range<Ratio> usd = MonthOf(*change.now);
    if (usd.at(Point::kLow) == usd.at(Point::kHigh)) {
      return Concat("new, ",
                    GroupDigits(static_cast<std::uint64_t>(change.now->workload.prompt_tokens)),
                    " in");
    }
    return Concat("new, ", RangeText(usd, unicode));
  }
  if (change.kind == Change::Kind::kRemoved) return "removed";
  const BaselineRow& before = *change.before;
  const BaselineRow now = BaselineRowOf(*change.now);
  std::string text;
  const auto add = [&](bool differs, const std::string& from, const std::string& to,
                       std::string_view unit) {
    if (differs) text += Concat(text.empty() ? "" : ", ", from, arrow, to, unit);
  };
  const auto count = [](std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); };
  add(before.model != now.model, before.model, now.model, "");
  add(before.tier != now.tier, before.tier, now.tier, " tier");
  add(before.prompt_tokens != now.prompt_tokens, count(before.prompt_tokens),
      count(now.prompt_tokens), " in");
  add(before.output_tokens != now.output_tokens, CountsText(before.output_tokens, unicode),
      CountsText(now.output_tokens, unicode), " out");
  const std::string calls_before = CallsText(before.calls_per_month, unicode);
  const std::string calls_now = CallsText(now.calls_per_month, unicode);
  add(calls_before != calls_now, calls_before, calls_now, " calls");
  add(before.turns != now.turns, count(before.turns), count(now.turns), " turns");
  return text.empty() ? "rates or shares" : text;
}

}  // namespace toktally::cli
