#include "cli/report/count_report.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

std::uint64_t Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (part * 100 + whole / 2) / whole;
}

// What stands where paths do in the other groupings.
std::string_view KeyTitle(GroupBy by) {
  switch (by) {
    case GroupBy::kExtension:
      return "extension";
    case GroupBy::kLanguage:
      return "language";
    case GroupBy::kOwner:
      return "owner";
    default:
      return "path";
  }
}

class Printer {
 public:
  Printer(const CountReport& report, Format format, Output& output)
      : report_(report), measures_(*report.measures), format_(format), output_(output) {}

  void Print() {
    if (format_ == Format::kJson) return PrintJson();
    if (format_ == Format::kJsonl) return PrintJsonl();
    const bool one_number = report_.one_input || report_.only_total;
    if (format_ == Format::kTable && one_number) {
      return measures_.size() == 1 ? PrintSingle() : PrintMeasures();
    }
    PrintTable();
  }

 private:
  static bool IsEstimate(const Measure& measure) {
    return measure.certainty == Measure::Certainty::kEstimate;
  }
  std::string_view About() const { return output_.unicode() ? "≈ " : "~ "; }
  std::string Bound(const TokenRange& range) const {
    return Concat(output_.unicode() ? "±" : "+-", range.BoundPercent(), " %");
  }
  Cell Tokens(const Measure& measure, const TokenRange& range, Style style = Style::kPlain) const {
    return Cell(Concat(IsEstimate(measure) ? About() : "", GroupDigits(range.tokens)),
                std::to_string(range.tokens), style);
  }
  // Of rows without a file: zeros.
  static TokenRange RangeAt(const CountRow& row, std::size_t i) {
    return i < row.ranges.size() ? row.ranges[i] : TokenRange{};
  }

  void PrintSingle() {
    if (report_.one_input && report_.rows.empty()) return;
    const TokenRange range = RangeAt(report_.total, 0);
    if (!output_.terminal().output_is_terminal) {
      output_.Print(Concat(range.tokens, '\n'));
      return;
    }
    const Measure& measure = measures_[0];
    output_.Print(Tokens(measure, range).text, Style::kBold);
    if (IsEstimate(measure)) output_.Print(Concat("  ", Bound(range)));
    const bool exact = measure.certainty == Measure::Certainty::kExact;
    const std::string& name = exact ? measure.tokenizer : measure.name;
    const std::size_t used = DisplayWidth(name) + 4 + GroupDigits(range.tokens).size() + 10;
    const std::size_t room = std::max<std::size_t>(output_.terminal().width, used + 12) - used;
    const std::string label = report_.only_total ? "total" : report_.rows[0].label;
    output_.PrintLine(format_, Concat("  ", name, "  ",
                                      ShortenMiddle(EscapeForTerminal(label), room,
                                                    output_.unicode() ? "…" : "...")));
  }

  // One text, a line for each measure.
  void PrintMeasures() {
    if (report_.one_input && report_.rows.empty()) return;
    bool estimates = false;
    for (const Measure& measure : measures_) estimates = estimates || IsEstimate(measure);
    std::vector<Column> columns{{"tokens", "tokens"}};
    if (estimates) columns.push_back({"90 % within", ""});
    columns.push_back({"counted as", "measure", Align::kLeft, true});
    columns.push_back({"tokenizer", "tokenizer", Align::kLeft});
    Table table(std::move(columns));
    for (std::size_t i = 0; i < measures_.size(); ++i) {
      const TokenRange range = RangeAt(report_.total, i);
      std::vector<Cell> cells{Tokens(measures_[i], range, Style::kBold)};
      if (estimates) {
        cells.push_back(IsEstimate(measures_[i])
                            ? Cell(Concat(GroupDigits(range.low), " … ", GroupDigits(range.high)))
                            : Cell());
      }
      cells.push_back(measures_[i].name);
      cells.push_back(measures_[i].tokenizer);
      table.AddRow(std::move(cells));
    }
    table.Print(format_, output_);
  }

  void PrintTable() {
    const bool several = measures_.size() > 1;
    const bool show_files = report_.has_directory || format_ == Format::kCsv;
    std::vector<Column> columns;
    for (const Measure& measure : measures_) {
      columns.push_back({several ? measure.name : "tokens",
                         several ? Concat("tokens_", measure.name) : "tokens"});
      if (!IsEstimate(measure)) continue;
      columns.push_back({"low", several ? Concat("low_", measure.name) : "low"});
      columns.push_back({"high", several ? Concat("high_", measure.name) : "high"});
    }
    columns.push_back({"%", ""});
    columns.push_back({"bytes", "bytes"});
    if (show_files) columns.push_back({"files", "files"});
    const std::string key(KeyTitle(report_.by));
    columns.push_back({key, key, Align::kLeft, true});
    const std::string what = measures_[0].certainty == Measure::Certainty::kExact
                                 ? measures_[0].tokenizer
                                 : measures_[0].name;
    if (!several) {
      columns.push_back(
          {what,
           measures_[0].model.empty() || what == measures_[0].tokenizer ? "encoding" : "model",
           Align::kLeft});
    }
    Table table(std::move(columns));
    const auto add = [&](const CountRow& row, bool is_total) {
      std::vector<Cell> cells;
      const Style style = is_total ? Style::kBold : Style::kPlain;
      for (std::size_t i = 0; i < measures_.size(); ++i) {
        const TokenRange range = RangeAt(row, i);
        cells.push_back(Tokens(measures_[i], range, style));
        if (!IsEstimate(measures_[i])) continue;
        cells.push_back(Cell::Number(range.low));
        cells.push_back(Cell::Number(range.high));
      }
      const std::uint64_t all = RangeAt(report_.total, 0).tokens;
      cells.push_back(is_total ? "" : std::to_string(Percent(RangeAt(row, 0).tokens, all)));
      cells.push_back(Cell(FormatSize(row.bytes), std::to_string(row.bytes)));
      if (show_files) cells.push_back(Cell::Number(row.files));
      cells.push_back(Cell(row.label, row.others > 0 ? row.label : row.path));
      if (!several) cells.push_back(Cell("", what));
      table.AddRow(std::move(cells));
    };
    for (const CountRow& row : report_.rows) add(row, false);
    table.AddRule();
    add(report_.total, true);
    table.Print(format_, output_);
  }

  void WriteCounts(const CountRow& row, JsonWriter& json) const {
    const TokenRange first = RangeAt(row, 0);
    json.Key("tokens").Uint(first.tokens);
    if (measures_[0].certainty != Measure::Certainty::kExact) {
      json.Key("low").Uint(first.low).Key("high").Uint(first.high);
    }
    if (measures_.size() > 1) {
      json.Key("counts").BeginArray();
      for (std::size_t i = 0; i < measures_.size(); ++i) {
        const TokenRange range = RangeAt(row, i);
        json.BeginObject(/*inline_items=*/true);
        json.Key("measure").String(measures_[i].name);
        json.Key("tokens").Uint(range.tokens);
        json.Key("low").Uint(range.low).Key("high").Uint(range.high).EndObject();
      }
      json.EndArray();
    }
    json.Key("bytes").Uint(row.bytes).Key("files").Uint(row.files);
  }

  void WriteRow(const CountRow& row, JsonWriter& json) const {
    const std::string key(KeyTitle(report_.by));
    if (row.others > 0) {
      json.Key(key).Null();
      json.Key("others").Uint(row.others);
    } else {
      json.Bytes(key, row.path);
    }
    if (report_.by == GroupBy::kTree) json.Key("depth").Uint(row.depth);
    WriteCounts(row, json);
  }

  void WriteMeasure(const Measure& measure, const TokenRange& range, JsonWriter& json) const {
    json.Key("model");
    measure.model.empty() ? json.Null() : json.String(measure.model);
    json.Key("certainty").String(CertaintyWord(measure.certainty));
    json.Key("bound_pct");
    switch (measure.certainty) {
      case Measure::Certainty::kExact:
        json.Uint(0);
        break;
      case Measure::Certainty::kReconstructed:
        json.Null();
        break;
      case Measure::Certainty::kEstimate:
        json.Uint(range.BoundPercent());
        break;
    }
    json.Key("tokenizer").BeginObject(true);
    json.Key("name").String(measure.tokenizer);
    json.Key("sha256");
    measure.sha256.empty() ? json.Null() : json.String(measure.sha256);
    json.EndObject();
  }

  void PrintJsonl() {
    for (const CountRow& row : report_.rows) {
      JsonWriter json(output_, /*pretty=*/false);
      json.BeginObject();
      WriteRow(row, json);
      if (measures_[0].certainty == Measure::Certainty::kExact) {
        json.Key("encoding").String(measures_[0].tokenizer);
      } else {
        WriteMeasure(measures_[0], RangeAt(report_.total, 0), json);
      }
      json.EndObject();
    }
  }

  DocumentHead Head() const {
    const bool exact = measures_[0].certainty == Measure::Certainty::kExact;
    DocumentHead head{"count", exact ? measures_[0].encoding : nullptr, std::nullopt, {}};
    bool claude = false;
    for (const Measure& measure : measures_) {
      claude = claude || measure.certainty != Measure::Certainty::kExact;
      if (!measure.assumption.empty()) head.assumptions.push_back(measure.assumption);
    }
    if (claude) {
      head.assumptions.insert(head.assumptions.begin(),
                              "content only: the frame of a message adds to it");
    }
    return head;
  }

  void PrintJson() {
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    WriteHead(Head(), json);
    WriteMeasure(measures_[0], RangeAt(report_.total, 0), json);
    if (measures_.size() > 1) {
      json.Key("measures").BeginArray();
      for (std::size_t i = 0; i < measures_.size(); ++i) {
        json.BeginObject();
        json.Key("measure").String(measures_[i].name);
        WriteMeasure(measures_[i], RangeAt(report_.total, i), json);
        json.EndObject();
      }
      json.EndArray();
    }
    json.Key("rows").BeginArray();
    for (const CountRow& row : report_.rows) {
      json.BeginObject();
      WriteRow(row, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("total").BeginObject();
    WriteCounts(report_.total, json);
    json.EndObject();
    json.Key("complete").Bool(report_.errors.empty());
    const Skipped& skipped = report_.skipped;
    json.Key("skipped").BeginObject();
    json.Key("hidden").Uint(skipped.hidden).Key("ignored").Uint(skipped.ignored);
    json.Key("binary").Uint(skipped.binary).Key("not_regular").Uint(skipped.not_regular);
    json.Key("excluded").Uint(skipped.excluded).Key("repeated").Uint(skipped.repeated);
    json.EndObject();
    json.Key("errors").BeginArray();
    for (const PathError& error : report_.errors) {
      json.BeginObject().Bytes("path", error.path).Key("message").String(error.message);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }

  const CountReport& report_;
  const std::vector<Measure>& measures_;
  const Format format_;
  Output& output_;
};

}  // namespace

void PrintCount(const CountReport& report, Format format, Output& output) {
  Printer(report, format, output).Print();
}

}  // namespace toktally::cli
