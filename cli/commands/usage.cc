#include "cli/commands/usage.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "cli/commands/usage_files.h"
#include "cli/commands/usage_modes.h"
#include "cli/report/document.h"
#include "cli/report/number.h"
#include "cli/report/text.h"
#include "cli/report/usage_report.h"
#include "usage/pricer.h"
#include "usage/sums.h"

namespace toktally::cli {
namespace {

// Prices the calls of the days that were asked for, and adds them up.
class PricedSums : public usage::RecordSink {
 public:
  PricedSums(const UsageOptions& options, usage::Pricer pricer)
      : options_(options), pricer_(std::move(pricer)), sums_(options.by, options.zone) {}

  void Add(const usage::Record& record) override {
    if (IsAskedFor(record)) sums_.Add(record, pricer_.Price(record));
  }
  void TakeBack(const usage::Record& record) override {
    if (IsAskedFor(record)) sums_.TakeBack(record, pricer_.Price(record));
  }

  const usage::Sums& sums() const { return sums_; }
  std::uint64_t undated() const { return undated_; }

 private:
  bool IsAskedFor(const usage::Record& record) {
    if (options_.since.empty() && options_.until.empty()) return true;
    const std::string day = options_.zone.DayOf(record);
    if (day.empty()) {
      ++undated_;
      return false;
    }
    return (options_.since.empty() || day >= options_.since) &&
           (options_.until.empty() || day <= options_.until);
  }

  const UsageOptions& options_;
  usage::Pricer pricer_;
  usage::Sums sums_;
  std::uint64_t undated_ = 0;
};

class UsageCommand {
 public:
  UsageCommand(const UsageOptions& options, const Prices& prices, Input& input, Output& output)
      : options_(options),
        output_(output),
        prices_(prices),
        sink_(options,
              usage::Pricer(prices.table(),
                            usage::PricerOptions{prices.date(), options.prices.as_of, options.tier,
                                                 options.model.value_or("")})),
        files_(sink_, input, output) {}

  ExitCode Run() {
    files_.Read(options_.paths);
    files_.SayHowManyFailed();
    SayWhatIsNotPriced();
    Print();
    const bool unpriced = !sink_.sums().why_unpriced().empty();
    return WorstOf(unpriced ? ExitCode::kUnknownModel : ExitCode::kOk,
                   files_.failed() == 0 ? ExitCode::kOk : ExitCode::kInput);
  }

 private:
  void SayWhatIsNotPriced() {
    const usage::Sums& sums = sink_.sums();
    const auto calls = [](std::uint64_t n) {
      return Concat(GroupDigits(n), n == 1 ? " call" : " calls");
    };
    for (const auto& [why, n] : sums.why_unpriced()) {
      output_.Error(Concat("usage: ", calls(n), " not priced: ", why));
    }
    for (const auto& [path, part] : sums.not_billed()) {
      output_.Warn(Concat("usage: not billed: ", path, ", ",
                          GroupDigits(static_cast<std::uint64_t>(part.quantity)), " in ",
                          calls(part.calls), ": ",
                          part.why.empty() ? "a key that is not known here" : part.why));
    }
    for (const auto& [doubt, n] : sums.doubts()) {
      output_.Warn(Concat("usage: ", calls(n), ": ", doubt));
    }
    if (sink_.undated() > 0) {
      output_.Warn(Concat("usage: ", calls(sink_.undated()),
                          " left out: no day is known, and --since or --until asks for some"));
    }
  }

  void Print() {
    const usage::Sums& sums = sink_.sums();
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson) return PrintJson();
    if (format == Format::kJsonl) {
      PrintUsageLines(sums, output_);
    } else if (format == Format::kHtml) {
      PrintUsagePage(sums, options_.top, prices_.TableDate(), output_);
    } else {
      PrintUsage(sums, options_.top, format, output_);
    }
    const usage::LogNotes& notes = files_.notes();
    std::string list;
    const auto add = [&list](std::uint64_t n, std::string_view what) {
      if (n > 0) list += Concat(list.empty() ? "" : ", ", GroupDigits(n), ' ', what);
    };
    add(notes.without_usage, "without usage");
    add(notes.duplicates, "logged before");
    add(notes.failed, "failed calls");
    add(files_.unfinished(), "unfinished");
    if (!list.empty() && !output_.quiet()) output_.Error(Concat("usage: passed over ", list));
    if (sums.empty() && files_.failed() == 0) output_.Warn("usage: no usage found");
  }

  void PrintJson() {
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head{"usage", nullptr, prices_.TableDate(), {}};
    WriteHead(head, json);
    WriteUsage(sink_.sums(), options_.top, json);
    json.Key("without_usage").Uint(files_.notes().without_usage);
    json.Key("duplicates").Uint(files_.notes().duplicates);
    json.Key("failed_calls").Uint(files_.notes().failed);
    json.Key("unfinished").Uint(files_.unfinished());
    json.Key("undated").Uint(sink_.undated());
    json.Key("unreadable").Uint(files_.failed());
    json.EndObject();
  }

  const UsageOptions& options_;
  Output& output_;
  const Prices& prices_;
  PricedSums sink_;
  UsageFiles files_;
};

struct GroupName {
  std::string_view name;
  usage::GroupBy by;
};
constexpr GroupName kGroups[] = {{"model", usage::GroupBy::kModel},
                                 {"day", usage::GroupBy::kDay},
                                 {"week", usage::GroupBy::kWeek},
                                 {"month", usage::GroupBy::kMonth},
                                 {"project", usage::GroupBy::kProject},
                                 {"session", usage::GroupBy::kSession},
                                 {"key", usage::GroupBy::kKey},
                                 {"file", usage::GroupBy::kFile},
                                 {"finish_reason", usage::GroupBy::kFinishReason}};

absl::Status ParseGroups(std::string_view text, std::vector<usage::GroupBy>& by) {
  by.clear();
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    const auto known = std::find_if(std::begin(kGroups), std::end(kGroups),
                                    [&](const GroupName& group) { return group.name == name; });
    if (known == std::end(kGroups) || by.size() == 2) {
      return absl::InvalidArgumentError(
          "is none of model, day, week, month, project, session, key, file, "
          "finish_reason; or two "
          "of them with a comma");
    }
    by.push_back(known->by);
    if (comma == std::string_view::npos) return absl::OkStatus();
    text.remove_prefix(comma + 1);
  }
}

void DeclareDay(std::string_view name, std::string& target, std::string_view help, OptionSet& set) {
  set.Parsed(
      name, "DATE",
      [&target](const std::string& value) {
        std::string day = value;
        if (day.size() == 8 && day.find('-') == std::string::npos) {  // 20261122, as ccusage
          day = Concat(day.substr(0, 4), "-", day.substr(4, 2), "-", day.substr(6));
        }
        if (!ParseDate(day).ok()) {
          return absl::InvalidArgumentError("is not a date such as 2026-11-22");
        }
        target = day;
        return absl::OkStatus();
      },
      help);
}

}  // namespace

void Declare(UsageOptions& options, OptionSet& set) {
  set.Positionals("PATH", options.paths,
                  "Responses, streams, batch output, spend and session logs, "
                  "or directories of "
                  "them; - or nothing is standard input");
  set.Parsed(
      "--by", "KEY[,KEY]",
      [&options](const std::string& value) { return ParseGroups(value, options.by); },
      "What a row stands for: model (default), day, week, month, project, "
      "session, key, "
      "file, finish_reason; or two of them");
  DeclareDay("--since", options.since, "Only calls of this day and later", set);
  DeclareDay("--until", options.until, "Only calls of this day and before", set);
  set.Parsed(
      "--timezone", "ZONE",
      [&options](const std::string& value) -> absl::Status {
        auto zone = usage::Zone::Of(value);
        if (!zone.ok()) return zone.status();
        options.zone = *zone;
        return absl::OkStatus();
      },
      "Whose days to count by: Europe/Berlin, local; UTC if it is not given, "
      "as bills do");
  set.Count("--top", "N", options.top, "Only the N rows that cost most, and the sum of the others");
  set.Flag("--as-workload", options.as_workload,
           "Print a toktally.json of what was, for toktally forecast: one "
           "workload for each "
           "project (or key) and model");
  set.Text("--reconcile", "FILE", options.reconcile,
           "Compare with an organisation's export of usage or costs, by day "
           "and model");
  set.Flag("--statusline", options.statusline,
           "One line for a prompt: today, the last session, the last hour; of "
           "the files that "
           "were changed today, by default those of the tools on this machine");
  set.Text("-m,--model", "MODEL", options.model, "The model of records that name none");
  DeclareTier(options.tier, "Price all at this tier, not at the one that each response names", set);
  Declare(options.prices, set);
  DeclareReport(options.output, /*comment=*/false, set);
}

ExitCode RunUsage(const UsageOptions& options, Input& input, Output& output) {
  const Prices prices(options.prices, "usage", input, output);
  if (!prices.ok()) return ExitCode::kUsage;
  if (options.statusline) return RunStatusLine(options, prices, input, output);
  if (options.paths.empty() && input.StandardInputIsTerminal()) {
    std::string places;
    for (const std::string& place : PlacesHere()) places += Concat(" ", DisplayName(place));
    output.Error(places.empty() ? "usage: nothing to read; give files or directories (toktally "
                                  "usage "
                                  "--help)"
                                : Concat("usage: nothing to read; tools keep logs on this machine: "
                                         "toktally usage",
                                         places));
    return ExitCode::kUsage;
  }
  if (options.as_workload) return RunAsWorkload(options, input, output);
  if (options.reconcile) return RunReconcile(options, prices, input, output);
  return UsageCommand(options, prices, input, output).Run();
}

}  // namespace toktally::cli
