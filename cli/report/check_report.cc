#include "cli/report/check_report.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/forecast_report.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using forecast::Change;
using forecast::Finding;
using forecast::kParts;
using forecast::kPoints;
using forecast::Part;
using forecast::Verdict;

const Ratio& Expected(const Range<Ratio>& usd) { return usd.at(Point::kExpected); }

std::string_view Sign(const Change& change) {
  constexpr std::string_view kSigns[] = {"+", "-", "~", "="};
  return kSigns[static_cast<std::size_t>(change.kind)];
}

std::string_view KindName(Change::Kind kind) {
  constexpr std::string_view kNames[] = {"added", "removed", "changed", "same"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ModelOf(const Change& change) {
  if (change.now != nullptr) {
    return change.now->estimate ? Concat(change.now->model->id, " (estimate)")
                                : change.now->model->id;
  }
  return change.before->model.substr(change.before->model.find('/') + 1);
}

// "+61.0 %", or "" from nothing.
std::string PercentText(const Ratio& delta, const Ratio& base) {
  const auto percent = pricing::PercentOf(delta, base);
  if (!percent) return "";
  return Concat(delta.sign() > 0 ? "+" : "", *percent, " %");
}

std::string PercentText(const Change& change) {
  return change.before == nullptr || change.kind == Change::Kind::kRemoved
             ? ""
             : PercentText(Expected(change.delta), Expected(change.before->monthly));
}

// The change as printed: the difference of two printed amounts, so that the three fit together.
Ratio PrintedDelta(const Ratio& before, const Ratio& now) {
  const Ratio printed = InCents(now) - InCents(before);
  return printed.is_zero() ? now - before : printed;
}

// "$272.50 → $452.50   +$180.00 (+66.1 %)".
std::string StepText(const Ratio& before, const Ratio& now, bool unicode, std::string_view gap) {
  const std::string percent = PercentText(now - before, before);
  return Concat(FormatUsd(before), unicode ? " → " : " -> ", FormatUsd(now), gap,
                FormatUsdChange(PrintedDelta(before, now)),
                percent.empty() ? "" : Concat(" (", percent, ")"));
}

std::string TotalText(const CheckReport& report, bool unicode, std::string_view gap) {
  const Range<Ratio>& now = report.plan.total;
  const Verdict& verdict = report.verdict;
  if (!verdict.before) {
    return Concat(FormatUsd(Expected(now)), gap, "range ", RangeText(now, unicode));
  }
  if (!verdict.AnythingChanged()) return Concat(FormatUsd(Expected(now)), gap, "unchanged");
  return StepText(Expected(*verdict.before), Expected(now), unicode, gap);
}

// Low and high, where they do not move as the expected cost does.
std::vector<std::pair<std::string, std::string>> RangeSteps(const CheckReport& report, bool unicode,
                                                            std::string_view gap) {
  std::vector<std::pair<std::string, std::string>> steps;
  const Verdict& verdict = report.verdict;
  if (!verdict.before || !verdict.AnythingChanged()) return steps;
  for (const Point point : {Point::kLow, Point::kHigh}) {
    const Ratio& before = verdict.before->at(point);
    const Ratio& now = report.plan.total.at(point);
    if (before == Expected(*verdict.before) && now == Expected(report.plan.total)) continue;
    steps.emplace_back(std::string(PointName(point)), StepText(before, now, unicode, gap));
  }
  return steps;
}

// The parts of the whole change that are not 0, in cents that add up to it.
std::vector<std::pair<Part, Ratio>> PrintedParts(const CheckReport& report) {
  std::vector<std::pair<Part, Ratio>> shown;
  const Verdict& verdict = report.verdict;
  if (!verdict.parts || !verdict.AnythingChanged()) return shown;
  std::vector<Ratio> amounts;
  for (const Part part : kParts) amounts.push_back(Expected(verdict.parts->of(part)));
  amounts = CentsThatAddUp(std::move(amounts),
                           PrintedDelta(Expected(*verdict.before), Expected(report.plan.total)));
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    if (!amounts[i].is_zero()) shown.emplace_back(kParts[i], amounts[i]);
  }
  return shown;
}

std::string PartsText(const CheckReport& report) {
  std::string text;
  for (const auto& [part, usd] : PrintedParts(report)) {
    const std::string_view world = part == Part::kRates ? " (the world's)" : "";
    text += Concat(text.empty() ? "" : ", ", PartName(part), world, " ", FormatUsdChange(usd));
  }
  return text;
}

// A line on what no limit looks at.
std::string UnwatchedText(const CheckReport& report) {
  return Concat("the high case rises by ", FormatUsd(report.verdict.delta.at(Point::kHigh)),
                " and no limit reads it: {\"value\": …, \"on\": \"high\"} does");
}

std::vector<const Change*> Changed(const CheckReport& report) {
  std::vector<const Change*> changed;
  for (const Change& change : report.verdict.changes) {
    if (change.kind != Change::Kind::kSame) changed.push_back(&change);
  }
  return changed;
}

// Of the changes, in cents that add up to the total's.
std::vector<Ratio> PrintedDeltas(const CheckReport& report,
                                 const std::vector<const Change*>& rows) {
  std::vector<Ratio> deltas;
  for (const Change* change : rows) deltas.push_back(Expected(change->delta));
  if (!report.verdict.before) return deltas;
  return CentsThatAddUp(std::move(deltas), PrintedDelta(Expected(*report.verdict.before),
                                                        Expected(report.plan.total)));
}

std::string VerdictText(const CheckReport& report) {
  const bool failed = report.verdict.Failed();
  const bool limit = std::any_of(report.verdict.findings.begin(), report.verdict.findings.end(),
                                 [](const Finding& finding) {
                                   return finding.fails && finding.kind == Finding::Kind::kLimit;
                                 });
  if (!failed) return "within the limits";
  return Concat(limit ? "over a limit" : "not as planned or locked",
                report.warn_only ? ", only warning" : "");
}

// A limit was passed or weakened, or the plan fails.
bool PassedLimit(const CheckReport& report) {
  return std::any_of(report.verdict.findings.begin(), report.verdict.findings.end(),
                     [](const Finding& finding) {
                       return finding.fails || finding.kind == Finding::Kind::kLimit ||
                              finding.kind == Finding::Kind::kWeakened;
                     });
}

void PrintChanges(const CheckReport& report, Output& output) {
  const bool unicode = output.unicode();
  const auto changed = Changed(report);
  const std::vector<Ratio> deltas = PrintedDeltas(report, changed);
  std::size_t name = 0;
  std::size_t model = 0;
  std::size_t what = 0;
  std::size_t delta = 0;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    name = std::max(name, DisplayWidth(EscapeForTerminal(changed[i]->name)));
    model = std::max(model, DisplayWidth(ModelOf(*changed[i])));
    what = std::max(what, DisplayWidth(WhatChanged(*changed[i], unicode)));
    delta = std::max(delta, FormatUsdChange(deltas[i]).size() + 3);
  }
  const auto pad = [](const std::string& text, std::size_t width) {
    const std::size_t used = DisplayWidth(text);
    return Concat(text, std::string(width > used ? width - used : 0, ' '));
  };
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const Change& change = *changed[i];
    const std::string percent = PercentText(change);
    const std::string amount = Concat(FormatUsdChange(deltas[i]), "/mo");
    const std::string behind = percent.empty() ? "" : Concat("  (", percent, ")");
    if (output.terminal().output_is_terminal &&
        12 + name + model + what + delta + behind.size() > output.terminal().width) {
      output.PrintLine(Format::kTable,
                       Concat("  ", Sign(change), " ", change.name, "  ", ModelOf(change), "  ",
                              WhatChanged(change, unicode), "  ", amount, behind));
      continue;
    }
    output.Print(Concat("  ", Sign(change), " ", pad(EscapeForTerminal(change.name), name), "  ",
                        pad(ModelOf(change), model), "  ", pad(WhatChanged(change, unicode), what),
                        "  "));
    output.Print(percent.empty() ? amount : pad(amount, delta),
                 change.delta.at(Point::kHigh).sign() > 0 ? Style::kYellow : Style::kGreen);
    output.Print(behind + "\n");
  }
}

void PrintFindings(const CheckReport& report, bool weakened, Output& output) {
  const bool unicode = output.unicode();
  for (const Finding& finding : report.verdict.findings) {
    if ((finding.kind == Finding::Kind::kWeakened) != weakened) continue;
    const std::string_view mark = finding.fails ? (unicode ? "✗" : "x") : "!";
    output.PrintLine(Format::kTable,
                     Concat("  ", mark, " ", FindingText(finding), "  (", finding.where, ")"),
                     finding.fails ? Style::kRed : Style::kYellow);
  }
}

void PrintForPeople(const CheckReport& report, Output& output) {
  const bool unicode = output.unicode();
  PrintFindings(report, /*weakened=*/true, output);
  PrintChanges(report, output);
  output.PrintLine(Format::kTable, Concat("  monthly ", TotalText(report, unicode, "   ")),
                   Style::kBold);
  for (const auto& [point, step] : RangeSteps(report, unicode, "   ")) {
    output.PrintLine(Format::kTable, Concat("  ", point == "low" ? "low     " : "high    ", step));
  }
  if (PrintedParts(report).size() > 1 ||
      (report.verdict.parts && !Expected(report.verdict.parts->of(Part::kRates)).is_zero())) {
    output.PrintLine(Format::kTable, Concat("  of it   ", PartsText(report)));
  }
  PrintFindings(report, /*weakened=*/false, output);
  if (report.verdict.high_unwatched) {
    output.PrintLine(Format::kTable, Concat("  ! ", UnwatchedText(report)), Style::kYellow);
  }
  if (!PassedLimit(report)) {
    output.Print(Concat("  ", unicode ? "✓" : "ok:", " within the limits\n"), Style::kGreen);
  }
  for (const PlanRow& row : report.plan.rows) {
    if (!row.estimate) continue;
    output.PrintLine(
        Format::kTable,
        "  ! texts of models without a public tokenizer are counted with another: an estimate "
        "(--json names them)",
        Style::kYellow);
    break;
  }
}

void WriteParts(const forecast::Parts& parts, JsonWriter& json) {
  json.BeginObject();
  for (const Part part : kParts) {
    json.Key(PartName(part));
    WriteUsdRange(parts.of(part), json);
  }
  json.EndObject();
}

void WriteChange(const Change& change, JsonWriter& json) {
  json.BeginObject();
  json.Key("workload").String(change.name);
  json.Key("kind").String(KindName(change.kind));
  json.Key("model").String(ModelOf(change));
  json.Key("what").String(WhatChanged(change, true));
  json.Key("monthly_before");
  change.before != nullptr ? WriteUsdRange(change.before->monthly, json) : (void)json.Null();
  json.Key("monthly_now");
  change.now != nullptr ? WriteUsdRange(change.now->forecast.Usd(), json) : (void)json.Null();
  json.Key("change").String(UsdString(Expected(change.delta)));
  json.Key("change_range");
  WriteUsdRange(change.delta, json);
  json.Key("parts");
  change.parts ? WriteParts(*change.parts, json) : (void)json.Null();
  json.EndObject();
}

void WriteFinding(const Finding& finding, JsonWriter& json) {
  constexpr std::string_view kKinds[] = {
      "limit",     "limit_weakened", "prompt_over_window", "reply_over_most", "nothing_to_cache",
      "shut_down", "shuts_down"};
  json.BeginObject();
  json.Key("severity").String(finding.fails ? "fail" : "warn");
  json.Key("kind").String(kKinds[static_cast<std::size_t>(finding.kind)]);
  json.Key("text").String(FindingText(finding));
  json.Key("where").String(finding.where);
  json.EndObject();
}

void PrintJson(const CheckReport& report, Output& output) {
  const Verdict& verdict = report.verdict;
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject();
  WritePlanHead("check", report.source, report.plan, json);
  json.Key("passed").Bool(!verdict.Failed());
  json.Key("monthly_before");
  verdict.before ? WriteUsdRange(*verdict.before, json) : (void)json.Null();
  json.Key("monthly_now");
  WriteUsdRange(report.plan.total, json);
  json.Key("change");
  verdict.before ? json.String(UsdString(Expected(verdict.delta))) : json.Null();
  json.Key("change_range");
  verdict.before ? WriteUsdRange(verdict.delta, json) : (void)json.Null();
  json.Key("parts");
  verdict.parts ? WriteParts(*verdict.parts, json) : (void)json.Null();
  json.Key("high_unwatched").Bool(verdict.high_unwatched);
  json.Key("findings").BeginArray();
  for (const Finding& finding : verdict.findings) WriteFinding(finding, json);
  json.EndArray();
  json.Key("changes").BeginArray();
  for (const Change* change : Changed(report)) WriteChange(*change, json);
  json.EndArray();
  WritePlanRows(report.plan, json);
  json.EndObject();
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
  return Concat("**LLM cost a month: ", TotalText(report, true, ", "), "** — ",
                report.verdict.Failed() ? "✗ " : "✓ ", VerdictText(report), ".");
}

void PrintFolded(std::string_view summary, std::string_view body, Output& output) {
  output.Print(Concat("\n<details><summary>", summary, "</summary>\n\n", body, "\n</details>\n"));
}

void PrintFindingList(const CheckReport& report, bool weakened, Output& output) {
  bool first = true;
  for (const Finding& finding : report.verdict.findings) {
    if ((finding.kind == Finding::Kind::kWeakened) != weakened) continue;
    output.Print(Concat(first ? "\n" : "", "- ", finding.fails ? "✗ " : "! ",
                        EscapeForMarkdown(FindingText(finding)), " (",
                        EscapeForMarkdown(finding.where), ")\n"));
    first = false;
  }
}

void PrintChangeTable(const CheckReport& report, const std::vector<const Change*>& changed,
                      Output& output) {
  if (changed.empty()) return;
  output.Print("\n| | workload | model | what | a month | change |\n|---|---|---|---|---:|---:|\n");
  const std::vector<Ratio> deltas = PrintedDeltas(report, changed);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const Change& change = *changed[i];
    const std::string now =
        change.now == nullptr ? "" : FormatUsd(Expected(change.now->forecast.Usd()));
    const std::string percent = PercentText(change);
    const std::string_view sign = Sign(change) == "~" ? "\\~" : Sign(change);
    output.Print(Concat("| ", sign, " | ", EscapeForMarkdown(change.name), " | ",
                        EscapeForMarkdown(ModelOf(change)), " | ",
                        EscapeForMarkdown(WhatChanged(change, true)), " | ", now, " | ",
                        FormatUsdChange(deltas[i]),
                        percent.empty() ? "" : Concat(" (", percent, ")"), " |\n"));
  }
}

void PrintGithub(const CheckReport& report, Output& output) {
  output.Print(Concat(HiddenTag(report.source.file), "\n"));
  PrintFindingList(report, /*weakened=*/true, output);
  output.Print(Concat(Headline(report), "\n"));
  for (const auto& [point, step] : RangeSteps(report, true, ", ")) {
    output.Print(Concat("- ", point, ": ", step, "\n"));
  }
  if (const std::string parts = PartsText(report); !parts.empty()) {
    output.Print(Concat("- of it: ", parts, "\n"));
  }
  const auto changed = Changed(report);
  PrintChangeTable(report, changed, output);
  PrintFindingList(report, /*weakened=*/false, output);
  if (report.verdict.high_unwatched) {
    output.Print(Concat("\n- ! ", EscapeForMarkdown(UnwatchedText(report)), "\n"));
  }
  std::unordered_set<const PlanRow*> listed;
  for (const Change* change : changed) listed.insert(change->now);
  std::string rest = "| workload | model | a month |\n|---|---|---:|\n";
  std::size_t same = 0;
  for (const PlanRow& row : report.plan.rows) {
    if (listed.contains(&row)) continue;
    ++same;
    rest += Concat("| ", EscapeForMarkdown(row.spec->name), " | ", EscapeForMarkdown(row.model->id),
                   " | ", RangeText(row.forecast.Usd()), " |\n");
  }
  const std::string_view unchanged = report.verdict.before ? " unchanged" : "";
  if (same > 0) {
    PrintFolded(Concat(same, unchanged, same == 1 ? " workload" : " workloads"), rest, output);
  }
  std::string notes = Concat("- rates of ", report.source.rates_of, ", price table of ",
                             report.source.table_of, "\n");
  for (const std::string& assumption : Assumptions(report.plan)) {
    notes += Concat("- ", EscapeForMarkdown(assumption), "\n");
  }
  PrintFolded("Assumptions and rates", notes, output);
}

void PrintHtml(const CheckReport& report, Output& output) {
  const Verdict& verdict = report.verdict;
  HtmlPage page("LLM cost check", TotalText(report, true, ", "));
  page.Paragraph(SourceText(report.source));
  for (const Finding& finding : verdict.findings) {
    page.Verdict(!finding.fails, Concat(FindingText(finding), " (", finding.where, ")"));
  }
  if (!PassedLimit(report)) page.Verdict(true, "within the limits");
  std::vector<std::vector<std::string>> rows;
  const auto changed = Changed(report);
  const std::vector<Ratio> deltas = PrintedDeltas(report, changed);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    rows.push_back({Concat(Sign(*changed[i]), " ", changed[i]->name), ModelOf(*changed[i]),
                    WhatChanged(*changed[i], true), FormatUsdChange(deltas[i]),
                    PercentText(*changed[i])});
  }
  if (verdict.before) page.Heading("What changed");
  if (!rows.empty()) page.Table({"workload", "model", "what", "a month", ""}, rows);
  if (verdict.before && rows.empty()) page.Paragraph("Nothing.");
  std::vector<std::vector<std::string>> parts;
  for (const auto& [part, usd] : PrintedParts(report)) {
    parts.push_back({std::string(PartName(part)), FormatUsdChange(usd)});
  }
  if (!parts.empty()) {
    page.Heading("Where the change comes from");
    page.Table({"part", "a month"}, parts);
  }
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
               MoneyColumn("before", "monthly_before"),
               MoneyColumn("now", "monthly_now"),
               MoneyColumn("change", "change")});
  const auto cell = [](const Ratio& usd) { return Cell(FormatUsd(usd), UsdString(usd)); };
  const auto changed = Changed(report);
  const std::vector<Ratio> deltas = PrintedDeltas(report, changed);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const Change& change = *changed[i];
    table.AddRow({Cell(std::string(Sign(change)), std::string(KindName(change.kind))), change.name,
                  ModelOf(change), WhatChanged(change, true),
                  change.before == nullptr ? Cell() : cell(Expected(change.before->monthly)),
                  change.now == nullptr ? Cell() : cell(Expected(change.now->forecast.Usd())),
                  Cell(FormatUsdChange(deltas[i]), UsdString(Expected(change.delta)))});
  }
  const Verdict& verdict = report.verdict;
  const Ratio& now = Expected(report.plan.total);
  table.AddRow({"total", "", "", VerdictText(report),
                verdict.before ? cell(Expected(*verdict.before)) : Cell(), cell(now),
                verdict.before ? Cell(FormatUsdChange(PrintedDelta(Expected(*verdict.before), now)),
                                      UsdString(Expected(verdict.delta)))
                               : Cell()});
  for (const Finding& finding : verdict.findings) {
    table.AddRow({finding.fails ? "fail" : "warn", finding.name, finding.model,
                  Concat(FindingText(finding), " (", finding.where, ")"), Cell(), Cell(), Cell()});
  }
  table.Print(format, output);
}

}  // namespace

void PrintCheck(const CheckReport& report, Format format, Output& output) {
  switch (format) {
    case Format::kTable:
      return PrintForPeople(report, output);
    case Format::kJson:
      return PrintJson(report, output);
    case Format::kGithub:
      return PrintGithub(report, output);
    case Format::kHtml:
      return PrintHtml(report, output);
    case Format::kJsonl: {
      JsonWriter json(output, /*pretty=*/false);
      for (const Change* change : Changed(report)) WriteChange(*change, json);
      return;
    }
    default:
      return PrintRows(report, format, output);
  }
}

}  // namespace toktally::cli
