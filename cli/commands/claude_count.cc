#include "cli/commands/claude_count.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "bpe/claude/counter.h"
#include "bpe/claude/estimate.h"
#include "bpe/encodings.h"
#include "cli/io/encoding_store.h"
#include "cli/io/walk.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

struct ClaudeRow {
  std::string path;
  std::uint64_t tokens = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t bytes = 0;
};

// Hands on what it reads to a reader of features.
class WatchedSource : public ByteSource {
 public:
  WatchedSource(ByteSource& source, claude::FeatureReader& reader)
      : source_(source), reader_(reader) {}
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    const auto got = source_.Read(buffer);
    if (got.ok()) reader_.Append({buffer.data(), *got});
    return got;
  }
  std::optional<std::uint64_t> SizeHint() const override { return source_.SizeHint(); }

 private:
  ByteSource& source_;
  claude::FeatureReader& reader_;
};

class ClaudeCount {
 public:
  ClaudeCount(const CountOptions& options, claude::ModelFamily chosen, Input& input, Output& output)
      : options_(options), chosen_(chosen), input_(input), output_(output) {}

  ExitCode Run() {
    if (options_.files0_from) {
      output_.Error("count: --files0-from does not go with a Claude model; name the files");
      return ExitCode::kUsage;
    }
    if (const ExitCode code = FindPieces(); code != ExitCode::kOk) return code;
    if (!ListFiles()) return ExitCode::kUsage;
    for (const std::string& path : files_) CountFile(path);
    for (const ClaudeRow& row : rows_) {
      total_.tokens += row.tokens;
      total_.low += row.low;
      total_.high += row.high;
      total_.bytes += row.bytes;
    }
    if (rows_.empty()) return code_;
    if (!pieces_ && !options_.estimate) return Refuse();
    Print();
    return code_;
  }

 private:
  std::string Name() const {
    return options_.encoding.model.value_or(std::string(EncodingName(chosen_.family)));
  }

  ExitCode FindPieces() {
    const auto& file = options_.tokenizer;
    auto found = file ? ReadClaudePieces(*file, chosen_.family, input_)
                      : StoredClaudePieces(chosen_.family, input_);
    if (found.ok()) {
      pieces_ = std::make_unique<ClaudePieces>(*std::move(found));
      counter_ = std::make_unique<claude::Counter>(pieces_->pieces, chosen_.family);
      return ExitCode::kOk;
    }
    const bool only_missing =
        absl::IsNotFound(found.status()) || absl::IsFailedPrecondition(found.status());
    if (!file && options_.encoding.model && only_missing) return ExitCode::kOk;
    output_.Error(Concat("count: ", Message(found.status())));
    return ExitCode::kUsage;
  }

  bool ListFiles() {
    if (options_.paths.empty() && input_.StandardInputIsTerminal()) {
      output_.Error("count: nothing to count; give files or directories, or pipe a text in");
      return false;
    }
    files_ = options_.paths.empty() ? std::vector<std::string>{"-"} : options_.paths;
    single_ = files_.size() == 1 && !IsDirectory(files_[0]);
    std::vector<std::string> all;
    for (const std::string& path : files_) {
      if (path == "-" || !IsDirectory(path)) {
        all.push_back(path);
        continue;
      }
      Walked walked = Walk(path, {options_.hidden, options_.no_ignore, DefaultThreads()});
      for (const PathError& error : walked.errors) Complain(error.path, error.message);
      walked_.insert(walked_.end(), walked.files.begin(), walked.files.end());
      all.insert(all.end(), walked.files.begin(), walked.files.end());
    }
    files_ = std::move(all);
    return true;
  }

  void Complain(std::string_view path, std::string_view message) {
    output_.Error(Concat("count: ", DisplayName(path), ": ", message));
    code_ = ExitCode::kInput;
  }

  void CountFile(const std::string& path) {
    const auto source = input_.Open(path);
    const absl::Status status = source.ok() ? CountSource(path, **source) : source.status();
    if (!status.ok()) Complain(path, Message(status));
  }

  // A NUL near the beginning of a file that was found in a directory: no text.
  bool IsBinary(const std::string& path, std::string_view block) const {
    return block.find('\0') < 8192 && std::binary_search(walked_.begin(), walked_.end(), path);
  }

  absl::Status CountSource(const std::string& path, ByteSource& source) {
    ClaudeRow row;
    row.path = path;
    if (!counter_) {
      claude::FeatureReader reader;
      WatchedSource watched(source, reader);
      const TextCounter o200k(*FindEncoding("o200k_base"), options_.text, nullptr);
      const bool walked = std::binary_search(walked_.begin(), walked_.end(), path);
      const auto count = o200k.Count(watched, 1, walked);
      if (!count.ok()) return count.status();
      if (walked && count->binary) return absl::OkStatus();
      claude::TextFeatures features = reader.features();
      features.o200k = count->tokens;
      const claude::Estimate estimate = claude::EstimateTokens(chosen_.family, features);
      row = {path, estimate.tokens, estimate.low, estimate.high, count->bytes};
      sort_ = estimate.sort;
      rows_.push_back(std::move(row));
      return absl::OkStatus();
    }
    std::vector<char> buffer(kBlock);
    bool newline_waits = false;  // of --chomp
    while (true) {
      const auto got = source.Read(buffer);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      std::string_view block(buffer.data(), *got);
      if (row.bytes == 0 && IsBinary(path, block)) return absl::OkStatus();
      row.bytes += block.size();
      if (std::exchange(newline_waits, false)) counter_->Append("\n");
      if (options_.text.chomp && block.ends_with('\n')) {
        newline_waits = true;
        block.remove_suffix(1);
      }
      counter_->Append(block);
    }
    row.tokens = row.low = row.high = counter_->Finish();
    rows_.push_back(std::move(row));
    return absl::OkStatus();
  }

  // "±7 %" of an estimate: the larger side.
  static std::uint64_t BoundPercent(const ClaudeRow& row) {
    if (row.tokens == 0) return 0;
    const std::uint64_t side = std::max(row.tokens - row.low, row.high - row.tokens);
    return (side * 100 + row.tokens - 1) / row.tokens;
  }

  ExitCode Refuse() {
    output_.Error(Concat("count: ", Name(), " has no public tokenizer: estimate ",
                         GroupDigits(total_.tokens), " tokens, 90 % within ",
                         GroupDigits(total_.low), " … ", GroupDigits(total_.high), " (",
                         single_ ? std::string(sort_) : "several texts", "; calibrated on ",
                         claude::kCalibrationTexts, " texts); --estimate prints it; ",
                         HowToAdd(chosen_.family), " counts instead"));
    return code_ == ExitCode::kOk ? ExitCode::kUnknownModel : code_;
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) return PrintJson(format);
    const bool estimate = counter_ == nullptr;
    if (format == Format::kTable && single_) {
      if (!output_.terminal().output_is_terminal) {
        output_.Print(Concat(total_.tokens, '\n'));
        return;
      }
      const std::string_view about = output_.unicode() ? "≈ " : "~ ";
      output_.Print(Concat(estimate ? about : "", GroupDigits(total_.tokens)), Style::kBold);
      if (estimate) {
        output_.Print(Concat("  ", output_.unicode() ? "±" : "+-", BoundPercent(total_), " %"));
      }
      output_.PrintLine(format, Concat("  ", Name(), "  ", rows_[0].path));
      return;
    }
    std::vector<Column> columns{{"tokens", "tokens"}};
    if (estimate) {
      columns.push_back({"low", "low"});
      columns.push_back({"high", "high"});
    }
    columns.push_back({"bytes", "bytes"});
    columns.push_back({"path", "path", Align::kLeft, true});
    columns.push_back({Name(), "model", Align::kLeft});
    Table table(std::move(columns));
    const auto add = [&](const ClaudeRow& row) {
      std::vector<Cell> cells{
          Cell(Concat(estimate ? (output_.unicode() ? "≈ " : "~ ") : "", GroupDigits(row.tokens)),
               std::to_string(row.tokens))};
      if (estimate) {
        cells.push_back(Cell::Number(row.low));
        cells.push_back(Cell::Number(row.high));
      }
      cells.push_back(Cell(FormatSize(row.bytes), std::to_string(row.bytes)));
      cells.push_back(row.path);
      cells.push_back(Cell("", Name()));
      table.AddRow(std::move(cells));
    };
    for (const ClaudeRow& row : rows_) add(row);
    table.AddRule();
    total_.path = "total";
    add(total_);
    table.Print(format, output_);
  }

  void WriteRow(const ClaudeRow& row, JsonWriter& json) const {
    json.Key("tokens").Uint(row.tokens);
    json.Key("low").Uint(row.low);
    json.Key("high").Uint(row.high);
    json.Key("bytes").Uint(row.bytes);
  }

  void WriteSureness(JsonWriter& json) const {
    json.Key("model");
    options_.encoding.model ? json.String(*options_.encoding.model) : json.Null();
    json.Key("certainty").String(counter_ ? "reconstructed" : "estimate");
    json.Key("bound_pct");
    counter_ ? json.Null() : json.Uint(BoundPercent(total_));
    json.Key("tokenizer").BeginObject(true);
    json.Key("name").String(counter_ ? EncodingName(chosen_.family) : "o200k_base and classes");
    json.Key("sha256");
    pieces_ ? json.String(pieces_->sha256) : json.Null();
    json.EndObject();
  }

  void PrintJson(Format format) {
    JsonWriter json(output_, format == Format::kJson);
    if (format == Format::kJsonl) {
      for (const ClaudeRow& row : rows_) {
        json.BeginObject();
        json.Bytes("path", row.path);
        WriteRow(row, json);
        WriteSureness(json);
        json.EndObject();
      }
      return;
    }
    json.BeginObject();
    DocumentHead head{"count", nullptr, std::nullopt, {}};
    head.assumptions.push_back("content only: the frame of a message adds to it");
    if (!chosen_.known) {
      head.assumptions.push_back(Concat(Name(), " is assumed to count as Claude 5 does"));
    }
    WriteHead(head, json);
    WriteSureness(json);
    json.Key("rows").BeginArray();
    for (const ClaudeRow& row : rows_) {
      json.BeginObject();
      json.Bytes("path", row.path);
      WriteRow(row, json);
      json.EndObject();
    }
    json.EndArray();
    json.Key("total").BeginObject();
    WriteRow(total_, json);
    json.EndObject();
    json.Key("complete").Bool(code_ == ExitCode::kOk);
    json.EndObject();
  }

  const CountOptions& options_;
  const claude::ModelFamily chosen_;
  Input& input_;
  Output& output_;
  std::unique_ptr<ClaudePieces> pieces_;
  std::unique_ptr<claude::Counter> counter_;
  std::vector<std::string> files_;
  std::vector<std::string> walked_;  // those that were found in directories
  std::vector<ClaudeRow> rows_;
  ClaudeRow total_;
  std::string_view sort_;
  bool single_ = false;
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

std::optional<claude::ModelFamily> ChosenClaude(const EncodingOptions& options) {
  if (options.model && !options.encoding) return claude::FamilyOfModel(*options.model);
  if (!options.encoding || options.model) return std::nullopt;
  const auto family = claude::FamilyOfEncoding(*options.encoding);
  return family ? std::optional(claude::ModelFamily{*family, true}) : std::nullopt;
}

ExitCode RunClaudeCount(const CountOptions& options, claude::ModelFamily chosen, Input& input,
                        Output& output) {
  return ClaudeCount(options, chosen, input, output).Run();
}

}  // namespace toktally::cli
