// data/prices.json -> models. The form is written down in data/prices.schema.json; everything that
// it forbids is an error here with file, line and key.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "pricing/rate_table.h"
#include "pricing/rate_table_rules.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

// Schema 1 is a part of 2 and still read.
constexpr std::int64_t kOldestSchema = 1;
constexpr std::int64_t kSchema = 2;
constexpr std::string_view kModelKinds[] = {"chat",  "embedding", "rerank",    "audio",
                                            "image", "video",     "moderation"};
constexpr std::string_view kStatuses[] = {"active", "limited", "deprecated",
                                          "legacy", "retired", "shutdown"};

std::string Message(const absl::Status& status) { return std::string(status.message()); }

void OneOf(JsonFields* fields, std::string_view key, std::span<const std::string_view> allowed,
           std::string* out) {
  const auto value = fields->RequiredOfKind(key, JsonKind::kString);
  if (!value) return;
  *out = value->text();
  if (std::find(allowed.begin(), allowed.end(), value->text()) != allowed.end()) return;
  std::string all;
  for (const std::string_view name : allowed)
    absl::StrAppend(&all, all.empty() ? "" : ", ", ToAbsl(name));
  fields->Keep(value->Error(absl::StrCat("\"", *out, "\" is none of ", all)));
}

absl::Status ReadThreshold(const JsonValue& value, RateRow* row) {
  Threshold threshold;
  std::string relation;
  std::optional<std::int64_t> tokens;
  JsonFields fields(value);
  constexpr std::string_view kOperators[] = {">", ">="};
  OneOf(&fields, "operator", kOperators, &relation);
  fields.OptionalWholeNumber("prompt_tokens", &tokens);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (!tokens) return value.Error("\"prompt_tokens\" is missing");
  threshold.prompt_tokens = *tokens;
  threshold.inclusive = relation == ">=";
  row->above = threshold;
  return absl::OkStatus();
}

absl::Status ReadDerived(const JsonValue& value, RateRow* row) {
  std::vector<std::string> kinds;
  JsonFields fields(value);
  fields.String("how", &row->derived);
  fields.OptionalStrings("kinds", &kinds);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  for (const std::string& name : kinds) {
    const auto kind = ParseRateKind(name);
    if (!kind || !row->rate(*kind)) {
      return value.Error(absl::StrCat("kinds: \"", name, "\" is no rate of this row"));
    }
    row->derived_kinds.push_back(*kind);
  }
  return absl::OkStatus();
}

// A table has one name for each tier; "fast" and "default" are words of requests.
absl::StatusOr<Tier> ReadTier(std::string_view name) {
  if (const auto tier = FindTier(name)) return *tier;
  std::string all;
  for (const Tier tier : kTiers) {
    absl::StrAppend(&all, all.empty() ? "" : ", ", ToAbsl(TierName(tier)));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", ToAbsl(name.substr(0, 40)), "\" is none of ", all));
}

absl::Status ReadDayHours(const JsonValue& value, RateRow* row) {
  DayHours hours;
  std::vector<std::string> spans;
  JsonFields fields(value);
  fields.OptionalStrings("utc", &spans);
  fields.OptionalBool("weekdays", &hours.weekdays);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (spans.empty()) return value.Error("\"utc\" is missing: hours such as [\"01:00-04:00\"]");
  for (const std::string& text : spans) {
    const auto span = ParseHours(text);
    if (!span.ok()) return value.Error(Message(span.status()));
    hours.spans.push_back(*span);
  }
  row->hours = std::move(hours);
  return absl::OkStatus();
}

absl::StatusOr<RateRow> ReadRow(const JsonValue& value) {
  RateRow row;
  row.line = value.line();
  JsonFields fields(value);
  if (fields.RequiredOfKind("tier", JsonKind::kString))
    Parsed(&fields, "tier", ReadTier, &row.tier);
  Parsed(&fields, "from", ParseDate, &row.from);
  Parsed(&fields, "to", ParseDate, &row.to);
  Parsed(&fields, "checked", ParseDate, &row.checked);
  if (const auto rates = fields.RequiredOfKind("rates", JsonKind::kObject)) {
    fields.Keep(ReadRates(*rates, &row));
  }
  if (const auto above = fields.OfKind("above", JsonKind::kObject)) {
    fields.Keep(ReadThreshold(*above, &row));
  }
  if (const auto derived = fields.OfKind("derived", JsonKind::kObject)) {
    fields.Keep(ReadDerived(*derived, &row));
  }
  if (const auto hours = fields.OfKind("hours", JsonKind::kObject)) {
    fields.Keep(ReadDayHours(*hours, &row));
  }
  fields.OptionalString("currency", &row.currency);
  fields.OptionalStrings("sources", &row.sources);
  fields.OptionalString("note", &row.note);
  fields.OptionalString("caution", &row.caution);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (row.from && row.to && *row.to <= *row.from) {
    return value.Error(absl::StrCat("the period ends on ", ToString(*row.to),
                                    ", before it begins on ", ToString(*row.from)));
  }
  if (row.hours && row.tier != Tier::kPeak) {
    return value.Error("only a row of the peak tier has \"hours\"");
  }
  return row;
}

bool Overlap(const RateRow& a, const RateRow& b) {
  if (a.tier != b.tier || a.above != b.above) return false;
  return (!a.to || !b.from || *b.from < *a.to) && (!b.to || !a.from || *a.from < *b.to);
}

absl::Status ReadRows(const JsonValue& array, PricedModel* model) {
  for (auto value = array.first(); value; value = value->next()) {
    auto row = ReadRow(*value);
    if (!row.ok()) return row.status();
    for (const RateRow& earlier : model->rows) {
      if (!Overlap(earlier, *row)) continue;
      return value->Error(absl::StrCat("its period overlaps that of the ",
                                       ToAbsl(TierName(row->tier)), " row on line ", earlier.line));
    }
    model->rows.push_back(*std::move(row));
  }
  if (model->rows.empty()) return array.Error("a model without rates");
  return absl::OkStatus();
}

absl::Status ReadDisagreements(const JsonValue& array, PricedModel* model) {
  for (auto value = array.first(); value; value = value->next()) {
    Disagreement disagreement;
    JsonFields fields(*value);
    fields.String("field", &disagreement.field);
    fields.String("source", &disagreement.source);
    fields.String("value", &disagreement.value);
    fields.String("kept", &disagreement.kept);
    fields.String("why", &disagreement.why);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    model->disagreements.push_back(std::move(disagreement));
  }
  return absl::OkStatus();
}

absl::Status ReadShutdown(const JsonValue& value, PricedModel* model) {
  JsonFields fields(value);
  if (fields.RequiredOfKind("date", JsonKind::kString)) {
    Parsed(&fields, "date", ParseDate, &model->shutdown);
  }
  fields.OptionalStrings("sources", &model->shutdown_sources);
  return fields.Done();
}

absl::Status ReadLimits(const JsonValue& value, PricedModel* model) {
  JsonFields fields(value);
  fields.OptionalWholeNumber("context_window", &model->limits.context_window);
  fields.OptionalWholeNumber("max_input", &model->limits.max_input);
  fields.OptionalWholeNumber("max_output", &model->limits.max_output);
  fields.OptionalWholeNumber("min_cacheable", &model->limits.min_cacheable);
  return fields.Done();
}

absl::Status ReadSuccessor(const JsonValue& value, PricedModel* model) {
  Successor successor;
  JsonFields fields(value);
  fields.String("id", &successor.id);
  if (fields.RequiredOfKind("from", JsonKind::kString)) {
    Parsed(&fields, "from", ParseDate, &successor.from);
  }
  fields.OptionalStrings("sources", &successor.sources);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  model->successor = std::move(successor);
  return absl::OkStatus();
}

absl::Status ReadResidency(const JsonValue& value, PricedModel* model) {
  DataResidency residency;
  JsonFields fields(value);
  if (fields.RequiredOfKind("multiplier", JsonKind::kString)) {
    Parsed(&fields, "multiplier", ParseFactor, &residency.multiplier);
  }
  fields.OptionalStrings("sources", &residency.sources);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  model->data_residency = std::move(residency);
  return absl::OkStatus();
}

absl::StatusOr<PricedModel> ReadModel(const JsonValue& value) {
  PricedModel model;
  model.line = value.line();
  JsonFields fields(value);
  fields.String("provider", &model.provider);
  fields.String("id", &model.id);
  if (fields.ok() && (model.provider.empty() || model.id.empty())) {
    return value.Error("\"provider\" and \"id\" must not be empty");
  }
  fields.OptionalBool("hosted", &model.hosted);
  OneOf(&fields, "kind", kModelKinds, &model.kind);
  fields.OptionalStrings("aliases", &model.aliases);
  fields.OptionalStrings("snapshots", &model.snapshots);
  fields.OptionalString("released", &model.released);
  OneOf(&fields, "status", kStatuses, &model.status);
  fields.OptionalString("status_note", &model.status_note);
  fields.OptionalStrings("notes", &model.notes);
  if (const auto part = fields.OfKind("shutdown", JsonKind::kObject)) {
    fields.Keep(ReadShutdown(*part, &model));
  }
  if (const auto part = fields.OfKind("limits", JsonKind::kObject)) {
    fields.Keep(ReadLimits(*part, &model));
  }
  if (const auto part = fields.OfKind("successor", JsonKind::kObject)) {
    fields.Keep(ReadSuccessor(*part, &model));
  }
  if (const auto part = fields.OfKind("data_residency", JsonKind::kObject)) {
    fields.Keep(ReadResidency(*part, &model));
  }
  if (const auto part = fields.RequiredOfKind("rows", JsonKind::kArray)) {
    fields.Keep(ReadRows(*part, &model));
  }
  if (const auto part = fields.OfKind("disagreements", JsonKind::kArray)) {
    fields.Keep(ReadDisagreements(*part, &model));
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  return model;
}

absl::Status ReadSources(const JsonValue& object, std::map<std::string, RateSource>* sources) {
  for (auto member = object.first(); member; member = member->next()) {
    RateSource source;
    JsonFields fields(*member);
    fields.String("what", &source.what);
    fields.OptionalString("where", &source.where);
    fields.OptionalString("date", &source.date);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    sources->emplace(member->key(), std::move(source));
  }
  return absl::OkStatus();
}

// A source is a key of "sources" or an address.
absl::Status CheckSources(const std::vector<PricedModel>& models,
                          const std::map<std::string, RateSource>& sources,
                          std::string_view file_name) {
  const auto known = [&sources](const std::string& source) {
    return source.starts_with("https://") || sources.contains(source);
  };
  for (const PricedModel& model : models) {
    for (const RateRow& row : model.rows) {
      const auto unknown = std::find_if_not(row.sources.begin(), row.sources.end(), known);
      if (unknown == row.sources.end()) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(ToAbsl(file_name), ":", row.line, ": ", model.id, ": the source \"",
                       *unknown, "\" is neither a key of \"sources\" nor an https address"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RateTable> ReadTable(const JsonDocument& document) {
  std::optional<std::int64_t> schema;
  std::string unit;
  Date as_of;
  std::map<std::string, RateSource> sources;
  TableRules rules;
  std::vector<PricedModel> models;
  JsonFields fields(document.root());
  fields.OptionalWholeNumber("schema", &schema);
  if (fields.ok() && (!schema || *schema < kOldestSchema || *schema > kSchema)) {
    return document.root().Error("\"schema\" must be 2 (or 1): this is no price table of toktally");
  }
  if (fields.RequiredOfKind("as_of", JsonKind::kString))
    Parsed(&fields, "as_of", ParseDate, &as_of);
  fields.OptionalString("unit", &unit);
  fields.OptionalString("$schema", &unit);
  if (const auto part = fields.OfKind("sources", JsonKind::kObject)) {
    fields.Keep(ReadSources(*part, &sources));
  }
  if (const auto part = fields.OfKind("factors", JsonKind::kArray)) {
    fields.Keep(ReadFactors(*part, &rules));
  }
  if (const auto part = fields.OfKind("fees", JsonKind::kArray)) {
    fields.Keep(ReadFees(*part, &rules));
  }
  if (const auto part = fields.OfKind("exchange", JsonKind::kArray)) {
    fields.Keep(ReadExchange(*part, &rules));
  }
  if (const auto part = fields.RequiredOfKind("models", JsonKind::kArray)) {
    models.reserve(part->size());
    for (auto value = part->first(); value && fields.ok(); value = value->next()) {
      auto model = ReadModel(*value);
      if (model.ok()) models.push_back(*std::move(model));
      fields.Keep(model.status());
    }
  }
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  if (absl::Status status = CheckSources(models, sources, document.file_name()); !status.ok()) {
    return status;
  }
  return RateTable::Of(std::move(models), std::move(sources), std::move(rules), as_of,
                       document.file_name());
}

}  // namespace

absl::StatusOr<PricedModel> ReadModelText(std::string_view text, std::string_view file_name,
                                          int first_line) {
  const auto document = JsonDocument::ParseInPlace(text, file_name, {.first_line = first_line});
  if (!document.ok()) return document.status();
  return ReadModel(document->root());
}

absl::StatusOr<std::map<std::string, RateSource>> ReadSourcesText(std::string_view text,
                                                                  std::string_view file_name) {
  std::map<std::string, RateSource> sources;
  if (text.empty()) return sources;
  const auto document = JsonDocument::ParseInPlace(text, file_name);
  if (!document.ok()) return document.status();
  if (absl::Status status = ReadSources(document->root(), &sources); !status.ok()) return status;
  return sources;
}

absl::StatusOr<RateTable> RateTable::Parse(std::string_view text, std::string_view file_name) {
  const auto document = JsonDocument::ParseInPlace(text, file_name);
  if (!document.ok()) return document.status();
  return ReadTable(*document);
}

}  // namespace toktally::pricing
