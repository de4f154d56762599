#include "pricing/rate_table.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/absl_text.h"
#include "base/text.h"
#include "pricing/rate_table_rules.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

std::string Period(const RateRow& row) {
  if (row.from && row.to)
    return absl::StrCat("from ", ToString(*row.from), " to ", ToString(*row.to));
  if (row.from) return absl::StrCat("from ", ToString(*row.from));
  if (row.to) return absl::StrCat("before ", ToString(*row.to));
  return "at any time";
}

}  // namespace

absl::StatusOr<RateTable> RateTable::Of(std::vector<PricedModel> models,
                                        std::map<std::string, RateSource> sources, TableRules rules,
                                        Date as_of, std::string file_name) {
  ModelNames names;
  for (std::size_t i = 0; i < models.size(); ++i) {
    ApplyRules(rules, &models[i]);
    absl::Status status = names.Add(models, i, file_name);
    if (!status.ok()) return status;
  }
  auto state = std::make_shared<State>();
  state->store = std::make_shared<ModelStore>(std::move(models), std::move(sources),
                                              std::move(rules), std::move(names));
  state->as_of = as_of;
  state->file_name = std::move(file_name);
  return RateTable(std::move(state));
}

absl::StatusOr<RateTable> RateTable::ReplacedBy(const RateTable& other) const {
  std::vector<PricedModel> all = models();
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) places.emplace(LowerCase(all[i].FullName()), i);
  for (const PricedModel& model : other.models()) {
    const auto [place, added] = places.emplace(LowerCase(model.FullName()), all.size());
    if (added) {
      all.push_back(model);
    } else {
      all[place->second] = model;
    }
  }
  std::map<std::string, RateSource> both = other.sources();
  both.insert(sources().begin(), sources().end());
  // Rules that the other table has replace all of that sort.
  TableRules rules_of_both = other.rules();
  if (rules_of_both.factors.empty()) rules_of_both.factors = rules().factors;
  if (rules_of_both.fees.empty()) rules_of_both.fees = rules().fees;
  if (rules_of_both.exchange.empty()) rules_of_both.exchange = rules().exchange;
  auto table =
      Of(std::move(all), std::move(both), std::move(rules_of_both),
         std::max(as_of(), other.as_of()), absl::StrCat(file_name(), " + ", other.file_name()));
  if (!table.ok()) return table.status();
  return table->Under(state_->contract);
}

RateTable RateTable::Under(Contract contract) const {
  auto state = std::make_shared<State>();
  state->store = state_->store;
  state->contract = std::move(contract);
  state->as_of = state_->as_of;
  state->file_name = state_->file_name;
  return RateTable(std::move(state));
}

const std::vector<PricedModel>& RateTable::models() const { return state_->store->All(); }
const std::map<std::string, RateSource>& RateTable::sources() const {
  return state_->store->sources();
}
const TableRules& RateTable::rules() const { return state_->store->rules(); }
const Date& RateTable::as_of() const { return state_->as_of; }
const std::string& RateTable::file_name() const { return state_->file_name; }

absl::StatusOr<const RateRow*> FindRow(const PricedModel& model, Tier tier, const Date& date,
                                       std::int64_t prompt_tokens) {
  const RateRow* best = nullptr;
  const RateRow* other_time = nullptr;
  const RateRow* long_elsewhere = nullptr;
  for (const RateRow& row : model.rows) {
    const bool holds = !row.above || row.above->Holds(prompt_tokens);
    if (!holds) continue;
    if (row.tier != tier || !row.Covers(date)) {
      if (row.tier == tier) other_time = &row;
      const bool first_long = long_elsewhere == nullptr && row.above && row.Covers(date);
      if (first_long) long_elsewhere = &row;
      continue;
    }
    const bool higher =
        best == nullptr ||
        (row.above && (!best->above || row.above->prompt_tokens > best->above->prompt_tokens));
    if (higher) best = &row;
  }
  const absl::string_view name = ToAbsl(TierName(tier));
  if (best == nullptr && other_time != nullptr) {
    return absl::NotFoundError(absl::StrCat(model.id, " has no ", name, " rate known on ",
                                            ToString(date), "; the nearest row holds ",
                                            Period(*other_time)));
  }
  if (best == nullptr) {
    std::string tiers;
    for (const Tier known : kTiers) {
      const bool has = std::any_of(model.rows.begin(), model.rows.end(),
                                   [known](const RateRow& row) { return row.tier == known; });
      if (has) absl::StrAppend(&tiers, tiers.empty() ? "" : ", ", ToAbsl(TierName(known)));
    }
    return absl::NotFoundError(
        absl::StrCat(model.id, " has no ", name, " rate in the table; it has ", tiers));
  }
  if (!best->above && long_elsewhere != nullptr) {
    return absl::NotFoundError(absl::StrCat(
        model.id, " has no ", name, " rate known for ", long_elsewhere->above->ToString(),
        ", where its ", ToAbsl(TierName(long_elsewhere->tier)), " rates change"));
  }
  return best;
}

}  // namespace toktally::pricing
