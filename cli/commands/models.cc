#include "cli/commands/models.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "pricing/cost.h"

namespace toktally::cli {
namespace {

using pricing::PricedModel;
using pricing::RateKind;
using pricing::RateRow;

struct ModelRow {
  const PricedModel* model = nullptr;
  std::string name;              // the id, or host/id
  std::string encoding;          // "" if there is none
  std::string certainty;         // documented, assumed, no public tokenizer
  const RateRow* row = nullptr;  // standard rates on the day; null if there are none
  std::string dates;
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

ModelRow Describe(const PricedModel& model, const pricing::Date& date) {
  ModelRow out;
  out.model = &model;
  out.name = model.hosted ? model.FullName() : model.id;
  // A host's price list says nothing about how OpenAI's encodings would cut its models' text.
  const auto encoding = EncodingForModel(model.id);
  out.certainty = "no public tokenizer";
  if (encoding.ok()) {
    out.encoding = encoding->encoding->name();
    out.certainty = encoding->documented ? "documented" : "assumed";
  }
  const auto row = FindRow(model, pricing::Tier::kStandard, date, 0);
  if (row.ok()) out.row = *row;
  const auto lifecycle = LifecycleOn(model, date);
  if (lifecycle) out.dates = lifecycle->text;
  return out;
}

bool Matches(const PricedModel& model, std::string_view pattern) {
  const auto any = [pattern](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [pattern](const std::string& name) {
      return MatchesPattern(name, pattern);
    });
  };
  return pattern.empty() || MatchesPattern(model.id, pattern) ||
         MatchesPattern(model.FullName(), pattern) || any(model.aliases) || any(model.snapshots);
}

// A rate for people: "2.50", "0.36/hour", "—" where there is none.
Cell RateCell(const ModelRow& row, RateKind kind) {
  if (row.row == nullptr) return "";
  const auto& rate = row.row->rate(kind);
  if (rate) return Cell(rate->ForPeople(), rate->ToString());
  constexpr std::pair<RateKind, std::string_view> kByTime[] = {
      {RateKind::kAudioHour, "/hour"},
      {RateKind::kAudioMinute, "/minute"},
      {RateKind::kSessionMinute, "/minute"}};
  for (const auto& [time, unit] : kByTime) {
    if (kind == RateKind::kInput && row.row->rate(time)) {
      return Cell(Concat(row.row->rate(time)->ForPeople(), unit), "");
    }
  }
  return "";
}

void PrintTable(const std::vector<ModelRow>& rows, Format format, Output& output) {
  Table table({{"model", "model", Align::kLeft, true},
               {"", "provider", Align::kLeft},
               {"encoding", "encoding", Align::kLeft},
               {"", "certainty", Align::kLeft},
               {"$/1M in", "input"},
               {"cached", "cached_input"},
               {"out", "output"},
               {"", "lifecycle", Align::kLeft}});
  for (const ModelRow& row : rows) {
    table.AddRow({row.name, Cell("", row.model->provider), row.encoding, row.certainty,
                  RateCell(row, RateKind::kInput), RateCell(row, RateKind::kCachedInput),
                  RateCell(row, RateKind::kOutput), Cell(row.dates, row.dates, Style::kYellow)});
  }
  table.Print(format, output);
}

void WriteNames(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.Key(key).BeginArray(true);
  for (const std::string& name : names) json.String(name);
  json.EndArray();
}

void WriteLimit(JsonWriter& json, std::string_view key, const std::optional<std::int64_t>& limit) {
  json.Key(key);
  limit ? json.Uint(static_cast<std::uint64_t>(*limit)) : json.Null();
}

void WriteModel(const ModelRow& row, JsonWriter& json) {
  const auto text = [&json](std::string_view key, std::string_view value) {
    json.Key(key);
    value.empty() ? json.Null() : json.String(value);
  };
  const PricedModel& model = *row.model;
  json.BeginObject();
  json.Key("model").String(row.name);
  json.Key("provider").String(model.provider);
  json.Key("kind").String(model.kind);
  WriteNames(json, "aliases", model.aliases);
  WriteNames(json, "snapshots", model.snapshots);
  text("encoding", row.encoding);
  json.Key("encoding_certainty").String(row.certainty);
  json.Key("rates").BeginObject();
  for (std::size_t i = 0; row.row != nullptr && i < pricing::kRateKinds; ++i) {
    const auto kind = static_cast<RateKind>(i);
    if (row.row->rate(kind)) json.Key(RateKindName(kind)).String(row.row->rate(kind)->ToString());
  }
  json.EndObject();
  text("rates_checked",
       row.row != nullptr && row.row->checked ? ToString(*row.row->checked) : std::string());
  WriteLimit(json, "context_window", model.limits.context_window);
  WriteLimit(json, "max_input", model.limits.max_input);
  WriteLimit(json, "max_output", model.limits.max_output);
  text("released", model.released);
  json.Key("status").String(model.status);
  text("shutdown", model.shutdown ? ToString(*model.shutdown) : std::string());
  json.EndObject();
}

void PrintJson(const std::vector<ModelRow>& rows, const Prices& prices, Format format,
               Output& output) {
  const bool lines = format == Format::kJsonl;
  JsonWriter json(output, !lines);
  if (lines) {
    for (const ModelRow& row : rows) WriteModel(row, json);
    return;
  }
  json.BeginObject();
  DocumentHead head;
  head.command = "models";
  head.prices_as_of = prices.TableDate();
  head.prices_age_days = prices.AgeDays();
  WriteHead(head, json);
  json.Key("rates_of").String(ToString(prices.date()));
  json.Key("rows").BeginArray();
  for (const ModelRow& row : rows) WriteModel(row, json);
  json.EndArray();
  json.EndObject();
}

}  // namespace

bool MatchesPattern(std::string_view name, std::string_view pattern) {
  std::string wanted;
  for (const char c : pattern) wanted.push_back(Lower(c));
  if (pattern.find_first_of("*?") == std::string_view::npos) wanted = Concat('*', wanted, '*');
  // Backtracks to the last star only, so it is linear in name * pattern.
  std::size_t n = 0;
  std::size_t p = 0;
  std::size_t star = std::string::npos;
  std::size_t star_at = 0;
  while (n < name.size()) {
    if (p < wanted.size() && wanted[p] == '*') {
      star = p++;
      star_at = n;
    } else if (p < wanted.size() && (wanted[p] == '?' || wanted[p] == Lower(name[n]))) {
      ++p;
      ++n;
    } else if (star != std::string::npos) {
      p = star + 1;
      n = ++star_at;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == '*') ++p;
  return p == wanted.size();
}

void Declare(ModelsOptions& options, OptionSet& set) {
  set.Positional("PATTERN", options.pattern,
                 "Only models whose name contains this, or matches it with * and ?");
  Declare(options.prices, set);
  Declare(options.output, set);
}

ExitCode RunModels(const ModelsOptions& options, Input& input, Output& output) {
  const Prices prices(options.prices, "models", input, output);
  if (!prices.ok()) return ExitCode::kUsage;
  std::vector<ModelRow> rows;
  for (const PricedModel& model : prices.table().models()) {
    if (Matches(model, options.pattern)) rows.push_back(Describe(model, prices.date()));
  }
  if (rows.empty()) {
    // Another spelling may still lead to one: openai/gpt-4o-2024-08-06.
    const auto match = prices.table().Resolve(options.pattern);
    if (!match.ok()) {
      output.Error(Concat("models: ", MessageOf(match.status())));
      return ExitCode::kUnknownModel;
    }
    rows.push_back(Describe(*match->model, prices.date()));
  }
  const Format format = options.output.ChosenFormat();
  if (format == Format::kJson || format == Format::kJsonl) {
    PrintJson(rows, prices, format, output);
  } else {
    PrintTable(rows, format, output);
  }
  return ExitCode::kOk;
}

}  // namespace toktally::cli
