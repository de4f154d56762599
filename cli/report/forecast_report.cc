#include "cli/report/forecast_report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "bpe/encoding.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using forecast::kPoints;
using pricing::RateKind;

std::string_view Dots(bool unicode) { return unicode ? " … " : " to "; }

std::string Whole(const Ratio& value) { return pricing::WithThousands(value.ToString(0)); }

Ratio LongestMonth(const Plan& plan) {
  Ratio longest;
  for (const PlanRow& row : plan.rows) {
    const Ratio& high = row.forecast.month.at(Point::kHigh).total;
    if (longest < high) longest = high;
  }
  return longest;
}

// In the form that the format prints.
Cell UsdCell(const Ratio& usd, Format format) {
  return format == Format::kCsv ? Cell("", UsdString(usd)) : Cell(FormatUsd(usd), "");
}

// Of all requests of a month at the expected point; 0 without calls.
Ratio MeanPrompt(const PlanRow& row) {
  const forecast::Month& month = row.forecast.month.at(Point::kExpected);
  return month.calls.is_zero() ? Ratio() : *month.prompt_tokens.DividedBy(month.calls);
}

// The tokens of a request's prompt: the mean of all and the longest, where they differ.
std::string PromptText(const PlanRow& row) {
  const Ratio mean = MeanPrompt(row);
  const std::int64_t longest = row.forecast.month.at(Point::kHigh).longest_prompt;
  const std::string most = GroupDigits(static_cast<std::uint64_t>(longest));
  if (mean.is_zero() || mean == Ratio(longest)) return most;
  return Concat(Whole(mean), ", max ", most);
}

std::string ModelText(const PlanRow& row) {
  std::string text = row.estimate ? Concat(row.model->id, " (estimate)") : row.model->id;
  if (row.workload.tier != pricing::Tier::kStandard) {
    text += Concat(" (", TierName(row.workload.tier), ")");
  }
  return text;
}

// What the rows show: exact for machines; for people in cents that add up to the total's.
std::vector<Range<Ratio>> ShownMonths(const Plan& plan, Format format) {
  std::vector<Range<Ratio>> shown;
  for (const PlanRow& row : plan.rows) shown.push_back(row.forecast.Usd());
  if (format == Format::kCsv) return shown;
  for (const Point point : kPoints) {
    std::vector<Ratio> column;
    for (const Range<Ratio>& usd : shown) column.push_back(usd.at(point));
    column = CentsThatAddUp(std::move(column), InCents(plan.total.at(point)));
    for (std::size_t i = 0; i < shown.size(); ++i) shown[i].at(point) = column[i];
  }
  return shown;
}

void PrintPlanTable(const Plan& plan, Format format, Output& output) {
  const bool unicode = output.unicode() || format != Format::kTable;
  const bool ranges = IsRange(plan.total);
  const Ratio longest = LongestMonth(plan);
  std::vector<Column> columns = {{"workload", "workload", Align::kLeft, true},
                                 {"model", "model", Align::kLeft},
                                 {"calls/month", "calls_per_month"},
                                 {"input", "prompt_tokens"},
                                 {"output", "output_tokens"}};
  if (ranges || format == Format::kCsv) {
    // What somebody signs: the last to go.
    columns.push_back(MoneyColumn("low", "monthly_low"));
    columns.push_back({"expected", "monthly_expected", Align::kRight, false, true});
    columns.push_back(MoneyColumn("high", "monthly_high"));
  } else {
    columns.push_back({"a month", "monthly_expected", Align::kRight, false, true});
  }
  if (format == Format::kTable) columns.push_back({"", "", Align::kLeft});
  Table table(std::move(columns));
  const auto add_money = [&](std::vector<Cell>& cells, const Range<Ratio>& usd) {
    if (!ranges && format != Format::kCsv) {
      cells.push_back(UsdCell(usd.at(Point::kExpected), format));
      return;
    }
    for (const Point point : kPoints) cells.push_back(UsdCell(usd.at(point), format));
  };
  const std::vector<Range<Ratio>> shown = ShownMonths(plan, format);
  std::size_t next = 0;
  for (const PlanRow& row : plan.rows) {
    Range<std::int64_t> output_tokens;
    for (const Point point : kPoints) {
      output_tokens.at(point) =
          row.workload.reply_tokens.at(point) + row.workload.reasoning_tokens.at(point);
    }
    const Range<Ratio>& calls = *row.workload.calls_per_month;
    std::vector<Cell> cells = {
        row.spec->name, ModelText(row),
        Cell(CallsText(calls, unicode), calls.at(Point::kExpected).ToString(6)),
        Cell(PromptText(row), std::to_string(row.workload.prompt_tokens.at(Point::kExpected))),
        Cell(CountsText(output_tokens, unicode),
             std::to_string(output_tokens.at(Point::kExpected)))};
    add_money(cells, shown[next++]);
    if (format == Format::kTable) {
      cells.push_back(Cell(TerminalBar(row.forecast.Usd(), longest, unicode), "", Style::kCyan));
    }
    table.AddRow(std::move(cells));
  }
  if (plan.rows.size() > 1 && format != Format::kCsv) {
    table.AddRule();
    std::vector<Cell> cells = {"total", "", "", "", ""};
    add_money(cells, plan.total);
    if (format == Format::kTable) cells.push_back("");
    table.AddRow(std::move(cells));
  }
  table.Print(format, output);
}

// "−$812.00 (−61.9 %)" of `other` against `own`.
std::string DifferenceText(const Ratio& own, const Ratio& other) {
  const Ratio difference = other - own;
  const std::string_view sign = difference.sign() > 0 ? "+" : "";
  const auto percent = pricing::PercentOf(difference, own);
  return Concat(FormatUsdChange(difference), percent ? Concat(" (", sign, *percent, " %)") : "");
}

bool HasEstimate(const Plan& plan) {
  return std::any_of(plan.rows.begin(), plan.rows.end(),
                     [](const PlanRow& row) { return row.estimate; });
}

std::vector<std::vector<std::string>> AlternativeRows(const ForecastReport& report, bool unicode) {
  const Ratio& own = report.plan.total.at(Point::kExpected);
  std::vector<std::vector<std::string>> rows = {
      {"as configured", RangeText(report.plan.total, unicode), FormatUsd(own), "", ""}};
  for (const Alternative& other : report.alternatives) {
    const Ratio& expected = other.plan.total.at(Point::kExpected);
    rows.push_back({Concat("all on ", other.model), RangeText(other.plan.total, unicode),
                    FormatUsd(expected), DifferenceText(own, expected),
                    HasEstimate(other.plan) ? "counted with another tokenizer: estimate" : ""});
  }
  return rows;
}

void PrintAlternatives(const ForecastReport& report, Format format, Output& output) {
  if (report.alternatives.empty()) return;
  output.Print("\n");
  Table table({{"", "configuration", Align::kLeft, true},
               {"low … high", "range"},
               MoneyColumn("expected", "expected"),
               MoneyColumn("change", "change"),
               {"", "note", Align::kLeft}});
  for (const auto& row : AlternativeRows(report, output.unicode())) {
    table.AddRow(std::vector<Cell>(row.begin(), row.end()));
  }
  table.Print(format, output);
}

void WritePlanRow(const PlanRow& row, JsonWriter& json) {
  const auto text = [&json](std::string_view key, std::string_view value) {
    json.Key(key);
    value.empty() ? json.Null() : json.String(value);
  };
  const auto number = [&json](std::string_view key, std::int64_t n) {
    json.Key(key).Uint(static_cast<std::uint64_t>(n));
  };
  json.BeginObject();
  json.Key("workload").String(row.spec->name);
  json.Key("model").String(row.spec->model);
  json.Key("resolved").String(row.model->FullName());
  text("matched", row.how);
  text("encoding", row.encoding == nullptr ? "" : row.encoding->name());
  json.Key("estimate").Bool(row.estimate);
  json.Key("tier").String(TierName(row.workload.tier));
  number("prompt_tokens", row.workload.prompt_tokens.at(Point::kExpected));
  const forecast::Month& month = row.forecast.month.at(Point::kExpected);
  json.Key("mean_prompt_tokens").String(MeanPrompt(row).ToString(6));
  number("longest_prompt_tokens", row.forecast.month.at(Point::kHigh).longest_prompt);
  json.Key("billed_calls_per_month").String(month.calls.ToString(6));
  for (const auto& [key, counts] : {std::pair{"input_tokens", &row.workload.prompt_tokens},
                                    {"reply_tokens", &row.workload.reply_tokens},
                                    {"reasoning_tokens", &row.workload.reasoning_tokens}}) {
    json.Key(key).BeginObject(true);
    for (const Point point : kPoints) number(PointName(point), counts->at(point));
    json.EndObject();
  }
  json.Key("calls_per_month").BeginObject(true);
  for (const Point point : kPoints) {
    json.Key(PointName(point)).String(row.workload.calls_per_month->at(point).ToString(6));
  }
  json.EndObject();
  number("turns", row.workload.turns.at(Point::kExpected));
  json.Key("monthly");
  WriteUsdRange(row.forecast.Usd(), json);
  json.Key("by_kind").BeginObject(true);
  const forecast::Month& expected = row.forecast.month.at(Point::kExpected);
  for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
    const Ratio usd = expected.Of(static_cast<RateKind>(i));
    if (!usd.is_zero()) json.Key(RateKindName(static_cast<RateKind>(i))).String(UsdString(usd));
  }
  json.EndObject();
  json.Key("remarks").BeginArray();
  for (const std::string& remark : row.remarks) json.String(remark);
  json.EndArray();
  json.EndObject();
}

void WriteAlternatives(const ForecastReport& report, JsonWriter& json) {
  json.Key("compare").BeginArray();
  for (const Alternative& other : report.alternatives) {
    json.BeginObject();
    json.Key("model").String(other.model);
    json.Key("estimate").Bool(HasEstimate(other.plan));
    json.Key("monthly");
    WriteUsdRange(other.plan.total, json);
    WritePlanRows(other.plan, json);
    json.EndObject();
  }
  json.EndArray();
}

void PrintJson(const ForecastReport& report, Output& output) {
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject();
  WritePlanHead("forecast", report.source, report.plan, json);
  json.Key("monthly");
  WriteUsdRange(report.plan.total, json);
  WritePlanRows(report.plan, json);
  WriteAlternatives(report, json);
  WriteOutlook(report, json);
  json.EndObject();
}

void PrintJsonLines(const ForecastReport& report, Output& output) {
  JsonWriter json(output, /*pretty=*/false);
  for (const PlanRow& row : report.plan.rows) WritePlanRow(row, json);
}

void PrintHtml(const ForecastReport& report, Output& output) {
  HtmlPage page("What a month costs", Concat(FormatUsd(report.plan.total.at(Point::kExpected)),
                                             " expected, ", RangeText(report.plan.total)));
  page.Paragraph(SourceText(report.source));
  AddPlanCharts(report.plan, page);
  if (!report.alternatives.empty()) {
    page.Heading("The same workloads elsewhere");
    page.Table({"", "low … high", "expected", "change", ""}, AlternativeRows(report, true));
  }
  AddOutlook(report, page);
  page.Heading("Assumptions");
  std::vector<std::string> assumptions = Assumptions(report.plan);
  if (assumptions.empty())
    assumptions.push_back(
        "None: every text was counted with its model's own "
        "encoding, every rate is stated by a source.");
  page.List(assumptions);
  output.Print(std::move(page).Finish());
}

}  // namespace

bool IsRange(const Range<Ratio>& range) { return range.at(Point::kLow) != range.at(Point::kHigh); }

// A bar of `width` columns: filled up to low, half up to expected, light up to high.
std::string TerminalBar(const Range<Ratio>& usd, const Ratio& longest, bool unicode) {
  constexpr int kWidth = 24;
  const auto columns = [&](const Ratio& value) {
    const auto share = value.DividedBy(longest);
    return share ? std::stoi((*share * Ratio(kWidth)).ToString(0)) : 0;  // 0 … 24
  };
  const int low = columns(usd.at(Point::kLow));
  const int expected = columns(usd.at(Point::kExpected));
  int high = columns(usd.at(Point::kHigh));
  if (high == 0 && !usd.at(Point::kHigh).is_zero()) high = 1;
  std::string bar;
  for (int i = 0; i < high; ++i) {
    if (unicode) {
      bar += i < low ? "█" : i < expected ? "▓" : "░";
    } else {
      bar += i < low ? "#" : i < expected ? "=" : "-";
    }
  }
  return bar;
}

std::string RangeText(const Range<Ratio>& usd, bool unicode) {
  if (!IsRange(usd)) return FormatUsd(usd.at(Point::kExpected));
  return Concat(FormatUsd(usd.at(Point::kLow)), Dots(unicode), FormatUsd(usd.at(Point::kHigh)));
}

std::string CountsText(const Range<std::int64_t>& counts, bool unicode) {
  const auto group = [](std::int64_t n) { return GroupDigits(static_cast<std::uint64_t>(n)); };
  if (counts.at(Point::kLow) == counts.at(Point::kHigh)) return group(counts.at(Point::kLow));
  return Concat(group(counts.at(Point::kLow)), Dots(unicode), group(counts.at(Point::kHigh)));
}

std::string CallsText(const Range<Ratio>& calls, bool unicode) {
  if (!IsRange(calls)) return Whole(calls.at(Point::kExpected));
  return Concat(Whole(calls.at(Point::kLow)), Dots(unicode), Whole(calls.at(Point::kHigh)));
}

void WriteUsdRange(const Range<Ratio>& usd, JsonWriter& json) {
  json.BeginObject(true);
  for (const Point point : kPoints) {
    json.Key(PointName(point)).String(UsdString(usd.at(point)));
  }
  json.EndObject();
}

void WritePlanHead(std::string_view command, const RatesSource& source, const Plan& plan,
                   JsonWriter& json) {
  DocumentHead head;
  head.command = command;
  head.prices_as_of = source.table_of;
  head.assumptions = Assumptions(plan);
  WriteHead(head, json);
  json.Key("rates_of").String(source.rates_of);
  json.Key("file").String(source.file);
}

void WritePlanRows(const Plan& plan, JsonWriter& json) {
  json.Key("rows").BeginArray();
  for (const PlanRow& row : plan.rows) WritePlanRow(row, json);
  json.EndArray();
}

std::string SourceText(const RatesSource& source) {
  return Concat(source.file, ", rates of ", source.rates_of, ", price table of ", source.table_of);
}

void PrintExplanation(const PlanRow& row, Output& output) {
  const forecast::Workload& workload = row.workload;
  for (const Point point : kPoints) {
    const forecast::Month& month = row.forecast.month.at(point);
    const bool only = row.forecast.month.at(Point::kLow).total == month.total &&
                      row.forecast.month.at(Point::kHigh).total == month.total;
    if (only && point != Point::kExpected) continue;
    output.Print(Concat(EscapeForTerminal(row.spec->name), ", ", PointName(point), ": ",
                        workload.calls_per_month->at(point).ToString(6), " calls a month"));
    if (!workload.retry_share.is_zero()) {
      output.Print(Concat(", ", month.calls.ToString(6), " with those made once more"));
    }
    output.Print(Concat(" of ", workload.turns.at(point), " turns: prompt ",
                        workload.prompt_tokens.at(point), ", each later turn + ",
                        workload.reply_tokens.at(point), " of the reply + ",
                        workload.turn_input_tokens.at(point), " of its own, longest ",
                        month.longest_prompt, ", reply ", workload.reply_tokens.at(point), " + ",
                        workload.reasoning_tokens.at(point), " of reasoning\n"));
    for (const forecast::MonthLine& line : month.lines) {
      const auto& rate = line.row->rate(line.billed_as);
      output.Print(Concat("  ", TierName(line.tier), " ", RateKindName(line.kind), ": ",
                          line.quantity.ToString(6), " x $", rate->ToString(), " a ",
                          pricing::RateUnitOf(line.billed_as).quantities));
      if (workload.data_residency) {
        output.Print(Concat(" x ", row.model->data_residency->multiplier.ToString(6)));
      }
      if (line.row->above) output.Print(Concat(" (", line.row->above->ToString(), ")"));
      output.Print(Concat(" = $", UsdString(line.usd), "\n"));
    }
    output.Print(Concat("  total = $", UsdString(month.total), "\n"));
  }
}

std::vector<std::string> Assumptions(const Plan& plan) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  std::map<std::string, std::size_t> places;
  for (const PlanRow& row : plan.rows) {
    for (const std::string& remark : row.remarks) {
      const auto [place, added] = places.emplace(remark, found.size());
      if (added) found.push_back({remark, {}});
      found[place->second].second.push_back(row.spec->name);
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [remark, names] : found) {
    std::string who;
    for (std::size_t i = 0; i < std::min(kNamed, names.size()); ++i) {
      who += Concat(i == 0 ? "" : ", ", names[i]);
    }
    if (names.size() > kNamed) who += Concat(" and ", names.size() - kNamed, " more");
    sentences.push_back(Concat(who, ": ", remark));
  }
  if (plan.rounded_up) {
    sentences.push_back(
        "the shares' denominators are too many for an exact total: it is rounded up, by less than "
        "10^-18 USD a workload");
  }
  return sentences;
}

void AddPlanCharts(const Plan& plan, HtmlPage& page) {
  std::vector<const PlanRow*> rows;
  for (const PlanRow& row : plan.rows) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const PlanRow* a, const PlanRow* b) {
    const Ratio& left = a->forecast.month.at(Point::kExpected).total;
    return left > b->forecast.month.at(Point::kExpected).total;
  });
  page.Heading("A month, by workload");
  std::vector<HtmlBar> bars;
  for (const PlanRow* row : rows) {
    const Range<Ratio> usd = row->forecast.Usd();
    std::string value = FormatUsd(usd.at(Point::kExpected));
    if (IsRange(usd)) value += Concat("  (", RangeText(usd), ")");
    bars.push_back({row->spec->name,
                    Concat(ModelText(*row), " · ", CallsText(*row->workload.calls_per_month),
                           " calls · ", CountsText(row->workload.prompt_tokens), " tokens in · ",
                           CountsText(row->workload.reply_tokens), " out"),
                    value, usd.at(Point::kLow), usd.at(Point::kExpected), usd.at(Point::kHigh)});
  }
  page.Bars(bars);
  page.Heading("Where the money goes");
  std::vector<std::string> names;
  std::vector<std::size_t> kinds;
  for (std::size_t i = 0; i < pricing::kRateKinds; ++i) {
    const bool used = std::any_of(rows.begin(), rows.end(), [i](const PlanRow* row) {
      return !row->forecast.month.at(Point::kExpected).Of(static_cast<RateKind>(i)).is_zero();
    });
    if (!used) continue;
    kinds.push_back(i);
    std::string name(RateKindName(static_cast<RateKind>(i)));
    std::replace(name.begin(), name.end(), '_', ' ');
    names.push_back(std::move(name));
  }
  std::vector<HtmlStack> stacks;
  for (const PlanRow* row : rows) {
    const forecast::Month& month = row->forecast.month.at(Point::kExpected);
    HtmlStack stack{row->spec->name, FormatUsd(month.total), {}};
    for (const std::size_t kind : kinds)
      stack.parts.push_back(month.Of(static_cast<RateKind>(kind)));
    stacks.push_back(std::move(stack));
  }
  page.Stacks(names, stacks);
}

void PrintForecast(const ForecastReport& report, Format format, Output& output) {
  if (format == Format::kJson) return PrintJson(report, output);
  if (format == Format::kJsonl) return PrintJsonLines(report, output);
  if (format == Format::kHtml) return PrintHtml(report, output);
  PrintPlanTable(report.plan, format, output);
  if (format == Format::kCsv) return;
  PrintAlternatives(report, format, output);
  PrintOutlook(report, format, output);
  const std::vector<std::string> assumptions = Assumptions(report.plan);
  output.Print("\n");
  output.PrintLine(format, Concat("rates of ", report.source.rates_of, ", price table of ",
                                  report.source.table_of));
  for (const std::string& assumption : assumptions) {
    output.PrintLine(format, Concat("note: ", assumption));
  }
}

}  // namespace toktally::cli
