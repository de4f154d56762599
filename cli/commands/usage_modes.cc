#include "cli/commands/usage_modes.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <utility>

#include "cli/commands/usage_files.h"
#include "cli/io/walk.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "forecast/workload.h"
#include "usage/places.h"
#include "usage/pricer.h"
#include "usage/profile.h"

namespace toktally::cli {
namespace {

constexpr std::int64_t kHour = std::int64_t{60} * 60 * 1000;

usage::Pricer PricerOf(const UsageOptions& options, const Prices& prices) {
  return usage::Pricer(prices.table(),
                       usage::PricerOptions{prices.date(), options.prices.as_of, options.tier,
                                            options.model.value_or("")});
}

ExitCode CodeOf(UsageFiles& files) {
  files.SayHowManyFailed();
  return files.failed() == 0 ? ExitCode::kOk : ExitCode::kInput;
}

void WriteSpread(std::string_view key, const usage::Spread& spread, JsonWriter& json) {
  const auto number = [](std::int64_t n) { return static_cast<std::uint64_t>(n); };
  json.Key(key).BeginObject(/*inline_items=*/true);
  json.Key("low").Uint(number(spread.low));
  json.Key("expected").Uint(number(spread.expected));
  json.Key("high").Uint(number(spread.high));
  json.EndObject();
}

void WriteWorkload(const usage::Profiles::Key& key, const usage::Profile& profile,
                   JsonWriter& json) {
  const std::string& project = key.first;
  json.Key(project.empty() ? key.second : Concat(project, " · ", key.second)).BeginObject();
  json.Key("model").String(key.second);
  json.Key("note").String(Concat("of ", GroupDigits(profile.calls),
                                 profile.calls == 1 ? " recorded call" : " recorded calls"));
  WriteSpread("input_tokens", profile.input, json);
  const auto share = [&](std::string_view name, std::int64_t part) {
    if (part > 0) json.Key(name).String(Concat(part, "/", profile.prompt));
  };
  share("cached_share", profile.cached);
  share("cache_write_share", profile.written_short);
  share("cache_write_long_share", profile.written_long);
  WriteSpread("output_tokens", profile.output, json);
  if (profile.reasoning.high > 0) WriteSpread("reasoning_tokens", profile.reasoning, json);
  if (profile.days > 0) {
    const Ratio month = Ratio(static_cast<std::int64_t>(profile.calls)) * forecast::DaysPerMonth() *
                        *Ratio::Of(1, profile.days);
    const auto calls = ParseCount(month.RoundedUp(0).ToString(0));
    if (calls.ok()) json.Key("calls_per_month").Uint(*calls);
  }
  json.EndObject();
}

// What one day and one model took, by our records and by the export.
struct BothSides {
  struct Side {
    std::uint64_t calls = 0;
    std::int64_t input = 0;
    std::int64_t output = 0;
    pricing::Money cost;
    bool any = false;
    bool unpriced = false;
  };
  Side ours;
  Side theirs;
};
using Reconciled = std::map<std::pair<std::string, std::string>, BothSides>;

class SideSink : public usage::RecordSink {
 public:
  SideSink(usage::Pricer pricer, BothSides::Side BothSides::*side, Reconciled& all)
      : pricer_(std::move(pricer)), side_(side), all_(all) {}
  void Add(const usage::Record& record) override { Change(record, 1); }
  void TakeBack(const usage::Record& record) override { Change(record, -1); }

 private:
  void Change(const usage::Record& record, int sign) {
    BothSides::Side& side = all_[{record.day, record.bill ? "" : record.model}].*side_;
    side.any = true;
    side.calls += sign > 0 ? record.calls : -record.calls;
    side.input += sign * record.tokens.PromptTokens();
    side.output += sign * record.tokens.OutputTokens();
    const usage::PricedCall priced = pricer_.Price(record);
    side.unpriced = side.unpriced || !priced.unpriced.empty();
    const pricing::Money cost = record.bill ? *record.recorded_cost : priced.cost;
    side.cost = pricing::Money::FromUnits(side.cost.units() + sign * cost.units());
  }

  usage::Pricer pricer_;
  BothSides::Side BothSides::*const side_;
  Reconciled& all_;
};

void WriteSide(std::string_view key, const BothSides::Side& side, JsonWriter& json) {
  if (!side.any) {
    json.Key(key).Null();
    return;
  }
  json.Key(key).BeginObject(/*inline_items=*/true);
  json.Key("calls").Uint(side.calls);
  json.Key("input_tokens").Uint(static_cast<std::uint64_t>(side.input));
  json.Key("output_tokens").Uint(static_cast<std::uint64_t>(side.output));
  json.Key("cost");
  side.unpriced ? json.Null() : json.String(side.cost.ToString());
  json.EndObject();
}

void PrintReconciled(const Reconciled& all, const Prices& prices, Format format, Output& output) {
  if (format == Format::kJson || format == Format::kJsonl) {
    JsonWriter json(output, format == Format::kJson);
    json.BeginObject();
    WriteHead(DocumentHead{"usage", nullptr, prices.TableDate(), {}}, json);
    json.Key("reconciled").BeginArray();
    for (const auto& [key, both] : all) {
      json.BeginObject();
      json.Key("day").String(key.first).Key("model").String(key.second);
      WriteSide("recorded", both.ours, json);
      WriteSide("export", both.theirs, json);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return;
  }
  Table table({{"day", "day", Align::kLeft},
               {"model", "model", Align::kLeft, true},
               {"input", "input_tokens"},
               {"export", "export_input_tokens"},
               {"output", "output_tokens"},
               {"export", "export_output_tokens"},
               MoneyColumn("cost", "cost"),
               MoneyColumn("export", "export_cost"),
               MoneyColumn("difference", "difference")});
  const auto tokens = [](bool any, std::int64_t n) {
    return any ? Cell::Number(static_cast<std::uint64_t>(n)) : Cell();
  };
  const auto money = [](const BothSides::Side& side) {
    if (!side.any) return Cell();
    if (side.unpriced) return Cell("unknown", "");
    return Cell(pricing::FormatRounded(side.cost), side.cost.ToString());
  };
  for (const auto& [key, both] : all) {
    const bool known =
        both.ours.any && both.theirs.any && !both.ours.unpriced && !both.theirs.unpriced;
    const auto change =
        pricing::Money::FromUnits(both.ours.cost.units() - both.theirs.cost.units());
    table.AddRow({Cell(key.first), Cell(key.second), tokens(both.ours.any, both.ours.input),
                  tokens(both.theirs.any, both.theirs.input),
                  tokens(both.ours.any, both.ours.output),
                  tokens(both.theirs.any, both.theirs.output), money(both.ours), money(both.theirs),
                  known ? Cell(pricing::FormatChange(change), change.ToString()) : Cell()});
  }
  table.Print(format == Format::kHtml ? Format::kTable : format, output);
}

// Sums for a prompt's line.
class StatusSink : public usage::RecordSink {
 public:
  StatusSink(usage::Pricer pricer, const UsageOptions& options, std::string today, std::int64_t now)
      : pricer_(std::move(pricer)), options_(options), today_(std::move(today)), now_(now) {}

  void Add(const usage::Record& record) override { Change(record, 1); }
  void TakeBack(const usage::Record& record) override { Change(record, -1); }

  std::string Line() const {
    std::string line = Concat("today ", pricing::FormatRounded(today_cost_));
    const auto last = std::max_element(
        sessions_.begin(), sessions_.end(),
        [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
    if (last != sessions_.end()) {
      line += Concat(" | session ", pricing::FormatRounded(last->second.cost));
    }
    line += Concat(" | last hour ", pricing::FormatRounded(hour_cost_));
    if (unpriced_) line += " | and calls without a price";
    return line;
  }

 private:
  struct Session {
    std::int64_t last = 0;
    pricing::Money cost;
  };

  void Change(const usage::Record& record, int sign) {
    const usage::PricedCall priced = pricer_.Price(record);
    unpriced_ = unpriced_ || !priced.unpriced.empty();
    const auto add = [&](pricing::Money& sum) {
      sum = pricing::Money::FromUnits(sum.units() + sign * priced.cost.units());
    };
    if (!record.session.empty()) {
      Session& session = sessions_[record.session];
      session.last = std::max(session.last, record.time.value_or(0));
      add(session.cost);
    }
    if (options_.zone.DayOf(record) == today_) add(today_cost_);
    if (record.time && *record.time > now_ - kHour && *record.time <= now_) add(hour_cost_);
  }

  usage::Pricer pricer_;
  const UsageOptions& options_;
  const std::string today_;
  const std::int64_t now_;
  pricing::Money today_cost_;
  pricing::Money hour_cost_;
  std::map<std::string, Session> sessions_;
  bool unpriced_ = false;
};

}  // namespace

std::vector<std::string> PlacesHere() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::vector<std::string> places;
  for (const usage::LogPlace& place : usage::LogPlaces(variable)) {
    if (IsDirectory(place.path)) places.push_back(place.path);
  }
  return places;
}

ExitCode RunAsWorkload(const UsageOptions& options, Input& input, Output& output) {
  usage::Profiles profiles;
  UsageFiles files(profiles, input, output);
  files.Read(options.paths);
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject();
  json.Key("schema").Uint(1);
  json.Key("workloads").BeginObject();
  for (const auto& [key, profile] : profiles.All()) WriteWorkload(key, profile, json);
  json.EndObject();
  json.EndObject();
  return CodeOf(files);
}

ExitCode RunReconcile(const UsageOptions& options, const Prices& prices, Input& input,
                      Output& output) {
  Reconciled all;
  SideSink ours(PricerOf(options, prices), &BothSides::ours, all);
  UsageFiles records(ours, input, output);
  records.Read(options.paths);
  SideSink theirs(PricerOf(options, prices), &BothSides::theirs, all);
  UsageFiles exported(theirs, input, output);
  exported.Read({*options.reconcile});
  PrintReconciled(all, prices, options.output.ChosenFormat(), output);
  return WorstOf(CodeOf(records), CodeOf(exported));
}

ExitCode RunStatusLine(const UsageOptions& options, const Prices& prices, Input& input,
                       Output& output) {
  const std::time_t now = std::time(nullptr);
  usage::Record here;
  here.time = std::int64_t{now} * 1000;
  here.day = usage::DayOfMilliseconds(*here.time);
  const std::string today = options.zone.DayOf(here);
  StatusSink sink(PricerOf(options, prices), options, today, *here.time);
  UsageFiles files(sink, input, output);
  const std::vector<std::string> paths = options.paths.empty() ? PlacesHere() : options.paths;
  const std::time_t midnight = now - std::time_t{options.zone.MinuteOfDay(*here.time)} * 60 - 60;
  if (!paths.empty()) files.Read(paths, midnight);
  output.Print(Concat(sink.Line(), "\n"));
  return CodeOf(files);
}

}  // namespace toktally::cli
