#include "cli/commands/count_records.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "cli/commands/shard_run.h"
#include "cli/io/counting_pass.h"
#include "cli/io/record_counter.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

class CountRecordsCommand {
 public:
  CountRecordsCommand(const CountArguments& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output), run_(options.shards) {}

  ExitCode Run() {
    if (const ExitCode code = Choose(); code != ExitCode::kOk) return code;
    if (const ExitCode code = List(); code != ExitCode::kOk) return code;
    if (!run_.Divide(list_.files, What(), /*by_lines=*/true, output_) ||
        run_.IsDone(list_.files, input_, output_)) {
      return run_.code();
    }
    for (const PathError& error : list_.errors) {
      Fail(Concat(DisplayName(error.path), ": ", error.message));
    }
    for (const ListArgument& argument : list_.arguments) rows_.push_back({argument.path, {}});
    const RecordCounter counter(*measure_.encoding, keys_);
    for (const FilePart& part : run_.parts()) CountPart(counter, part);
    const ExitCode written = run_.Write({ReportRow()}, failed_, output_);
    Print();
    return WorstOf(code_, written);
  }

 private:
  struct Row {
    std::string path;
    RecordSums sums;
    bool shown = true;  // false where no record has a text
  };

  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("count: ", message));
    return ExitCode::kUsage;
  }

  void Fail(std::string_view message) {
    output_.Error(Concat("count: ", message));
    code_ = WorstOf(code_, ExitCode::kInput);
    ++failed_;
  }

  std::string Option() const { return options_.lines ? "--lines" : "--jsonl-field"; }

  ExitCode Choose() {
    MeasureChoice chosen = ChooseMeasures(options_.measures, "count", input_, output_);
    if (chosen.code != ExitCode::kOk) return chosen.code;
    if (chosen.measures.size() > 1 || chosen.measures[0].certainty != Measure::Certainty::kExact ||
        chosen.measures[0].nfc) {
      return WrongUse(Concat(Option(), " counts with one encoding; give one -m or -e of OpenAI's"));
    }
    measure_ = std::move(chosen.measures[0]);
    if (options_.lines && options_.jsonl_field) {
      return WrongUse("--lines and --jsonl-field both say what a text is; give one");
    }
    if (!options_.lines) keys_ = SplitKeys(*options_.jsonl_field);
    if (!options_.lines && keys_.empty()) {
      return WrongUse("--jsonl-field takes keys with dots between them: body.messages.content");
    }
    return ExitCode::kOk;
  }

  ExitCode List() {
    FileListOptions files = options_.files;
    if (files.paths.empty() && !files.files_from && !files.files0_from) {
      if (input_.StandardInputIsTerminal()) {
        return WrongUse("no records to read; give files, or pipe them in");
      }
      files.paths.emplace_back("-");
    }
    absl::StatusOr<FileList> list = ListFiles(files, ThreadsOf(options_.threads), input_);
    if (!list.ok()) {
      output_.Error(Concat("count: ", MessageOf(list.status())));
      return absl::IsNotFound(list.status()) ? ExitCode::kInput : ExitCode::kUsage;
    }
    list_ = *std::move(list);
    return ExitCode::kOk;
  }

  ShardRun::What What() const {
    ShardRun::What what{"count", Texts(), {measure_.tokenizer}, measure_.sha256};
    return what;
  }
  std::string Texts() const {
    return options_.lines ? "line" : Concat("field ", *options_.jsonl_field);
  }

  void CountPart(const RecordCounter& counter, const FilePart& part) {
    const ListedFile& file = list_.files[part.file];
    const std::string name = DisplayName(file.path);
    const auto source = part.end == SIZE_MAX ? input_.Open(file.path)
                                             : OpenLines(file.path, part.begin, part.end, input_);
    if (!source.ok()) return Fail(Concat(name, ": ", MessageOf(source.status())));
    RecordReader reader(**source);
    RecordSums sums;
    std::optional<int> first_line;
    const auto line_of = [&](int line) {
      if (!first_line) first_line = FirstLineOf(file.path, part.begin, input_);
      return *first_line - 1 + line;
    };
    ForEachBatch<CountedRecords>(
        reader, options_.lines, ThreadsOf(options_.threads),
        [&counter](const RecordBatch& batch) { return counter.Count(batch); },
        [&](const RecordBatch& batch, CountedRecords counted) {
          sums.Add(counted.sums);
          for (const std::size_t i : counted.broken) {
            Fail(std::string(
                RecordCounter::Explain(batch[i], name, line_of(batch[i].line)).message()));
          }
          if (batch.error().ok()) return;
          const bool too_long = absl::IsResourceExhausted(batch.error());
          Fail(Concat(name, too_long ? ":" : ": ", MessageOf(batch.error())));
        });
    Judge(file, part, std::move(sums));
  }

  // A key that is spelled wrong is no text of 0 tokens.
  void Judge(const ListedFile& file, const FilePart& part, RecordSums sums) {
    Row& row = rows_[file.argument];
    const bool whole = part.end == SIZE_MAX;
    if (whole && sums.records > 0 && sums.texts == 0) {
      Fail(Concat(DisplayName(file.path), ": none of ", GroupDigits(sums.records),
                  sums.records == 1 ? " record has" : " records have", " a text at ",
                  *options_.jsonl_field));
      row.shown = list_.arguments[file.argument].is_directory;
      return;
    }
    if (sums.without > 0) {
      output_.Warn(Concat("count: ", DisplayName(file.path), ": ", GroupDigits(sums.without),
                          " of ", GroupDigits(sums.records), " records have no text at ",
                          *options_.jsonl_field));
    }
    row.sums.Add(sums);
  }

  ShardReport::Row ReportRow() const {
    const RecordSums total = Total().sums;
    ShardReport::Row row;
    row.name = measure_.name;
    row.tokenizer = measure_.tokenizer;
    row.sha256 = measure_.sha256;
    row.certainty = std::string(CertaintyWord(measure_.certainty));
    row.sums = {{"bytes", total.bytes},
                {"documents", total.texts},
                {"tokens", total.tokens},
                {"records", total.records},
                {"without", total.without}};
    row.tokens = total.documents;
    return row;
  }

  bool OneInput() const { return list_.arguments.size() == 1 && !list_.arguments[0].is_directory; }

  void Print() {
    std::erase_if(rows_, [](const Row& row) { return !row.shown; });
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson(format);
    if (format == Format::kTable && (OneInput() || options_.total)) return PrintSingle();
    Table table({{"tokens", "tokens"},
                 {"records", "records"},
                 {"texts", "texts"},
                 {"path", "path", Align::kLeft, true},
                 {measure_.tokenizer, "encoding", Align::kLeft}});
    const auto add = [&](const Row& row) {
      table.AddRow({Cell::Number(row.sums.tokens), Cell::Number(row.sums.records),
                    Cell::Number(row.sums.texts), Cell(row.path), Cell("", measure_.tokenizer)});
    };
    for (const Row& row : rows_) add(row);
    table.AddRule();
    add(Total());
    table.Print(format, output_);
  }

  void PrintSingle() {
    if (rows_.empty()) return;
    const Row row = OneInput() ? rows_[0] : Total();
    if (!output_.terminal().output_is_terminal) {
      output_.Print(Concat(row.sums.tokens, '\n'));
      return;
    }
    output_.Print(GroupDigits(row.sums.tokens), Style::kBold);
    output_.Print(Concat("  ", measure_.tokenizer, "  ", EscapeForTerminal(row.path), "  ",
                         GroupDigits(row.sums.records), " records\n"));
  }

  Row Total() const {
    Row total;
    total.path = code_ == ExitCode::kOk ? "total" : "total (incomplete)";
    for (const Row& row : rows_) total.sums.Add(row.sums);
    return total;
  }

  static void Write(const RecordSums& sums, JsonWriter& json) {
    json.Key("tokens").Uint(sums.tokens).Key("records").Uint(sums.records);
    json.Key("texts").Uint(sums.texts).Key("without").Uint(sums.without);
  }

  void PrintJson(Format format) {
    if (format == Format::kJsonl) {
      for (const Row& row : rows_) {
        JsonWriter json(output_, /*pretty=*/false);
        json.BeginObject().Bytes("path", row.path);
        Write(row.sums, json);
        json.EndObject();
      }
      return;
    }
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head{"count", measure_.encoding, std::nullopt, {}};
    if (!measure_.assumption.empty()) head.assumptions.push_back(measure_.assumption);
    WriteHead(head, json);
    json.Key("field");
    options_.lines ? json.Null() : json.String(*options_.jsonl_field);
    json.Key("rows").BeginArray();
    for (const Row& row : rows_) {
      json.BeginObject().Bytes("path", row.path);
      Write(row.sums, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("total").BeginObject();
    Write(Total().sums, json);
    json.EndObject();
    json.Key("complete").Bool(code_ == ExitCode::kOk).EndObject();
  }

  const CountArguments& options_;
  Input& input_;
  Output& output_;
  ShardRun run_;
  Measure measure_;
  std::vector<std::string> keys_;
  FileList list_;
  std::vector<Row> rows_;  // of the arguments
  std::uint64_t failed_ = 0;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

ExitCode RunCountRecords(const CountArguments& options, Input& input, Output& output) {
  return CountRecordsCommand(options, input, output).Run();
}

}  // namespace toktally::cli
