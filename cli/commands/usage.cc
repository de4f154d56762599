#include "cli/commands/usage.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/json_lines.h"
#include "chat/count.h"
#include "cli/io/csv_rows.h"
#include "cli/io/records.h"
#include "cli/io/walk.h"
#include "cli/report/document.h"
#include "cli/report/number.h"
#include "cli/report/text.h"
#include "cli/report/usage_report.h"
#include "usage/log.h"
#include "usage/pricer.h"
#include "usage/sums.h"

namespace toktally::cli {
namespace {

// More bad lines than these are counted, not shown.
constexpr std::uint64_t kMostShown = 10;

// The files of a directory that may hold logs.
bool MayHoldUsage(std::string_view path) {
  for (const std::string_view ending : {".jsonl", ".json", ".ndjson", ".csv", ".sse", ".log"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

std::string_view StripBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\xEF\xBB\xBF";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

class UsageCommand {
 public:
  UsageCommand(const UsageOptions& options, Input& input, Output& output)
      : options_(options),
        input_(input),
        output_(output),
        prices_(options.prices, "usage", input, output),
        sums_(options.by),
        log_(counter_,
             [this](const usage::Record& record) { sums_.Add(record, pricer_->Cost(record)); }) {
    json_options_.allow_duplicate_keys = true;
  }

  ExitCode Run() {
    if (!prices_.ok()) return ExitCode::kUsage;
    pricer_.emplace(prices_.table(),
                    usage::PricerOptions{prices_.date(), options_.prices.as_of, options_.tier,
                                         options_.model.value_or("")});
    if (options_.paths.empty() && input_.StandardInputIsTerminal()) {
      output_.Error("usage: nothing to read; give files or directories (toktally usage --help)");
      return ExitCode::kUsage;
    }
    for (const std::string& path : Files()) ReadFile(path);
    log_.Finish();
    if (failed_ > kMostShown) {
      output_.Error(Concat("usage: ", GroupDigits(failed_ - kMostShown),
                           " more could not be read; ", GroupDigits(failed_), " in all"));
    }
    for (const auto& [why, calls] : sums_.why_unpriced()) {
      output_.Error(Concat("usage: ", GroupDigits(calls), calls == 1 ? " call" : " calls",
                           " not priced: ", why));
    }
    Print();
    const ExitCode unpriced =
        sums_.why_unpriced().empty() ? ExitCode::kOk : ExitCode::kUnknownModel;
    return WorstOf(unpriced, failed_ == 0 ? ExitCode::kOk : ExitCode::kInput);
  }

 private:
  std::vector<std::string> Files() {
    if (options_.paths.empty()) return {"-"};
    std::vector<std::string> files;
    for (const std::string& path : options_.paths) {
      if (path == "-" || !IsDirectory(path)) {
        files.push_back(path);
        continue;
      }
      Walked walked = Walk(path, {true, true, 1});
      for (const PathError& error : walked.errors) {
        Fail(absl::NotFoundError(Concat(DisplayName(error.path), ": ", error.message)));
      }
      for (std::string& file : walked.files) {
        if (MayHoldUsage(file)) files.push_back(std::move(file));
      }
    }
    return files;
  }

  void Fail(const absl::Status& status) {
    if (++failed_ > kMostShown) return;
    output_.Error(Concat("usage: ", std::string(status.message())));
  }

  void ReadFile(const std::string& path) {
    name_ = DisplayName(path);
    const auto source = input_.Open(path);
    if (!source.ok()) {
      return Fail(absl::NotFoundError(Concat(name_, ": ", std::string(source.status().message()))));
    }
    log_.BeginFile(name_);
    csv_.reset();
    first_ = true;
    RecordReader reader(**source);
    while (true) {
      const auto record = reader.Next();
      if (!record.ok()) {
        const bool long_line = record.status().code() == absl::StatusCode::kResourceExhausted;
        Fail(absl::InvalidArgumentError(
            Concat(name_, long_line ? ":" : ": ", std::string(record.status().message()))));
        if (!long_line) break;
        continue;
      }
      if (!*record) break;
      ReadText(**record);
    }
    if (const absl::Status status = log_.EndFile(); !status.ok()) {
      Fail(absl::InvalidArgumentError(Concat(name_, ": ", std::string(status.message()))));
    }
  }

  // A line of JSON, of a stream of server-sent events or of CSV; or a whole document.
  void ReadText(const Record& record) {
    const std::string_view text = StripBlanks(record.text);
    if (std::exchange(first_, false) && CsvRows::IsHeader(text)) {
      csv_.emplace(text);
      return;
    }
    if (csv_) {
      if (const auto row = csv_->Add(record.text)) ReadJson(*row, record.line);
      return;
    }
    constexpr std::string_view kData = "data:";
    if (text.starts_with(kData)) {
      const std::string_view data = StripBlanks(text.substr(kData.size()));
      if (data != "[DONE]") return ReadJson(data, record.line);
      if (const absl::Status status = log_.EndStreams(); !status.ok()) Fail(status);
      return;
    }
    for (const std::string_view field : {":", "event:", "id:", "retry:"}) {
      if (text.starts_with(field)) return;
    }
    ReadJson(record.text, record.line);
  }

  void ReadJson(std::string_view text, int line) {
    JsonOptions here = json_options_;
    here.first_line = line;
    const auto document = ParseJsonLine(text, name_, here);
    if (!document.ok()) return Fail(document.status());
    const JsonValue root = document->root();
    for (auto value = root.is_array() ? root.first() : root; value;
         value = root.is_array() ? value->next() : std::nullopt) {
      if (const absl::Status status = log_.Add(*value); !status.ok()) Fail(status);
    }
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson) return PrintJson();
    if (format == Format::kJsonl) {
      PrintUsageLines(sums_, output_);
    } else if (format == Format::kHtml) {
      PrintUsagePage(sums_, prices_.TableDate(), output_);
    } else {
      PrintUsage(sums_, format, output_);
    }
    const usage::LogNotes& notes = log_.notes();
    std::string list;
    const auto add = [&list](std::uint64_t n, std::string_view what) {
      if (n > 0) list += Concat(list.empty() ? "" : ", ", GroupDigits(n), ' ', what);
    };
    add(notes.without_usage, "without usage");
    add(notes.duplicates, "logged before");
    add(notes.failed, "failed calls");
    if (!list.empty() && !output_.quiet()) output_.Error(Concat("usage: passed over ", list));
    if (sums_.empty() && failed_ == 0) output_.Warn("usage: no usage found");
  }

  void PrintJson() {
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head{"usage", nullptr, prices_.TableDate(), {}};
    WriteHead(head, json);
    WriteUsage(sums_, json);
    json.Key("without_usage").Uint(log_.notes().without_usage);
    json.Key("duplicates").Uint(log_.notes().duplicates);
    json.Key("failed_calls").Uint(log_.notes().failed);
    json.Key("unreadable").Uint(failed_);
    json.EndObject();
  }

  const UsageOptions& options_;
  Input& input_;
  Output& output_;
  Prices prices_;
  std::optional<usage::Pricer> pricer_;
  usage::Sums sums_;
  chat::Counter counter_;
  usage::Log log_;
  JsonOptions json_options_;
  std::string name_;  // of the file that is read
  std::optional<CsvRows> csv_;
  bool first_ = true;
  std::uint64_t failed_ = 0;
};

}  // namespace

void Declare(UsageOptions& options, OptionSet& set) {
  set.Positionals("PATH", options.paths,
                  "Responses, streams, batch output, spend and session logs, or directories of\n"
                  "them; - or nothing is standard input");
  set.Choice<usage::GroupBy>("--by", options.by,
                             {{"model", usage::GroupBy::kModel},
                              {"day", usage::GroupBy::kDay},
                              {"file", usage::GroupBy::kFile},
                              {"finish_reason", usage::GroupBy::kFinishReason}},
                             "What a row stands for");
  set.Text("-m,--model", "MODEL", options.model, "The model of records that name none");
  DeclareTier(options.tier, "Price all at this tier, not at the one that each response names", set);
  Declare(options.prices, set);
  DeclareReport(options.output, /*comment=*/false, set);
}

ExitCode RunUsage(const UsageOptions& options, Input& input, Output& output) {
  return UsageCommand(options, input, output).Run();
}

}  // namespace toktally::cli
