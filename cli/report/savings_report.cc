#include "cli/report/savings_report.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kShown = 3;

// As the command line takes them.
std::string SetOptions(const forecast::Saving& saving) {
  std::string text;
  for (const std::string& setting : saving.settings) {
    const bool plain = setting.find_first_of(" '\"{};&|<>()$`\\*?[]#~!") == std::string::npos;
    text +=
        Concat(text.empty() ? "" : " ", "--set ", plain ? setting : Concat('\'', setting, '\''));
  }
  return text;
}

// Of the expected total, in percent.
std::string ShareText(const Ratio& part, const Ratio& whole) {
  const auto share = part.DividedBy(whole);
  return share ? Concat((*share * Ratio(100)).ToString(1), " %") : "";
}

void PrintJson(const ForecastReport& report, const std::vector<forecast::Saving>& shown,
               Format format, Output& output) {
  JsonWriter json(output, format == Format::kJson);
  json.BeginObject();
  WritePlanHead("forecast", report.source, report.plan, json);
  json.Key("savings").BeginArray();
  for (const forecast::Saving& saving : shown) {
    json.BeginObject().Key("workload").String(saving.workload);
    json.Key("settings").BeginArray(true);
    for (const std::string& setting : saving.settings) json.String(setting);
    json.EndArray();
    json.Key("monthly_usd").String(UsdString(saving.usd));
    json.Key("assumes").String(saving.assumes).EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

void PrintSavings(const ForecastReport& report, const std::vector<forecast::Saving>& savings,
                  Format format, Output& output) {
  const std::vector<forecast::Saving> shown(
      savings.begin(),
      savings.begin() + static_cast<std::ptrdiff_t>(std::min(savings.size(), kShown)));
  if (format == Format::kJson || format == Format::kJsonl) {
    return PrintJson(report, shown, format, output);
  }
  const Ratio& total = report.plan.total.at(Point::kExpected);
  Table table({MoneyColumn("saves a month", "monthly_usd"),
               {"of all", "percent"},
               {"workload", "workload", Align::kLeft, true},
               {"change", "settings", Align::kLeft, false, true}});
  for (const forecast::Saving& saving : shown) {
    table.AddRow({Cell(FormatUsd(saving.usd), UsdString(saving.usd)),
                  Cell(ShareText(saving.usd, total)), Cell(saving.workload),
                  Cell(SetOptions(saving))});
  }
  if (shown.empty() && format != Format::kCsv) {
    output.PrintLine(format, "nothing was found that saves anything");
  } else {
    table.Print(format, output);
  }
  if (format == Format::kCsv) return;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    output.PrintLine(format, Concat(i + 1, ". assumes that ", shown[i].assumes));
  }
  output.PrintLine(
      format,
      Concat("each by itself, of ", FormatUsd(total), " a month; ", SourceText(report.source)),
      Style::kDim);
}

}  // namespace toktally::cli
