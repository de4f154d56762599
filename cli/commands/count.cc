#include "cli/commands/count.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "bpe/claude/estimate.h"
#include "cli/commands/count_records.h"
#include "cli/commands/count_sample.h"
#include "cli/commands/shard_run.h"
#include "cli/io/code_owners.h"
#include "cli/io/counting_pass.h"
#include "cli/io/progress.h"
#include "cli/report/count_report.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

class CountCommand {
 public:
  CountCommand(const CountArguments& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output), run_(options.shards) {}

  ExitCode Run() {
    if (const ExitCode code = CheckOptions(); code != ExitCode::kOk) return code;
    MeasureChoice chosen = ChooseMeasures(options_.measures, "count", input_, output_);
    if (chosen.code != ExitCode::kOk) return chosen.code;
    measures_ = std::move(chosen.measures);
    const unsigned threads = ThreadsOf(options_.threads);
    if (const ExitCode code = List(threads); code != ExitCode::kOk) return code;
    if (!Divide() || run_.IsDone(list_.files, input_, output_)) return run_.code();
    KeepOnly(run_.parts());
    CountFiles(threads);
    ReportProblems();
    if (const ExitCode code = Report(); code != ExitCode::kOk) return code;
    const ExitCode written = run_.Write(ReportRows(), list_.errors.size(), output_);
    return WorstOf(code_, written);
  }

 private:
  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("count: ", message));
    return ExitCode::kUsage;
  }

  ExitCode CheckOptions() {
    const bool grouped = options_.rows.by != GroupBy::kArgument;
    if (options_.tree + options_.each_file + grouped > 1) {
      return WrongUse("--tree, --files and --by each say what a row is; give one");
    }
    return ExitCode::kOk;
  }

  ExitCode List(unsigned threads) {
    FileListOptions files = options_.files;
    const bool named = !files.paths.empty() || files.files_from || files.files0_from;
    const bool of_directory = options_.tree || options_.each_file || files.git || files.since ||
                              options_.rows.by != GroupBy::kArgument || !files.include.empty() ||
                              !files.exclude.empty();
    // Nobody types a text: on a terminal the folder is meant.
    if (!named && (input_.StandardInputIsTerminal() || of_directory)) {
      files.paths.emplace_back(".");
    } else if (!named) {
      files.paths.emplace_back("-");
    }
    absl::StatusOr<FileList> list = ListFiles(files, threads, input_);
    if (!list.ok()) {
      output_.Error(Concat("count: ", MessageOf(list.status())));
      return absl::IsNotFound(list.status()) ? ExitCode::kInput : ExitCode::kUsage;
    }
    list_ = *std::move(list);
    if (options_.rows.by != GroupBy::kOwner) return ExitCode::kOk;
    const std::string& first = list_.arguments.empty() ? "." : list_.arguments[0].path;
    absl::StatusOr<CodeOwners> owners = CodeOwners::Find(first, input_);
    if (!owners.ok()) return WrongUse(Concat("--by owner: ", MessageOf(owners.status())));
    owners_ = *std::move(owners);
    return ExitCode::kOk;
  }

  bool Divide() {
    if (options_.shards.given() && options_.files.since) {
      return run_.Refuse(
          "count", "--shard and --report count whole inputs, not what differs from a revision",
          output_);
    }
    ShardRun::What what{"count", "file", {}, OptionsText()};
    for (const Measure& measure : measures_) {
      what.counted_with.push_back(measure.name);
      what.options += Concat(measure.tokenizer, ' ', measure.sha256, '\n');
    }
    return run_.Divide(list_.files, std::move(what), /*by_lines=*/false, output_);
  }

  // What of the options changes a count.
  std::string OptionsText() const {
    const TextOptions& text = options_.text;
    return Concat("special ", static_cast<int>(text.special), " invalid ",
                  static_cast<int>(text.invalid_utf8), " chomp ", int{text.chomp}, " force ",
                  int{text.force}, '\n');
  }

  void KeepOnly(const std::vector<FilePart>& parts) {
    std::vector<ListedFile> kept;
    for (const FilePart& part : parts) kept.push_back(std::move(list_.files[part.file]));
    list_.files = std::move(kept);
  }

  // A text of the input is a document.
  std::vector<ShardReport::Row> ReportRows() const {
    std::vector<ShardReport::Row> rows;
    for (std::size_t i = 0; i < measures_.size(); ++i) {
      const Measure& measure = measures_[i];
      ShardReport::Row& row = rows.emplace_back();
      row.name = measure.name;
      row.tokenizer = measure.tokenizer;
      row.sha256 = measure.sha256;
      row.certainty = std::string(CertaintyWord(measure.certainty));
      std::uint64_t bytes = 0;
      TokenRange sum;
      for (const CountedFile& file : counted_) {
        bytes += file.bytes;
        sum.Add(file.ranges[i]);
        row.tokens.Add(file.ranges[i].tokens);
      }
      row.sums = {{"bytes", bytes}, {"documents", counted_.size()}, {"tokens", sum.tokens}};
      if (measure.certainty == Measure::Certainty::kEstimate) {
        row.sums["low"] = sum.low;
        row.sums["high"] = sum.high;
      }
    }
    return rows;
  }

  void CountFiles(unsigned threads) {
    Progress progress(options_.progress, output_);
    const TextMeter meter(measures_, options_.text, progress.bytes_read());
    if (progress.active()) progress.Expect(TotalSize());
    counts_ = CountAll(list_.files, meter, threads, input_);
  }

  // What the system says that there is to read; 0 if it does not know.
  std::uint64_t TotalSize() const {
    std::uint64_t total = 0;
    for (const ListedFile& file : list_.files) {
      const std::optional<std::uint64_t> size =
          file.path == "-" ? std::nullopt : FileSize(file.path);
      if (!size) return 0;
      total += *size;
    }
    return total;
  }

  // The first file with something to warn of, and how many there are.
  struct Finding {
    const ListedFile* first = nullptr;
    const TextCount* count = nullptr;
    std::size_t files = 0;
    void Add(const ListedFile& file, const TextCount& found) {
      if (first == nullptr) {
        first = &file;
        count = &found;
      }
      ++files;
    }
    std::string AndMore() const {
      if (files == 1) return "";
      return Concat(" (and ", GroupDigits(files - 1), files == 2 ? " more file)" : " more files)");
    }
  };

  // Errors and warnings, in the order of the files.
  void ReportProblems() {
    for (const PathError& error : list_.errors) Complain(error.path, error.message);
    Finding ill_formed;
    Finding special;
    Finding utf16;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const ListedFile& file = list_.files[i];
      if (!counts_[i].ok()) {
        const std::string message(counts_[i].status().message());
        list_.errors.push_back({file.path, message});
        Complain(file.path, message);
        continue;
      }
      const TextCount& count = counts_[i]->count;
      if (file.walked && count.binary) {
        ++list_.skipped.binary;
        if (!count.kind.empty()) AddKind(count.kind);
        continue;
      }
      if (count.first_ill_formed) ill_formed.Add(file, count);
      if (count.special_names > 0) special.Add(file, count);
      if (count.utf16) utf16.Add(file, count);
      sort_ = counts_[i]->sort;
      counted_.push_back(
          {file.path, file.argument, file.walked, std::move(counts_[i]->ranges), count.bytes});
    }
    if (ill_formed.first != nullptr) WarnOfIllFormed(ill_formed);
    if (special.first != nullptr) WarnOfSpecials(special);
    if (utf16.first != nullptr) {
      output_.Warn(Concat("count: ", DisplayName(utf16.first->path), ": is UTF-16", utf16.AndMore(),
                          "; counted as the UTF-8 that an API is sent"));
    }
    if (list_.skipped.Total() > 0) NoteSkipped();
  }

  void AddKind(std::string_view kind) {
    const auto known = std::find_if(kinds_.begin(), kinds_.end(),
                                    [kind](const auto& each) { return each.first == kind; });
    if (known == kinds_.end()) {
      kinds_.emplace_back(kind, 1);
    } else {
      ++known->second;
    }
  }

  void WarnOfIllFormed(const Finding& finding) {
    const bool lossless = options_.text.invalid_utf8 == TextOptions::InvalidUtf8::kLossless;
    output_.Warn(Concat("count: ", DisplayName(finding.first->path), ": byte ",
                        GroupDigits(*finding.count->first_ill_formed), " is not UTF-8",
                        finding.AndMore(), "; counted ",
                        lossless ? "as it is" : "as U+FFFD, as an API reads it"));
  }

  void WarnOfSpecials(const Finding& finding) {
    const std::uint64_t names = finding.count->special_names;
    output_.Warn(Concat("count: ", DisplayName(finding.first->path), ": ", GroupDigits(names),
                        names == 1 ? " name of a special token is" : " names of special tokens are",
                        " counted as ordinary text", finding.AndMore(),
                        "; --special allow counts the token itself"));
  }

  void NoteSkipped() {
    if (output_.quiet()) return;
    const Skipped& skipped = list_.skipped;
    std::string binary = "binary";
    for (const auto& [kind, files] : kinds_) {
      binary += Concat(binary == "binary" ? " (" : ", ", GroupDigits(files), ' ', kind);
    }
    if (!kinds_.empty()) binary += ')';
    std::string list;
    const auto add = [&list](std::uint64_t n, std::string_view what) {
      if (n > 0) list += Concat(list.empty() ? "" : ", ", GroupDigits(n), ' ', what);
    };
    add(skipped.hidden, "hidden");
    add(skipped.ignored, "ignored");
    add(skipped.excluded, "excluded");
    add(skipped.binary, binary);
    add(skipped.not_regular, "no regular file");
    add(skipped.repeated, "named more than once");
    output_.Error(Concat(
        "count: skipped ", list,
        skipped.hidden + skipped.ignored == 0 ? "" : "; --hidden and --no-ignore count them"));
  }

  void Complain(std::string_view path, std::string_view message) {
    output_.Error(Concat("count: ", DisplayName(path), ": ", message));
    code_ = WorstOf(code_, ExitCode::kInput);
  }

  ExitCode Report() {
    CountReport report;
    report.measures = &measures_;
    RowOptions rows = options_.rows;
    if (options_.tree) rows.by = GroupBy::kTree;
    if (options_.each_file) rows.by = GroupBy::kFile;
    report.by = rows.by;
    report.rows = MakeCountRows(counted_, list_.arguments, rows,
                                [this](std::string_view path) { return owners_->OwnerOf(path); });
    report.total.path = report.total.label = list_.errors.empty() ? "total" : "total (incomplete)";
    report.total.ranges.resize(measures_.size());
    for (const CountedFile& file : counted_) report.total.Add(file);
    report.one_input = list_.arguments.size() == 1 && !list_.arguments[0].is_directory;
    report.has_directory =
        std::any_of(list_.arguments.begin(), list_.arguments.end(),
                    [](const ListArgument& argument) { return argument.is_directory; }) ||
        report.by == GroupBy::kExtension || report.by == GroupBy::kLanguage ||
        report.by == GroupBy::kOwner;
    report.only_total = options_.total;
    report.skipped = list_.skipped;
    report.errors = list_.errors;
    if (const ExitCode code = RefuseEstimates(report); code != ExitCode::kOk) return code;
    PrintCount(report, options_.output.ChosenFormat(), output_);
    return WriteReportFiles(
        options_.report_files, "count",
        [&report](Format format, Output& to) { PrintCount(report, format, to); }, output_);
  }

  // An estimate is a result only where it is asked for.
  ExitCode RefuseEstimates(const CountReport& report) {
    if (options_.measures.estimate || counted_.empty()) return ExitCode::kOk;
    bool refused = false;
    for (std::size_t i = 0; i < measures_.size(); ++i) {
      const Measure& measure = measures_[i];
      if (measure.certainty != Measure::Certainty::kEstimate) continue;
      const TokenRange& range = report.total.ranges[i];
      output_.Error(Concat(
          "count: ", measure.name, " has no public tokenizer: estimate ", GroupDigits(range.tokens),
          " tokens, 90 % within ", GroupDigits(range.low), " … ", GroupDigits(range.high), " (",
          report.one_input ? std::string(sort_) : "several texts", "; calibrated on ",
          claude::kCalibrationTexts, " texts); --estimate prints it; ", HowToAdd(measure.family),
          " counts instead"));
      refused = true;
    }
    if (!refused) return ExitCode::kOk;
    return WorstOf(code_, ExitCode::kUnknownModel);
  }

  const CountArguments& options_;
  Input& input_;
  Output& output_;
  ShardRun run_;
  std::vector<Measure> measures_;
  FileList list_;
  std::optional<CodeOwners> owners_;
  std::vector<absl::StatusOr<MeasuredText>> counts_;               // of the files
  std::vector<CountedFile> counted_;                               // those that were
  std::vector<std::pair<std::string_view, std::uint64_t>> kinds_;  // of binary files
  std::string_view sort_;                                          // of the last estimate
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

void Declare(CountArguments& options, OptionSet& set) {
  set.Positionals("PATH", options.files.paths,
                  "Files and directories; - is standard input. Nothing: what is piped in, or "
                  "on a terminal the folder");
  Declare(options.measures, set);
  Declare(options.text, set);
  set.Flag("--files", options.each_file, "One row for each file, not for each directory");
  set.FlagOrCount("--tree", "DEPTH", options.tree, options.rows.depth,
                  "A row for each directory and file below it, to this depth");
  set.Choice<GroupBy>("--by", options.rows.by,
                      {{"extension", GroupBy::kExtension},
                       {"language", GroupBy::kLanguage},
                       {"owner", GroupBy::kOwner}},
                      "Add the files up by what they are, or by CODEOWNERS");
  set.Choice<SortBy>(
      "--sort", options.rows.sort,
      {{"tokens", SortBy::kTokens}, {"path", SortBy::kPath}, {"files", SortBy::kFiles}},
      "The order of the rows: the most tokens or files first, or by name");
  set.Count("--top", "N", options.rows.top,
            "The N largest rows, in a tree below each directory; one row for the others");
  set.Parsed(
      "--min", "TOKENS",
      [&options](const std::string& value) {
        const absl::StatusOr<std::uint64_t> tokens = ParseCount(value);
        if (tokens.ok()) options.rows.min = *tokens;
        return tokens.status();
      },
      "Rows of fewer tokens are added up in one");
  set.Flag("--total", options.total, "Print the total only: on no terminal, the bare number");
  set.Texts("--include", "GLOB", options.files.include,
            "In directories, count only files that match: '*.md', 'docs/**'");
  set.Texts("--exclude", "GLOB", options.files.exclude,
            "In directories, leave out files and directories that match");
  set.Flag("--git", options.files.git, "Of directories, count what git tracks");
  set.Text("--since", "REV", options.files.since,
           "Of that, what differs from this revision: main, HEAD~3, v1.2");
  set.Flag("--hidden", options.files.hidden, "In directories, count hidden files too");
  set.Flag("--no-ignore", options.files.no_ignore,
           "Count what .gitignore, .ignore and .toktallyignore leave out");
  set.Text("--files-from", "FILE", options.files.files_from,
           "Count the files named in FILE (- is standard input), one a line");
  set.Text("--files0-from", "FILE", options.files.files0_from,
           "The same, each name ended by a NUL");
  set.Text("--jsonl-field", "KEYS", options.jsonl_field,
           "Count one field of each line of JSONL: content, body.messages.content");
  set.Flag("--lines", options.lines, "Count each line as a text of its own, without its newline");
  Declare(options.shards, set);
  Declare(options.sampling, set);
  set.Count("--threads", "N", options.threads, "How many threads (default: one for each core)");
  DeclareProgress(options.progress, set);
  Declare(options.report_files, set);
  Declare(options.output, set);
}

ExitCode RunCount(const CountArguments& options, Input& input, Output& output) {
  if (options.sampling.sample) return RunCountSample(options, input, output);
  if (options.sampling.error || options.sampling.seed) {
    output.Error("count: --error and --seed are of --sample, which is not given");
    return ExitCode::kUsage;
  }
  if (options.jsonl_field || options.lines) return RunCountRecords(options, input, output);
  return CountCommand(options, input, output).Run();
}

}  // namespace toktally::cli
