#include "cli/commands/jsonl_field.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "chat/workspaces.h"
#include "cli/io/records.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

struct FieldCount {
  std::string path;
  std::uint64_t tokens = 0;
  std::uint64_t records = 0;
  std::uint64_t texts = 0;
  std::uint64_t without = 0;  // records that have no text there
};

class JsonlFieldCommand {
 public:
  JsonlFieldCommand(const CountArguments& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    MeasureChoice chosen = ChooseMeasures(options_.measures, "count", input_, output_);
    if (chosen.code != ExitCode::kOk) return chosen.code;
    if (chosen.measures.size() > 1 || chosen.measures[0].certainty != Measure::Certainty::kExact ||
        chosen.measures[0].nfc) {
      output_.Error("count: --jsonl-field counts with one encoding; give one -m or -e of OpenAI's");
      return ExitCode::kUsage;
    }
    measure_ = std::move(chosen.measures[0]);
    if (!SplitField()) {
      output_.Error(
          "count: --jsonl-field takes keys with dots between them: body.messages.content");
      return ExitCode::kUsage;
    }
    if (options_.files.files_from || options_.files.files0_from) {
      output_.Error("count: --jsonl-field wants its files by name, not in a list");
      return ExitCode::kUsage;
    }
    std::vector<std::string> paths = options_.files.paths;
    if (paths.empty() && input_.StandardInputIsTerminal()) {
      output_.Error("count: no JSONL to read; give files, or pipe it in");
      return ExitCode::kUsage;
    }
    if (paths.empty()) paths.emplace_back("-");
    one_input_ = paths.size() == 1;
    for (const std::string& path : paths) CountFile(path);
    Print();
    return code_;
  }

 private:
  bool SplitField() {
    const std::string& field = *options_.jsonl_field;
    for (std::size_t begin = 0; begin <= field.size();) {
      const std::size_t dot = std::min(field.find('.', begin), field.size());
      if (dot == begin) return false;
      keys_.push_back(field.substr(begin, dot - begin));
      begin = dot + 1;
    }
    return !keys_.empty();
  }

  void CountFile(const std::string& path) {
    FieldCount& count = counts_.emplace_back();
    count.path = path;
    JsonOptions lenient;
    lenient.allow_duplicate_keys = true;
    const auto use = [this, &count](const JsonValue& value, int) {
      ++count.records;
      const std::uint64_t texts = count.texts;
      CountAt(value, 0, count);
      if (count.texts == texts) ++count.without;
      return absl::OkStatus();
    };
    const auto fail = [this](const absl::Status& status) {
      output_.Error(Concat("count: ", std::string(status.message())));
      code_ = WorstOf(code_, ExitCode::kInput);
      return true;
    };
    ForEachRecord(path, input_, lenient, use, fail);
    if (count.records > 0 && count.texts == 0) {
      // A key that is spelled wrong is no text of 0 tokens.
      output_.Error(Concat("count: ", DisplayName(path), ": none of ", GroupDigits(count.records),
                           count.records == 1 ? " record has" : " records have", " a text at ",
                           *options_.jsonl_field));
      code_ = WorstOf(code_, ExitCode::kInput);
      counts_.pop_back();
    } else if (count.without > 0) {
      output_.Warn(Concat("count: ", DisplayName(path), ": ", GroupDigits(count.without), " of ",
                          GroupDigits(count.records), " records have no text at ",
                          *options_.jsonl_field));
    }
  }

  // The depth is bounded by the parser's.
  void CountAt(const JsonValue& value, std::size_t key, FieldCount& count) {
    if (value.is_array()) {
      for (auto element = value.first(); element; element = element->next()) {
        CountAt(*element, key, count);
      }
      return;
    }
    if (key < keys_.size()) {
      const auto member = value.Find(keys_[key]);
      if (member) CountAt(*member, key + 1, count);
      return;
    }
    if (!value.is_string()) return;
    ++count.texts;
    count.tokens += workspaces_.Count(*measure_.encoding, value.text());
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson(format);
    if (format == Format::kTable && one_input_) return PrintSingle();
    Table table({{"tokens", "tokens"},
                 {"records", "records"},
                 {"texts", "texts"},
                 {"path", "path", Align::kLeft, true},
                 {measure_.tokenizer, "encoding", Align::kLeft}});
    const auto add = [&](const FieldCount& count) {
      table.AddRow({Cell::Number(count.tokens), Cell::Number(count.records),
                    Cell::Number(count.texts), Cell(count.path), Cell("", measure_.tokenizer)});
    };
    for (const FieldCount& count : counts_) add(count);
    table.AddRule();
    add(Total());
    table.Print(format, output_);
  }

  void PrintSingle() {
    if (counts_.empty()) return;
    if (!output_.terminal().output_is_terminal) {
      output_.Print(Concat(counts_[0].tokens, '\n'));
      return;
    }
    output_.Print(GroupDigits(counts_[0].tokens), Style::kBold);
    output_.Print(Concat("  ", measure_.tokenizer, "  ", EscapeForTerminal(counts_[0].path), "  ",
                         GroupDigits(counts_[0].records), " records\n"));
  }

  FieldCount Total() const {
    FieldCount total;
    total.path = code_ == ExitCode::kOk ? "total" : "total (incomplete)";
    for (const FieldCount& count : counts_) {
      total.tokens += count.tokens;
      total.records += count.records;
      total.texts += count.texts;
      total.without += count.without;
    }
    return total;
  }

  static void Write(const FieldCount& count, JsonWriter& json) {
    json.Key("tokens").Uint(count.tokens).Key("records").Uint(count.records);
    json.Key("texts").Uint(count.texts).Key("without").Uint(count.without);
  }

  void PrintJson(Format format) {
    if (format == Format::kJsonl) {
      for (const FieldCount& count : counts_) {
        JsonWriter json(output_, /*pretty=*/false);
        json.BeginObject().Bytes("path", count.path);
        Write(count, json);
        json.EndObject();
      }
      return;
    }
    JsonWriter json(output_, /*pretty=*/true);
    json.BeginObject();
    DocumentHead head{"count", measure_.encoding, std::nullopt, {}};
    if (!measure_.assumption.empty()) head.assumptions.push_back(measure_.assumption);
    WriteHead(head, json);
    json.Key("field").String(*options_.jsonl_field);
    json.Key("rows").BeginArray();
    for (const FieldCount& count : counts_) {
      json.BeginObject().Bytes("path", count.path);
      Write(count, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("total").BeginObject();
    Write(Total(), json);
    json.EndObject();
    json.Key("complete").Bool(code_ == ExitCode::kOk).EndObject();
  }

  const CountArguments& options_;
  Input& input_;
  Output& output_;
  Measure measure_;
  chat::Workspaces workspaces_;
  std::vector<std::string> keys_;
  std::vector<FieldCount> counts_;  // of the inputs that have a text there
  bool one_input_ = false;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

ExitCode RunCountJsonlField(const CountArguments& options, Input& input, Output& output) {
  return JsonlFieldCommand(options, input, output).Run();
}

}  // namespace toktally::cli
