#include "forecast/actual.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json.h"

namespace toktally::forecast {
namespace {

// Of the rows of one workload, or of the calls that are its own.
struct Sums {
  Ratio calls;
  Ratio prompt;
  Ratio cached;
  Ratio output;
  Ratio usd;
};

Sums Foreseen(const Month& month) {
  Sums sums{month.calls, month.prompt_tokens, {}, month.output_tokens, month.total};
  for (const MonthLine& line : month.lines) {
    if (line.kind == RateKind::kCachedInput) sums.cached += line.quantity;
  }
  return sums;
}

void AddTo(Sums& sum, const Sums& more) {
  sum.calls += more.calls;
  sum.prompt += more.prompt;
  sum.cached += more.cached;
  sum.output += more.output;
  sum.usd += more.usd;
}

// A day's sums become a month's.
Sums OfMonth(const ActualCalls& calls, const Ratio& scale) {
  const auto month = [&scale](std::int64_t n) { return Ratio(n) * scale; };
  return {month(static_cast<std::int64_t>(calls.calls)), month(calls.prompt_tokens),
          month(calls.cached_tokens), month(calls.output_tokens), calls.cost.ToRatio() * scale};
}

std::vector<Compared> Compare(const Sums& foreseen, const Sums* was) {
  using What = Compared::What;
  std::vector<Compared> values;
  const auto add = [&](What what, const auto& value) {
    values.push_back(
        {what, value(foreseen).value_or(Ratio()), was == nullptr ? std::nullopt : value(*was)});
  };
  add(What::kCalls, [](const Sums& sums) { return std::optional(sums.calls); });
  add(What::kInput, [](const Sums& sums) { return sums.prompt.DividedBy(sums.calls); });
  add(What::kCached, [](const Sums& sums) { return sums.cached.DividedBy(sums.prompt); });
  add(What::kOutput, [](const Sums& sums) { return sums.output.DividedBy(sums.calls); });
  add(What::kCost, [](const Sums& sums) { return std::optional(sums.usd); });
  return values;
}

// All rows of a plan that stand for one workload.
struct Owner {
  const WorkloadSpec* spec = nullptr;
  std::vector<const PricedModel*> models;
  Sums foreseen;
  Sums was;
  std::uint64_t calls = 0;
  std::uint64_t unpriced = 0;
};

std::vector<Owner> OwnersOf(const Plan& plan) {
  std::vector<Owner> owners;
  for (const PlanRow& row : plan.rows) {
    if (owners.empty() || owners.back().spec->owner != row.spec->owner) {
      owners.push_back({row.spec, {}, {}, {}, 0, 0});
    }
    owners.back().models.push_back(row.model);
    AddTo(owners.back().foreseen, Foreseen(row.forecast.month.at(Point::kExpected)));
  }
  return owners;
}

const PricedModel* Find(const pricing::RateTable& table, const std::string& name) {
  const auto match = table.Resolve(name);
  return match.ok() ? match->model : nullptr;
}

// How much a workload says of the calls; nullopt if they are not its own.
std::optional<int> Fit(const Owner& owner, const ActualCalls& calls, const PricedModel* model,
                       const pricing::RateTable& table) {
  const CallMatch& match = owner.spec->match;
  int says = 0;
  for (const auto& [wanted, is] :
       {std::pair(&match.project, &calls.project), std::pair(&match.key, &calls.key)}) {
    if (wanted->empty()) continue;
    if (*wanted != *is) return std::nullopt;
    ++says;
  }
  if (!match.model.empty()) {
    const bool same =
        match.model == calls.model || (model != nullptr && Find(table, match.model) == model);
    return same ? std::optional(says + 1) : std::nullopt;
  }
  if (says > 0) return says;
  const bool own = std::find(owner.models.begin(), owner.models.end(), model) != owner.models.end();
  return model != nullptr && own ? std::optional(0) : std::nullopt;
}

// A text of JSON for a number, or a range of them, times a factor; "" where it is neither.
std::string Scaled(const JsonValue& value, const Ratio& factor) {
  const auto scaled = [&factor](const JsonValue& number) -> std::string {
    const auto whole = number.WholeNumber();
    if (!whole.ok()) return "";
    return (Ratio(*whole) * factor).ToString(0);
  };
  if (value.is_number()) return scaled(value);
  if (!value.is_object()) return "";
  std::string text;
  for (auto member = value.first(); member; member = member->next()) {
    const std::string number = scaled(*member);
    if (number.empty()) return "";
    absl::StrAppend(&text, text.empty() ? "" : ", ", JsonQuote(member->key()), ": ", number);
  }
  return absl::StrCat("{", text, "}");
}

const Compared& Of(const ActualRow& row, Compared::What what) {
  return row.values[static_cast<std::size_t>(what)];
}

// Sets each of the keys that the workload states to its value times what was over what was
// foreseen.
void ScaleKeys(const JsonValue& workload, std::string_view name,
               const std::vector<std::string_view>& keys, const Compared& compared,
               std::vector<std::string>& settings) {
  const auto factor =
      compared.actual ? compared.actual->DividedBy(compared.forecast) : std::nullopt;
  if (!factor || *factor == Ratio(1)) return;
  for (const std::string_view key : keys) {
    const auto value = workload.Find(key);
    if (!value) continue;
    const std::string text = Scaled(*value, *factor);
    if (text.empty() || text == "0" || text == Scaled(*value, Ratio(1))) continue;
    settings.push_back(absl::StrCat(ToAbsl(name), ".", ToAbsl(key), "=", text));
  }
}

}  // namespace

std::optional<Ratio> Compared::ErrorPercent() const {
  if (!actual) return std::nullopt;
  const auto ratio = (forecast - *actual).DividedBy(*actual);
  if (!ratio) return forecast.is_zero() ? std::optional(Ratio()) : std::nullopt;
  return *ratio * Ratio(100);
}

std::string_view WhatName(Compared::What what) {
  constexpr std::array<std::string_view, 5> kNames = {
      "calls a month", "input a call", "cached share", "output a call", "USD a month"};
  return kNames[static_cast<std::size_t>(what)];
}

ActualReport CompareWithActual(const Plan& plan, const std::vector<ActualCalls>& calls, int days,
                               const pricing::RateTable& table) {
  ActualReport report;
  report.days = days;
  const Ratio scale = DaysPerMonth() * *Ratio::Of(1, days);
  std::vector<Owner> owners = OwnersOf(plan);
  for (const ActualCalls& group : calls) {
    const PricedModel* const model = Find(table, group.model);
    int most = -1;
    std::vector<Owner*> best;
    for (Owner& owner : owners) {
      const std::optional<int> fit = Fit(owner, group, model, table);
      if (!fit || *fit < most) continue;
      if (*fit > most) best.clear();
      most = *fit;
      best.push_back(&owner);
    }
    if (best.size() != 1) {
      Unclaimed& unclaimed = report.unclaimed.emplace_back();
      unclaimed.calls = group;
      for (const Owner* owner : best) unclaimed.workloads.push_back(owner->spec->owner);
      continue;
    }
    AddTo(best[0]->was, OfMonth(group, scale));
    best[0]->calls += group.calls;
    best[0]->unpriced += group.unpriced;
  }
  Sums foreseen;
  Sums was;
  for (const Owner& owner : owners) {
    AddTo(foreseen, owner.foreseen);
    AddTo(was, owner.was);
    report.rows.push_back({owner.spec->owner,
                           Compare(owner.foreseen, owner.calls == 0 ? nullptr : &owner.was),
                           owner.calls, owner.unpriced});
  }
  report.total = Compare(foreseen, &was);
  return report;
}

std::vector<std::string> CalibratedSettings(const Plan& plan, const ActualReport& report) {
  using What = Compared::What;
  std::vector<std::string> settings;
  for (const ActualRow& row : report.rows) {
    if (row.calls == 0) continue;
    const auto is_own = [&row](const PlanRow& each) { return each.spec->owner == row.workload; };
    const auto first = std::find_if(plan.rows.begin(), plan.rows.end(), is_own);
    const bool has_steps = first->spec->name != first->spec->owner;
    const std::string& owner = first->spec->owner;
    // The frequency is the workload's, a step's value is the step's own.
    ScaleKeys(
        first->spec->whole, owner,
        {"calls_per_month", "calls_per_day", "conversations_per_month", "conversations_per_day"},
        Of(row, What::kCalls), settings);
    const bool is_conversation = first->workload.turns != Range<std::int64_t>::Same(1);
    if (has_steps || is_conversation) continue;
    const JsonValue& value = first->spec->value;
    ScaleKeys(value, owner, {"input_tokens"}, Of(row, What::kInput), settings);
    ScaleKeys(value, owner, {"output_tokens", "reasoning_tokens"}, Of(row, What::kOutput),
              settings);
    const Compared& cached = Of(row, What::kCached);
    if (cached.actual && *cached.actual != cached.forecast) {
      settings.push_back(absl::StrCat(owner, ".cached_share=", cached.actual->ToString(4)));
    }
  }
  return settings;
}

}  // namespace toktally::forecast
