#include "cli/commands/forecast_actual.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/date.h"
#include "cli/commands/usage_files.h"
#include "cli/report/document.h"
#include "cli/report/forecast_report.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "cli/report/unified_diff.h"
#include "cli/report/usd.h"
#include "forecast/actual.h"
#include "forecast/what_if.h"
#include "usage/pricer.h"

namespace toktally::cli {
namespace {

using forecast::ActualCalls;
using forecast::ActualReport;
using forecast::Compared;

// Adds recorded calls up by project, key and model.
class ActualSink : public usage::RecordSink {
 public:
  explicit ActualSink(usage::Pricer pricer) : pricer_(std::move(pricer)) {}

  void Add(const usage::Record& record) override { Change(record, 1); }
  void TakeBack(const usage::Record& record) override { Change(record, -1); }

  std::vector<ActualCalls> Calls() const {
    std::vector<ActualCalls> all;
    for (const auto& [key, calls] : groups_) {
      if (calls.calls > 0) all.push_back(calls);
    }
    return all;
  }
  std::uint64_t without_day() const { return without_day_; }
  std::uint64_t bills() const { return bills_; }
  // The first and the last day; "" where no call states one.
  std::pair<std::string, std::string> Days() const {
    std::string first;
    std::string last;
    for (const auto& [day, calls] : days_) {
      if (calls == 0) continue;
      if (first.empty()) first = day;
      last = day;
    }
    return {first, last};
  }

 private:
  void Change(const usage::Record& record, int sign) {
    const auto add = [sign](std::uint64_t more, std::uint64_t& sum) {
      sum = sign > 0 ? sum + more : sum - more;
    };
    // Money without the calls that it was paid for says nothing of an assumption.
    if (record.bill) return add(1, bills_);
    ActualCalls& calls = groups_[{record.project, record.key, record.model}];
    calls.project = record.project;
    calls.key = record.key;
    calls.model = record.model;
    add(record.calls, calls.calls);
    calls.prompt_tokens += sign * record.tokens.PromptTokens();
    calls.output_tokens += sign * record.tokens.OutputTokens();
    calls.cached_tokens += sign * record.tokens.cached_input;
    const usage::PricedCall priced = pricer_.Price(record);
    calls.cost = pricing::Money::FromUnits(calls.cost.units() + sign * priced.cost.units());
    if (!priced.unpriced.empty()) add(record.calls, calls.unpriced);
    add(record.calls, record.day.empty() ? without_day_ : days_[record.day]);
  }

  usage::Pricer pricer_;
  std::map<std::tuple<std::string, std::string, std::string>, ActualCalls> groups_;
  std::map<std::string, std::uint64_t> days_;
  std::uint64_t without_day_ = 0;
  std::uint64_t bills_ = 0;
};

std::string ValueText(Compared::What what, const Ratio& value) {
  switch (what) {
    case Compared::What::kCost:
      return FormatUsd(value);
    case Compared::What::kCached:
      return Concat((value * Ratio(100)).ToString(1), " %");
    default:
      return pricing::WithThousands(value.ToString(0));
  }
}

// For machines: money and shares exact, as far as decimals go.
std::string ValueString(Compared::What what, const Ratio& value) {
  return what == Compared::What::kCost ? UsdString(value) : value.ToString(6);
}

std::string Percent(const Ratio& percent) {
  const std::string text = percent.ToString(1);
  return Concat(percent.sign() > 0 && text != "0" ? "+" : "", text, " %");
}

void AddRows(const std::string& name, const std::vector<Compared>& values, Table& table) {
  std::string shown = name;
  for (const Compared& compared : values) {
    const auto error = compared.ErrorPercent();
    Cell actual = compared.actual ? Cell(ValueText(compared.what, *compared.actual),
                                         ValueString(compared.what, *compared.actual))
                                  : Cell("none", "");
    table.AddRow({Cell(shown, name), Cell(std::string(WhatName(compared.what))),
                  Cell(ValueText(compared.what, compared.forecast),
                       ValueString(compared.what, compared.forecast)),
                  std::move(actual), error ? Cell(Percent(*error), error->ToString(4)) : Cell("")});
    shown.clear();
  }
}

std::string WhoseText(const ActualCalls& calls) {
  std::string text = calls.model.empty() ? "calls without a model" : calls.model;
  if (!calls.project.empty()) text += Concat(", project ", calls.project);
  if (!calls.key.empty()) text += Concat(", key ", calls.key);
  return text;
}

class ActualCommand {
 public:
  ActualCommand(const ForeseenPlan& foreseen, const Prices& prices, Output& output)
      : foreseen_(foreseen), prices_(prices), output_(output) {}

  bool Compare(const ActualSink& sink) {
    std::tie(first_, last_) = sink.Days();
    if (first_.empty() || sink.without_day() > 0) {
      output_.Error(Concat(
          "forecast: --actual: ",
          first_.empty()
              ? std::string("no call in the logs says when it was made")
              : Concat(GroupDigits(sink.without_day()), " calls do not say when they were made"),
          ", so a month of them is not known; give logs with times (toktally usage --by day shows "
          "them)"));
      return false;
    }
    if (sink.bills() > 0) {
      output_.Warn(Concat("forecast: --actual: ", GroupDigits(sink.bills()),
                          " bills without calls are left out"));
    }
    const int days =
        static_cast<int>(DayNumber(*ParseDate(last_)) - DayNumber(*ParseDate(first_))) + 1;
    report_ = CompareWithActual(foreseen_.plan, sink.Calls(), days, prices_.table());
    return true;
  }

  // What the numbers do not say.
  std::vector<std::string> Remarks() const {
    std::vector<std::string> remarks;
    for (const forecast::ActualRow& row : report_.rows) {
      if (row.calls == 0) remarks.push_back(Concat(row.workload, ": no recorded call is its own"));
      if (row.unpriced > 0) {
        remarks.push_back(Concat(row.workload, ": the cost of ", GroupDigits(row.unpriced), " of ",
                                 GroupDigits(row.calls),
                                 " calls is not known; what was spent is at least this"));
      }
    }
    for (const forecast::Unclaimed& unclaimed : report_.unclaimed) {
      std::string which;
      for (const std::string& name : unclaimed.workloads) {
        which += Concat(which.empty() ? "" : ", ", name);
      }
      const std::uint64_t n = unclaimed.calls.calls;
      remarks.push_back(
          Concat(GroupDigits(n), n == 1 ? " call (" : " calls (", WhoseText(unclaimed.calls), "; ",
                 pricing::FormatRounded(unclaimed.calls.cost), n == 1 ? ") is " : ") are ",
                 which.empty() ? "no workload's"
                               : Concat("one of ", which, ", and \"match\" does not say whose")));
    }
    return remarks;
  }

  std::string Period() const {
    return Concat("of ", GroupDigits(static_cast<std::uint64_t>(report_.days)),
                  report_.days == 1 ? " day" : " days", ", ", first_,
                  first_ == last_ ? "" : Concat(" to ", last_), ", as a month of 365/12");
  }

  void Print(Format format) {
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson(format);
    Table table({{"workload", "workload", Align::kLeft, true},
                 {"assumption", "assumption", Align::kLeft, false, true},
                 {"forecast", "forecast", Align::kRight, false, true},
                 {"actual", "actual", Align::kRight, false, true},
                 {"error", "error_percent", Align::kRight, false, true}});
    for (const forecast::ActualRow& row : report_.rows) AddRows(row.workload, row.values, table);
    if (report_.rows.size() > 1) {
      table.AddRule();
      AddRows("total", {report_.total.front(), report_.total.back()}, table);
    }
    if (format == Format::kTable) {
      output_.PrintLine(format, Concat(SourceText(foreseen_.source), "; actual ", Period()),
                        Style::kDim);
    }
    table.Print(format, output_);
    if (format == Format::kCsv) return;
    for (const std::string& remark : Remarks()) {
      output_.PrintLine(format, Concat(format == Format::kMarkdown ? "- " : "  ! ", remark));
    }
  }

  void PrintJson(Format format) {
    JsonWriter json(output_, format == Format::kJson);
    json.BeginObject();
    WriteHead(DocumentHead{"forecast", nullptr, prices_.TableDate(), Remarks()}, json);
    json.Key("file").String(foreseen_.source.file);
    json.Key("days").Uint(static_cast<std::uint64_t>(report_.days));
    json.Key("first_day").String(first_).Key("last_day").String(last_);
    json.Key("actual").BeginArray();
    for (const forecast::ActualRow& row : report_.rows) {
      json.BeginObject().Key("workload").String(row.workload);
      json.Key("recorded_calls").Uint(row.calls).Key("unpriced_calls").Uint(row.unpriced);
      WriteValues(row.values, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("unclaimed").BeginArray();
    for (const forecast::Unclaimed& unclaimed : report_.unclaimed) {
      json.BeginObject().Key("model").String(unclaimed.calls.model);
      json.Key("project").String(unclaimed.calls.project).Key("key").String(unclaimed.calls.key);
      json.Key("calls").Uint(unclaimed.calls.calls).Key("cost");
      unclaimed.calls.unpriced > 0 ? json.Null() : json.String(unclaimed.calls.cost.ToString());
      json.Key("workloads").BeginArray(true);
      for (const std::string& name : unclaimed.workloads) json.String(name);
      json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
  }

  ExitCode PrintPatch(Input& input) {
    const std::vector<std::string> settings = CalibratedSettings(foreseen_.plan, report_);
    const PlanTexts access(input);
    const auto before = access.ReadConfig(foreseen_.path);
    const auto after =
        before.ok() ? forecast::WithSettings(*before, foreseen_.file.name, settings) : before;
    if (!after.ok()) {
      output_.Error(Concat("forecast: --calibrate: ", MessageOf(after.status())));
      return ExitCode::kUsage;
    }
    for (const std::string& remark : Remarks()) output_.Warn(Concat("forecast: ", remark));
    // Behind a/ and b/ a path is relative.
    const std::size_t root = std::min(foreseen_.path.find_first_not_of('/'), foreseen_.path.size());
    output_.Print(UnifiedDiff(*before, *after, foreseen_.path.substr(root)));
    if (settings.empty() && !output_.quiet()) {
      output_.Error("forecast: --calibrate: nothing to change");
    }
    return ExitCode::kOk;
  }

 private:
  static void WriteValues(const std::vector<Compared>& values, JsonWriter& json) {
    constexpr std::string_view kKeys[] = {"calls_per_month", "input_tokens", "cached_share",
                                          "output_tokens", "monthly_usd"};
    for (const Compared& compared : values) {
      json.Key(kKeys[static_cast<std::size_t>(compared.what)]).BeginObject(/*inline_items=*/true);
      json.Key("forecast").String(ValueString(compared.what, compared.forecast)).Key("actual");
      compared.actual ? json.String(ValueString(compared.what, *compared.actual)) : json.Null();
      const auto error = compared.ErrorPercent();
      json.Key("error_percent");
      error ? json.String(error->ToString(4)) : json.Null();
      json.EndObject();
    }
  }

  const ForeseenPlan& foreseen_;
  const Prices& prices_;
  Output& output_;
  ActualReport report_;
  std::string first_;
  std::string last_;
};

}  // namespace

void Declare(ActualOptions& options, OptionSet& set) {
  set.Texts("--actual", "LOG", options.logs,
            "Print the assumptions beside what this log or folder of logs says that was; again "
            "for more");
  set.Flag("--calibrate", options.calibrate,
           "Of --actual: print a patch of the workload file that sets them to what was");
}

ExitCode RunActual(const ActualOptions& options, const ForeseenPlan& foreseen, const Prices& prices,
                   Format format, Input& input, Output& output) {
  if (options.logs.empty()) {
    output.Error("forecast: --calibrate goes by recorded calls; --actual LOG gives them");
    return ExitCode::kUsage;
  }
  usage::PricerOptions pricing;
  pricing.today = prices.date();
  ActualSink sink(usage::Pricer(prices.table(), std::move(pricing)));
  UsageFiles files(sink, input, output);
  files.Read(options.logs);
  files.SayHowManyFailed();
  const ExitCode code = files.failed() == 0 ? ExitCode::kOk : ExitCode::kInput;
  if (sink.Calls().empty()) {
    output.Error("forecast: --actual: no recorded call in these logs");
    return ExitCode::kInput;
  }
  ActualCommand command(foreseen, prices, output);
  if (!command.Compare(sink)) return ExitCode::kInput;
  // What could not be read may be calls.
  if (code != ExitCode::kOk && options.calibrate) return code;
  if (options.calibrate) return command.PrintPatch(input);
  command.Print(format);
  return code;
}

}  // namespace toktally::cli
