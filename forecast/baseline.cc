#include "cli/baseline.h"

#include <utility>

#include "base/json.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Point;
using pricing::Range;
using pricing::Ratio;

constexpr std::int64_t kForm = 1;
constexpr std::string_view kFormKey = "toktally_baseline";

template <typename Value, typename Print>
std::string WriteRange(const Range<Value>& range, Print print) {
  std::string out = "{";
  for (const Point point : pricing::kPoints) {
    out +=
        Concat(out.size() > 1 ? ", " : "", "\"", PointName(point), "\": ", print(range.at(point)));
  }
  return out + "}";
}

std::string WriteUsd(const Range<Ratio>& usd) {
  return WriteRange(usd, [](const Ratio& value) { return Concat("\"", UsdString(value), "\""); });
}

// A range of decimals in quotes.
absl::Status ReadDecimals(const JsonValue& value, Range<Ratio>* out) {
  JsonFields fields(value);
  for (const Point point : pricing::kPoints) {
    const auto part = fields.RequiredOfKind(PointName(point), JsonKind::kString);
    if (!part) continue;
    const auto units = pricing::ParseDecimal(part->text(), pricing::Money::kDecimals);
    if (!units.ok()) {
      fields.Keep(part->Error(std::string(units.status().message())));
      continue;
    }
    out->at(point) = *Ratio::Of(*units, pricing::PowerOfTen(pricing::Money::kDecimals));
  }
  return fields.Done();
}

absl::Status ReadCounts(const JsonValue& value, Range<std::int64_t>* out) {
  JsonFields fields(value);
  for (const Point point : pricing::kPoints) {
    const auto part = fields.RequiredValue(PointName(point));
    if (!part) continue;
    const auto count = part->WholeNumber(2'000'000'000'000'000);
    if (count.ok()) out->at(point) = *count;
    fields.Keep(count.status());
  }
  return fields.Done();
}

absl::Status ReadCount(JsonFields* fields, std::string_view key, std::int64_t* out) {
  const auto value = fields->RequiredValue(key);
  if (!value) return absl::OkStatus();
  const auto count = value->WholeNumber();
  if (count.ok()) *out = *count;
  return count.status();
}

absl::StatusOr<BaselineRow> ReadRow(const JsonValue& value) {
  BaselineRow row;
  row.name = value.key();
  JsonFields fields(value);
  if (fields.ok()) {
    fields.String("model", &row.model);
    fields.String("tier", &row.tier);
    fields.Keep(ReadCount(&fields, "prompt_tokens", &row.prompt_tokens));
    fields.Keep(ReadCount(&fields, "turns", &row.turns));
    if (const auto part = fields.RequiredValue("output_tokens")) {
      fields.Keep(ReadCounts(*part, &row.output_tokens));
    }
    if (const auto part = fields.RequiredValue("calls_per_month")) {
      fields.Keep(ReadDecimals(*part, &row.calls_per_month));
    }
    if (const auto part = fields.RequiredValue("monthly")) {
      fields.Keep(ReadDecimals(*part, &row.monthly));
    }
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return row;
}

}  // namespace

void Baseline::Add(BaselineRow row) {
  places.emplace(row.name, rows.size());
  rows.push_back(std::move(row));
}

const BaselineRow* Baseline::Find(const std::string& name) const {
  const auto place = places.find(name);
  return place == places.end() ? nullptr : &rows[place->second];
}

BaselineRow BaselineRowOf(const PlanRow& row) {
  BaselineRow out;
  out.name = row.spec->name;
  out.model = row.model->FullName();
  out.tier = TierName(row.workload.tier);
  out.prompt_tokens = row.workload.prompt_tokens;
  out.turns = row.workload.turns;
  out.calls_per_month = row.workload.calls_per_month;
  for (const Point point : pricing::kPoints) {
    out.output_tokens.at(point) =
        row.workload.reply_tokens.at(point) + row.workload.reasoning_tokens.at(point);
    out.monthly.at(point) = row.forecast.month.at(point).total;
  }
  return out;
}

Baseline BaselineOf(const Plan& plan, const Prices& prices) {
  Baseline baseline;
  baseline.prices_as_of = prices.TableDate();
  baseline.monthly = plan.total;
  for (const PlanRow& row : plan.rows) baseline.Add(BaselineRowOf(row));
  return baseline;
}

std::string WriteBaseline(const Baseline& baseline) {
  std::string out =
      Concat("{\n  \"", kFormKey, "\": ", kForm, ",\n  \"prices_as_of\": \"", baseline.prices_as_of,
             "\",\n  \"monthly\": ", WriteUsd(baseline.monthly), ",\n  \"workloads\": {");
  std::string_view separator = "\n";
  for (const BaselineRow& row : baseline.rows) {
    const auto count = [](std::int64_t n) { return std::to_string(n); };
    const auto calls = [](const Ratio& value) { return Concat("\"", value.ToString(12), "\""); };
    out += Concat(separator, "    ", toktally::JsonQuote(row.name),
                  ": {\n      \"model\": ", toktally::JsonQuote(row.model),
                  ", \"tier\": ", toktally::JsonQuote(row.tier),
                  ",\n      \"prompt_tokens\": ", row.prompt_tokens, ", \"turns\": ", row.turns,
                  ",\n      \"output_tokens\": ", WriteRange(row.output_tokens, count),
                  ",\n      \"calls_per_month\": ", WriteRange(row.calls_per_month, calls),
                  ",\n      \"monthly\": ", WriteUsd(row.monthly), "\n    }");
    separator = ",\n";
  }
  return out + "\n  }\n}\n";
}

absl::StatusOr<Baseline> ParseBaseline(std::string_view text, std::string_view file_name) {
  const auto document = JsonDocument::Parse(text, file_name);
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  const auto form = root.Find(kFormKey);
  if (!form || form->text() != std::to_string(kForm)) {
    return root.Error(Concat("this is no baseline of this version (\"", kFormKey,
                             "\": 1 is missing); make one with toktally check --save"));
  }
  Baseline baseline;
  JsonFields fields(root);
  fields.Value(kFormKey);
  fields.String("prices_as_of", &baseline.prices_as_of);
  if (const auto part = fields.RequiredValue("monthly")) {
    fields.Keep(ReadDecimals(*part, &baseline.monthly));
  }
  if (const auto part = fields.RequiredOfKind("workloads", JsonKind::kObject)) {
    for (auto value = part->first(); value && fields.ok(); value = value->next()) {
      auto row = ReadRow(*value);
      if (row.ok()) baseline.Add(*std::move(row));
      fields.Keep(row.status());
    }
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return baseline;
}

}  // namespace toktally::cli
