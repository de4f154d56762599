#include "cli/commands/count.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "cli/commands/claude_count.h"
#include "cli/commands/jsonl_field.h"
#include "cli/io/progress.h"
#include "cli/io/side_by_side.h"
#include "cli/io/walk.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// Files from this size on are counted one after the other by all threads, smaller ones side by
// side.
constexpr std::uint64_t kLargeFile = 8 << 20;

// One argument: a file, or a directory with what was found in it.
struct Group {
  std::string path;
  bool is_directory = false;
};

struct FileTask {
  std::string path;
  std::size_t group;
  bool walked;  // found in a directory, and so left out if it is binary
  absl::StatusOr<TextCount> count = TextCount{};
};

struct Row {
  std::string path;
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

std::uint64_t Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (part * 100 + whole / 2) / whole;
}

class CountCommand {
 public:
  CountCommand(const CountOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    choice_ = ChooseEncoding(options_.encoding, "count", output_);
    if (choice_.encoding == nullptr) return choice_.code;
    threads_ = options_.threads
                   ? static_cast<unsigned>(std::clamp<std::uint64_t>(*options_.threads, 1, 256))
                   : DefaultThreads();
    std::vector<std::string> paths;
    if (const ExitCode code = ListPaths(paths); code != ExitCode::kOk) return code;
    for (const std::string& path : paths) AddGroup(path);
    CountFiles();
    ReportProblems();
    Print();
    return code_;
  }

 private:
  ExitCode ListPaths(std::vector<std::string>& paths) {
    paths = options_.paths;
    if (options_.files0_from) return ReadPathList(paths);
    if (!paths.empty()) return ExitCode::kOk;
    if (input_.StandardInputIsTerminal()) {
      output_.Error(
          "count: nothing to count; give files or directories, or pipe a text in "
          "(toktally count --help shows examples)");
      return ExitCode::kUsage;
    }
    paths.push_back("-");
    return ExitCode::kOk;
  }

  ExitCode ReadPathList(std::vector<std::string>& paths) {
    const std::string& from = *options_.files0_from;
    if (!paths.empty()) {
      output_.Error("count: --files0-from and PATH both say what to count; give one");
      return ExitCode::kUsage;
    }
    const absl::StatusOr<std::string> list = input_.ReadAll(from);
    if (!list.ok()) {
      Complain(from, list.status().message());
      return code_;
    }
    for (std::size_t begin = 0; begin < list->size();) {
      const std::size_t end = std::min(list->find('\0', begin), list->size());
      paths.push_back(list->substr(begin, end - begin));
      if (from == "-" && paths.back() == "-") {
        output_.Error("count: --files0-from -: standard input cannot be the list and in the list");
        return ExitCode::kUsage;
      }
      begin = end + 1;
    }
    return ExitCode::kOk;
  }

  void AddGroup(const std::string& path) {
    const std::size_t group = groups_.size();
    groups_.push_back({path, path != "-" && IsDirectory(path)});
    if (!groups_.back().is_directory) {
      tasks_.push_back({path, group, /*walked=*/false});
      return;
    }
    Walked walked = Walk(path, {options_.hidden, options_.no_ignore, threads_});
    for (std::string& file : walked.files) tasks_.push_back({std::move(file), group, true});
    for (PathError& error : walked.errors) errors_.push_back(std::move(error));
    skipped_.hidden += walked.skipped.hidden;
    skipped_.ignored += walked.skipped.ignored;
    skipped_.not_regular += walked.skipped.not_regular;
  }

  void CountFiles() {
    Progress progress(options_.progress, output_);
    const TextCounter counter(*choice_.encoding, options_.text, progress.bytes_read());
    if (progress.active()) progress.Expect(TotalSize());
    std::vector<FileTask*> large;
    CountSideBySide(counter, large);
    for (FileTask* task : large) CountOne(counter, threads_, *task);
  }

  // What the system says that there is to read; 0 if it does not know.
  std::uint64_t TotalSize() const {
    std::uint64_t total = 0;
    for (const FileTask& task : tasks_) {
      const std::optional<std::uint64_t> size =
          task.path == "-" ? std::nullopt : FileSize(task.path);
      if (!size) return 0;
      total += *size;
    }
    return total;
  }

  // Counts the files on as many threads as there are; leaves those that are worth all threads
  // alone.
  void CountSideBySide(const TextCounter& counter, std::vector<FileTask*>& large) {
    std::mutex mutex;
    RunSideBySide(threads_, tasks_.size(), [&](std::size_t i) {
      if (CountOne(counter, 1, tasks_[i])) return;
      const std::lock_guard lock(mutex);
      large.push_back(&tasks_[i]);
    });
    std::sort(large.begin(), large.end());
  }

  // False if the file is left for all threads together.
  bool CountOne(const TextCounter& counter, unsigned threads, FileTask& task) const {
    const absl::StatusOr<std::unique_ptr<ByteSource>> source = input_.Open(task.path);
    if (!source.ok()) {
      task.count = source.status();
      return true;
    }
    // Standard input may be of any size: it has the threads if it is the only text.
    const bool alone = tasks_.size() == 1 || task.path == "-";
    const bool is_large = (*source)->SizeHint().value_or(0) >= kLargeFile;
    if (threads == 1 && threads_ > 1 && is_large) return false;
    task.count = counter.Count(**source, alone ? threads_ : threads, task.walked);
    return true;
  }

  // Errors and warnings, in the order of the files.
  void ReportProblems() {
    for (const PathError& error : errors_) Complain(error.path, error.message);
    Finding ill_formed;
    Finding special;
    for (const FileTask& task : tasks_) {
      if (!task.count.ok()) {
        const std::string message(task.count.status().message());
        errors_.push_back({task.path, message});
        Complain(task.path, message);
        continue;
      }
      if (task.walked && task.count->binary) {
        ++skipped_.binary;
        continue;
      }
      if (task.count->first_ill_formed) ill_formed.Add(task);
      if (task.count->special_names > 0) special.Add(task);
    }
    if (ill_formed.first != nullptr) WarnOfIllFormed(ill_formed);
    if (special.first != nullptr) WarnOfSpecials(special);
    if (skipped_.Total() > 0) NoteSkipped();
  }

  // The first file with something to warn of, and how many there are.
  struct Finding {
    const FileTask* first = nullptr;
    std::size_t files = 0;
    void Add(const FileTask& task) {
      if (first == nullptr) first = &task;
      ++files;
    }
    std::string AndMore() const {
      if (files == 1) return "";
      return Concat(" (and ", GroupDigits(files - 1), files == 2 ? " more file)" : " more files)");
    }
  };

  void WarnOfIllFormed(const Finding& finding) {
    const bool lossless = options_.text.invalid_utf8 == TextOptions::InvalidUtf8::kLossless;
    output_.Warn(Concat("count: ", DisplayName(finding.first->path), ": byte ",
                        GroupDigits(*finding.first->count->first_ill_formed), " is not UTF-8",
                        finding.AndMore(), "; counted ",
                        lossless ? "as it is" : "as U+FFFD, as an API reads it"));
  }

  void WarnOfSpecials(const Finding& finding) {
    const std::uint64_t names = finding.first->count->special_names;
    output_.Warn(Concat("count: ", DisplayName(finding.first->path), ": ", GroupDigits(names),
                        names == 1 ? " name of a special token is" : " names of special tokens are",
                        " counted as ordinary text", finding.AndMore(),
                        "; --special allow counts the token itself"));
  }

  void NoteSkipped() {
    if (output_.quiet()) return;
    std::string list;
    const auto add = [&list](std::uint64_t n, std::string_view what) {
      if (n > 0) list += Concat(list.empty() ? "" : ", ", GroupDigits(n), ' ', what);
    };
    add(skipped_.hidden, "hidden");
    add(skipped_.ignored, "ignored");
    add(skipped_.binary, "binary");
    add(skipped_.not_regular, "no regular file");
    output_.Error(Concat(
        "count: skipped ", list,
        skipped_.hidden + skipped_.ignored == 0 ? "" : "; --hidden and --no-ignore count them"));
  }

  void Complain(std::string_view path, absl::string_view message) {
    output_.Error(Concat("count: ", DisplayName(path), ": ", std::string(message)));
    code_ = WorstOf(code_, ExitCode::kInput);
  }

  // What a file's count is added to: its argument, itself, or, under a single directory, the entry
  // of that directory.
  std::string RowPath(const FileTask& task) const {
    const Group& group = groups_[task.group];
    if (options_.files || !group.is_directory) return task.path;
    if (groups_.size() > 1) return group.path;
    const std::size_t prefix = group.path.size() + (group.path.ends_with('/') ? 0 : 1);
    return task.path.substr(0, task.path.find('/', prefix));
  }

  std::vector<Row> Rows() const {
    std::vector<Row> rows;
    std::size_t group_of_last = SIZE_MAX;
    for (const FileTask& task : tasks_) {
      if (!task.count.ok() || (task.walked && task.count->binary)) continue;
      std::string path = RowPath(task);
      const bool same = group_of_last == task.group && rows.back().path == path && task.walked;
      if (!same) rows.push_back({std::move(path)});
      group_of_last = task.group;
      rows.back().tokens += task.count->tokens;
      rows.back().bytes += task.count->bytes;
      rows.back().files += 1;
    }
    return rows;
  }

  void Print() {
    const std::vector<Row> rows = Rows();
    Row total{errors_.empty() ? "total" : "total (incomplete)"};
    for (const Row& row : rows) {
      total.tokens += row.tokens;
      total.bytes += row.bytes;
      total.files += row.files;
    }
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson) return PrintJson(rows, total);
    if (format == Format::kJsonl) return PrintJsonl(rows);
    const bool one_input = groups_.size() == 1 && !groups_[0].is_directory;
    if (format == Format::kTable && one_input) return PrintSingle(rows);
    PrintTable(format, rows, total);
  }

  void PrintSingle(const std::vector<Row>& rows) {
    if (rows.empty()) return;
    if (!output_.terminal().output_is_terminal) {
      output_.Print(Concat(rows[0].tokens, '\n'));
      return;
    }
    output_.Print(GroupDigits(rows[0].tokens), Style::kBold);
    output_.Print(
        Concat("  ", choice_.encoding->name(), "  ", EscapeForTerminal(rows[0].path), '\n'));
  }

  void PrintTable(Format format, const std::vector<Row>& rows, const Row& total) {
    const bool directories = std::any_of(groups_.begin(), groups_.end(),
                                         [](const Group& group) { return group.is_directory; });
    const bool show_files = directories || format == Format::kCsv;
    const std::string encoding(choice_.encoding->name());
    std::vector<Column> columns{{"tokens", "tokens"}, {"%", ""}, {"bytes", "bytes"}};
    if (show_files) columns.push_back({"files", "files"});
    columns.push_back({"path", "path", Align::kLeft, true});
    columns.push_back({encoding, "encoding", Align::kLeft});
    Table table(std::move(columns));
    const auto add = [&](const Row& row, bool is_total) {
      const std::string percent = is_total ? "" : std::to_string(Percent(row.tokens, total.tokens));
      std::vector<Cell> cells{Cell::Number(row.tokens, is_total ? Style::kBold : Style::kPlain),
                              percent, Cell(FormatSize(row.bytes), std::to_string(row.bytes))};
      if (show_files) cells.push_back(Cell::Number(row.files));
      cells.push_back(row.path);
      cells.push_back(Cell("", encoding));
      table.AddRow(std::move(cells));
    };
    for (const Row& row : rows) add(row, false);
    table.AddRule();
    add(total, true);
    table.Print(format, output_);
  }

  void WriteRow(const Row& row, JsonWriter& json) const {
    json.Bytes("path", row.path);
    json.Key("tokens").Uint(row.tokens);
    json.Key("bytes").Uint(row.bytes);
    json.Key("files").Uint(row.files);
  }

  void PrintJsonl(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      JsonWriter json(output_, /*pretty=*/false);
      json.BeginObject();
      WriteRow(row, json);
      json.Key("encoding").String(choice_.encoding->name());
      json.EndObject();
    }
  }

  void PrintJson(const std::vector<Row>& rows, const Row& total) {
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head{"count", choice_.encoding, std::nullopt, {}};
    if (!choice_.assumption.empty()) head.assumptions.push_back(choice_.assumption);
    WriteHead(head, json);
    json.Key("model");
    choice_.model.empty() ? json.Null() : json.String(choice_.model);
    json.Key("rows").BeginArray();
    for (const Row& row : rows) {
      json.BeginObject();
      WriteRow(row, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("total").BeginObject();
    json.Key("tokens").Uint(total.tokens).Key("bytes").Uint(total.bytes);
    json.Key("files").Uint(total.files).EndObject();
    json.Key("complete").Bool(errors_.empty());
    json.Key("skipped").BeginObject();
    json.Key("hidden").Uint(skipped_.hidden).Key("ignored").Uint(skipped_.ignored);
    json.Key("binary").Uint(skipped_.binary).Key("not_regular").Uint(skipped_.not_regular);
    json.EndObject();
    json.Key("errors").BeginArray();
    for (const PathError& error : errors_) {
      json.BeginObject().Bytes("path", error.path).Key("message").String(error.message);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }

  const CountOptions& options_;
  Input& input_;
  Output& output_;
  EncodingChoice choice_;
  unsigned threads_ = 1;
  std::vector<Group> groups_;
  std::vector<FileTask> tasks_;
  std::vector<PathError> errors_;
  Skipped skipped_;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

void Declare(CountOptions& options, OptionSet& set) {
  set.Positionals("PATH", options.paths, "Files and directories; - or nothing is standard input");
  Declare(options.encoding, set);
  Declare(options.text, set);
  set.Text("--tokenizer", "FILE", options.tokenizer,
           "Count with the tokenizer of this file: the pieces of a Claude model\n"
           "(toktally encodings add stores them)");
  set.Flag("--estimate", options.estimate,
           "Where a model has no public tokenizer, print the estimate");
  set.Flag("--files", options.files, "One row for each file, not for each directory");
  set.Flag("--hidden", options.hidden, "In directories, count hidden files too");
  set.Flag("--no-ignore", options.no_ignore, "Count what .gitignore and .ignore leave out");
  set.Text("--files0-from", "FILE", options.files0_from,
           "Count the files named in FILE (- is standard input), each name\n"
           "ended by a NUL");
  set.Text("--jsonl-field", "KEYS", options.jsonl_field,
           "Count one field of each line of JSONL: content, body.messages.content");
  set.Count("--threads", "N", options.threads, "How many threads (default: one for each core)");
  DeclareProgress(options.progress, set);
  Declare(options.output, set);
}

ExitCode RunCount(const CountOptions& options, Input& input, Output& output) {
  if (options.jsonl_field) return RunCountJsonlField(options, input, output);
  if (const auto claude = ChosenClaude(options.encoding)) {
    return RunClaudeCount(options, *claude, input, output);
  }
  if (options.tokenizer) {
    output.Error(
        "count: --tokenizer wants -m or -e to say how its file is counted: a Claude model, or "
        "claude-v3, claude-v4.7, claude-v5");
    return ExitCode::kUsage;
  }
  return CountCommand(options, input, output).Run();
}

}  // namespace toktally::cli
