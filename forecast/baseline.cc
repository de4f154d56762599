#include "forecast/baseline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "forecast/json_values.h"
#include "pricing/money.h"

namespace toktally::forecast {
namespace {

constexpr std::int64_t kForm = 2;
constexpr std::string_view kFormKey = "toktally_baseline";
// The rates in a baseline hold on every day.
constexpr Date kAnyDay{2000, 1, 1};

template <typename Value, typename Print>
std::string WriteRange(const Range<Value>& range, const Print& print) {
  std::string out = "{";
  for (const Point point : kPoints) {
    absl::StrAppend(&out, out.size() > 1 ? ", \"" : "\"", ToAbsl(PointName(point)),
                    "\": ", print(range.at(point)));
  }
  return out + "}";
}

std::string WriteCounts(const Range<std::int64_t>& counts) {
  return WriteRange(counts, [](std::int64_t n) { return std::to_string(n); });
}

std::string Quoted(std::string_view text) { return absl::StrCat("\"", ToAbsl(text), "\""); }

std::string WriteFractions(const Range<Ratio>& range) {
  return WriteRange(range, [](const Ratio& value) { return Quoted(value.ToFraction()); });
}

std::string WriteUsd(const Range<Ratio>& usd) {
  return WriteRange(
      usd, [](const Ratio& value) { return Quoted(value.ToString(pricing::Money::kDecimals)); });
}

std::string WriteRates(const PricedModel& model) {
  std::string out = "[";
  for (const RateRow& row : model.rows) {
    absl::StrAppend(&out, out.size() > 1 ? ",\n        {" : "{",
                    "\"tier\": ", Quoted(TierName(row.tier)));
    if (row.above) {
      absl::StrAppend(&out, ", \"above\": {\"prompt_tokens\": ", row.above->prompt_tokens,
                      ", \"inclusive\": ", row.above->inclusive ? "true" : "false", "}");
    }
    std::string rates;
    for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
      if (!row.rates[i]) continue;
      absl::StrAppend(&rates, rates.empty() ? "" : ", ",
                      Quoted(RateKindName(static_cast<RateKind>(i))), ": ",
                      Quoted(row.rates[i]->ToString()));
    }
    absl::StrAppend(&out, ", \"rates\": {", rates, "}}");
  }
  return out + "]";
}

void WriteText(std::string_view key, const std::string& text, std::string* out) {
  if (!text.empty()) absl::StrAppend(out, ", ", Quoted(key), ": ", JsonQuote(text));
}

std::string WriteRow(const BaselineRow& row) {
  const Workload& workload = row.workload;
  std::string out =
      absl::StrCat("    ", JsonQuote(row.name), ": {\n      \"model\": ", JsonQuote(row.model),
                   ", \"tier\": ", Quoted(TierName(workload.tier)));
  WriteText("written", row.written, &out);
  if (row.owner != row.name) WriteText("workload", row.owner, &out);
  WriteText("team", row.team, &out);
  WriteText("environment", row.environment, &out);
  if (!row.tags.empty()) {
    std::string tags;
    for (const std::string& tag : row.tags) {
      absl::StrAppend(&tags, tags.empty() ? "" : ", ", JsonQuote(tag));
    }
    absl::StrAppend(&out, ", \"tags\": [", tags, "]");
  }
  absl::StrAppend(&out, ",\n      \"prompt_tokens\": ", WriteCounts(workload.prompt_tokens),
                  ",\n      \"turn_input_tokens\": ", WriteCounts(workload.turn_input_tokens),
                  ", \"turns\": ", WriteCounts(workload.turns),
                  ",\n      \"reply_tokens\": ", WriteCounts(workload.reply_tokens),
                  ",\n      \"reasoning_tokens\": ", WriteCounts(workload.reasoning_tokens),
                  ",\n      \"calls_per_month\": ", WriteFractions(*workload.calls_per_month));
  for (const auto& [key, share] : {std::pair{"cached_share", &workload.cached_share},
                                   {"cache_write_share", &workload.cache_write_share},
                                   {"cache_write_long_share", &workload.cache_write_long_share},
                                   {"batch_share", &workload.batch_share},
                                   {"retry_share", &workload.retry_share}}) {
    if (!share->is_zero()) {
      absl::StrAppend(&out, ", ", Quoted(key), ": ", Quoted(share->ToFraction()));
    }
  }
  if (!workload.other.empty()) {
    std::string uses;
    for (const OtherUse& use : workload.other) {
      absl::StrAppend(&uses, uses.empty() ? "" : ", ", Quoted(RateKindName(use.kind)), ": ",
                      WriteFractions(use.per_call));
    }
    absl::StrAppend(&out, ",\n      \"other_use\": {", uses, "}");
  }
  absl::StrAppend(&out, ",\n      \"rates\": ", WriteRates(row.rates));
  if (workload.data_residency) {
    absl::StrAppend(&out,
                    ", \"residency\": ", Quoted(row.rates.data_residency->multiplier.ToFraction()));
  }
  return absl::StrCat(out, ",\n      \"monthly\": ", WriteUsd(row.monthly), "\n    }");
}

std::string WriteLimitSet(const LimitSet& limits) {
  std::string owners;
  for (const OwnedLimits& owner : limits.owners) {
    absl::StrAppend(
        &owners, owners.empty() ? "\n" : ",\n", "    {\"of\": ", Quoted(OwnerKindName(owner.kind)),
        ", \"name\": ", JsonQuote(owner.name), ", \"limits\": ", WriteLimits(owner.limits), "}");
  }
  return absl::StrCat("\"limits_locked\": ", limits.locked ? "true" : "false", ", \"limits\": [",
                      owners, owners.empty() ? "]" : "\n  ]");
}

// A fee stands with the rates that it was billed beside.
void AddFee(const PricedModel& model, RateKind kind, const Date& date, RateRow* row) {
  std::optional<pricing::Rate>& rate = row->rates[static_cast<std::size_t>(kind)];
  for (const RateRow& fee : model.fees) {
    if (!rate && fee.Covers(date)) rate = fee.rate(kind);
  }
}

// Reads a required member.
template <typename Value, typename Read>
void Need(JsonFields* fields, std::string_view key, const Read& read, Value* out) {
  const auto value = fields->RequiredValue(key);
  if (!value) return;
  auto result = read(*value);
  if (result.ok()) *out = *std::move(result);
  fields->Keep(result.status());
}

absl::StatusOr<std::int64_t> ReadSum(const JsonValue& value) {
  return value.WholeNumber(2'000'000'000'000'000);
}
absl::StatusOr<Range<std::int64_t>> ReadCounts(const JsonValue& value) {
  return ReadRange<std::int64_t>(value, ReadSum);
}
absl::StatusOr<Range<Ratio>> ReadFractions(const JsonValue& value) {
  return ReadRange<Ratio>(value, ReadFraction);
}

absl::StatusOr<Ratio> ReadUsdDecimal(const JsonValue& value) {
  if (!value.is_string()) return value.Error("expected an amount in quotes");
  const auto units = pricing::ParseDecimal(value.text(), pricing::Money::kDecimals);
  if (!units.ok()) return value.Error(Message(units.status()));
  return *Ratio::Of(*units, pricing::PowerOfTen(pricing::Money::kDecimals));
}
absl::StatusOr<Range<Ratio>> ReadUsd(const JsonValue& value) {
  if (!value.is_object()) return value.Error("expected low, expected and high");
  return ReadRange<Ratio>(value, ReadUsdDecimal);
}

absl::StatusOr<Tier> ReadTierName(const JsonValue& value) {
  const auto tier = pricing::FindTier(value.text());
  if (!tier) return value.Error("is no tier");
  return *tier;
}

absl::Status ReadRateRow(const JsonValue& value, PricedModel* model) {
  RateRow row;
  JsonFields fields(value);
  Need(&fields, "tier", ReadTierName, &row.tier);
  if (const auto above = fields.Value("above")) {
    pricing::Threshold threshold;
    JsonFields parts(*above);
    Need(&parts, "prompt_tokens", ReadSum, &threshold.prompt_tokens);
    parts.OptionalBool("inclusive", &threshold.inclusive);
    fields.Keep(parts.Done());
    row.above = threshold;
  }
  if (const auto rates = fields.RequiredOfKind("rates", JsonKind::kObject)) {
    for (auto member = rates->first(); member; member = member->next()) {
      const auto kind = pricing::ParseRateKind(member->key());
      const auto rate = pricing::Rate::Parse(member->text());
      if (!kind || !rate.ok()) return member->Error("is no rate");
      row.rates[static_cast<std::size_t>(*kind)] = *rate;
    }
  }
  model->rows.push_back(std::move(row));
  return fields.Done();
}

void ReadShares(JsonFields* fields, Workload* workload) {
  KeepValue(fields, "cached_share", ReadFraction, &workload->cached_share);
  KeepValue(fields, "cache_write_share", ReadFraction, &workload->cache_write_share);
  KeepValue(fields, "cache_write_long_share", ReadFraction, &workload->cache_write_long_share);
  KeepValue(fields, "batch_share", ReadFraction, &workload->batch_share);
  KeepValue(fields, "retry_share", ReadFraction, &workload->retry_share);
  if (const auto uses = fields->OfKind("other_use", JsonKind::kObject)) {
    for (auto use = uses->first(); use; use = use->next()) {
      const auto kind = pricing::ParseRateKind(use->key());
      const auto amount = ReadFractions(*use);
      if (!kind || !amount.ok()) return fields->Keep(use->Error("is no use"));
      workload->other.push_back({*kind, *amount});
    }
  }
}

void ReadRates(JsonFields* fields, BaselineRow* row) {
  if (const auto rates = fields->RequiredOfKind("rates", JsonKind::kArray)) {
    for (auto value = rates->first(); value; value = value->next()) {
      fields->Keep(ReadRateRow(*value, &row->rates));
    }
  }
  if (const auto residency = fields->Value("residency")) {
    const auto multiplier = ReadFraction(*residency);
    fields->Keep(multiplier.status());
    if (!multiplier.ok()) return;
    row->workload.data_residency = true;
    row->rates.data_residency = pricing::DataResidency{*multiplier, {}};
  }
  row->rates.id = row->model;
}

// What was saved must follow from what stands beside it.
void Recompute(BaselineRow* row) {
  const auto forecast = ForecastMonth(row->rates, row->workload, kAnyDay);
  row->complete = forecast.ok();
  if (!forecast.ok()) return;
  const Range<Ratio> usd = forecast->Usd();
  constexpr int kDecimals = pricing::Money::kDecimals;
  row->complete = std::all_of(kPoints.begin(), kPoints.end(), [&](Point point) {
    return usd.at(point).ToString(kDecimals) == row->monthly.at(point).ToString(kDecimals);
  });
  if (row->complete) row->monthly = usd;
}

absl::StatusOr<BaselineRow> ReadRow(const JsonValue& value) {
  BaselineRow row;
  row.name = value.key();
  row.owner = row.name;
  Workload& workload = row.workload;
  JsonFields fields(value);
  if (fields.ok()) {
    fields.String("model", &row.model);
    Need(&fields, "tier", ReadTierName, &workload.tier);
    fields.OptionalString("written", &row.written);
    fields.OptionalString("workload", &row.owner);
    fields.OptionalString("team", &row.team);
    fields.OptionalString("environment", &row.environment);
    fields.OptionalStrings("tags", &row.tags);
    Need(&fields, "prompt_tokens", ReadCounts, &workload.prompt_tokens);
    Need(&fields, "turn_input_tokens", ReadCounts, &workload.turn_input_tokens);
    Need(&fields, "turns", ReadCounts, &workload.turns);
    Need(&fields, "reply_tokens", ReadCounts, &workload.reply_tokens);
    Need(&fields, "reasoning_tokens", ReadCounts, &workload.reasoning_tokens);
    Range<Ratio> calls;
    Need(&fields, "calls_per_month", ReadFractions, &calls);
    workload.calls_per_month = std::move(calls);
    ReadShares(&fields, &workload);
    ReadRates(&fields, &row);
    Need(&fields, "monthly", ReadUsd, &row.monthly);
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  Recompute(&row);
  return row;
}

// The first form, of version 0.1: the sums without what they were made of.
absl::StatusOr<BaselineRow> ReadFirstForm(const JsonValue& value) {
  BaselineRow row;
  row.name = value.key();
  row.owner = row.name;
  row.complete = false;
  Workload& workload = row.workload;
  JsonFields fields(value);
  if (fields.ok()) {
    fields.String("model", &row.model);
    Need(&fields, "tier", ReadTierName, &workload.tier);
    Need(&fields, "prompt_tokens", ReadCounts, &workload.prompt_tokens);
    Need(&fields, "turns", ReadCounts, &workload.turns);
    Need(&fields, "output_tokens", ReadCounts, &workload.reply_tokens);
    Range<Ratio> calls;
    Need(&fields, "calls_per_month", ReadUsd, &calls);
    workload.calls_per_month = std::move(calls);
    Need(&fields, "monthly", ReadUsd, &row.monthly);
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return row;
}

absl::Status ReadOwnedLimits(const JsonValue& value, LimitSet* limits) {
  OwnedLimits owner;
  std::string of;
  JsonFields fields(value);
  fields.String("of", &of);
  fields.String("name", &owner.name);
  if (const auto part = fields.RequiredOfKind("limits", JsonKind::kObject)) {
    fields.Keep(ReadLimits(*part, &owner.limits));
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  for (const OwnerKind kind : {OwnerKind::kAll, OwnerKind::kWorkload, OwnerKind::kTeam,
                               OwnerKind::kTag, OwnerKind::kEnvironment}) {
    if (OwnerKindName(kind) != of) continue;
    owner.kind = kind;
    limits->owners.push_back(std::move(owner));
    return absl::OkStatus();
  }
  return value.Error("\"of\" names no owner of limits");
}

}  // namespace

void Baseline::Add(BaselineRow row) {
  places_.emplace(row.name, rows.size());
  rows.push_back(std::move(row));
}

const BaselineRow* Baseline::Find(const std::string& name) const {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : &rows[place->second];
}

BaselineRow BaselineRowOf(const PlanRow& row, const Date& date) {
  BaselineRow out;
  out.name = row.spec->name;
  out.owner = row.spec->owner;
  out.team = row.spec->team;
  out.environment = row.spec->environment;
  out.tags = row.spec->tags;
  out.model = row.model->FullName();
  out.written = row.spec->model;
  out.workload = row.workload;
  out.monthly = row.forecast.Usd();
  out.rates.id = out.model;
  out.rates.data_residency = row.model->data_residency;
  for (const RateRow& rates : row.model->rows) {
    const bool used = rates.tier == row.workload.tier ||
                      (rates.tier == Tier::kBatch && !row.workload.batch_share.is_zero());
    if (!used || !rates.Covers(date)) continue;
    RateRow& kept = out.rates.rows.emplace_back();
    kept.tier = rates.tier;
    kept.above = rates.above;
    kept.rates = rates.rates;
    for (const OtherUse& use : row.workload.other) AddFee(*row.model, use.kind, date, &kept);
  }
  return out;
}

Baseline BaselineOf(const Plan& plan, const LimitSet& limits, const pricing::RateTable& table) {
  Baseline baseline;
  baseline.prices_as_of = ToString(table.as_of());
  baseline.limits = limits;
  for (const PlanRow& row : plan.rows) baseline.Add(BaselineRowOf(row, plan.date));
  return baseline;
}

std::string WriteBaseline(const Baseline& baseline) {
  Range<BoundedSum> sums;
  std::string rows;
  for (const BaselineRow& row : baseline.rows) {
    absl::StrAppend(&rows, rows.empty() ? "\n" : ",\n", WriteRow(row));
    for (const Point point : kPoints) sums.at(point).Add(row.monthly.at(point));
  }
  const auto total = sums.Mapped([](const BoundedSum& sum) { return sum.value(); });
  return absl::StrCat("{\n  ", Quoted(kFormKey), ": ", kForm,
                      ",\n  \"prices_as_of\": ", Quoted(baseline.prices_as_of),
                      ",\n  \"monthly\": ", WriteUsd(total), ",\n  ",
                      WriteLimitSet(baseline.limits), ",\n  \"workloads\": {", rows, "\n  }\n}\n");
}

absl::StatusOr<Baseline> ParseBaseline(std::string_view text, std::string_view file_name) {
  const auto document = JsonDocument::Parse(text, file_name);
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  const auto form = root.Find(kFormKey);
  const bool first = form && form->text() == "1";
  if (!form || (!first && form->text() != std::to_string(kForm))) {
    return root.Error(absl::StrCat("this is no baseline of this version (", Quoted(kFormKey),
                                   ": 2 is missing); make one with toktally check --save"));
  }
  Baseline baseline;
  baseline.has_limits = !first;
  JsonFields fields(root);
  fields.Value(kFormKey);
  fields.String("prices_as_of", &baseline.prices_as_of);
  Range<Ratio> monthly;
  Need(&fields, "monthly", ReadUsd, &monthly);
  fields.OptionalBool("limits_locked", &baseline.limits.locked);
  if (const auto limits = fields.OfKind("limits", JsonKind::kArray)) {
    for (auto value = limits->first(); value; value = value->next()) {
      fields.Keep(ReadOwnedLimits(*value, &baseline.limits));
    }
  }
  if (const auto part = fields.RequiredOfKind("workloads", JsonKind::kObject)) {
    for (auto value = part->first(); value && fields.ok(); value = value->next()) {
      auto row = first ? ReadFirstForm(*value) : ReadRow(*value);
      if (row.ok()) baseline.Add(*std::move(row));
      fields.Keep(row.status());
    }
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return baseline;
}

}  // namespace toktally::forecast
