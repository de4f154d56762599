#include "usage/pricer.h"

#include "absl/strings/str_cat.h"

namespace toktally::usage {

// A log names few models many times.
absl::StatusOr<const pricing::PricedModel*> Pricer::Find(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  const auto match = table_.Resolve(name);
  if (!match.ok()) return known_.emplace(name, match.status()).first->second;
  return known_.emplace(name, match->model).first->second;
}

absl::StatusOr<pricing::Money> Pricer::Cost(const Record& record) {
  const std::string& name = record.model.empty() ? options_.model : record.model;
  if (name.empty()) return absl::NotFoundError("no model is named; -m MODEL says which");
  const auto model = Find(name);
  if (!model.ok()) return model.status();
  pricing::CostOptions how{.date = options_.as_of.value_or(options_.today)};
  how.tier = options_.tier.value_or(pricing::Tier::kStandard);
  if (!options_.tier && !record.service_tier.empty()) {
    const auto tier = pricing::ParseTier(record.service_tier);
    if (!tier.ok()) {
      return absl::NotFoundError(
          absl::StrCat("service tier \"", record.service_tier, "\" names no rate; --tier does"));
    }
    how.tier = *tier;
  }
  if (const auto day = pricing::ParseDate(record.day); day.ok() && !options_.as_of) {
    how.date = *day;
  }
  const auto cost = pricing::Cost(**model, record.tokens, how);
  if (!cost.ok()) return cost.status();
  return cost->total;
}

}  // namespace toktally::usage
