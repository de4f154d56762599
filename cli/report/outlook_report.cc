// What owners and months cost, in the report of a forecast.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/report/forecast_report.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

std::string NameOf(const forecast::Group& group) {
  return group.name.empty() ? "(none)" : group.name;
}

void PrintGroups(const ForecastReport& report, Format format, Output& output) {
  if (report.groups.empty()) return;
  output.Print("\n");
  Table table({{report.grouped_by, report.grouped_by, Align::kLeft, true},
               {"workloads", "workloads"},
               MoneyColumn("low … high", "range"),
               MoneyColumn("expected", "expected")});
  for (const forecast::Group& group : report.groups) {
    table.AddRow({NameOf(group), std::to_string(group.workloads),
                  RangeText(group.usd, output.unicode()),
                  FormatUsd(group.usd.at(Point::kExpected))});
  }
  table.Print(format, output);
}

std::string MonthName(const forecast::MonthAhead& month) {
  return ToString(month.date).substr(0, 7);
}

// What is not in a month's sum or holds from it on.
std::string MonthNote(const forecast::MonthAhead& month) {
  std::string note;
  for (const std::string& name : month.missing) {
    note += Concat(note.empty() ? "" : "; ", name, " has no rates: not in it");
  }
  for (const std::string& remark : month.remarks) note += Concat(note.empty() ? "" : "; ", remark);
  return note;
}

void PrintMonths(const ForecastReport& report, Format format, Output& output) {
  if (report.months.empty()) return;
  output.Print("\n");
  Ratio longest;
  Ratio sum;
  for (const forecast::MonthAhead& month : report.months) {
    longest = std::max(longest, month.usd.at(Point::kHigh));
    sum += month.usd.at(Point::kExpected);
  }
  std::vector<Ratio> shown;
  for (const forecast::MonthAhead& month : report.months) {
    shown.push_back(month.usd.at(Point::kExpected));
  }
  shown = CentsThatAddUp(std::move(shown), InCents(sum));
  Table table({{"month", "month", Align::kLeft},
               MoneyColumn("low … high", "range"),
               MoneyColumn("expected", "expected"),
               {"", "", Align::kLeft},
               {"", "note", Align::kLeft}});
  for (std::size_t i = 0; i < report.months.size(); ++i) {
    const forecast::MonthAhead& month = report.months[i];
    table.AddRow({MonthName(month), RangeText(month.usd, output.unicode()), FormatUsd(shown[i]),
                  Cell(TerminalBar(month.usd, longest, output.unicode()), "", Style::kCyan),
                  MonthNote(month)});
  }
  table.AddRule();
  table.AddRow({"together", "", FormatUsd(sum), "", ""});
  table.Print(format, output);
}

}  // namespace

void PrintOutlook(const ForecastReport& report, Format format, Output& output) {
  PrintGroups(report, format, output);
  PrintMonths(report, format, output);
}

void WriteOutlook(const ForecastReport& report, JsonWriter& json) {
  if (!report.groups.empty()) {
    json.Key(Concat("by_", report.grouped_by)).BeginArray();
    for (const forecast::Group& group : report.groups) {
      json.BeginObject();
      json.Key(report.grouped_by).String(group.name);
      json.Key("workloads").Uint(group.workloads);
      json.Key("monthly");
      WriteUsdRange(group.usd, json);
      json.EndObject();
    }
    json.EndArray();
  }
  if (report.months.empty()) return;
  json.Key("months").BeginArray();
  for (const forecast::MonthAhead& month : report.months) {
    json.BeginObject();
    json.Key("month").String(MonthName(month));
    json.Key("rates_of").String(ToString(month.date));
    json.Key("monthly");
    WriteUsdRange(month.usd, json);
    json.Key("missing").BeginArray();
    for (const std::string& name : month.missing) json.String(name);
    json.EndArray();
    json.Key("remarks").BeginArray();
    for (const std::string& remark : month.remarks) json.String(remark);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

void AddOutlook(const ForecastReport& report, HtmlPage& page) {
  const auto bar = [](const std::string& label, const std::string& note,
                      const Range<Ratio>& usd) -> HtmlBar {
    std::string value = FormatUsd(usd.at(Point::kExpected));
    if (IsRange(usd)) value += Concat("  (", RangeText(usd), ")");
    return {
        label, note, value, usd.at(Point::kLow), usd.at(Point::kExpected), usd.at(Point::kHigh)};
  };
  if (!report.groups.empty()) {
    page.Heading(Concat("A month, by ", report.grouped_by));
    std::vector<HtmlBar> bars;
    for (const forecast::Group& group : report.groups) {
      bars.push_back(bar(NameOf(group), Concat(group.workloads, " workloads"), group.usd));
    }
    page.Bars(bars);
  }
  if (!report.months.empty()) {
    page.Heading(Concat(report.months.size(), " months"));
    std::vector<HtmlBar> bars;
    for (const forecast::MonthAhead& month : report.months) {
      bars.push_back(bar(MonthName(month), MonthNote(month), month.usd));
    }
    page.Bars(bars);
  }
}

}  // namespace toktally::cli
