#include "cli/report/request_row.h"

#include <algorithm>
#include <utility>

#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Money;

std::string Grouped(std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); }

void WriteMoney(std::string_view key, const std::optional<Money>& money, JsonWriter& json) {
  json.Key(key);
  money ? json.String(money->ToString()) : json.Null();
}

void WriteLabel(const chat::Label& label, JsonWriter& json) {
  json.Key("certainty").String(chat::CertaintyName(label.certainty));
  json.Key("bound");
  const bool modelled = label.certainty == chat::Certainty::kModelled;
  modelled ? json.Uint(static_cast<std::uint64_t>(label.bound)) : json.Null();
  if (label.certainty != chat::Certainty::kEstimate) return;
  json.Key("below").Uint(static_cast<std::uint64_t>(label.below));
  json.Key("above").Uint(static_cast<std::uint64_t>(label.bound));
  json.Key("calls").Uint(static_cast<std::uint64_t>(label.calls));
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

absl::Status AddTo(Money& sum, const Money& money) {
  const absl::StatusOr<Money> added = sum.Plus(money);
  if (!added.ok()) return added.status();
  sum = *added;
  return absl::OkStatus();
}

std::string MoneyText(const std::optional<Money>& money) {
  return money ? pricing::FormatExact(*money) : "unknown";
}

// Nothing where the request names a single model.
void WriteAlternatives(const RequestRow& row, JsonWriter& json) {
  if (row.prediction.alternatives.empty()) return;
  json.Key("fallback_models").BeginArray();
  for (std::size_t i = 0; i < row.prediction.alternatives.size(); ++i) {
    const chat::Alternative& alternative = row.prediction.alternatives[i];
    json.BeginObject(/*inline_items=*/true);
    json.Key("model").String(alternative.model);
    json.Key("prompt_tokens");
    alternative.label.certainty == chat::Certainty::kUnknown
        ? json.Null()
        : json.Uint(static_cast<std::uint64_t>(alternative.prompt_tokens));
    WriteLabel(alternative.label, json);
    if (row.cost && i < row.cost->alternative_inputs.size()) {
      WriteMoney("input", row.cost->alternative_inputs[i], json);
    }
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string PassedLimitText(const forecast::PassedLimit& passed, std::string_view model) {
  using Kind = forecast::PassedLimit::Kind;
  switch (passed.kind) {
    case Kind::kOutput:
      return Concat("a reply of ", Grouped(passed.reply), " tokens is over the output limit of ",
                    model, ", ", Grouped(passed.limit));
    case Kind::kInput:
      return Concat("a prompt of ", Grouped(passed.prompt), " tokens is over the input limit of ",
                    model, ", ", Grouped(passed.limit));
    case Kind::kContext:
      break;
  }
  return Concat("prompt and reply, ", Grouped(passed.prompt), " + ", Grouped(passed.reply),
                " tokens, are over the context window of ", model, ", ", Grouped(passed.limit));
}

// --- one request ---------------------------------------------------------------------------------

std::string LabelText(const chat::Label& label) {
  std::string text(chat::CertaintyName(label.certainty));
  if (label.certainty == chat::Certainty::kModelled) text += Concat(", within ", label.bound);
  // A sum of many requests has no range of its own.
  if (label.certainty == chat::Certainty::kEstimate && label.calls > 0) {
    text += Concat(", 90 % within -", Grouped(label.below), " … +", Grouped(label.bound), " on ",
                   Grouped(label.calls), " calls");
  }
  return text;
}

void WriteRequest(const RequestRow& row, JsonWriter& json) {
  const chat::Prediction& prediction = row.prediction;
  const auto tokens = static_cast<std::uint64_t>(prediction.prompt_tokens);
  json.Key("id").String(row.id);
  json.Key("model").String(row.model);
  json.Key("endpoint").String(chat::EndpointName(prediction.endpoint));
  json.Key("class").String(chat::RequestClassName(prediction.request_class));
  json.Key("encoding").String(prediction.encoding);
  json.Key("prompt_tokens");
  row.is_known() ? json.Uint(tokens) : json.Null();
  json.Key("counted_tokens").Uint(tokens);
  WriteLabel(prediction.label, json);
  json.Key("parts").BeginArray();
  for (const chat::Part& part : prediction.parts) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("part").String(chat::PartKindName(part.kind));
    json.Key("tokens").Uint(static_cast<std::uint64_t>(std::max<std::int64_t>(part.tokens, 0)));
    WriteLabel(part.label, json);
    json.EndObject();
  }
  json.EndArray();
  WriteTexts("unknown", prediction.unknown, json);
  WriteTexts("assumed", prediction.assumed, json);
  WriteTexts("notes", prediction.notes, json);
  WriteAlternatives(row, json);
  if (!row.cost) return;
  json.Key("cost").BeginObject();
  json.Key("tier").String(pricing::TierName(row.cost->tier));
  WriteMoney("input", row.cost->input, json);
  WriteMoney("low", row.cost->low, json);
  WriteMoney("expected", row.cost->expected, json);
  WriteMoney("high", row.cost->high, json);
  WriteMoney("worst_case", row.cost->worst_case, json);
  json.EndObject();
  WriteTexts("warnings", row.warnings, json);
}

void PrintRequest(const RequestRow& row, Format format, Output& output) {
  const chat::Prediction& prediction = row.prediction;
  if (format == Format::kTable) {
    const std::string_view dot = output.unicode() ? " · " : " - ";
    output.PrintLine(
        format, Concat(row.model, dot, chat::EndpointName(prediction.endpoint), dot,
                       chat::RequestClassName(prediction.request_class), dot, prediction.encoding));
  }
  Table table({{"part", "part", Align::kLeft},
               {"tokens", "tokens"},
               {"certainty", "certainty", Align::kLeft}});
  for (const chat::Part& part : prediction.parts) {
    table.AddRow({Cell(std::string(chat::PartKindName(part.kind))),
                  Cell(Grouped(part.tokens), std::to_string(part.tokens)),
                  Cell(LabelText(part.label))});
  }
  table.AddRule();
  table.AddRow({Cell(row.is_known() ? "prompt" : "prompt, at least"),
                Cell(Grouped(prediction.prompt_tokens), std::to_string(prediction.prompt_tokens),
                     Style::kBold),
                Cell(LabelText(prediction.label))});
  table.Print(format, output);
  if (format != Format::kTable) return;
  for (const std::string& what : prediction.unknown) {
    output.PrintLine(format, Concat("not counted: ", what));
  }
  for (const std::string& what : prediction.assumed) {
    output.PrintLine(format, Concat("assumed: ", what));
  }
  for (const std::string& what : prediction.notes) {
    output.PrintLine(format, Concat("note: ", what));
  }
  for (const chat::Alternative& alternative : prediction.alternatives) {
    output.PrintLine(
        format, Concat("or, of ", alternative.model, ": ", Grouped(alternative.prompt_tokens), ' ',
                       LabelText(alternative.label)));
  }
  if (!row.cost) return;
  output.PrintLine(format, Concat("input       ", MoneyText(row.cost->input)));
  if (row.cost->expected) {
    output.PrintLine(format,
                     Concat("call        ", MoneyText(row.cost->expected), "  (",
                            MoneyText(row.cost->low), " to ", MoneyText(row.cost->high), ")"));
  }
  output.PrintLine(
      format, Concat("worst case  ", row.cost->worst_case
                                         ? MoneyText(row.cost->worst_case)
                                         : "unknown: the request sets no max_completion_tokens"));
}

// --- many requests -------------------------------------------------------------------------------

absl::Status RequestSummary::Group::Add(const RequestRow& row) {
  const std::int64_t prompt = row.prediction.prompt_tokens;
  least = requests == 0 ? prompt : std::min(least, prompt);
  most = std::max(most, prompt);
  ++requests;
  tokens += prompt;
  if (!row.is_known()) ++unknown;
  certainty = std::max(certainty, row.prediction.label.certainty);
  bound = std::max(bound, row.prediction.label.bound);
  bounds += row.prediction.label.bound;
  prompts.Add(static_cast<std::uint64_t>(prompt));
  warnings += row.warnings.empty() ? 0 : 1;
  if (!row.cost) return absl::OkStatus();
  priced = true;
  const std::optional<Money>& money = row.cost->expected ? row.cost->expected : row.cost->input;
  if (!money) ++unpriced;
  if (!row.cost->worst_case) ++without_worst;
  if (money) {
    if (absl::Status status = AddTo(expected, *money); !status.ok()) return status;
  }
  return row.cost->worst_case ? AddTo(worst, *row.cost->worst_case) : absl::OkStatus();
}

absl::Status RequestSummary::Group::Add(const Group& group) {
  least = requests == 0 ? group.least : std::min(least, group.least);
  most = std::max(most, group.most);
  requests += group.requests;
  tokens += group.tokens;
  unknown += group.unknown;
  certainty = std::max(certainty, group.certainty);
  bound = std::max(bound, group.bound);
  warnings += group.warnings;
  priced = priced || group.priced;
  unpriced += group.unpriced;
  without_worst += group.without_worst;
  if (absl::Status status = AddTo(expected, group.expected); !status.ok()) return status;
  return AddTo(worst, group.worst);
}

absl::Status RequestSummary::Add(const RequestRow& row) { return groups_[row.model].Add(row); }

std::vector<ShardReport::Row> RequestSummary::ReportRows() const {
  std::vector<ShardReport::Row> rows;
  for (const auto& [model, group] : groups_) {
    ShardReport::Row& row = rows.emplace_back();
    row.name = model;
    row.certainty = "predicted";
    row.sums = {{"documents", group.requests},
                {"tokens", static_cast<std::uint64_t>(group.tokens)},
                {"bound", static_cast<std::uint64_t>(group.bounds)},
                {"unknown", group.unknown}};
    row.tokens = group.prompts;
    if (!group.priced) continue;
    row.sums["unpriced"] = group.unpriced;
    row.sums["without_worst_case"] = group.without_worst;
    row.amounts = {{"expected", group.expected}, {"worst_case", group.worst}};
  }
  return rows;
}

std::vector<std::string> RequestSummary::Cells(const Group& group) const {
  std::vector<std::string> cells = {GroupDigits(group.requests), Grouped(group.tokens),
                                    Grouped(group.least), Grouped(group.most),
                                    LabelText({group.certainty, group.bound})};
  if (group.unknown > 0) cells.back() = Concat("unknown in ", GroupDigits(group.unknown));
  if (!group.priced) return cells;
  cells.push_back(group.unpriced > 0 ? Concat("at least ", pricing::FormatRounded(group.expected))
                                     : pricing::FormatRounded(group.expected));
  cells.push_back(group.without_worst > 0 ? "unknown" : pricing::FormatRounded(group.worst));
  return cells;
}

void RequestSummary::Print(Format format, Output& output) const {
  Group total;
  for (const auto& [model, group] : groups_) {
    if (!total.Add(group).ok()) total.unpriced = total.requests;
  }
  std::vector<Column> columns = {{"model", "model", Align::kLeft, true},
                                 {"requests", "requests"},
                                 {"tokens", "prompt_tokens"},
                                 {"least", "least"},
                                 {"most", "most"},
                                 {"certainty", "certainty", Align::kLeft}};
  if (total.priced) {
    columns.push_back(MoneyColumn("cost", "cost"));
    columns.push_back(MoneyColumn("worst case", "worst_case"));
  }
  Table table(std::move(columns));
  const auto add = [&](const std::string& name, const Group& group) {
    std::vector<Cell> row = {Cell(name)};
    for (std::string& cell : Cells(group)) row.emplace_back(std::move(cell));
    if (total.priced && !group.priced) row.resize(row.size() + 2);
    const auto raw = [&row](std::size_t at, std::uint64_t n) { row[at].raw = std::to_string(n); };
    raw(1, group.requests);
    raw(2, static_cast<std::uint64_t>(group.tokens));
    raw(3, static_cast<std::uint64_t>(group.least));
    raw(4, static_cast<std::uint64_t>(group.most));
    table.AddRow(std::move(row));
  };
  for (const auto& [model, group] : groups_) add(model, group);
  if (groups_.size() > 1) {
    table.AddRule();
    add("total", total);
  }
  table.Print(format, output);
}

}  // namespace toktally::cli
