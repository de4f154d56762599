#include "cli/commands/udf.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/truncate.h"
#include "chat/count.h"
#include "chat/workspaces.h"
#include "cli/report/number.h"
#include "cli/report/text.h"
#include "usage/bill.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kRowBlock = std::size_t{256} << 10;

// What a row is answered with goes through Answer; an error reads on from "row N: ".
class Function {
 public:
  Function() = default;
  virtual ~Function() = default;
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  virtual std::vector<FieldType> fields() const = 0;
  // Whether the results of RowBinary have a byte for NULL, when the arguments have one or not.
  virtual bool nullable(bool arguments) const { return arguments; }
  virtual absl::Status Answer(const std::vector<Field>& row, const RowWriter& writer,
                              std::string& out) = 0;
};

// The encoding of a row: that of the options, or the one that its last field names.
class RowEncoding {
 public:
  RowEncoding(EncodingChoice chosen, bool column, Output& output)
      : chosen_(std::move(chosen)), column_(column), output_(output) {}

  void AddField(std::vector<FieldType>& fields) const {
    if (column_) fields.push_back(FieldType::kString);
  }

  absl::StatusOr<const Encoding*> Of(const std::vector<Field>& row) {
    if (!column_) return chosen_.encoding;
    const std::string name(row.back().text);
    auto known = named_.find(name);
    if (known == named_.end()) {
      // A model's name is asked for first: some encodings are called like models that use others.
      EncodingChoice choice;
      if (FindEncoding(name) != nullptr) {
        choice.encoding = FindEncoding(name);
      } else {
        choice = ChooseEncoding({/*is_model=*/true, name}, "udf", output_);
      }
      known = named_.emplace(name, std::move(choice)).first;
    }
    if (known->second.encoding != nullptr) return known->second.encoding;
    return absl::NotFoundError(Concat("'", name, "' names no encoding, and no model of one"));
  }

 private:
  const EncodingChoice chosen_;
  const bool column_;
  Output& output_;
  std::map<std::string, EncodingChoice> named_;
};

class CountFunction : public Function {
 public:
  explicit CountFunction(RowEncoding encoding) : encoding_(std::move(encoding)) {}
  std::vector<FieldType> fields() const override {
    std::vector<FieldType> fields{FieldType::kString};
    encoding_.AddField(fields);
    return fields;
  }
  absl::Status Answer(const std::vector<Field>& row, const RowWriter& writer,
                      std::string& out) override {
    const auto encoding = encoding_.Of(row);
    if (!encoding.ok()) return encoding.status();
    writer.Uint(workspaces_.Count(**encoding, row[0].text), out);
    return absl::OkStatus();
  }

 private:
  RowEncoding encoding_;
  chat::Workspaces workspaces_;
};

class EncodeFunction : public Function {
 public:
  explicit EncodeFunction(RowEncoding encoding) : encoding_(std::move(encoding)) {}
  std::vector<FieldType> fields() const override {
    std::vector<FieldType> fields{FieldType::kString};
    encoding_.AddField(fields);
    return fields;
  }
  // ClickHouse has no array that is NULL.
  bool nullable(bool /*arguments*/) const override { return false; }
  absl::Status Answer(const std::vector<Field>& row, const RowWriter& writer,
                      std::string& out) override {
    const auto encoding = encoding_.Of(row);
    if (!encoding.ok()) return encoding.status();
    ids_.clear();
    (*encoding)->AppendOrdinary(row[0].text, ids_, IllFormedUtf8::kReplace,
                                workspaces_.For(**encoding, row[0].text.size()));
    writer.Uints(ids_, out);
    return absl::OkStatus();
  }

 private:
  RowEncoding encoding_;
  chat::Workspaces workspaces_;
  std::vector<TokenId> ids_;
};

class TruncateFunction : public Function {
 public:
  explicit TruncateFunction(RowEncoding encoding) : encoding_(std::move(encoding)) {}
  std::vector<FieldType> fields() const override {
    std::vector<FieldType> fields{FieldType::kString, FieldType::kUint64};
    encoding_.AddField(fields);
    return fields;
  }
  absl::Status Answer(const std::vector<Field>& row, const RowWriter& writer,
                      std::string& out) override {
    const auto encoding = encoding_.Of(row);
    if (!encoding.ok()) return encoding.status();
    TruncateOptions options;
    options.tokens = row[1].number;
    const auto kept = Truncate(**encoding, row[0].text, options);
    if (!kept.ok()) return kept.status();
    writer.String(row[0].text.substr(0, kept->head), out);
    return absl::OkStatus();
  }

 private:
  RowEncoding encoding_;
};

// cost(model, usage [, date]): what a usage object, a response or log lines cost. NULL where not
// all of it is known.
class CostFunction : public Function {
 public:
  CostFunction(const Prices& prices, bool date_column)
      : prices_(prices), date_column_(date_column) {}
  std::vector<FieldType> fields() const override {
    std::vector<FieldType> fields{FieldType::kString, FieldType::kString};
    if (date_column_) fields.push_back(FieldType::kString);
    return fields;
  }
  bool nullable(bool /*arguments*/) const override { return true; }
  absl::Status Answer(const std::vector<Field>& row, const RowWriter& writer,
                      std::string& out) override {
    usage::PricerOptions options;
    options.today = prices_.date();
    options.model = row[0].text;
    if (date_column_) {
      const auto day = pricing::ParseDate(row[2].text);
      if (!day.ok()) {
        return absl::InvalidArgumentError(
            Concat("date '", std::string(row[2].text.substr(0, 40)), "' is not YYYY-MM-DD"));
      }
      options.today = *day;
    }
    usage::Pricer pricer(prices_.table(), std::move(options));
    const auto sums = usage::PriceText(row[1].text, "usage", counter_, pricer);
    if (!sums.ok()) return sums.status();
    const usage::Sum& total = sums->total();
    if (!total.complete() || !sums->not_billed().empty()) {
      writer.Null(out);
    } else {
      writer.Decimal(total.cost.units(), total.cost.ToString(), out);
    }
    return absl::OkStatus();
  }

 private:
  const Prices& prices_;
  const bool date_column_;
  chat::Counter counter_;
};

class UdfCommand {
 public:
  UdfCommand(const UdfOptions& options, Input& input, Output& output)
      : options_(options), input_(input), output_(output) {}

  ExitCode Run() {
    if (const ExitCode code = Choose(); code != ExitCode::kOk) return code;
    if (input_.StandardInputIsTerminal()) {
      return WrongUse("no rows; a database or a pipe gives them (toktally udf --help)");
    }
    const auto source = input_.Open("-");
    if (!source.ok()) return Fail(MessageOf(source.status()));
    RowReader rows(**source,
                   {options_.format, function_->fields(), options_.nullable, options_.chunk_header},
                   [this] { Send(); });
    const bool nullable = function_->nullable(options_.nullable);
    const RowWriter writer(options_.format, nullable, options_.result_name);
    while (!output_.closed()) {
      const auto row = rows.Next();
      if (!row.ok()) {
        return Fail(Concat("row ", rows.row(), ' ', MessageOf(row.status())));
      }
      if (*row == nullptr) break;
      if (const absl::Status status = Answer(**row, nullable, writer); !status.ok()) {
        const bool unknown = absl::IsNotFound(status);
        Fail(Concat("row ", rows.row(), ": ", MessageOf(status)));
        return unknown ? ExitCode::kUnknownModel : ExitCode::kInput;
      }
      if (answers_.size() >= kRowBlock) Print();
    }
    Send();
    return ExitCode::kOk;
  }

 private:
  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("udf: ", message));
    return ExitCode::kUsage;
  }
  // What was answered before it is right, and goes out.
  ExitCode Fail(std::string_view message) {
    Send();
    output_.Error(Concat("udf: ", message));
    return ExitCode::kInput;
  }

  void Print() {
    output_.Print(answers_);
    answers_.clear();
  }
  void Send() {
    Print();
    output_.Flush();
  }

  ExitCode Choose() {
    const bool cost = options_.function == "cost";
    if (cost) {
      if (options_.encoding_column || !options_.encoding.names.empty()) {
        return WrongUse(
            "cost takes its model from the row; -e, -m and --encoding-column do not go "
            "with it");
      }
      prices_.emplace(options_.prices, "udf", input_, output_);
      if (!prices_->ok()) return ExitCode::kUsage;
      function_ = std::make_unique<CostFunction>(*prices_, options_.date_column);
      return ExitCode::kOk;
    }
    if (options_.date_column) return WrongUse("--date-column goes with cost only");
    if (options_.encoding_column && !options_.encoding.names.empty()) {
      return WrongUse("--encoding-column takes the encoding from the row; leave out -e and -m");
    }
    EncodingChoice choice = ChooseEncoding(options_.encoding, "udf", output_);
    if (choice.encoding == nullptr) return choice.code;
    RowEncoding encoding(std::move(choice), options_.encoding_column, output_);
    if (options_.function == "count") {
      function_ = std::make_unique<CountFunction>(std::move(encoding));
    } else if (options_.function == "encode") {
      function_ = std::make_unique<EncodeFunction>(std::move(encoding));
    } else if (options_.function == "truncate") {
      function_ = std::make_unique<TruncateFunction>(std::move(encoding));
    } else {
      constexpr std::array<std::string_view, 4> kNames{"count", "encode", "truncate", "cost"};
      return WrongUse(Concat("'", options_.function, "' is none of count, encode, truncate, cost",
                             DidYouMean(options_.function, kNames)));
    }
    return ExitCode::kOk;
  }

  absl::Status Answer(const std::vector<Field>& row, bool nullable, const RowWriter& writer) {
    const auto null = std::find_if(row.begin(), row.end(), [](const Field& f) { return f.null; });
    const bool can_be_null = nullable || options_.format != RowFormat::kRowBinary;
    if (null != row.end()) {
      if (!can_be_null) return absl::InvalidArgumentError("is NULL, and an array cannot be");
      writer.Null(answers_);
      return absl::OkStatus();
    }
    const std::size_t before = answers_.size();
    absl::Status status = function_->Answer(row, writer, answers_);
    if (status.ok() || options_.invalid == UdfOptions::Invalid::kError || !can_be_null) {
      return status;
    }
    answers_.resize(before);
    writer.Null(answers_);
    return absl::OkStatus();
  }

  const UdfOptions& options_;
  Input& input_;
  Output& output_;
  std::optional<Prices> prices_;
  std::unique_ptr<Function> function_;
  std::string answers_;
};

}  // namespace

void Declare(UdfOptions& options, OptionSet& set) {
  set.Positional("FUNCTION", options.function,
                 "count(text), encode(text), truncate(text, tokens) or cost(model, usage)",
                 /*required=*/true);
  set.Choice<RowFormat>("--format", options.format,
                        {{"tsv", RowFormat::kTabSeparated},
                         {"jsoneachrow", RowFormat::kJsonEachRow},
                         {"rowbinary", RowFormat::kRowBinary}},
                        "How rows come and results go, as ClickHouse writes them: tsv (the "
                        "default), jsoneachrow, rowbinary");
  set.Flag("--chunk-header", options.chunk_header,
           "The number of rows stands before each block (send_chunk_header)");
  set.Flag("--nullable", options.nullable,
           "In rowbinary, the arguments are Nullable, and so is the result");
  set.Flag("--encoding-column", options.encoding_column,
           "The row's last field names its encoding or model");
  set.Flag("--date-column", options.date_column,
           "Of cost, the row's third field is the day of the call, YYYY-MM-DD");
  set.Choice<UdfOptions::Invalid>(
      "--invalid", options.invalid,
      {{"error", UdfOptions::Invalid::kError}, {"null", UdfOptions::Invalid::kNull}},
      "A row that cannot be answered ends it (the default), or is NULL");
  set.Text("--result-name", "NAME", options.result_name,
           "In jsoneachrow, the result's name (default: result)");
  Declare(options.encoding, set);
  Declare(options.prices, set);
}

ExitCode RunUdf(const UdfOptions& options, Input& input, Output& output) {
  return UdfCommand(options, input, output).Run();
}

}  // namespace toktally::cli
