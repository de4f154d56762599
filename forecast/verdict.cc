#include "forecast/verdict.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "pricing/cost.h"

namespace toktally::forecast {
namespace {

using Rounding = BoundedSum::Rounding;

Range<Ratio> Difference(const Range<Ratio>& a, const Range<Ratio>& b) {
  Range<Ratio> out;
  for (const Point point : kPoints) out.at(point) = a.at(point) - b.at(point);
  return out;
}

Ratio Magnitude(const Ratio& value) { return value.sign() < 0 ? -value : value; }

// Calls and money of the first form were written with a bounded number of decimals; compare what
// was written.
bool SameAsFirstForm(const BaselineRow& before, const PlanRow& now) {
  const auto same = [](const Range<Ratio>& a, const Range<Ratio>& b, int digits) {
    return std::all_of(kPoints.begin(), kPoints.end(), [&](Point point) {
      return a.at(point).ToString(digits) == b.at(point).ToString(digits);
    });
  };
  Range<std::int64_t> output;
  for (const Point point : kPoints) {
    output.at(point) =
        now.workload.reply_tokens.at(point) + now.workload.reasoning_tokens.at(point);
  }
  const Workload& then = before.workload;
  return before.model == now.model->FullName() && then.tier == now.workload.tier &&
         then.prompt_tokens == now.workload.prompt_tokens && then.turns == now.workload.turns &&
         then.reply_tokens == output &&
         same(*then.calls_per_month, *now.workload.calls_per_month, 9) &&
         same(before.monthly, now.forecast.Usd(), 12);
}

bool SameRow(const BaselineRow& before, const PlanRow& now) {
  if (!before.complete) return SameAsFirstForm(before, now);
  return before.model == now.model->FullName() && before.workload == now.workload &&
         before.monthly == now.forecast.Usd();
}

class ChangeFinder {
 public:
  ChangeFinder(const Plan& plan, const Baseline& baseline, const pricing::RateTable& table,
               std::vector<Change>& changes)
      : plan_(plan), baseline_(baseline), table_(table), changes_(changes) {}

  void Run() {
    // What could not be priced is neither changed nor gone; a failed workload stands for its steps.
    std::unordered_set<std::string_view> there;
    std::unordered_set<std::string_view> failed;
    for (const Failure& failure : plan_.failures) failed.insert(failure.name);
    for (const PlanRow& row : plan_.rows) {
      there.insert(row.spec->name);
      changes_.push_back(Compare(row, baseline_.Find(row.spec->name)));
    }
    for (const BaselineRow& row : baseline_.rows) {
      if (there.contains(row.name) || failed.contains(row.name) || failed.contains(row.owner)) {
        continue;
      }
      changes_.push_back(Removed(row));
    }
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      const bool a_same = a.kind == Change::Kind::kSame;
      const bool b_same = b.kind == Change::Kind::kSame;
      if (a_same != b_same) return b_same;
      return Largest(a) > Largest(b);
    });
  }

 private:
  // A change that only the high point sees is one.
  static Ratio Largest(const Change& change) {
    const Ratio expected = Magnitude(change.delta.at(Point::kExpected));
    return expected.is_zero() ? Magnitude(change.delta.at(Point::kHigh)) * *Ratio::Of(1, 1'000'000)
                              : expected;
  }

  Change Compare(const PlanRow& row, const BaselineRow* before) {
    Change change;
    change.name = row.spec->name;
    change.now = &row;
    change.before = before;
    if (before == nullptr) {
      change.kind = Change::Kind::kAdded;
      change.delta = row.forecast.Usd();
      change.parts.emplace().of(Part::kVolume) = change.delta;
      return change;
    }
    if (SameRow(*before, row)) {
      change.parts.emplace();
      return change;
    }
    change.kind = Change::Kind::kChanged;
    change.delta = Difference(row.forecast.Usd(), before->monthly);
    if (before->complete) {
      change.parts = TakeApart(*before, OldModel(before->written), row, plan_.date);
    }
    return change;
  }

  static Change Removed(const BaselineRow& row) {
    Change change;
    change.kind = Change::Kind::kRemoved;
    change.name = row.name;
    change.before = &row;
    change.delta = Difference({}, row.monthly);
    change.parts.emplace().of(Part::kVolume) = change.delta;
    return change;
  }

  const PricedModel* OldModel(const std::string& name) {
    const auto known = models_.find(name);
    if (known != models_.end()) return known->second;
    const auto match = table_.Resolve(name);
    return models_.emplace(name, match.ok() ? match->model : nullptr).first->second;
  }

  const Plan& plan_;
  const Baseline& baseline_;
  const pricing::RateTable& table_;
  std::vector<Change>& changes_;
  std::map<std::string, const PricedModel*> models_;
};

// The sums of changes, whose parts still add up where a sum had to be rounded.
struct ChangeSums {
  Range<BoundedSum> delta;
  std::array<Range<BoundedSum>, kParts.size()> parts;
  bool complete = true;

  // What the world changed is not gated: rounded down, so that what is left to gate is not too
  // little.
  ChangeSums() {
    parts[static_cast<std::size_t>(Part::kRates)] =
        Range<BoundedSum>::Same(BoundedSum(Rounding::kDown));
  }

  void Add(const Change& change) {
    if (change.kind == Change::Kind::kSame) return;
    complete = complete && change.parts.has_value();
    for (const Point point : kPoints) {
      delta.at(point).Add(change.delta.at(point));
      if (!change.parts) continue;
      for (const Part part : kParts) {
        Range<BoundedSum>& sum = parts[static_cast<std::size_t>(part)];
        sum.at(point).Add(change.parts->of(part).at(point));
      }
    }
  }

  Range<Ratio> Delta() const {
    return delta.Mapped([](const BoundedSum& sum) { return sum.value(); });
  }
  // What was rounded in the sums of parts falls to the volume, so that they still add up.
  Parts Split() const {
    Parts out;
    for (const Point point : kPoints) {
      Ratio rest = delta.at(point).value();
      for (const Part part : kParts) {
        if (part == Part::kVolume) continue;
        out.of(part).at(point) = parts[static_cast<std::size_t>(part)].at(point).value();
        rest += -out.of(part).at(point);
      }
      out.of(Part::kVolume).at(point) = rest;
    }
    return out;
  }
};

// What an owner of limits costs.
struct OwnerCost {
  Range<BoundedSum> now;
  ChangeSums change;
  std::vector<const PlanRow*> rows;
};

class LimitJudge {
 public:
  LimitJudge(const Plan& plan, const Verdict& verdict, const LimitSet& limits, bool compared,
             int prices_age_days, std::vector<Finding>& findings)
      : plan_(plan),
        verdict_(verdict),
        limits_(limits),
        compared_(compared),
        prices_age_days_(prices_age_days),
        findings_(findings) {}

  void Run() {
    for (const OwnedLimits& owner : limits_.owners) costs_.emplace(Key(owner), OwnerCost());
    if (costs_.empty()) return;
    for (const PlanRow& row : plan_.rows) {
      ForOwners(*row.spec, [&](OwnerCost& cost) {
        cost.rows.push_back(&row);
        for (const Point point : kPoints) {
          cost.now.at(point).Add(row.forecast.month.at(point).total);
        }
      });
    }
    for (const Change& change : verdict_.changes) {
      if (change.now != nullptr) {
        ForOwners(*change.now->spec, [&](OwnerCost& cost) { cost.change.Add(change); });
      } else {
        ForOwners(*change.before, [&](OwnerCost& cost) { cost.change.Add(change); });
      }
    }
    for (const OwnedLimits& owner : limits_.owners) Judge(owner, costs_.at(Key(owner)));
  }

 private:
  using OwnerKey = std::pair<OwnerKind, std::string>;
  static OwnerKey Key(const OwnedLimits& owner) { return {owner.kind, owner.name}; }

  // `row` is a WorkloadSpec or a BaselineRow.
  template <typename Row, typename Do>
  void ForOwners(const Row& row, const Do& act) {
    const auto visit = [&](OwnerKind kind, const std::string& name) {
      const auto found = costs_.find({kind, name});
      if (found != costs_.end()) act(found->second);
    };
    visit(OwnerKind::kAll, "");
    visit(OwnerKind::kWorkload, row.owner);
    if (!row.team.empty()) visit(OwnerKind::kTeam, row.team);
    if (!row.environment.empty()) visit(OwnerKind::kEnvironment, row.environment);
    for (const std::string& tag : row.tags) visit(OwnerKind::kTag, tag);
  }

  void Judge(const OwnedLimits& owner, const OwnerCost& cost) {
    if (owner.kind != OwnerKind::kAll && cost.rows.empty()) return;
    const Limits& limits = owner.limits;
    ForBoth(owner, LimitKind::kMonthly, [&](const Limit& limit, Finding& finding) {
      finding.value = cost.now.at(limit.on).value();
      return finding.value > limit.value;
    });
    if (compared_ && limits.ReadsIncrease()) JudgeIncrease(owner, cost);
    if (owner.kind == OwnerKind::kAll) {
      ForBoth(owner, LimitKind::kPricesAgeDays, [&](const Limit& limit, Finding& finding) {
        finding.value = Ratio(prices_age_days_);
        return finding.value > limit.value;
      });
    }
    for (const PlanRow* row : cost.rows) {
      ForBoth(owner, LimitKind::kPromptTokens, [&](const Limit& limit, Finding& finding) {
        finding.value = Ratio(row->workload.prompt_tokens.at(limit.on));
        finding.workload = row->spec->name;
        return finding.value > limit.value;
      });
    }
  }

  // An increase is what the author did, unless the limits say that the world's part counts, too.
  void JudgeIncrease(const OwnedLimits& owner, const OwnerCost& cost) {
    const Range<Ratio> delta = cost.change.Delta();
    Range<Ratio> increase = delta;
    if (cost.change.complete && !limits_.with_rates) {
      increase = Difference(delta, cost.change.Split().of(Part::kRates));
    }
    ForBoth(owner, LimitKind::kIncrease, [&](const Limit& limit, Finding& finding) {
      finding.value = increase.at(limit.on);
      return finding.value > limit.value;
    });
    ForBoth(owner, LimitKind::kIncreasePercent, [&](const Limit& limit, Finding& finding) {
      // increase > limit % of base, without a division; from nothing, any increase is over.
      const Ratio base = cost.now.at(limit.on).value() - delta.at(limit.on);
      finding.value = increase.at(limit.on);
      finding.base = base;
      return finding.value.sign() > 0 && finding.value * Ratio(100) > base * limit.value;
    });
  }

  // `over` fills in the value and says whether it is over. A failure says all that the warning
  // would.
  template <typename Over>
  void ForBoth(const OwnedLimits& owner, LimitKind kind, const Over& over) {
    const auto judge = [&](const std::optional<Limit>& limit, bool fails) {
      if (!limit) return false;
      Finding finding;
      finding.fails = fails;
      finding.is_warning = !fails;
      finding.owner = owner.kind;
      finding.name = owner.name;
      finding.where = limit->where;
      finding.limit_kind = kind;
      finding.limit = limit;
      if (!over(*limit, finding)) return false;
      findings_.push_back(std::move(finding));
      return true;
    };
    const Limits::Pair& pair = owner.limits.of(kind);
    if (!judge(pair.fail, true)) judge(pair.warn, false);
  }

  const Plan& plan_;
  const Verdict& verdict_;
  const LimitSet& limits_;
  const bool compared_;
  const int prices_age_days_;
  std::vector<Finding>& findings_;
  std::map<OwnerKey, OwnerCost> costs_;
};

// A limit that is gone, higher, or reads a lower point than it did.
bool Weaker(const std::optional<Limit>& now, const Limit& before) {
  return !now || now->value > before.value || now->on < before.on;
}

void FindWeakened(const LimitSet& now, const Baseline& baseline, std::vector<Finding>& findings) {
  if (!baseline.has_limits) return;
  const bool locked = baseline.limits.locked;
  std::map<std::pair<OwnerKind, std::string_view>, const Limits*> known;
  for (const OwnedLimits& owner : now.owners) {
    known.emplace(std::pair(owner.kind, std::string_view(owner.name)), &owner.limits);
  }
  for (const OwnedLimits& owner : baseline.limits.owners) {
    const auto found = known.find({owner.kind, owner.name});
    const Limits* limits = found == known.end() ? nullptr : found->second;
    for (const LimitKind kind : kLimitKinds) {
      for (const bool warning : {false, true}) {
        const auto& before = warning ? owner.limits.of(kind).warn : owner.limits.of(kind).fail;
        if (!before) continue;
        std::optional<Limit> limit;
        if (limits != nullptr) limit = warning ? limits->of(kind).warn : limits->of(kind).fail;
        if (!Weaker(limit, *before)) continue;
        Finding finding;
        finding.kind = Finding::Kind::kWeakened;
        finding.fails = locked;
        finding.is_warning = warning;
        finding.owner = owner.kind;
        finding.name = owner.name;
        finding.where = limit ? limit->where : before->where;
        finding.limit_kind = kind;
        finding.limit = std::move(limit);
        finding.before = before;
        findings.push_back(std::move(finding));
      }
    }
  }
}

// What the model does not do as planned.
class PlanJudge {
 public:
  PlanJudge(const Plan& plan, bool strict, int horizon_days, std::vector<Finding>& findings)
      : plan_(plan), strict_(strict), horizon_days_(horizon_days), findings_(findings) {}

  void Run() {
    for (const PlanRow& row : plan_.rows) {
      Lengths(row);
      Caching(row);
      Shutdown(row);
    }
  }

 private:
  Finding& Add(Finding::Kind kind, const PlanRow& row) {
    Finding& finding = findings_.emplace_back();
    finding.kind = kind;
    finding.fails = strict_;
    finding.owner = OwnerKind::kWorkload;
    finding.name = row.spec->name;
    finding.where = row.spec->value.Where();
    finding.model = row.model->id;
    return finding;
  }

  void Lengths(const PlanRow& row) {
    const Workload& workload = row.workload;
    const std::int64_t prompt = row.forecast.month.at(Point::kHigh).longest_prompt;
    const std::int64_t reply =
        workload.reply_tokens.at(Point::kHigh) + workload.reasoning_tokens.at(Point::kHigh);
    const pricing::ModelLimits& limits = row.model->limits;
    const bool over_input = limits.max_input && prompt > *limits.max_input;
    const bool over_window = limits.context_window && prompt + reply > *limits.context_window;
    if (over_input || over_window) {
      Finding& finding = Add(Finding::Kind::kPromptOverWindow, row);
      finding.tokens = over_input ? prompt : prompt + reply;
      finding.most = over_input ? *limits.max_input : *limits.context_window;
    }
    if (limits.max_output && reply > *limits.max_output) {
      Finding& finding = Add(Finding::Kind::kReplyOverMost, row);
      finding.tokens = reply;
      finding.most = *limits.max_output;
    }
  }

  void Caching(const PlanRow& row) {
    const Workload& workload = row.workload;
    const std::optional<std::int64_t>& smallest = row.model->limits.min_cacheable;
    const bool caches =
        !(workload.cached_share + workload.cache_write_share + workload.cache_write_long_share)
             .is_zero();
    const std::int64_t longest = row.forecast.month.at(Point::kHigh).longest_prompt;
    if (!smallest || !caches || longest >= *smallest) return;
    Finding& finding = Add(Finding::Kind::kNothingToCache, row);
    finding.tokens = longest;
    finding.most = *smallest;
  }

  void Shutdown(const PlanRow& row) {
    const auto lifecycle = LifecycleOn(*row.model, plan_.date);
    if (lifecycle && lifecycle->retired) {
      Add(Finding::Kind::kShutDown, row).day = row.model->shutdown;
    } else if (row.model->shutdown &&
               DayNumber(*row.model->shutdown) <= DayNumber(plan_.date) + horizon_days_) {
      Add(Finding::Kind::kShutsDown, row).day = row.model->shutdown;
    }
  }

  const Plan& plan_;
  const bool strict_;
  const int horizon_days_;
  std::vector<Finding>& findings_;
};

bool AnyReadsHigh(const LimitSet& limits) {
  return std::any_of(limits.owners.begin(), limits.owners.end(),
                     [](const OwnedLimits& owner) { return owner.limits.ReadsHigh(); });
}

}  // namespace

bool Verdict::Failed() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.fails; });
}

bool Verdict::AnythingChanged() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.kind != Change::Kind::kSame; });
}

Verdict Judge(const WorkloadFile& file, const Plan& plan, const Baseline* baseline,
              const pricing::RateTable& table, int horizon_days) {
  Verdict verdict;
  if (baseline != nullptr) {
    ChangeFinder(plan, *baseline, table, verdict.changes).Run();
    ChangeSums sums;
    for (const Change& change : verdict.changes) sums.Add(change);
    verdict.delta = sums.Delta();
    verdict.before = Difference(plan.total, verdict.delta);
    if (sums.complete) verdict.parts = sums.Split();
    verdict.high_unwatched = verdict.delta.at(Point::kHigh) > verdict.delta.at(Point::kExpected) &&
                             verdict.delta.at(Point::kHigh).sign() > 0 &&
                             !AnyReadsHigh(file.limits);
    FindWeakened(file.limits, *baseline, verdict.findings);
  }
  const auto weakened = static_cast<std::ptrdiff_t>(verdict.findings.size());
  const int age = std::max(DayNumber(plan.date) - DayNumber(table.as_of()), 0);
  LimitJudge(plan, verdict, file.limits, baseline != nullptr, age, verdict.findings).Run();
  PlanJudge(plan, file.limits.strict, horizon_days, verdict.findings).Run();
  std::stable_sort(verdict.findings.begin() + weakened, verdict.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.fails && !b.fails; });
  return verdict;
}

}  // namespace toktally::forecast
