#include "cli/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "bpe/encodings.h"
#include "cli/text.h"
#include "cli/workload_texts.h"

namespace toktally::cli {
namespace {

using pricing::Range;
using pricing::Ratio;

constexpr std::string_view kDefaultConfig = "toktally.json";
constexpr std::string_view kEstimateEncoding = "o200k_base";
constexpr std::string_view kEstimateModel = "gpt-4o";

std::string Message(const absl::Status& status) { return std::string(status.message()); }

bool NeedsCounting(const WorkloadSpec& spec) {
  const auto text = [](const TokenSource& source) {
    return source.kind != TokenSource::Kind::kNone && source.kind != TokenSource::Kind::kTokens;
  };
  return text(spec.prompt) || text(spec.turn_input) || text(spec.reply);
}

class Planner {
 public:
  Planner(const WorkloadFile& file, const std::optional<std::string>& model, const Prices& prices,
          const Input& input, PlanError& error)
      : file_(file), model_(model), prices_(prices), texts_(file, input), error_(error) {}

  std::optional<Plan> Run() {
    plan_.rows.reserve(file_.workloads.size());
    for (const WorkloadSpec& spec : file_.workloads) {
      if (!AddRow(spec)) return std::nullopt;
    }
    if (!texts_.Run(error_)) return std::nullopt;
    for (PlanRow& row : plan_.rows) {
      if (!PriceRow(row)) return std::nullopt;
    }
    return std::move(plan_);
  }

 private:
  std::nullopt_t Fail(std::string message, ExitCode code) {
    error_ = {std::move(message), code};
    return std::nullopt;
  }

  bool AddRow(const WorkloadSpec& spec) {
    const std::string& name = model_ ? *model_ : spec.model;
    const auto match = Resolve(name);
    if (!match) {
      Fail(Concat(spec.where, ".model: ", unresolved_), ExitCode::kUnknownModel);
      return false;
    }
    PlanRow row;
    row.spec = &spec;
    row.model = match->model;
    row.how = match->how;
    row.workload = spec.workload;
    if (NeedsCounting(spec)) ChooseEncoding(name, row);
    for (const TokenSource* source : {&spec.prompt, &spec.turn_input, &spec.reply}) {
      texts_.Want(*source, WayOf(row));
    }
    plan_.rows.push_back(std::move(row));
    return true;
  }

  // Workload files name few models many times.
  std::optional<pricing::ModelMatch> Resolve(const std::string& name) {
    const auto known = matches_.find(name);
    if (known != matches_.end()) return known->second;
    const auto match = prices_.table().Resolve(name);
    if (!match.ok()) {
      unresolved_ = Message(match.status());
      return std::nullopt;
    }
    return matches_.emplace(name, *match).first->second;
  }

  // A request of a model without a public tokenizer is counted by the rules of the workload's own
  // model, or else as gpt-4o would.
  static CountingWay WayOf(const PlanRow& row) {
    if (!row.estimate) return {row.encoding, row.model->id};
    const auto own = EncodingForModel(row.spec->model);
    return {row.encoding, own.ok() ? row.spec->model : std::string(kEstimateModel)};
  }

  void ChooseEncoding(const std::string& name, PlanRow& row) {
    const auto known = encodings_.find(name);
    const ModelEncoding found = known != encodings_.end()
                                    ? known->second
                                    : encodings_.emplace(name, Find(name, row)).first->second;
    row.encoding = found.encoding;
    if (row.encoding == nullptr) {
      row.encoding = EstimateEncoding(*row.spec);
      row.estimate = true;
      row.remarks.push_back(Concat(row.model->id,
                                   " has no public tokenizer: counted with another (",
                                   row.encoding->name(), "): estimate"));
    } else if (!found.documented) {
      row.remarks.push_back(Concat(row.model->id, " is assumed to use ", row.encoding->name()));
    }
  }

  static ModelEncoding Find(const std::string& name, const PlanRow& row) {
    auto found = EncodingForModel(name);
    if (!found.ok()) found = EncodingForModel(row.model->id);
    return found.ok() ? *found : ModelEncoding{};
  }

  // The encoding of the workload's own model, where another is only compared; else o200k_base.
  static const Encoding* EstimateEncoding(const WorkloadSpec& spec) {
    const auto own = EncodingForModel(spec.model);
    return own.ok() ? own->encoding : FindEncoding(kEstimateEncoding);
  }

  bool PriceRow(PlanRow& row) {
    const WorkloadSpec& spec = *row.spec;
    const CountedText prompt = texts_.Of(spec.prompt, WayOf(row));
    if (!prompt.remark.empty()) row.remarks.push_back(Concat(row.model->id, ": ", prompt.remark));
    row.workload.prompt_tokens = prompt.tokens;
    row.workload.turn_input_tokens = texts_.Of(spec.turn_input, WayOf(row)).tokens;
    if (spec.reply.kind != TokenSource::Kind::kNone) {
      row.workload.reply_tokens =
          Range<std::int64_t>::Same(texts_.Of(spec.reply, WayOf(row)).tokens);
    }
    auto forecast = ForecastMonth(*row.model, row.workload, prices_.date());
    if (!forecast.ok()) {
      const bool unknown = forecast.status().code() == absl::StatusCode::kNotFound;
      Fail(Concat(spec.where, ": ", Message(forecast.status())),
           unknown ? ExitCode::kUnknownModel : ExitCode::kUsage);
      return false;
    }
    row.forecast = *std::move(forecast);
    row.remarks.insert(row.remarks.end(), row.forecast.remarks.begin(), row.forecast.remarks.end());
    AddDates(row);
    return AddToTotal(row);
  }

  void AddDates(PlanRow& row) const {
    constexpr int kDaysAhead = 60;
    const auto next = NextRateChange(*row.model, row.workload.tier, prices_.date(), kDaysAhead);
    if (next) {
      row.remarks.push_back(Concat(row.model->id, "'s rates change on ", ToString(*next),
                                   "; this is a month before it"));
    }
    if (const auto lifecycle = LifecycleOn(*row.model, prices_.date())) {
      row.remarks.push_back(Concat(row.model->id, ": ", lifecycle->text));
    }
  }

  bool AddToTotal(const PlanRow& row) {
    for (const pricing::Point point : pricing::kPoints) {
      const auto sum = plan_.total.at(point).Plus(row.forecast.month.at(point).total);
      if (!sum) {
        Fail(Concat(row.spec->where, ": the total is too large or too fine to be held exactly"),
             ExitCode::kUsage);
        return false;
      }
      plan_.total.at(point) = *sum;
    }
    return true;
  }

  const WorkloadFile& file_;
  const std::optional<std::string>& model_;
  const Prices& prices_;
  WorkloadTexts texts_;
  PlanError& error_;
  std::string unresolved_;
  std::map<std::string, pricing::ModelMatch> matches_;
  std::map<std::string, ModelEncoding> encodings_;
  Plan plan_;
};

}  // namespace

std::optional<Plan> MakePlan(const WorkloadFile& file, const std::optional<std::string>& model,
                             const Prices& prices, const Input& input, PlanError& error) {
  return Planner(file, model, prices, input, error).Run();
}

void Declare(PlanOptions& options, OptionSet& set) {
  set.Positional("FILE", options.config, "The workload file (default toktally.json)");
  Declare(options.prices, set);
}

std::optional<WorkloadFile> ReadWorkloadFile(PlanOptions& options, const Input& input,
                                             PlanError& error) {
  const auto text = input.ReadAll(options.config);
  if (!text.ok()) {
    error.message = Concat(DisplayName(options.config), ": ", Message(text.status()));
    if (options.config == kDefaultConfig) error.message += "; docs/workloads.md shows one";
    return std::nullopt;
  }
  auto file = ParseWorkloadFile(*text, options.config == "-" ? "stdin" : options.config);
  if (!file.ok()) {
    error.message = Message(file.status());
    return std::nullopt;
  }
  std::vector<std::string> paths;
  for (const std::string& path : file->prices) paths.push_back(RelativeTo(file->name, path));
  options.prices.prices.insert(options.prices.prices.begin(), paths.begin(), paths.end());
  return *std::move(file);
}

std::string FormatUsd(const pricing::Ratio& usd) {
  const auto money = pricing::Money::FromRatio(usd);
  return money.ok() ? FormatRounded(*money) : "over $10^20";
}

std::string UsdString(const pricing::Ratio& usd) {
  const auto money = pricing::Money::FromRatio(usd);
  return money.ok() ? money->ToString() : usd.ToString(pricing::Money::kDecimals);
}

}  // namespace toktally::cli
