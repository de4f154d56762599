// toktally prices list, show and diff.

#include <algorithm>
#include <map>
#include <utility>

#include "base/absl_text.h"
#include "cli/commands/models.h"
#include "cli/commands/prices.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "pricing/cost.h"

namespace toktally::cli {
namespace {

using pricing::PricedModel;
using pricing::RateKind;
using pricing::RateRow;

std::string Join(const std::vector<std::string>& parts, std::string_view separator = ", ") {
  std::string all;
  for (const std::string& part : parts) all += Concat(all.empty() ? "" : separator, part);
  return all;
}

std::string Period(const RateRow& row) {
  if (row.from && row.to) return Concat(ToString(*row.from), " to ", ToString(*row.to));
  if (row.from) return Concat("from ", ToString(*row.from));
  if (row.to) return Concat("before ", ToString(*row.to));
  return "";
}

// "input 2.50, cached_input 1.25, output 10.00".
std::string RatesText(const RateRow& row) {
  std::string text;
  for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
    if (!row.rates[i]) continue;
    const auto kind = static_cast<RateKind>(i);
    text += Concat(text.empty() ? "" : ", ", RateKindName(kind), " ", row.rates[i]->ForPeople(),
                   row.IsDerived(kind) ? "*" : "");
  }
  return text;
}

std::string Name(const PricedModel& model) { return model.hosted ? model.FullName() : model.id; }

void WriteRow(const RateRow& row, JsonWriter& json) {
  const auto text = [&json](std::string_view key, std::string_view value) {
    json.Key(key);
    value.empty() ? json.Null() : json.String(value);
  };
  json.BeginObject();
  json.Key("tier").String(TierName(row.tier));
  text("from", row.from ? ToString(*row.from) : "");
  text("to", row.to ? ToString(*row.to) : "");
  text("above", row.above ? row.above->ToString() : "");
  json.Key("rates").BeginObject(true);
  for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
    if (!row.rates[i]) continue;
    json.Key(RateKindName(static_cast<RateKind>(i))).String(row.rates[i]->ToString());
  }
  json.EndObject();
  text("derived", row.derived);
  json.Key("sources").BeginArray(true);
  for (const std::string& source : row.sources) json.String(source);
  json.EndArray();
  text("checked", row.checked ? ToString(*row.checked) : "");
  text("note", row.note);
  json.EndObject();
}

void WriteModel(const PricedModel& model, const std::vector<const RateRow*>& rows,
                JsonWriter& json) {
  json.BeginObject();
  json.Key("model").String(Name(model));
  json.Key("provider").String(model.provider);
  json.Key("status").String(model.status);
  json.Key("shutdown");
  model.shutdown ? json.String(ToString(*model.shutdown)) : json.Null();
  json.Key("rows").BeginArray();
  for (const RateRow* row : rows) WriteRow(*row, json);
  json.EndArray();
  json.Key("disagreements").BeginArray();
  for (const pricing::Disagreement& other : model.disagreements) {
    json.BeginObject(true);
    json.Key("field").String(other.field);
    json.Key("source").String(other.source);
    json.Key("value").String(other.value);
    json.Key("kept").String(other.kept);
    json.Key("why").String(other.why);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

// All rows; with --as-of only those of that day.
std::vector<const RateRow*> RowsOf(const PricedModel& model, const PricesOptions& options) {
  std::vector<const RateRow*> rows;
  for (const RateRow& row : model.rows) {
    if (!options.prices.as_of || row.Covers(*options.prices.as_of)) rows.push_back(&row);
  }
  return rows;
}

bool IsJson(Format format) { return format == Format::kJson || format == Format::kJsonl; }

// {…, "models": […]}, or one line for each model.
void PrintModels(const std::vector<const PricedModel*>& models, const PricesOptions& options,
                 const Prices& prices, Output& output) {
  const bool lines = options.output.ChosenFormat() == Format::kJsonl;
  JsonWriter json(output, !lines);
  if (!lines) {
    DocumentHead head;
    head.command = "prices";
    head.prices_as_of = prices.TableDate();
    head.prices_age_days = prices.AgeDays();
    json.BeginObject();
    WriteHead(head, json);
    json.Key("models").BeginArray();
  }
  for (const PricedModel* model : models) WriteModel(*model, RowsOf(*model, options), json);
  if (lines) return;
  json.EndArray();
  json.EndObject();
}

void ShowModel(const PricedModel& model, std::string_view how, const PricesOptions& options,
               const Prices& prices, Output& output) {
  const Format format = options.output.ChosenFormat();
  output.Print(EscapeForTerminal(model.FullName()), Style::kBold);
  const auto lifecycle = LifecycleOn(model, prices.date());
  output.Print(EscapeForTerminal(Concat(" (", how, "), ")));
  output.PrintLine(Format::kTable, lifecycle ? lifecycle->text : model.status,
                   lifecycle ? Style::kYellow : Style::kPlain);
  Table table({{"tier", "tier", Align::kLeft},
               {"period", "period", Align::kLeft},
               {"prompts", "above", Align::kLeft},
               {"USD per million tokens", "rates", Align::kLeft},
               {"sources", "sources", Align::kLeft},
               {"checked", "checked", Align::kLeft}});
  bool derived = false;
  const auto rows = RowsOf(model, options);
  for (const RateRow* row : rows) {
    derived = derived || !row->derived.empty();
    table.AddRow({std::string(TierName(row->tier)), Period(*row),
                  row->above ? row->above->ToString() : "", RatesText(*row),
                  Join(row->sources, " "), row->checked ? ToString(*row->checked) : ""});
  }
  table.Print(format, output);
  if (format == Format::kCsv) return;
  if (derived) output.Print("* derived:\n");
  for (const RateRow* row : rows) {
    if (row->derived.empty()) continue;
    output.PrintLine(format, Concat("  ", TierName(row->tier), row->above ? " long context" : "",
                                    ": ", row->derived));
  }
  for (const pricing::Disagreement& other : model.disagreements) {
    output.PrintLine(format, Concat("elsewhere: ", other.field, " ", other.value, " by ",
                                    other.source, ", kept ", other.kept, ": ", other.why));
  }
  for (const std::string& note : model.notes) output.PrintLine(format, Concat("note: ", note));
}

// What tells two rows of one table apart.
std::string RowKey(const RateRow& row) {
  return Concat(TierName(row.tier), row.above ? Concat(" ", row.above->ToString()) : "",
                Period(row).empty() ? "" : Concat(" ", Period(row)));
}

void CompareModels(const PricedModel& before, const PricedModel& now,
                   std::vector<std::string>* lines) {
  std::map<std::string, std::pair<const RateRow*, const RateRow*>> rows;
  for (const RateRow& row : before.rows) rows[RowKey(row)].first = &row;
  for (const RateRow& row : now.rows) rows[RowKey(row)].second = &row;
  for (const auto& [key, pair] : rows) {
    const auto& [old_row, new_row] = pair;
    if (old_row == nullptr) {
      lines->push_back(Concat("~ ", Name(now), ": ", key, ": new row: ", RatesText(*new_row)));
    } else if (new_row == nullptr) {
      lines->push_back(Concat("~ ", Name(now), ": ", key, ": gone: ", RatesText(*old_row)));
    } else if (old_row->rates != new_row->rates) {
      lines->push_back(Concat("~ ", Name(now), ": ", key, ": ", RatesText(*old_row), " -> ",
                              RatesText(*new_row)));
    }
  }
  if (before.shutdown != now.shutdown || before.status != now.status) {
    const auto state = [](const PricedModel& model) {
      return Concat(model.status, model.shutdown ? Concat(" ", ToString(*model.shutdown)) : "");
    };
    lines->push_back(Concat("~ ", Name(now), ": ", state(before), " -> ", state(now)));
  }
}

}  // namespace

ExitCode ListPrices(const PricesOptions& options, const Prices& prices, Output& output) {
  const std::string pattern = options.words.size() > 1 ? options.words[1] : "";
  std::vector<const PricedModel*> models;
  for (const PricedModel& model : prices.table().models()) {
    if (MatchesPattern(Name(model), pattern)) models.push_back(&model);
  }
  if (models.empty()) {
    output.Error(Concat("prices: no model's name matches '", pattern, "'"));
    return ExitCode::kUnknownModel;
  }
  if (IsJson(options.output.ChosenFormat())) {
    PrintModels(models, options, prices, output);
    return ExitCode::kOk;
  }
  Table table({{"model", "model", Align::kLeft, true},
               {"tiers", "tiers", Align::kLeft},
               {"rows", "rows"},
               {"checked", "checked", Align::kLeft},
               {"next change", "next_change", Align::kLeft}});
  for (const PricedModel* model : models) {
    std::vector<std::string> tiers;
    std::string checked;
    for (const RateRow* row : RowsOf(*model, options)) {
      const std::string tier(TierName(row->tier));
      if (std::find(tiers.begin(), tiers.end(), tier) == tiers.end()) tiers.push_back(tier);
      if (row->checked) checked = std::max(checked, ToString(*row->checked));
    }
    std::string next;
    for (const RateRow& row : model->rows) {
      if (row.from && prices.date() < *row.from) next = ToString(*row.from);
    }
    table.AddRow(
        {Name(*model), Join(tiers), Cell::Number(RowsOf(*model, options).size()), checked, next});
  }
  table.Print(options.output.ChosenFormat(), output);
  return ExitCode::kOk;
}

ExitCode ShowPrices(const PricesOptions& options, const Prices& prices, Output& output) {
  if (options.words.size() < 2) {
    output.Error("prices: show which MODEL?");
    return ExitCode::kUsage;
  }
  ExitCode code = ExitCode::kOk;
  std::vector<const PricedModel*> models;
  std::vector<std::string> how;
  for (std::size_t i = 1; i < options.words.size(); ++i) {
    const auto match = prices.table().Resolve(options.words[i]);
    if (!match.ok()) {
      output.Error(Concat("prices: ", MessageOf(match.status())));
      code = ExitCode::kUnknownModel;
      continue;
    }
    models.push_back(match->model);
    how.push_back(match->how);
  }
  if (models.empty()) return code;
  if (IsJson(options.output.ChosenFormat())) {
    PrintModels(models, options, prices, output);
    return code;
  }
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (i > 0) output.Print("\n");
    ShowModel(*models[i], how[i], options, prices, output);
  }
  return code;
}

std::vector<std::string> DifferencesOf(const pricing::RateTable& before,
                                       const pricing::RateTable& now) {
  std::map<std::string, std::pair<const PricedModel*, const PricedModel*>> models;
  for (const PricedModel& model : before.models()) models[model.FullName()].first = &model;
  for (const PricedModel& model : now.models()) models[model.FullName()].second = &model;
  std::vector<std::string> lines;
  for (const auto& [name, pair] : models) {
    if (pair.first == nullptr) {
      lines.push_back(Concat("+ ", name));
    } else if (pair.second == nullptr) {
      lines.push_back(Concat("- ", name));
    } else {
      CompareModels(*pair.first, *pair.second, &lines);
    }
  }
  return lines;
}

ExitCode DiffPrices(const PricesOptions& options, const Prices& prices, const Input& input,
                    Output& output) {
  if (options.words.size() < 2 || options.words.size() > 3) {
    output.Error("prices: diff FILE compares the built-in table with FILE, diff FILE FILE both");
    return ExitCode::kUsage;
  }
  std::vector<pricing::RateTable> files;
  for (std::size_t i = 1; i < options.words.size(); ++i) {
    auto file = ReadPriceFile(options.words[i], input);
    if (!file.ok()) {
      output.Error(Concat("prices: ", MessageOf(file.status())));
      return ExitCode::kUsage;
    }
    files.push_back(*std::move(file));
  }
  const pricing::RateTable& before = files.size() == 2 ? files.front() : prices.table();
  const pricing::RateTable& now = files.back();
  for (const std::string& line : DifferencesOf(before, now))
    output.Print(Concat(EscapeForTerminal(line), "\n"));
  return ExitCode::kOk;
}

}  // namespace toktally::cli
