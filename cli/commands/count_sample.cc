#include "cli/commands/count_sample.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/sampling.h"
#include "cli/io/counting_pass.h"
#include "cli/io/record_counter.h"
#include "cli/io/side_by_side.h"
#include "cli/report/document.h"
#include "cli/report/json_writer.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr double kError = 0.5;  // percent
constexpr std::uint64_t kFirstStrata = 200;
// How much more is drawn than the last round says is needed, so that few rounds fall short.
constexpr double kMargin = 1.25;
constexpr std::size_t kSampleBlock = std::size_t{64} << 10;

std::string_view ExtensionOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? "" : name.substr(dot + 1);
}

// A file, or a record of one: what is read whole.
struct Unit {
  std::size_t file = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  friend auto operator<=>(const Unit&, const Unit&) = default;
};

class SampleCommand {
 public:
  SampleCommand(const CountArguments& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output), threads_(ThreadsOf(options.threads)) {}

  ExitCode Run() {
    if (const ExitCode code = Choose(); code != ExitCode::kOk) return code;
    if (const ExitCode code = List(); code != ExitCode::kOk) return code;
    const RecordCounter counter(*measure_.encoding, keys_);
    counter_ = &counter;
    const TextMeter meter(measures_, options_.text, nullptr);
    meter_ = &meter;
    Draw();
    const bool found = CheckField();
    for (const std::string& error : errors_) output_.Error(Concat("count: ", error));
    const ExitCode code = errors_.empty() ? ExitCode::kOk : ExitCode::kInput;
    if (!found) return code;
    Print(code == ExitCode::kOk);
    return code;
  }

 private:
  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("count: ", message));
    return ExitCode::kUsage;
  }

  bool of_records() const { return options_.lines || options_.jsonl_field.has_value(); }

  ExitCode Choose() {
    if (options_.shards.given()) {
      return WrongUse("--sample reads a part of its own choice; leave out --shard and --report");
    }
    if (options_.tree || options_.each_file || options_.rows.by != GroupBy::kArgument) {
      return WrongUse("--sample knows the total only; leave out --tree, --files and --by");
    }
    if (options_.lines && options_.jsonl_field) {
      return WrongUse("--lines and --jsonl-field both say what a text is; give one");
    }
    MeasureChoice chosen = ChooseMeasures(options_.measures, "count", input_, output_);
    if (chosen.code != ExitCode::kOk) return chosen.code;
    measures_ = std::move(chosen.measures);
    measure_ = measures_[0];
    if (measures_.size() > 1 || measure_.certainty != Measure::Certainty::kExact || measure_.nfc) {
      return WrongUse("--sample counts with one encoding that is exact; give one -m or -e");
    }
    if (!options_.jsonl_field) return ExitCode::kOk;
    keys_ = SplitKeys(*options_.jsonl_field);
    if (keys_.empty()) {
      return WrongUse("--jsonl-field takes keys with dots between them: body.messages.content");
    }
    return ExitCode::kOk;
  }

  // Sorted, so that what is alike lies together: by type, then by size.
  ExitCode List() {
    FileListOptions files = options_.files;
    if (files.paths.empty() && !files.files_from && !files.files0_from) {
      files.paths.emplace_back(".");
    }
    absl::StatusOr<FileList> list = ListFiles(files, threads_, input_);
    if (!list.ok()) {
      output_.Error(Concat("count: ", MessageOf(list.status())));
      return absl::IsNotFound(list.status()) ? ExitCode::kInput : ExitCode::kUsage;
    }
    for (const PathError& error : list->errors) {
      errors_.push_back(Concat(DisplayName(error.path), ": ", error.message));
    }
    std::vector<std::pair<std::uint64_t, ListedFile>> sized;
    for (ListedFile& file : list->files) {
      const std::optional<std::uint64_t> size =
          file.path == "-" ? std::nullopt : FileSize(file.path);
      if (!size && (file.path == "-" || FileExists(file.path))) {
        return WrongUse(Concat(DisplayName(file.path),
                               ": --sample draws files by their sizes, and this has none"));
      }
      if (!size) errors_.push_back(Concat(DisplayName(file.path), ": No such file or directory"));
      if (size.value_or(0) > 0) sized.emplace_back(*size, std::move(file));
    }
    std::sort(sized.begin(), sized.end(), [](const auto& a, const auto& b) {
      const std::string_view type_a = ExtensionOf(a.second.path);
      const std::string_view type_b = ExtensionOf(b.second.path);
      if (type_a != type_b) return type_a < type_b;
      if (a.first != b.first) return a.first < b.first;
      return a.second.path < b.second.path;
    });
    for (auto& [size, file] : sized) {
      total_bytes_ += size;
      ends_.push_back(total_bytes_);
      files_.push_back(std::move(file));
    }
    return ExitCode::kOk;
  }

  void Draw() {
    if (total_bytes_ == 0) return;
    std::uint64_t strata = std::min(kFirstStrata, total_bytes_);
    // A seed a round: a sample that was drawn on because it fell short is not used again.
    for (std::uint64_t round = 0;; ++round) {
      const std::vector<Unit> units = UnitsAt(DrawBytes(total_bytes_, strata, Seed() + round));
      if (units.empty() || BytesOf(units) * 2 > total_bytes_) return CountEverything();
      CountUnits(units);
      std::vector<double> densities;
      for (const Unit& unit : units) {
        densities.push_back(static_cast<double>(known_[unit]) /
                            static_cast<double>(unit.end - unit.begin));
      }
      sum_ = EstimateSum(densities, total_bytes_);
      drawn_ = units.size();
      const double reached = sum_.value == 0 ? 0 : sum_.half_width / sum_.value;
      if (reached <= Wanted() || !errors_.empty()) return;
      const double more = static_cast<double>(strata) * std::pow(reached / Wanted(), 2) * kMargin;
      if (more > static_cast<double>(total_bytes_) / 2) return CountEverything();
      strata = std::max(strata + 1, static_cast<std::uint64_t>(more));
    }
  }

  // A key that is spelled wrong is no text of 0 tokens.
  bool CheckField() {
    if (!options_.jsonl_field || seen_.records == 0) return true;
    if (seen_.texts == 0) {
      errors_.push_back(Concat("none of ", GroupDigits(seen_.records),
                               " records that were read has a "
                               "text at ",
                               *options_.jsonl_field));
      return false;
    }
    if (seen_.without > 0) {
      output_.Warn(Concat("count: ", GroupDigits(seen_.without), " of ", GroupDigits(seen_.records),
                          " records that were read have no text at ", *options_.jsonl_field));
    }
    return true;
  }

  std::uint64_t Seed() const { return options_.sampling.seed.value_or(1) * 1'000'003; }
  double Wanted() const { return options_.sampling.error.value_or(kError) / 100; }

  // What each byte lies in; empty if a file cannot be read.
  std::vector<Unit> UnitsAt(const std::vector<std::uint64_t>& bytes) {
    std::vector<Unit> units(bytes.size());
    std::vector<std::string> errors(bytes.size());
    RunSideBySide(threads_, bytes.size(), [&](std::size_t i) {
      const auto file = static_cast<std::size_t>(
          std::upper_bound(ends_.begin(), ends_.end(), bytes[i]) - ends_.begin());
      const std::uint64_t begin = file == 0 ? 0 : ends_[file - 1];
      units[i] = {file, 0, ends_[file] - begin};
      if (of_records()) errors[i] = FindRecord(bytes[i] - begin, units[i]);
    });
    for (const std::string& error : errors) {
      if (error.empty()) continue;
      errors_.push_back(error);
      return {};
    }
    return units;
  }

  // Narrows the unit, a file, to the line with the byte; a message where it cannot be read.
  std::string FindRecord(std::uint64_t byte, Unit& unit) const {
    const std::uint64_t size = unit.end;
    const std::string& path = files_[unit.file].path;
    std::vector<char> block(kSampleBlock);
    // Backwards to the newline before it.
    std::uint64_t begin = byte;
    while (begin > 0) {
      const std::uint64_t from = begin < kSampleBlock ? 0 : begin - kSampleBlock;
      const auto source = input_.OpenAt(path, from);
      if (!source.ok()) return Concat(DisplayName(path), ": ", MessageOf(source.status()));
      const std::span<char> wanted = std::span(block).first(static_cast<std::size_t>(begin - from));
      const auto read = ReadExactly(**source, wanted);
      if (!read.empty()) return Concat(DisplayName(path), ": ", read);
      const std::size_t newline = std::string_view(wanted.data(), wanted.size()).rfind('\n');
      begin = newline == std::string_view::npos ? from : from + newline + 1;
      if (newline != std::string_view::npos) break;
    }
    // Forwards to its own.
    const auto source = input_.OpenAt(path, byte);
    if (!source.ok()) return Concat(DisplayName(path), ": ", MessageOf(source.status()));
    std::uint64_t end = byte;
    while (end < size) {
      const auto got = (*source)->Read(block);
      if (!got.ok()) return Concat(DisplayName(path), ": ", MessageOf(got.status()));
      if (*got == 0) break;
      const std::size_t newline = std::string_view(block.data(), *got).find('\n');
      end += newline == std::string_view::npos ? *got : newline + 1;
      if (newline != std::string_view::npos) break;
    }
    unit.begin = begin;
    unit.end = std::min(std::max(end, byte + 1), size);
    return "";
  }

  static std::string ReadExactly(ByteSource& source, std::span<char> buffer) {
    while (!buffer.empty()) {
      const auto got = source.Read(buffer);
      if (!got.ok()) return MessageOf(got.status());
      if (*got == 0) return "has become shorter";
      buffer = buffer.subspan(*got);
    }
    return "";
  }

  // Of the units that were not counted before and these, each once.
  std::uint64_t BytesOf(std::vector<Unit> units) const {
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    std::uint64_t bytes = 0;
    for (const Unit& unit : units) {
      if (!known_.contains(unit)) bytes += unit.end - unit.begin;
    }
    return bytes + read_bytes_;
  }

  void CountUnits(std::vector<Unit> units) {
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    std::erase_if(units, [this](const Unit& unit) { return known_.contains(unit); });
    std::vector<RecordSums> sums(units.size());
    std::vector<std::string> errors(units.size());
    RunSideBySide(threads_, units.size(), [&](std::size_t i) {
      errors[i] = of_records() ? CountRecord(units[i], sums[i]) : CountFile(units[i], sums[i]);
    });
    for (std::size_t i = 0; i < units.size(); ++i) {
      known_[units[i]] = sums[i].tokens;
      seen_.Add(sums[i]);
      read_bytes_ += units[i].end - units[i].begin;
      if (!errors[i].empty()) errors_.push_back(errors[i]);
    }
  }

  // What is wrong, or nothing.
  std::string CountFile(const Unit& unit, RecordSums& sums) const {
    const ListedFile& file = files_[unit.file];
    const auto source = input_.Open(file.path);
    const auto counted = source.ok() ? meter_->Count(**source, 1, file.walked, file.path)
                                     : absl::StatusOr<MeasuredText>(source.status());
    if (!counted.ok()) {
      return Concat(DisplayName(file.path), ": ", MessageOf(counted.status()));
    }
    // A binary file counts for nothing, as count leaves it out.
    sums.tokens = counted->count.binary ? 0 : counted->ranges[0].tokens;
    return "";
  }

  std::string CountRecord(const Unit& unit, RecordSums& sums) const {
    const std::string& path = files_[unit.file].path;
    const auto source = input_.OpenAt(path, unit.begin);
    if (!source.ok()) return Concat(DisplayName(path), ": ", MessageOf(source.status()));
    std::string text(static_cast<std::size_t>(unit.end - unit.begin), '\0');
    const std::string error = ReadExactly(**source, text);
    if (!error.empty()) return Concat(DisplayName(path), ": ", error);
    const std::unique_ptr<ByteSource> record = MakeMemorySource(text);
    RecordReader reader(*record);
    RecordBatch batch;
    if (!batch.Read(reader, options_.lines)) return "";
    const CountedRecords counted = counter_->Count(batch);
    sums = counted.sums;
    if (counted.broken.empty()) return "";
    return std::string(
        RecordCounter::Explain(batch[0], DisplayName(path), FirstLineOf(path, unit.begin, input_))
            .message());
  }

  // Then there is nothing to estimate.
  void CountEverything() {
    everything_ = true;
    std::vector<Unit> units;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      units.push_back({i, 0, ends_[i] - (i == 0 ? 0 : ends_[i - 1])});
    }
    std::vector<RecordSums> sums(units.size());
    std::vector<std::string> errors(units.size());
    RunSideBySide(threads_, units.size(), [&](std::size_t i) {
      errors[i] = of_records() ? CountRecordsOf(units[i], sums[i]) : CountFile(units[i], sums[i]);
    });
    seen_ = {};
    for (const RecordSums& of_unit : sums) seen_.Add(of_unit);
    for (const std::string& error : errors) {
      if (!error.empty()) errors_.push_back(error);
    }
    sum_ = {static_cast<double>(seen_.tokens), 0};
    read_bytes_ = total_bytes_;
  }

  std::string CountRecordsOf(const Unit& unit, RecordSums& sums) const {
    const std::string& path = files_[unit.file].path;
    const auto source = input_.Open(path);
    if (!source.ok()) return Concat(DisplayName(path), ": ", MessageOf(source.status()));
    RecordReader reader(**source);
    std::string error;
    ForEachBatch<CountedRecords>(
        reader, options_.lines, 1,
        [this](const RecordBatch& batch) { return counter_->Count(batch); },
        [&](const RecordBatch& batch, CountedRecords counted) {
          sums.Add(counted.sums);
          if (!error.empty()) return;
          if (!counted.broken.empty()) {
            const Record record = batch[counted.broken[0]];
            error = std::string(
                RecordCounter::Explain(record, DisplayName(path), record.line).message());
          } else if (!batch.error().ok()) {
            error = Concat(DisplayName(path), ": ", MessageOf(batch.error()));
          }
        });
    return error;
  }

  // Rounded up, to a hundredth.
  double Percent() const {
    if (sum_.value == 0) return 0;
    return std::ceil(sum_.half_width / sum_.value * 10'000) / 100;
  }
  static std::string TwoDecimals(double percent) {
    const auto hundredths = static_cast<std::uint64_t>(std::llround(percent * 100));
    std::string text = Concat(hundredths / 100, '.', hundredths / 10 % 10, hundredths % 10);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }

  std::string HowDrawn() const {
    if (everything_) return "everything was counted: a sample would have been most of it";
    return Concat(GroupDigits(drawn_), " draws by size in strata of type and size, ",
                  GroupDigits(known_.size()), of_records() ? " records" : " files", " of ",
                  GroupDigits(files_.size()), files_.size() == 1 ? " file" : " files", ", ",
                  FormatSize(read_bytes_), "B of ", FormatSize(total_bytes_), "B read, seed ",
                  options_.sampling.seed.value_or(1));
  }

  void Print(bool complete) {
    const auto tokens = static_cast<std::uint64_t>(std::llround(sum_.value));
    const auto half = static_cast<std::uint64_t>(std::ceil(sum_.half_width));
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) {
      return PrintJson(tokens, half, complete, format == Format::kJson);
    }
    if (!complete) output_.Error("count: incomplete; the total is of what could be read");
    const std::string bound = everything_ ? "" : Concat(" ± ", TwoDecimals(Percent()), " %");
    if (!output_.terminal().output_is_terminal) {
      output_.Print(Concat(tokens, '\n'));
      if (output_.quiet()) return;
      output_.Error(Concat("count: ", everything_ ? "" : "estimate ", GroupDigits(tokens), bound,
                           everything_ ? "" : " (95 %)", "; ", HowDrawn()));
      return;
    }
    output_.Print(Concat(everything_ ? "" : "≈ ", GroupDigits(tokens), bound), Style::kBold);
    output_.Print(Concat("  ", measure_.tokenizer, '\n'));
    output_.PrintLine(Format::kTable,
                      Concat(everything_ ? ""
                                         : Concat("95 % interval ", GroupDigits(tokens - half),
                                                  " … ", GroupDigits(tokens + half), "; "),
                             HowDrawn()),
                      Style::kDim);
  }

  void PrintJson(std::uint64_t tokens, std::uint64_t half, bool complete, bool pretty) {
    JsonWriter json(output_, pretty);
    json.BeginObject();
    WriteHead({"count", measure_.encoding, std::nullopt, {}}, json);
    json.Key("tokens").Uint(tokens);
    json.Key("certainty").String(everything_ ? "exact" : "sampled");
    json.Key("low").Uint(tokens - std::min(half, tokens)).Key("high").Uint(tokens + half);
    json.Key("confidence_percent").Uint(everything_ ? 100 : 95);
    json.Key("half_width_percent").String(TwoDecimals(Percent()));
    json.Key("draws").Uint(drawn_).Key("units_read").Uint(known_.size());
    json.Key("unit").String(of_records() ? "record" : "file");
    json.Key("files").Uint(files_.size());
    json.Key("bytes_read").Uint(read_bytes_).Key("bytes").Uint(total_bytes_);
    json.Key("seed")
        .Uint(options_.sampling.seed.value_or(1))
        .Key("complete")
        .Bool(complete)
        .EndObject();
  }

  const CountArguments& options_;
  Input& input_;
  Output& output_;
  const unsigned threads_;
  std::vector<Measure> measures_;
  Measure measure_;
  std::vector<std::string> keys_;
  const RecordCounter* counter_ = nullptr;
  const TextMeter* meter_ = nullptr;
  std::vector<ListedFile> files_;
  std::vector<std::uint64_t> ends_;  // of each file, laid end to end
  std::uint64_t total_bytes_ = 0;
  std::map<Unit, std::uint64_t> known_;  // tokens of those that were read
  RecordSums seen_;                      // of what was read
  std::uint64_t read_bytes_ = 0;
  std::uint64_t drawn_ = 0;
  bool everything_ = false;
  SampledSum sum_;
  std::vector<std::string> errors_;
};

}  // namespace

ExitCode RunCountSample(const CountArguments& options, Input& input, Output& output) {
  return SampleCommand(options, input, output).Run();
}

}  // namespace toktally::cli
