#include "cli/plan.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <utility>

#include "bpe/encodings.h"
#include "cli/text.h"

namespace toktally::cli {
namespace {

using pricing::Range;
using pricing::Ratio;

constexpr std::string_view kDefaultConfig = "toktally.json";
constexpr std::string_view kEstimateEncoding = "o200k_base";

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// A text and the encodings it is to be counted with.
struct CountTask {
  const TokenSource* source = nullptr;
  std::vector<const Encoding*> encodings;
  std::vector<std::int64_t> counts;  // as `encodings`
  std::string error;
};

// Counts each text once for each encoding, on several threads.
class TextCounts {
 public:
  TextCounts(const WorkloadFile& file, const Input& input) : file_(file), input_(input) {}

  void Want(const TokenSource& source, const Encoding* encoding) {
    if (source.kind == TokenSource::Kind::kNone || source.kind == TokenSource::Kind::kTokens) return;
    CountTask& task = tasks_[KeyOf(source)];
    if (task.source == nullptr) task.source = &source;
    const auto& known = task.encodings;
    if (std::find(known.begin(), known.end(), encoding) != known.end()) return;
    task.encodings.push_back(encoding);
    task.counts.push_back(0);
  }

  // The first error in the order of the file, or "".
  std::string Run() {
    std::vector<CountTask*> queue;
    for (auto& [key, task] : tasks_) queue.push_back(&task);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < queue.size(); i = next++) CountOne(*queue[i]);
    };
    std::vector<std::thread> helpers;
    const std::size_t wanted =
        std::min<std::size_t>(queue.size() / 2, std::max(1U, std::thread::hardware_concurrency()));
    for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
    for (const CountTask* task : queue) {
      if (!task->error.empty()) return task->error;
    }
    return "";
  }

  std::int64_t Of(const TokenSource& source, const Encoding* encoding) const {
    if (source.kind == TokenSource::Kind::kNone) return 0;
    if (source.kind == TokenSource::Kind::kTokens) return source.tokens;
    const CountTask& task = tasks_.at(KeyOf(source));
    for (std::size_t i = 0; i < task.encodings.size(); ++i) {
      if (task.encodings[i] == encoding) return task.counts[i];
    }
    return 0;
  }

 private:
  // Texts by their content, files by their path.
  using Key = std::pair<TokenSource::Kind, std::string>;
  static Key KeyOf(const TokenSource& source) {
    return {source.kind, source.kind == TokenSource::Kind::kText ? source.text : source.path};
  }

  void CountOne(CountTask& task) const {
    std::string text;
    if (task.source->kind == TokenSource::Kind::kText) {
      text = task.source->text;
    } else {
      const std::string path = RelativeTo(file_.name, task.source->path);
      auto read = input_.ReadAll(path);
      if (!read.ok()) {
        task.error = Concat(task.source->where, ": ", DisplayName(path), ": ", Message(read.status()));
        return;
      }
      text = *std::move(read);
    }
    for (std::size_t i = 0; i < task.encodings.size(); ++i) {
      task.counts[i] = static_cast<std::int64_t>(task.encodings[i]->Count(text));
    }
  }

  const WorkloadFile& file_;
  const Input& input_;
  std::map<Key, CountTask> tasks_;
};

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
      : file_(file), model_(model), prices_(prices), counts_(file, input), error_(error) {}

  std::optional<Plan> Run() {
    plan_.rows.reserve(file_.workloads.size());
    for (const WorkloadSpec& spec : file_.workloads) {
      if (!AddRow(spec)) return std::nullopt;
    }
    if (std::string error = counts_.Run(); !error.empty()) {
      return Fail(std::move(error), ExitCode::kUsage);
    }
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
      counts_.Want(*source, row.encoding);
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

  void ChooseEncoding(const std::string& name, PlanRow& row) {
    const auto known = encodings_.find(name);
    const ModelEncoding found =
        known != encodings_.end() ? known->second : encodings_.emplace(name, Find(name, row)).first->second;
    row.encoding = found.encoding;
    if (row.encoding == nullptr) {
      row.encoding = EstimateEncoding(*row.spec);
      row.estimate = true;
      row.remarks.push_back(Concat(row.model->id, " has no public tokenizer: counted with another (",
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
    row.workload.prompt_tokens = counts_.Of(spec.prompt, row.encoding);
    row.workload.turn_input_tokens = counts_.Of(spec.turn_input, row.encoding);
    if (spec.reply.kind != TokenSource::Kind::kNone) {
      row.workload.reply_tokens = Range<std::int64_t>::Same(counts_.Of(spec.reply, row.encoding));
    }
    auto forecast = ForecastMonth(*row.model, row.workload, prices_.date());
    if (!forecast.ok()) {
      const bool unknown = forecast.status().code() == absl::StatusCode::kNotFound;
      Fail(Concat(spec.where, ": ", Message(forecast.status())),
           unknown ? ExitCode::kUnknownModel : ExitCode::kUsage);
      return false;
    }
    row.forecast = *std::move(forecast);
    row.remarks.insert(row.remarks.end(), row.forecast.remarks.begin(),
                       row.forecast.remarks.end());
    AddDates(row);
    return AddToTotal(row);
  }

  void AddDates(PlanRow& row) const {
    constexpr int kDaysAhead = 60;
    const auto next = NextRateChange(*row.model, row.workload.tier, prices_.date(), kDaysAhead);
    if (next) {
      row.remarks.push_back(
          Concat(row.model->id, "'s rates change on ", ToString(*next), "; this is a month before it"));
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
  TextCounts counts_;
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

std::string UsdString(const pricing::Ratio& usd) { return usd.ToString(pricing::Money::kDecimals); }

}  // namespace toktally::cli
