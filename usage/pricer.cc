#include "usage/pricer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace toktally::usage {
namespace {

constexpr std::int64_t kMinute = 60 * 1000;
constexpr std::int64_t kMinutesOfDay = 24 * 60;

bool HasPeakHours(const pricing::PricedModel& model) {
  return std::any_of(model.rows.begin(), model.rows.end(),
                     [](const pricing::RateRow& row) { return row.tier == pricing::Tier::kPeak; });
}

// Where the rates of a region and of an hour are the table's to know.
template <typename Options>
std::string SetPlaceAndHour(const pricing::PricedModel& model, const Record& record, Options& how) {
  if constexpr (requires { how.region; }) {
    how.region = record.region;
  } else if (!record.region.empty()) {
    return absl::StrCat("processed in ", record.region,
                        ", and the price table does not say what that costs");
  }
  if (how.tier != pricing::Tier::kStandard || !HasPeakHours(model)) return "";
  if constexpr (requires { how.minute_of_day; }) {
    if (record.time) {
      how.minute_of_day = static_cast<int>(*record.time / kMinute % kMinutesOfDay);
      return "";
    }
    return absl::StrCat(model.id, " costs more in its peak hours, and the hour is not known");
  }
  return absl::StrCat(model.id, " costs more in its peak hours, and the hour was not looked at");
}

}  // namespace

// A log names few models many times.
absl::StatusOr<const pricing::PricedModel*> Pricer::Find(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  const auto match = table_.Resolve(name);
  if (!match.ok()) return known_.emplace(name, match.status()).first->second;
  return known_.emplace(name, match->model).first->second;
}

absl::StatusOr<pricing::Tier> Pricer::TierOf(const Record& record) const {
  if (options_.tier) return *options_.tier;
  if (record.fast) return pricing::Tier::kPriority;
  if (record.service_tier.empty()) return pricing::Tier::kStandard;
  auto tier = pricing::ParseTier(record.service_tier);
  if (tier.ok()) return tier;
  return absl::NotFoundError(
      absl::StrCat("service tier \"", record.service_tier, "\" names no rate; --tier does"));
}

PricedCall Pricer::Price(const Record& record) {
  PricedCall priced;
  if (record.bill) return priced;
  const std::string& name = record.model.empty() ? options_.model : record.model;
  if (name.empty()) {
    priced.unpriced = "no model is named; -m MODEL says which";
    return priced;
  }
  const auto model = Find(name);
  const auto tier = TierOf(record);
  if (!model.ok() || !tier.ok()) {
    priced.unpriced = std::string((model.ok() ? tier.status() : model.status()).message());
    return priced;
  }
  pricing::Date date = options_.as_of.value_or(options_.today);
  if (const auto day = pricing::ParseDate(record.day); day.ok() && !options_.as_of) date = *day;
  pricing::CostOptions how{.tier = *tier, .date = date};
  priced.unpriced = SetPlaceAndHour(**model, record, how);
  const auto cost = pricing::Cost(**model, record.tokens, how);
  if (!cost.ok()) {
    priced.unpriced = std::string(cost.status().message());
    return priced;
  }
  priced.cost = cost->total;
  if (priced.unpriced.empty()) priced.unpriced = record.incomplete;
  return priced;
}

}  // namespace toktally::usage
