#include "cli/report/cost_row.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "bpe/encoding.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::CostLine;
using pricing::RateKind;

std::string_view Label(RateKind kind) {
  constexpr std::array<std::string_view, pricing::kRateKinds> kLabels = {
      "input",      "cached",        "written",          "written (long)",
      "output",     "audio in",      "audio cached",     "audio out",
      "image in",   "image cached",  "image out",        "audio",
      "audio",      "session",       "web searches /1k", "file searches /1k",
      "containers", "grounding /1k", "reranking /1k",    "images",
      "pages",      "video seconds", "characters /1M",   "cache hours /1M"};
  return kLabels[static_cast<std::size_t>(kind)];
}

std::string Unit(RateKind kind) { return Concat("/", pricing::RateUnitOf(kind).name); }

bool IsTokens(RateKind kind) { return pricing::RateUnitOf(kind).name == "1M tokens"; }

// What a quantity of the kind counts: " tokens", " seconds", "".
std::string_view Counted(RateKind kind) {
  const std::string_view unit = pricing::RateUnitOf(kind).name;
  if (unit == "1M tokens") return " tokens";
  return unit == "hour" || unit == "minute" || unit == "second" ? " seconds" : "";
}

// "month of 1,000,000 calls".
std::string MonthTitle(std::uint64_t calls) {
  return Concat("month of ", GroupDigits(calls), calls == 1 ? " call" : " calls");
}

std::string GroupSigned(std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); }

std::string PadLeft(std::string_view text, std::size_t width) {
  const std::size_t used = DisplayWidth(text);
  return Concat(std::string(width > used ? width - used : 0, ' '), text);
}

std::string PadRight(std::string_view text, std::size_t width) {
  const std::size_t used = DisplayWidth(text);
  return Concat(text, std::string(width > used ? width - used : 0, ' '));
}

// The input and output lines, used or not, and whatever else was used, in the order of RateKind.
std::vector<CostLine> ShownLines(const CostRow& row) {
  std::vector<CostLine> lines = row.call.lines;
  for (const RateKind kind : {RateKind::kInput, RateKind::kOutput}) {
    if (row.call.line(kind) != nullptr || !row.call.row->rate(kind)) continue;
    CostLine line;
    line.kind = kind;
    line.billed = {*row.call.row->rate(kind), kind, ""};
    lines.push_back(line);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const CostLine& a, const CostLine& b) { return a.kind < b.kind; });
  return lines;
}

// The table of one model: a line for each kind, one call and a month beside each other.
class Sheet {
 public:
  Sheet(const CostRow& row, const CostTerms& terms, Output& output)
      : row_(row), terms_(terms), output_(output) {}

  void Print() {
    std::vector<CostLine> lines = ShownLines(row_);
    for (const CostLine& line : lines) {
      label_ = std::max(label_, Label(line.kind).size());
      call_ = std::max(call_, FormatExact(line.amount).size());
    }
    call_ = std::max(call_, FormatExact(row_.call.total).size());
    const std::size_t width = label_ + kTokens + kRate + kGap + call_ + (terms_.calls ? kMonth : 0);
    if (output_.terminal().output_is_terminal && output_.terminal().width < width) {
      return PrintNarrow(lines);
    }
    PrintHeader();
    for (const CostLine& line : lines) PrintLine(line);
    const std::int64_t tokens = row_.InputTokens() + row_.OutputTokens();
    PrintRow("total", GroupSigned(tokens), "", row_.call.total, Style::kBold);
  }

 private:
  void PrintHeader() {
    std::string header = PadRight("", label_);
    header += PadLeft("tokens", kTokens) + PadLeft("$/1M", kRate);
    header += PadLeft("one call", kGap + call_);
    if (terms_.calls) header += Concat("         ", MonthTitle(*terms_.calls));
    output_.Print(header, Style::kDim);
    output_.Print("\n");
  }

  static std::string Quantity(const CostLine& line) {
    const std::string quantity = GroupSigned(line.quantity);
    return Counted(line.billed.kind) == " seconds" ? quantity + " s" : quantity;
  }
  static std::string RateText(const CostLine& line) {
    const RateKind kind = line.billed.kind;
    const std::string rate = line.billed.rate.ForPeople();
    // "/h", "/m"; of calls, pictures and the like the label has the unit.
    return !IsTokens(kind) && !Counted(kind).empty() ? rate + Unit(kind).substr(0, 2) : rate;
  }

  void PrintLine(const CostLine& line) {
    PrintRow(Label(line.kind), Quantity(line), RateText(line), line.amount, Style::kPlain);
  }

  std::string Month(pricing::Money amount) const {
    // The whole row's product was checked, and its parts are smaller.
    const auto month = amount.Times(static_cast<std::int64_t>(*terms_.calls));
    return month.ok() ? FormatRounded(*month) : "";
  }

  // Where the sheet is wider than the terminal: columns as wide as they must be, and fewer of them.
  void PrintNarrow(const std::vector<CostLine>& lines) {
    std::vector<Column> columns{
        {"", "kind", Align::kLeft}, {"one call", "call"}, {"tokens", "tokens"}, {"$/1M", "rate"}};
    columns[1].stays = true;
    if (terms_.calls) columns.insert(columns.begin() + 2, MoneyColumn("a month", "month"));
    Table table(std::move(columns));
    const auto add = [&](std::string_view label, pricing::Money amount, std::string quantity,
                         std::string rate, Style style) {
      std::vector<Cell> cells{std::string(label), Cell(FormatExact(amount), "", style)};
      if (terms_.calls) cells.push_back(Cell(Month(amount), "", style));
      cells.push_back(std::move(quantity));
      cells.push_back(std::move(rate));
      table.AddRow(std::move(cells));
    };
    for (const CostLine& line : lines) {
      add(Label(line.kind), line.amount, Quantity(line), RateText(line), Style::kPlain);
    }
    const std::int64_t tokens = row_.InputTokens() + row_.OutputTokens();
    add("total", row_.call.total, GroupSigned(tokens), "", Style::kBold);
    table.Print(Format::kTable, output_);
    if (terms_.calls) output_.PrintLine(Format::kTable, MonthTitle(*terms_.calls), Style::kDim);
  }

  void PrintRow(std::string_view label, std::string_view quantity, std::string_view rate,
                pricing::Money amount, Style style) {
    std::string line = PadRight(label, label_);
    line += PadLeft(quantity, kTokens) + PadLeft(rate, kRate);
    line += std::string(kGap, ' ');
    const std::string call = FormatExact(amount);
    if (terms_.calls) {
      line += PadRight(call, call_) + PadLeft(Month(amount), kMonth);
    } else {
      line += call;
    }
    output_.Print(line, style);
    output_.Print("\n");
  }

  static constexpr std::size_t kTokens = 12;
  static constexpr std::size_t kRate = 7;
  static constexpr std::size_t kGap = 3;
  static constexpr std::size_t kMonth = 30;

  const CostRow& row_;
  const CostTerms& terms_;
  Output& output_;
  std::size_t label_ = 6;
  std::size_t call_ = 13;
};

// "gpt-4o · o200k_base · table of 2026-11-22   (deprecated: …)".
void PrintTitle(const CostRow& row, const CostTerms& terms, const Prices& prices, Output& output) {
  constexpr std::size_t kNoteColumn = 57;
  const std::string_view dot = output.unicode() ? " · " : " - ";
  std::string title = EscapeForTerminal(row.match.model->id);
  if (row.encoding != nullptr) title += Concat(dot, row.encoding->name());
  if (terms.tier != pricing::Tier::kStandard) title += Concat(dot, TierName(terms.tier));
  title += Concat(dot, prices.Heading());
  if (prices.date() != prices.table().as_of()) {
    title += Concat(dot, "rates of ", ToString(prices.date()));
  }
  const std::size_t used = DisplayWidth(title);
  const std::size_t column = std::max(used + 3, kNoteColumn);
  const std::size_t width = column + DisplayWidth(row.lifecycle) + 2;
  if (output.terminal().output_is_terminal && output.terminal().width < width) {
    output.PrintLine(Format::kTable, title, Style::kBold);
    if (!row.lifecycle.empty()) {
      output.PrintLine(Format::kTable, Concat("(", row.lifecycle, ")"), Style::kYellow);
    }
    return;
  }
  output.Print(title, Style::kBold);
  if (!row.lifecycle.empty()) {
    output.Print(std::string(used + 3 < kNoteColumn ? kNoteColumn - used : 3, ' '));
    output.Print(Concat("(", EscapeForTerminal(row.lifecycle), ")"), Style::kYellow);
  }
  output.Print("\n");
}

void PrintNotes(const CostRow& row, Output& output) {
  for (const std::string& assumption : row.assumptions) {
    output.PrintLine(Format::kTable, Concat("note: ", assumption));
  }
}

std::string Join(const std::vector<std::string>& parts, std::string_view none) {
  std::string all;
  for (const std::string& part : parts) all += Concat(all.empty() ? "" : ", ", part);
  return all.empty() ? std::string(none) : all;
}

void ExplainRow(const CostRow& row, const Prices& prices, Output& output) {
  const pricing::RateRow& rates = *row.call.row;
  const auto print = [&output](std::string_view line) { output.PrintLine(Format::kTable, line); };
  print("");
  print(Concat(row.name, " is ", row.match.model->FullName(), " (", row.match.how, ")"));
  std::string period = rates.from ? Concat(" from ", ToString(*rates.from)) : "";
  if (rates.to) period += Concat(" to ", ToString(*rates.to));
  print(Concat("  row: ", prices.table().file_name(), ":", rates.line, ", ", TierName(rates.tier),
               period, rates.above ? Concat(", ", rates.above->ToString()) : "", "; sources ",
               Join(rates.sources, "none"),
               rates.checked ? Concat("; checked ", ToString(*rates.checked)) : "",
               rates.note.empty() ? "" : Concat("; ", rates.note)));
  const bool uplift = row.call.multiplier != pricing::Ratio(1);
  for (const CostLine& line : row.call.lines) {
    print(Concat("  ", Label(line.kind), ": ", GroupSigned(line.quantity),
                 Counted(line.billed.kind), output.unicode() ? " × $" : " x $",
                 line.billed.rate.ForPeople(), Unit(line.billed.kind),
                 uplift ? Concat(output.unicode() ? " × " : " x ", row.call.multiplier.ToString(6),
                                 " data residency")
                        : "",
                 " = ", FormatExact(line.amount),
                 line.billed.why.empty() ? "" : Concat("  (", line.billed.why, ")")));
  }
  if (row.usage.reasoning_output > 0) {
    print(Concat("  of the output, ", GroupSigned(row.usage.reasoning_output),
                 " tokens are reasoning, billed as output once"));
  }
  print(Concat("  one call: ", FormatExact(row.call.total)));
  for (const pricing::Disagreement& other : row.match.model->disagreements) {
    print(Concat("  elsewhere: ", other.field, " ", other.value, " by ", other.source, ", kept ",
                 other.kept, ": ", other.why));
  }
  for (const std::string& note : row.match.model->notes) {
    print(Concat("  table: ", note));
  }
}

void WriteRow(const CostRow& row, const CostRow& cheapest, const CostTerms& terms,
              JsonWriter& json) {
  const auto text = [&json](std::string_view key, std::string_view value) {
    json.Key(key);
    value.empty() ? json.Null() : json.String(value);
  };
  const pricing::RateRow& rates = *row.call.row;
  json.BeginObject();
  json.Key("model").String(row.name);
  text("resolved", row.match.model->FullName());
  text("matched", row.match.how);
  text("encoding", row.encoding == nullptr ? "" : row.encoding->name());
  text("tier", TierName(terms.tier));
  json.Key("input_tokens").Uint(static_cast<std::uint64_t>(row.InputTokens()));
  json.Key("output_tokens").Uint(static_cast<std::uint64_t>(row.OutputTokens()));
  json.Key("reasoning_tokens").Uint(static_cast<std::uint64_t>(row.usage.reasoning_output));
  json.Key("calls");
  terms.calls ? json.Uint(*terms.calls) : json.Null();
  json.Key("cost_per_call").String(row.call.total.ToString());
  text("total_cost", row.month ? row.month->ToString() : "");
  text("times_cheapest", TimesCheapest(row, cheapest));
  json.Key("rates").BeginObject();
  for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
    const auto kind = static_cast<RateKind>(i);
    if (rates.rate(kind)) json.Key(RateKindName(kind)).String(rates.rate(kind)->ToString());
  }
  json.EndObject();
  text("rates_from", rates.from ? ToString(*rates.from) : "");
  text("rates_to", rates.to ? ToString(*rates.to) : "");
  text("rates_above", rates.above ? rates.above->ToString() : "");
  text("rates_checked", rates.checked ? ToString(*rates.checked) : "");
  json.Key("rates_sources").BeginArray(true);
  for (const std::string& source : rates.sources) json.String(source);
  json.EndArray();
  text("data_residency_multiplier",
       terms.data_residency ? row.call.multiplier.ToString(6) : std::string());
  json.Key("lines").BeginArray();
  for (const CostLine& line : row.call.lines) {
    json.BeginObject(true);
    json.Key("kind").String(RateKindName(line.kind));
    const std::string_view counted = Counted(line.billed.kind);
    json.Key(counted.empty() ? "units" : counted.substr(1))
        .Uint(static_cast<std::uint64_t>(line.quantity));
    json.Key("rate").String(line.billed.rate.ToString());
    json.Key("rate_kind").String(RateKindName(line.billed.kind));
    json.Key("cost_per_call").String(line.amount.ToString());
    json.EndObject();
  }
  json.EndArray();
  text("seller", row.match.seller);
  text("status", row.match.model->status);
  text("shutdown",
       row.match.model->shutdown ? ToString(*row.match.model->shutdown) : std::string());
  json.Key("remarks").BeginArray();
  for (const std::string& assumption : row.assumptions) json.String(assumption);
  json.EndArray();
  json.EndObject();
}

void PrintJson(const std::vector<CostRow>& rows, const CostTerms& terms, const Prices& prices,
               Output& output) {
  JsonWriter json(output, /*pretty=*/true);
  DocumentHead head;
  head.command = "cost";
  head.prices_as_of = prices.TableDate();
  head.prices_age_days = prices.AgeDays();
  if (rows.size() == 1) head.encoding = rows.front().encoding;
  for (const CostRow& row : rows) {
    head.assumptions.insert(head.assumptions.end(), row.assumptions.begin(), row.assumptions.end());
  }
  json.BeginObject();
  WriteHead(head, json);
  json.Key("rates_of").String(ToString(prices.date()));
  json.Key("rows").BeginArray();
  for (const CostRow& row : rows) WriteRow(row, rows.back(), terms, json);
  json.EndArray();
  json.EndObject();
}

std::string RateCell(const CostRow& row, RateKind kind) {
  const auto& rate = row.call.row->rate(kind);
  return rate ? rate->ForPeople() : "";
}

void PrintSideBySide(const std::vector<CostRow>& rows, const CostTerms& terms, Format format,
                     Output& output) {
  const std::string month = terms.calls ? MonthTitle(*terms.calls) : "";
  std::vector<Column> columns = {{"model", "model", Align::kLeft, true},
                                 {"encoding", "encoding", Align::kLeft},
                                 {"input", "input_tokens"},
                                 {"output", "output_tokens"},
                                 {"$/1M in", "input_rate"},
                                 {"$/1M out", "output_rate"},
                                 {"one call", "cost_per_call", Align::kLeft, false, false, true}};
  if (terms.calls) {
    columns.push_back({"", "calls"});
    columns.push_back(MoneyColumn(month, "total_cost"));
  }
  columns.push_back({output.unicode() ? "× cheapest" : "x cheapest", "times_cheapest"});
  columns.push_back({"", "lifecycle", Align::kLeft});
  Table table(std::move(columns));
  for (const CostRow& row : rows) {
    std::vector<Cell> cells = {
        row.name,
        row.encoding == nullptr ? std::string() : std::string(row.encoding->name()),
        Cell::Number(static_cast<std::uint64_t>(row.InputTokens())),
        Cell::Number(static_cast<std::uint64_t>(row.OutputTokens())),
        RateCell(row, RateKind::kInput),
        RateCell(row, RateKind::kOutput),
        Cell(FormatExact(row.call.total), row.call.total.ToString())};
    if (terms.calls) {
      cells.push_back(Cell("", std::to_string(*terms.calls)));
      cells.push_back(Cell(FormatRounded(*row.month), row.month->ToString()));
    }
    cells.push_back(TimesCheapest(row, rows.back()));
    cells.push_back(Cell(row.lifecycle, row.lifecycle, Style::kYellow));
    table.AddRow(std::move(cells));
  }
  table.Print(format, output);
}

void PrintForPeople(const std::vector<CostRow>& rows, const CostTerms& terms, const Prices& prices,
                    Output& output) {
  if (rows.size() == 1) {
    PrintTitle(rows.front(), terms, prices, output);
    Sheet(rows.front(), terms, output).Print();
  } else {
    output.Print(Concat(prices.Heading(), ", rates of ", ToString(prices.date()), ", ",
                        TierName(terms.tier), "\n"));
    PrintSideBySide(rows, terms, Format::kTable, output);
  }
  for (const CostRow& row : rows) PrintNotes(row, output);
  if (!terms.explain) return;
  for (const CostRow& row : rows) ExplainRow(row, prices, output);
}

}  // namespace

std::string TimesCheapest(const CostRow& row, const CostRow& cheapest) {
  if (cheapest.call.total.is_zero()) return "";
  const auto times = pricing::Ratio::Of(row.call.total.units(), cheapest.call.total.units());
  return times ? times->ToString(2) : "";
}

void PrintCosts(const std::vector<CostRow>& rows, const CostTerms& terms, const Prices& prices,
                Format format, Output& output) {
  if (format == Format::kTable) return PrintForPeople(rows, terms, prices, output);
  if (format == Format::kJson) return PrintJson(rows, terms, prices, output);
  if (format == Format::kJsonl) {
    JsonWriter json(output, /*pretty=*/false);
    for (const CostRow& row : rows) WriteRow(row, rows.back(), terms, json);
    return;
  }
  PrintSideBySide(rows, terms, format, output);
}

}  // namespace toktally::cli
