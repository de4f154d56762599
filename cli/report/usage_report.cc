#include "cli/report/usage_report.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/report/html_page.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using usage::Sum;

std::int64_t Cached(const pricing::Usage& tokens) {
  return tokens.cached_input + tokens.audio_cached_input + tokens.image_cached_input;
}
std::int64_t Written(const pricing::Usage& tokens) {
  return tokens.cache_write_short + tokens.cache_write_long;
}

std::string CostText(const Sum& sum) {
  if (sum.complete()) return pricing::FormatRounded(sum.cost);
  if (sum.unpriced >= sum.calls && sum.cost.is_zero()) return "unknown";
  return Concat("at least ", pricing::FormatRounded(sum.cost));
}

Cell Tokens(std::int64_t n) { return Cell::Number(static_cast<std::uint64_t>(n)); }

// What we say that the calls cost which state a cost, less what they state.
pricing::Money Difference(const Sum& sum) {
  return pricing::Money::FromUnits(sum.ours.units() - sum.recorded.units());
}

void WriteSum(const Sum& sum, JsonWriter& json) {
  const auto write = [&json](std::string_view key, std::int64_t n) {
    json.Key(key).Uint(static_cast<std::uint64_t>(n));
  };
  const pricing::Usage& tokens = sum.tokens;
  json.Key("calls").Uint(sum.calls);
  write("input_tokens", tokens.PromptTokens());
  write("cached_tokens", Cached(tokens));
  write("cache_write_tokens", Written(tokens));
  write("output_tokens", tokens.OutputTokens());
  write("reasoning_tokens", tokens.reasoning_output);
  write("audio_tokens", tokens.audio_input + tokens.audio_cached_input + tokens.audio_output);
  write("image_tokens", tokens.image_input + tokens.image_cached_input + tokens.image_output);
  json.Key("counted_replies").Uint(sum.counted);
  json.Key("cost");
  sum.complete() ? json.String(sum.cost.ToString()) : json.Null();
  json.Key("cost_at_least").String(sum.cost.ToString());
  json.Key("unpriced_calls").Uint(sum.unpriced);
  if (sum.recorded_calls == 0) return;
  json.Key("recorded_cost").String(sum.recorded.ToString());
  json.Key("recorded_calls").Uint(sum.recorded_calls);
  json.Key("difference").String(Difference(sum).ToString());
}

// What the rows stand for: "day", "day, model".
std::string Titles(const usage::Sums& sums) {
  std::string titles;
  for (const usage::GroupBy by : sums.by()) {
    titles += Concat(titles.empty() ? "" : ", ", Title(by));
  }
  return titles;
}

std::string Joined(const usage::Sums::Key& key) {
  std::string joined;
  for (const std::string& part : key) joined += Concat(joined.empty() ? "" : " · ", part);
  return joined;
}

// The rows to show.
struct Row {
  usage::Sums::Key key;
  const Sum* sum;
};

struct Rows {
  std::vector<Row> shown;
  Sum others;
  std::size_t left_out = 0;
};

void AddSum(const Sum& sum, Sum& total) {
  total.calls += sum.calls;
  total.tokens += sum.tokens;
  total.unpriced += sum.unpriced;
  total.counted += sum.counted;
  total.recorded_calls += sum.recorded_calls;
  const auto add = [](pricing::Money amount, pricing::Money& to) {
    to = pricing::Money::FromUnits(to.units() + amount.units());
  };
  add(sum.cost, total.cost);
  add(sum.recorded, total.recorded);
  add(sum.ours, total.ours);
}

Rows RowsOf(const usage::Sums& sums, std::optional<std::uint64_t> top) {
  Rows rows;
  for (const auto& [key, sum] : sums.rows()) rows.shown.push_back({key, &sum});
  if (!top || rows.shown.size() <= *top) return rows;
  std::stable_sort(rows.shown.begin(), rows.shown.end(), [](const Row& a, const Row& b) {
    if (a.sum->cost != b.sum->cost) return a.sum->cost > b.sum->cost;
    return a.sum->tokens.PromptTokens() > b.sum->tokens.PromptTokens();
  });
  for (std::size_t i = *top; i < rows.shown.size(); ++i) AddSum(*rows.shown[i].sum, rows.others);
  rows.left_out = rows.shown.size() - *top;
  rows.shown.resize(*top);
  return rows;
}

std::string OthersName(const Rows& rows) { return Concat(GroupDigits(rows.left_out), " others"); }

// Which columns a table has.
struct Columns {
  bool narrow = false;    // a terminal with no room for all of them
  bool recorded = false;  // some records state a cost of their own
};

std::vector<Column> ColumnsOf(const usage::Sums& sums, const Columns& with) {
  std::vector<Column> columns;
  for (const usage::GroupBy by : sums.by()) {
    std::string key(sums.by().size() == 1 ? "key" : Title(by));
    std::replace(key.begin(), key.end(), ' ', '_');
    columns.push_back({std::string(Title(by)), key, Align::kLeft, true});
  }
  columns.insert(columns.end(), {{"calls", "calls"}, {"input", "input_tokens"}});
  if (!with.narrow) {
    columns.insert(columns.end(), {{"cached", "cached_tokens"}, {"written", "cache_write_tokens"}});
  }
  columns.push_back({"output", "output_tokens"});
  if (!with.narrow) columns.push_back({"reasoning", "reasoning_tokens"});
  columns.push_back(MoneyColumn("cost", "cost"));
  if (with.recorded) {
    columns.insert(columns.end(), {MoneyColumn("recorded", "recorded_cost"),
                                   MoneyColumn("difference", "difference")});
  }
  return columns;
}

std::vector<Cell> CellsOf(std::vector<Cell> cells, const Sum& sum, const Columns& with,
                          Style style) {
  const pricing::Usage& tokens = sum.tokens;
  cells.push_back(Cell::Number(sum.calls));
  cells.push_back(Tokens(tokens.PromptTokens()));
  if (!with.narrow) {
    cells.push_back(Tokens(Cached(tokens)));
    cells.push_back(Tokens(Written(tokens)));
  }
  cells.push_back(Tokens(tokens.OutputTokens()));
  if (!with.narrow) cells.push_back(Tokens(tokens.reasoning_output));
  cells.emplace_back(CostText(sum), sum.complete() ? sum.cost.ToString() : "", style);
  if (with.recorded) {
    const bool any = sum.recorded_calls > 0;
    cells.emplace_back(any ? pricing::FormatRounded(sum.recorded) : "",
                       any ? sum.recorded.ToString() : "");
    cells.emplace_back(any ? pricing::FormatChange(Difference(sum)) : "",
                       any ? Difference(sum).ToString() : "");
  }
  return cells;
}

void PrintNotes(const usage::Sums& sums, Format format, Output& output) {
  for (const auto& [reason, sum] : sums.cut_off()) {
    output.PrintLine(
        format,
        Concat(GroupDigits(sum.calls), sum.calls == 1 ? " reply" : " replies", " ended with ",
               reason, ": ", GroupDigits(static_cast<std::uint64_t>(sum.tokens.OutputTokens())),
               " output tokens, ", CostText(sum), " paid"),
        Style::kYellow);
  }
  if (sums.total().counted > 0) {
    output.Print(Concat(GroupDigits(sums.total().counted),
                        " counted: the stream ended without usage; its prompt is not known\n"));
  }
}

std::vector<std::string> PageNotes(const usage::Sums& sums) {
  std::vector<std::string> notes;
  for (const auto& [reason, sum] : sums.cut_off()) {
    notes.push_back(
        Concat(GroupDigits(sum.calls), " ended with ", reason, ": ", CostText(sum), " paid"));
  }
  for (const auto& [why, n] : sums.why_unpriced()) {
    notes.push_back(Concat(GroupDigits(n), " not priced: ", why));
  }
  for (const auto& [path, part] : sums.not_billed()) {
    notes.push_back(Concat(GroupDigits(part.calls), " with ", path, ", which is not billed here"));
  }
  for (const auto& [doubt, n] : sums.doubts()) notes.push_back(Concat(GroupDigits(n), ": ", doubt));
  return notes;
}

void WriteNotes(const usage::Sums& sums, JsonWriter& json) {
  json.Key("unpriced").BeginArray();
  for (const auto& [why, calls] : sums.why_unpriced()) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("reason").String(why).Key("calls").Uint(calls);
    json.EndObject();
  }
  json.EndArray();
  json.Key("not_billed").BeginArray();
  for (const auto& [path, part] : sums.not_billed()) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("path").String(path);
    json.Key("count").Uint(static_cast<std::uint64_t>(part.quantity));
    json.Key("calls").Uint(part.calls);
    json.Key("reason").String(part.why.empty() ? "a key that is not known here" : part.why);
    json.EndObject();
  }
  json.EndArray();
  json.Key("doubts").BeginArray();
  for (const auto& [doubt, calls] : sums.doubts()) {
    json.BeginObject(/*inline_items=*/true);
    json.Key("reason").String(doubt).Key("calls").Uint(calls);
    json.EndObject();
  }
  json.EndArray();
}

void WriteRow(const usage::Sums::Key& key, const Sum& sum, JsonWriter& json) {
  json.BeginObject();
  json.Key("key").String(Joined(key));
  if (key.size() > 1) {
    json.Key("keys").BeginArray(/*inline_items=*/true);
    for (const std::string& part : key) json.String(part);
    json.EndArray();
  }
  WriteSum(sum, json);
  json.EndObject();
}

}  // namespace

void PrintUsage(const usage::Sums& sums, std::optional<std::uint64_t> top, Format format,
                Output& output) {
  if (sums.empty() && format == Format::kTable) return;
  constexpr std::size_t kNarrow = 72;
  const Columns with{format == Format::kTable &&
                     output.terminal().width<kNarrow, sums.total().recorded_calls> 0};
  Table table(ColumnsOf(sums, with));
  const auto name = [&sums](std::string text) {
    std::vector<Cell> cells(sums.by().size());
    cells[0] = Cell(std::move(text));
    return cells;
  };
  const Rows rows = RowsOf(sums, top);
  for (const Row& row : rows.shown) {
    const bool stands_out = sums.by().size() == 1 &&
                            sums.by()[0] == usage::GroupBy::kFinishReason &&
                            usage::IsCutOff(row.key[0]);
    std::vector<Cell> cells(row.key.begin(), row.key.end());
    table.AddRow(
        CellsOf(std::move(cells), *row.sum, with, stands_out ? Style::kYellow : Style::kPlain));
  }
  if (rows.left_out > 0) {
    table.AddRow(CellsOf(name(OthersName(rows)), rows.others, with, Style::kPlain));
  }
  if (sums.rows().size() > 1) {
    table.AddRule();
    table.AddRow(CellsOf(name("total"), sums.total(), with, Style::kBold));
  }
  table.Print(format, output);
  if (format != Format::kCsv) PrintNotes(sums, format, output);
}

void PrintUsagePage(const usage::Sums& sums, std::optional<std::uint64_t> top,
                    std::string_view table_date, Output& output) {
  HtmlPage page("What was used",
                Concat(GroupDigits(sums.total().calls), " calls, ", CostText(sums.total())));
  page.Paragraph(Concat("price table of ", table_date));
  page.Heading(Concat("Cost by ", Titles(sums)));
  std::vector<HtmlBar> bars;
  std::vector<HtmlStack> stacks;
  std::vector<std::vector<std::string>> lines;
  const auto add = [&](const std::string& key, const Sum& sum) {
    const pricing::Ratio usd = sum.cost.ToRatio();
    const pricing::Usage& tokens = sum.tokens;
    bars.push_back({key, Concat(GroupDigits(sum.calls), sum.calls == 1 ? " call" : " calls"),
                    CostText(sum), usd, usd, usd});
    const std::int64_t reused = Cached(tokens) + Written(tokens);
    const std::int64_t shown = tokens.OutputTokens() - tokens.reasoning_output;
    const auto part = [](std::int64_t n) { return pricing::Ratio(n); };
    stacks.push_back({key,
                      Concat(GroupDigits(static_cast<std::uint64_t>(tokens.PromptTokens() +
                                                                    tokens.OutputTokens())),
                             " tokens"),
                      {part(tokens.PromptTokens() - reused), part(Cached(tokens)),
                       part(Written(tokens)), part(shown), part(tokens.reasoning_output)}});
    std::vector<std::string> line = {key, GroupDigits(sum.calls)};
    for (const std::int64_t n : {tokens.PromptTokens(), Cached(tokens), Written(tokens),
                                 tokens.OutputTokens(), tokens.reasoning_output}) {
      line.push_back(GroupDigits(static_cast<std::uint64_t>(n)));
    }
    line.push_back(CostText(sum));
    lines.push_back(std::move(line));
  };
  const Rows rows = RowsOf(sums, top);
  for (const Row& row : rows.shown) add(Joined(row.key), *row.sum);
  if (rows.left_out > 0) add(OthersName(rows), rows.others);
  page.Bars(bars);
  page.Heading("Tokens by kind");
  page.Stacks({"input", "cached", "written", "output", "reasoning"}, stacks);
  page.Heading("In numbers");
  page.Table({Titles(sums), "calls", "input", "cached", "written", "output", "reasoning", "cost"},
             lines);
  const std::vector<std::string> notes = PageNotes(sums);
  if (!notes.empty()) page.Heading("To know");
  page.List(notes);
  output.Print(std::move(page).Finish());
}

void WriteUsage(const usage::Sums& sums, std::optional<std::uint64_t> top, JsonWriter& json) {
  json.Key("by").String(Titles(sums));
  json.Key("rows").BeginArray();
  const Rows rows = RowsOf(sums, top);
  for (const Row& row : rows.shown) WriteRow(row.key, *row.sum, json);
  json.EndArray();
  if (rows.left_out > 0) {
    json.Key("others");
    WriteRow({OthersName(rows)}, rows.others, json);
  }
  json.Key("total").BeginObject();
  WriteSum(sums.total(), json);
  json.EndObject();
  json.Key("cut_off").BeginObject();
  for (const auto& [reason, sum] : sums.cut_off()) {
    json.Key(reason).BeginObject();
    WriteSum(sum, json);
    json.EndObject();
  }
  json.EndObject();
  WriteNotes(sums, json);
}

void PrintUsageLines(const usage::Sums& sums, Output& output) {
  for (const auto& [key, sum] : sums.rows()) {
    JsonWriter json(output, /*pretty=*/false);
    WriteRow(key, sum, json);
  }
}

}  // namespace toktally::cli
