#include "forecast/outlook.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace toktally::forecast {
namespace {

// Growth is a power of what the file says: its digits are held down, up, to a billionth of a call.
constexpr int kGrowthDecimals = 9;

Date AddMonths(const Date& date, int months) {
  constexpr int kLastDay = 28;
  const int month = date.month - 1 + months;
  return {date.year + month / 12, month % 12 + 1, std::min(date.day, kLastDay)};
}

// Whether rates of this model begin or end between two days.
bool RatesChange(const PricedModel& model, const Date& after, const Date& until) {
  const auto between = [&](const std::optional<Date>& day) {
    return day && after < *day && *day <= until;
  };
  return std::any_of(model.rows.begin(), model.rows.end(),
                     [&](const RateRow& row) { return between(row.from) || between(row.to); });
}

bool Runs(const WorkloadSpec& spec, const Date& date) {
  const auto month = [](const Date& day) { return std::pair(day.year, day.month); };
  return (!spec.start || month(*spec.start) <= month(date)) &&
         (!spec.end || month(date) <= month(*spec.end));
}

}  // namespace

std::vector<Group> GroupBy(const Plan& plan, OwnerKind kind) {
  std::map<std::string, std::pair<Range<BoundedSum>, std::size_t>> sums;
  const auto add = [&](const std::string& name, const PlanRow& row) {
    auto& [sum, workloads] = sums[name];
    ++workloads;
    for (const Point point : kPoints) sum.at(point).Add(row.forecast.month.at(point).total);
  };
  for (const PlanRow& row : plan.rows) {
    const WorkloadSpec& spec = *row.spec;
    if (kind == OwnerKind::kTag) {
      for (const std::string& tag : spec.tags) add(tag, row);
      if (spec.tags.empty()) add("", row);
    } else {
      add(kind == OwnerKind::kTeam          ? spec.team
          : kind == OwnerKind::kEnvironment ? spec.environment
          : kind == OwnerKind::kWorkload    ? spec.owner
                                            : std::string(),
          row);
    }
  }
  std::vector<Group> groups;
  for (const auto& [name, sum] : sums) {
    groups.push_back(
        {name, sum.first.Mapped([](const BoundedSum& at) { return at.value(); }), sum.second});
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.usd.at(Point::kExpected) > b.usd.at(Point::kExpected);
  });
  return groups;
}

std::vector<MonthAhead> MonthsAhead(const Plan& plan, int count) {
  std::vector<MonthAhead> months(static_cast<std::size_t>(count));
  std::vector<Range<BoundedSum>> sums(months.size());
  for (std::size_t k = 0; k < months.size(); ++k) {
    months[k].date = k == 0 ? plan.date : AddMonths(plan.date, static_cast<int>(k));
  }
  for (const PlanRow& row : plan.rows) {
    std::optional<Range<Ratio>> usd = row.forecast.Usd();  // without growth
    Ratio growth(1);
    bool shut_down = false;
    for (std::size_t k = 0; k < months.size(); ++k) {
      const Date& date = months[k].date;
      if (k > 0) {
        growth = (growth * (Ratio(1) + row.spec->growth)).RoundedUp(kGrowthDecimals);
        if (RatesChange(*row.model, months[k - 1].date, date)) {
          const auto again = ForecastMonth(*row.model, row.workload, date);
          usd = again.ok() ? std::optional(again->Usd()) : std::nullopt;
        }
      }
      if (!Runs(*row.spec, date)) continue;
      if (!usd) {
        months[k].missing.push_back(row.spec->name);
        continue;
      }
      if (!shut_down && row.model->shutdown && *row.model->shutdown <= date) {
        shut_down = true;
        months[k].remarks.push_back(absl::StrCat(row.spec->name, ": ", row.model->id,
                                                 " shuts down on ", ToString(*row.model->shutdown),
                                                 ": from then on at its last rates"));
      }
      for (const Point point : kPoints) sums[k].at(point).Add(usd->at(point) * growth);
    }
  }
  for (std::size_t k = 0; k < months.size(); ++k) {
    for (const Point point : kPoints) {
      months[k].usd.at(point) = sums[k].at(point).value();
      months[k].rounded_up = months[k].rounded_up || sums[k].at(point).rounded();
    }
  }
  return months;
}

}  // namespace toktally::forecast
