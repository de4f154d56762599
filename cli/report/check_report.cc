// How the gate's report is printed: for people, as JSON, as a comment, as a page.

#include <algorithm>
#include <utility>

#include "cli/commands/check.h"
#include "cli/report/document.h"
#include "cli/report/forecast_report.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Point;
using pricing::Range;
using pricing::Ratio;

const Ratio& Expected(const Range<Ratio>& usd) { return usd.at(Point::kExpected); }

char Sign(const Change& change) {
  switch (change.kind) {
    case Change::Kind::kAdded:
      return '+';
    case Change::Kind::kRemoved:
      return '-';
    case Change::Kind::kChanged:
      return '~';
    case Change::Kind::kSame:
      break;
  }
  return '=';
}

std::string ModelOf(const Change& change) {
  if (change.now != nullptr) return change.now->model->id;
  return change.before->model.substr(change.before->model.find('/') + 1);
}

std::string ChangeText(const Ratio& delta) {
  return Concat(delta.sign() > 0 ? "+" : "", FormatUsd(delta));
}

// "+61.0 %", or "" from nothing.
std::string PercentText(const Ratio& delta, const Ratio& base) {
  const auto percent = pricing::PercentOf(delta, base);
  if (!percent) return "";
  return Concat(delta.sign() > 0 ? "+" : "", *percent, " %");
}

std::string PercentOf(const Change& change) {
  return change.before == nullptr || change.kind == Change::Kind::kRemoved
             ? ""
             : PercentText(change.delta, Expected(change.before->monthly));
}

Ratio TotalDelta(const CheckReport& report) {
  return Expected(report.plan.total) - Expected(report.baseline->monthly);
}

// "monthly $1,312.40 → $2,016.60   +$704.20 (+53.7 %)".
std::string TotalText(const CheckReport& report, bool unicode, std::string_view gap) {
  const std::string now = FormatUsd(Expected(report.plan.total));
  if (!report.baseline) return Concat(now, gap, "range ", RangeText(report.plan.total, unicode));
  if (!report.AnythingChanged()) return Concat(now, gap, "unchanged");
  const Ratio delta = TotalDelta(report);
  const std::string percent = PercentText(delta, Expected(report.baseline->monthly));
  return Concat(FormatUsd(Expected(report.baseline->monthly)), unicode ? " → " : " -> ", now, gap,
                ChangeText(delta), percent.empty() ? "" : Concat(" (", percent, ")"));
}

std::vector<const Change*> Changed(const CheckReport& report) {
  std::vector<const Change*> changed;
  for (const Change& change : report.changes) {
    if (change.kind != Change::Kind::kSame) changed.push_back(&change);
  }
  return changed;
}

void PrintForPeople(const CheckReport& report, Output& output) {
  const bool unicode = output.unicode();
  const auto changed = Changed(report);
  std::size_t name = 0;
  std::size_t model = 0;
  std::size_t what = 0;
  std::size_t delta = 0;
  for (const Change* change : changed) {
    name = std::max(name, DisplayWidth(EscapeControls(change->name)));
    model = std::max(model, DisplayWidth(ModelOf(*change)));
    what = std::max(what, DisplayWidth(WhatChanged(*change, unicode)));
    delta = std::max(delta, ChangeText(change->delta).size() + 3);
  }
  const auto pad = [](const std::string& text, std::size_t width) {
    const std::size_t used = DisplayWidth(text);
    return Concat(text, std::string(width > used ? width - used : 0, ' '));
  };
  for (const Change* change : changed) {
    const std::string percent = PercentOf(*change);
    const bool more = change->delta.sign() > 0;
    output.Print(Concat("  ", Sign(*change), " ", pad(EscapeControls(change->name), name), "  ",
                        pad(ModelOf(*change), model), "  ",
                        pad(WhatChanged(*change, unicode), what), "  "));
    const std::string amount = Concat(ChangeText(change->delta), "/mo");
    output.Print(percent.empty() ? amount : pad(amount, delta),
                 more ? Style::kYellow : Style::kGreen);
    output.Print(percent.empty() ? "\n" : Concat("  (", percent, ")\n"));
  }
  output.Print(Concat("  monthly ", TotalText(report, unicode, "   "), "\n"), Style::kBold);
  for (const Finding& finding : report.findings) {
    const std::string_view mark = finding.fails ? (unicode ? "✗" : "x") : "!";
    output.Print(Concat("  ", mark, " ", finding.text),
                 finding.fails ? Style::kRed : Style::kYellow);
    output.Print(Concat("  (", finding.where, ")\n"));
  }
  if (report.findings.empty()) {
    output.Print(Concat("  ", unicode ? "✓" : "ok:", " within the limits\n"), Style::kGreen);
  }
}

void WriteChange(const Change& change, JsonWriter& json) {
  json.BeginObject();
  json.Key("workload").String(change.name);
  constexpr std::string_view kKinds[] = {"added", "removed", "changed", "same"};
  json.Key("kind").String(kKinds[static_cast<std::size_t>(change.kind)]);
  json.Key("model").String(ModelOf(change));
  json.Key("what").String(WhatChanged(change, true));
  for (const bool before : {true, false}) {
    json.Key(before ? "monthly_before" : "monthly_now");
    if (before && change.before != nullptr) {
      WriteUsdRange(change.before->monthly, json);
    } else if (!before && change.now != nullptr) {
      WriteUsdRange(MonthOf(*change.now), json);
    } else {
      json.Null();
    }
  }
  json.Key("change").String(UsdString(change.delta));
  json.EndObject();
}

void PrintJson(const CheckReport& report, const Prices& prices, Output& output) {
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject();
  WritePlanHead("check", report.file, report.plan, prices, json);
  json.Key("passed").Bool(!report.Failed());
  json.Key("monthly_before");
  report.baseline ? WriteUsdRange(report.baseline->monthly, json) : (void)json.Null();
  json.Key("monthly_now");
  WriteUsdRange(report.plan.total, json);
  json.Key("change");
  report.baseline ? json.String(UsdString(TotalDelta(report))) : json.Null();
  json.Key("findings").BeginArray();
  for (const Finding& finding : report.findings) {
    json.BeginObject();
    json.Key("severity").String(finding.fails ? "fail" : "warn");
    json.Key("text").String(finding.text);
    json.Key("where").String(finding.where);
    json.EndObject();
  }
  json.EndArray();
  json.Key("changes").BeginArray();
  for (const Change& change : report.changes) {
    if (change.kind != Change::Kind::kSame) WriteChange(change, json);
  }
  json.EndArray();
  WritePlanRows(report.plan, json);
  json.EndObject();
}

// Text of others in a comment: no markup, no table cells, no HTML, nobody mentioned.
std::string EscapeComment(std::string_view text) {
  std::string out;
  for (const char c : EscapeControls(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@') {
      out += "&#64;";
    } else if (c == '#') {
      out += "&#35;";
    } else {
      if (std::string_view("\\`*_[]|~!").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// What finds the comment again: a comment may not hold "--".
std::string HiddenTag(std::string_view file) {
  std::string name;
  for (const char c : file) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '/' || c == '_';
    name += plain ? c : '_';
  }
  return Concat("<!-- toktally check ", name, " -->");
}

std::string Headline(const CheckReport& report) {
  const bool failed = report.Failed();
  std::string verdict = failed ? "over a limit" : "within the limits";
  if (failed && report.warn_only) verdict += ", only warning";
  return Concat("**LLM cost a month: ", TotalText(report, true, ", "), "** — ",
                failed ? "✗ " : "✓ ", verdict, ".");
}

void PrintFolded(std::string_view summary, std::string_view body, Output& output) {
  output.Print(Concat("\n<details><summary>", summary, "</summary>\n\n", body, "\n</details>\n"));
}

void PrintGithub(const CheckReport& report, const Prices& prices, Output& output) {
  output.Print(Concat(HiddenTag(report.file), "\n", Headline(report), "\n"));
  const auto changed = Changed(report);
  if (!changed.empty()) {
    output.Print(
        "\n| | workload | model | what | a month | change |\n|---|---|---|---|---:|---:|\n");
  }
  for (const Change* change : changed) {
    const std::string now =
        change->now == nullptr ? "" : FormatUsd(Expected(MonthOf(*change->now)));
    const std::string percent = PercentOf(*change);
    const std::string sign = Sign(*change) == '~' ? "\\~" : std::string(1, Sign(*change));
    output.Print(Concat(
        "| ", sign, " | ", EscapeComment(change->name), " | ", EscapeComment(ModelOf(*change)),
        " | ", EscapeComment(WhatChanged(*change, true)), " | ", now, " | ",
        ChangeText(change->delta), percent.empty() ? "" : Concat(" (", percent, ")"), " |\n"));
  }
  if (!report.findings.empty()) output.Print("\n");
  for (const Finding& finding : report.findings) {
    output.Print(Concat("- ", finding.fails ? "✗ " : "! ", EscapeComment(finding.text), " (",
                        EscapeComment(finding.where), ")\n"));
  }
  std::string rest = "| workload | model | a month |\n|---|---|---:|\n";
  std::size_t same = 0;
  for (const PlanRow& row : report.plan.rows) {
    const bool listed = std::any_of(changed.begin(), changed.end(),
                                    [&row](const Change* change) { return change->now == &row; });
    if (listed) continue;
    ++same;
    rest += Concat("| ", EscapeComment(row.spec->name), " | ", EscapeComment(row.model->id), " | ",
                   RangeText(MonthOf(row)), " |\n");
  }
  const std::string_view unchanged = report.baseline ? " unchanged" : "";
  if (same > 0) {
    PrintFolded(Concat(same, unchanged, same == 1 ? " workload" : " workloads"), rest, output);
  }
  std::string notes =
      Concat("- rates of ", ToString(prices.date()), ", price table of ", prices.TableDate(), "\n");
  for (const std::string& assumption : Assumptions(report.plan)) {
    notes += Concat("- ", EscapeComment(assumption), "\n");
  }
  PrintFolded("Assumptions and rates", notes, output);
}

void PrintHtml(const CheckReport& report, const Prices& prices, Output& output) {
  HtmlPage page("LLM cost check", TotalText(report, true, ", "));
  page.Paragraph(SourceText(report.file, prices));
  for (const Finding& finding : report.findings) {
    page.Verdict(!finding.fails, Concat(finding.text, " (", finding.where, ")"));
  }
  if (report.findings.empty()) page.Verdict(true, "within the limits");
  std::vector<std::vector<std::string>> rows;
  for (const Change* change : Changed(report)) {
    rows.push_back({Concat(Sign(*change), " ", change->name), ModelOf(*change),
                    WhatChanged(*change, true), ChangeText(change->delta), PercentOf(*change)});
  }
  if (report.baseline) page.Heading("What changed");
  if (!rows.empty()) page.Table({"workload", "model", "what", "a month", ""}, rows);
  if (report.baseline && rows.empty()) page.Paragraph("Nothing.");
  AddPlanCharts(report.plan, page);
  page.Heading("Assumptions");
  page.List(Assumptions(report.plan));
  output.Print(std::move(page).Finish());
}

void PrintRows(const CheckReport& report, Format format, Output& output) {
  Table table({{"", "kind", Align::kLeft},
               {"workload", "workload", Align::kLeft, true},
               {"model", "model", Align::kLeft},
               {"what", "what", Align::kLeft},
               {"before", "monthly_before"},
               {"now", "monthly_now"},
               {"change", "change"}});
  const auto cell = [](const Ratio* usd) {
    return usd == nullptr ? Cell() : Cell(FormatUsd(*usd), UsdString(*usd));
  };
  for (const Change* change : Changed(report)) {
    const Range<Ratio> now = change->now == nullptr ? Range<Ratio>() : MonthOf(*change->now);
    table.AddRow({std::string(1, Sign(*change)), change->name, ModelOf(*change),
                  WhatChanged(*change, true),
                  cell(change->before == nullptr ? nullptr : &Expected(change->before->monthly)),
                  cell(change->now == nullptr ? nullptr : &Expected(now)),
                  Cell(ChangeText(change->delta), UsdString(change->delta))});
  }
  table.Print(format, output);
}

}  // namespace

void PrintCheck(const CheckReport& report, const Prices& prices, Format format, Output& output) {
  switch (format) {
    case Format::kTable:
      return PrintForPeople(report, output);
    case Format::kJson:
      return PrintJson(report, prices, output);
    case Format::kGithub:
      return PrintGithub(report, prices, output);
    case Format::kHtml:
      return PrintHtml(report, prices, output);
    case Format::kJsonl: {
      JsonWriter json(output, /*pretty=*/false);
      for (const Change& change : report.changes) {
        if (change.kind != Change::Kind::kSame) WriteChange(change, json);
      }
      return;
    }
    default:
      return PrintRows(report, format, output);
  }
}

}  // namespace toktally::cli
