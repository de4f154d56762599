#include "cli/report/budget_report.h"

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

std::string Scope(const BudgetRule& rule) {
  return Concat(rule.always ? "always" : "", rule.always && rule.total ? " " : "",
                rule.total ? "total" : "");
}

// "6,120 tokens, 1,120 over 5,000".
std::string Sentence(const BudgetCount& count, const BudgetVerdict& verdict) {
  std::string text =
      Concat(count.path.empty() ? Concat(GroupDigits(verdict.files), " files") : count.path, ": ",
             GroupDigits(count.tokens), " tokens, ", GroupDigits(count.tokens - count.limit),
             " over ", GroupDigits(count.limit));
  if (count.before) {
    text += Concat(" (", GroupDigits(*count.before), ", ", verdict.rule->limit_text, ")");
  }
  return text;
}

void WriteCount(const BudgetCount& count, JsonWriter& json) {
  json.BeginObject(/*inline_items=*/true);
  if (count.path.empty()) {
    json.Key("path").Null();
  } else {
    json.Bytes("path", count.path);
  }
  json.Key("tokens").Uint(count.tokens);
  json.Key("before");
  count.before ? json.Uint(*count.before) : json.Null();
  json.Key("limit").Uint(count.limit).EndObject();
}

void WriteVerdict(const BudgetVerdict& verdict, JsonWriter& json) {
  json.BeginObject();
  json.Key("line").Uint(verdict.rule->line);
  json.Key("pattern").String(verdict.rule->pattern);
  json.Key("scope").String(verdict.rule->total ? "total" : "each");
  json.Key("always").Bool(verdict.rule->always);
  json.Key("limit").String(verdict.rule->limit_text);
  json.Key("files").Uint(verdict.files);
  json.Key("passed").Bool(verdict.broken.empty());
  json.Key("nearest");
  if (verdict.nearest) {
    WriteCount(*verdict.nearest, json);
  } else {
    json.Null();
  }
  json.Key("broken").BeginArray();
  for (const BudgetCount& count : verdict.broken) WriteCount(count, json);
  json.EndArray().EndObject();
}

void PrintJson(const BudgetReport& report, Format format, Output& output) {
  JsonWriter json(output, format == Format::kJson);
  if (format == Format::kJsonl) {
    for (const BudgetVerdict& verdict : report.verdicts) WriteVerdict(verdict, json);
    return;
  }
  json.BeginObject();
  DocumentHead head{"budget", report.measure->encoding, std::nullopt, {}};
  if (report.measure->certainty == Measure::Certainty::kEstimate) {
    head.assumptions.push_back(
        Concat(report.measure->name, " is estimated: the upper end of the range is held"));
  }
  WriteHead(head, json);
  json.Key("certainty").String(CertaintyWord(report.measure->certainty));
  json.Key("budget").String(report.file);
  json.Key("against");
  report.against.empty() ? json.Null() : json.String(report.against);
  json.Key("rules").BeginArray();
  for (const BudgetVerdict& verdict : report.verdicts) WriteVerdict(verdict, json);
  json.EndArray();
  bool passed = true;
  for (const BudgetVerdict& verdict : report.verdicts) passed = passed && verdict.broken.empty();
  json.Key("passed").Bool(passed).EndObject();
}

// Of a property of a runner's command.
std::string EscapeProperty(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += "%3A";
        break;
      case ',':
        out += "%2C";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

void BudgetVerdict::Hold(BudgetCount count) {
  // How far over, or how near: the difference, which a sum of tokens never makes wrap.
  const auto distance = [](const BudgetCount& c) {
    return static_cast<std::int64_t>(c.tokens) - static_cast<std::int64_t>(c.limit);
  };
  if (count.over()) broken.push_back(count);
  if (!nearest || distance(count) > distance(*nearest)) nearest = std::move(count);
}

void PrintBudget(const BudgetReport& report, Format format, Output& output) {
  if (format == Format::kJson || format == Format::kJsonl) {
    return PrintJson(report, format, output);
  }
  const bool unicode = output.unicode();
  Table table({{"", "verdict", Align::kLeft},
               {"tokens", "tokens"},
               {"limit", "limit"},
               {"files", "files"},
               {"rule", "rule", Align::kLeft},
               {"nearest", "nearest", Align::kLeft, true}});
  std::size_t broken = 0;
  for (const BudgetVerdict& verdict : report.verdicts) {
    const bool passed = verdict.broken.empty();
    if (!passed) ++broken;
    const std::string scope = Scope(*verdict.rule);
    const auto& nearest = verdict.nearest;
    const std::string mark = !nearest ? (unicode ? "·" : "-")
                             : passed ? (unicode ? "✓" : "ok")
                                      : (unicode ? "✗" : "OVER");
    table.AddRow({Cell(mark, passed ? "passed" : "broken", passed ? Style::kGreen : Style::kRed),
                  nearest ? Cell::Number(nearest->tokens) : Cell(),
                  nearest ? Cell::Number(nearest->limit) : Cell(), Cell::Number(verdict.files),
                  Concat(verdict.rule->pattern, scope.empty() ? "" : " ", scope,
                         verdict.rule->relative() ? Concat(" ", verdict.rule->limit_text) : ""),
                  nearest ? (nearest->path.empty() ? "all files" : nearest->path) : ""});
  }
  table.Print(format, output);
  if (format == Format::kCsv) return;
  if (format == Format::kMarkdown) output.Print("\n");
  for (const BudgetVerdict& verdict : report.verdicts) {
    for (const BudgetCount& count : verdict.broken) {
      if (format == Format::kMarkdown) output.Print("- ");
      output.PrintLine(format,
                       Concat(unicode ? "✗ " : "OVER ", Sentence(count, verdict), "  (",
                              report.file, ":", verdict.rule->line, ")"),
                       Style::kRed);
    }
  }
  if (broken == 0) return;
  if (format == Format::kMarkdown) output.Print("\n");
  output.PrintLine(format,
                   Concat(broken, " of ", report.verdicts.size(),
                          report.verdicts.size() == 1 ? " limit is" : " limits are", " broken"));
}

void AnnotateBudget(const BudgetReport& report, Output& output) {
  for (const BudgetVerdict& verdict : report.verdicts) {
    for (const BudgetCount& count : verdict.broken) {
      output.PrintMessage(
          Concat("::error file=", EscapeProperty(count.path.empty() ? report.file : count.path),
                 ",title=Token budget::",
                 EscapeProperty(Concat(Sentence(count, verdict), " (", report.file, " line ",
                                       verdict.rule->line, ")")),
                 "\n"));
    }
  }
}

}  // namespace toktally::cli
