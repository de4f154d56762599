#include "cli/commands/merge.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "cli/report/number.h"
#include "cli/report/shard_report.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostReportBytes = std::uint64_t{1} << 30;

// "1,031", or "1,024…1,031" where that is all that is known.
Cell BoundsCell(const Histogram::Bounds& bounds) {
  if (bounds.low == bounds.high) return Cell::Number(bounds.low);
  return Cell(Concat(GroupDigits(bounds.low), "…", GroupDigits(bounds.high)),
              Concat(bounds.low, "-", bounds.high));
}

class MergeCommand {
 public:
  MergeCommand(const MergeOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (options_.paths.empty()) {
      output_.Error(
          "merge: which reports? toktally merge part-*.json adds up what count --report wrote");
      return ExitCode::kUsage;
    }
    for (const std::string& path : options_.paths) AddFile(path);
    if (code_ == ExitCode::kOk) CheckWhole();
    if (code_ != ExitCode::kOk) return code_;
    Print();
    return ExitCode::kOk;
  }

 private:
  void Fail(std::string_view message) {
    output_.Error(Concat("merge: ", message));
    code_ = ExitCode::kInput;
  }

  void AddFile(const std::string& path) {
    const std::string name = DisplayName(path);
    const absl::StatusOr<std::string> text = input_.ReadAll(path, kMostReportBytes);
    if (!text.ok()) return Fail(Concat(name, ": ", MessageOf(text.status())));
    absl::StatusOr<ShardReport> report = ParseShardReport(*text, name);
    if (!report.ok()) return Fail(MessageOf(report.status()));
    if (!any_) {
      sum_ = *std::move(report);
      any_ = true;
      for (const std::uint64_t shard : sum_.shards) from_[shard] = name;
      return;
    }
    if (const absl::Status fits = CheckFits(sum_, *report); !fits.ok()) {
      return Fail(Concat(name, ": ", MessageOf(fits)));
    }
    for (const std::uint64_t shard : report->shards) {
      const auto [other, is_new] = from_.emplace(shard, name);
      if (is_new) continue;
      return Fail(Concat(name, ": shard ", shard, '/', sum_.of, " stands in ", other->second,
                         " too; leave one of them out"));
    }
    const absl::Status added = Add(*report, sum_);
    if (!added.ok()) Fail(Concat(name, ": ", MessageOf(added)));
  }

  // What keeps the sum from being that of the whole input.
  std::string Lacks() const {
    const std::string missing = sum_.Missing();
    std::string text;
    if (!missing.empty()) {
      const bool one = sum_.of - sum_.shards.size() == 1;
      text = Concat(one ? "shard " : "shards ", missing, one ? " is missing" : " are missing");
    }
    if (sum_.failed > 0) {
      text += Concat(text.empty() ? "" : ", and ", GroupDigits(sum_.failed),
                     sum_.failed == 1 ? " input" : " inputs", " of the others could not be read");
    }
    return text;
  }

  void CheckWhole() {
    const std::string lacks = Lacks();
    if (!lacks.empty() && !options_.allow_missing) {
      return Fail(Concat(lacks, "; --allow-missing adds up what is there"));
    }
    if (!lacks.empty()) output_.Warn(Concat("merge: incomplete: ", lacks));
    for (const ShardReport::Row& row : sum_.rows) {
      const auto records = row.sums.find("records");
      const auto documents = row.sums.find("documents");
      if (records == row.sums.end() || records->second == 0) continue;
      if (documents == row.sums.end() || documents->second > 0) continue;
      // A key that is spelled wrong is no text of 0 tokens.
      Fail(Concat("none of ", GroupDigits(records->second), " records has a text at ", sum_.texts));
    }
  }

  static std::uint64_t SumOf(const ShardReport::Row& row, const std::string& name) {
    const auto sum = row.sums.find(name);
    return sum == row.sums.end() ? 0 : sum->second;
  }

  void Print() {
    const Format format = options_.output.ChosenFormat();
    if (format == Format::kJson || format == Format::kJsonl) {
      return PrintShardReport(sum_, format == Format::kJson, output_);
    }
    if (options_.total) {
      for (const ShardReport::Row& row : sum_.rows) {
        output_.Print(Concat(SumOf(row, "tokens"), '\n'));
      }
      return;
    }
    PrintTable(format);
  }

  // Which columns there are beside those that every report has.
  struct Shown {
    bool estimate = false;
    bool bytes = false;
    bool amounts = false;
  };

  void PrintTable(Format format) {
    Shown shown;
    for (const ShardReport::Row& row : sum_.rows) {
      shown.estimate = shown.estimate || row.certainty == "estimate";
      shown.bytes = shown.bytes || row.sums.contains("bytes");
      shown.amounts = shown.amounts || !row.amounts.empty();
    }
    const bool requests = sum_.command == "request";
    std::vector<Column> columns{{"tokens", "tokens"}};
    if (shown.estimate) columns.push_back({"90 % within", "bounds"});
    columns.push_back({requests ? "requests" : "documents", "documents"});
    for (const char* name : {"median", "p90", "p99", "largest"}) columns.push_back({name, name});
    if (shown.bytes) columns.push_back({"bytes", "bytes"});
    if (shown.amounts) {
      columns.push_back(MoneyColumn("cost", "cost"));
      columns.push_back(MoneyColumn("worst case", "worst_case"));
    }
    columns.push_back(
        {Concat(requests ? "model" : "counted with", sum_.complete() ? "" : " (incomplete)"),
         requests ? "model" : "counted_with", Align::kLeft, true});
    Table table(std::move(columns));
    for (const ShardReport::Row& row : sum_.rows) table.AddRow(CellsOf(row, shown));
    if (requests && sum_.rows.size() > 1) {
      table.AddRule();
      table.AddRow(CellsOf(TotalOfModels(), shown));
    }
    table.Print(format, output_);
  }

  ShardReport::Row TotalOfModels() const {
    ShardReport total;
    for (ShardReport::Row row : sum_.rows) {
      row.name = sum_.complete() ? "total" : "total (incomplete)";
      ShardReport part;
      part.rows = {std::move(row)};
      // The parts were added up before, so their sum fits.
      if (!Add(part, total).ok()) total.rows[0].sums["unpriced"] = 1;
    }
    return total.rows[0];
  }

  static std::vector<Cell> CellsOf(const ShardReport::Row& row, const Shown& shown) {
    std::vector<Cell> cells{Cell::Number(SumOf(row, "tokens"))};
    if (SumOf(row, "unknown") > 0) {
      cells[0].text = Concat("at least ", cells[0].text);
    }
    if (shown.estimate) {
      cells.push_back(row.certainty == "estimate"
                          ? BoundsCell({SumOf(row, "low"), SumOf(row, "high")})
                          : Cell(""));
    }
    cells.push_back(Cell::Number(SumOf(row, "documents")));
    for (const std::uint64_t percent : {50, 90, 99, 100}) {
      cells.push_back(BoundsCell(row.tokens.Quantile(percent, 100)));
    }
    const std::uint64_t bytes = SumOf(row, "bytes");
    if (shown.bytes) cells.emplace_back(FormatSize(bytes), Concat(bytes));
    if (shown.amounts) {
      cells.push_back(AmountCell(row, "expected", "unpriced", "at least "));
      cells.push_back(AmountCell(row, "worst_case", "without_worst_case", ""));
    }
    cells.emplace_back(row.name);
    return cells;
  }

  // Where `lacking` of the requests have no such amount, the sum is a lower bound, or unknown.
  static Cell AmountCell(const ShardReport::Row& row, const std::string& name,
                         const std::string& lacking, std::string_view lower_bound) {
    const auto amount = row.amounts.find(name);
    if (amount == row.amounts.end()) return Cell("");
    const bool lacks = SumOf(row, lacking) > 0;
    if (lacks && lower_bound.empty()) return Cell("unknown", "");
    return Cell(Concat(lacks ? lower_bound : "", pricing::FormatRounded(amount->second)),
                lacks ? "" : amount->second.ToString());
  }

  const MergeOptions& options_;
  Input& input_;
  Output& output_;
  ShardReport sum_;
  bool any_ = false;
  std::map<std::uint64_t, std::string> from_;  // the report of each shard
  ExitCode code_ = ExitCode::kOk;
};

}  // namespace

void Declare(MergeOptions& options, OptionSet& set) {
  set.Positionals("REPORT", options.paths, "Files that --report wrote, in any order");
  set.Flag("--allow-missing", options.allow_missing,
           "Add up what is there, and say that it is incomplete");
  set.Flag("--total", options.total, "Print the bare number of tokens");
  Declare(options.output, set);
}

ExitCode RunMerge(const MergeOptions& options, Input& input, Output& output) {
  return MergeCommand(options, input, output).Run();
}

}  // namespace toktally::cli
