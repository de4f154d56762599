#include "cli/plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <new>
#include <utility>

#include "bpe/encodings.h"
#include "cli/io/side_by_side.h"
#include "cli/io/walk.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using pricing::Range;

constexpr std::string_view kDefaultConfig = "toktally.json";
constexpr std::string_view kEstimateEncoding = "o200k_base";
constexpr std::string_view kEstimateModel = "gpt-4o";

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// What a workload sends and gets, in the order in which it is counted.
std::array<const TokenSource*, 3> SourcesOf(const WorkloadSpec& spec) {
  return {&spec.prompt, &spec.turn_input, &spec.reply};
}

bool NeedsCounting(const WorkloadSpec& spec) {
  const auto sources = SourcesOf(spec);
  return std::any_of(sources.begin(), sources.end(),
                     [](const TokenSource* source) { return source->HasText(); });
}

// To read the built-in table takes as long as to read a thousand workloads: it is done beside it.
void ReadBuiltInPrices() {
  try {
    static_cast<void>(pricing::RateTable::BuiltIn());
  } catch (const std::bad_alloc&) {
    // Whoever needs the table reads it again, and tells.
  }
}

class Planner {
 public:
  Planner(const WorkloadFile& file, const std::optional<std::string>& model, const Prices& prices,
          WorkloadTexts& texts, PlanError& error)
      : file_(file),
        model_(model),
        prices_(prices),
        texts_(texts),
        error_(error),
        models_(prices) {}

  std::optional<Plan> Run() {
    plan_.rows.reserve(file_.workloads.size());
    tickets_.reserve(file_.workloads.size());
    for (const WorkloadSpec& spec : file_.workloads) {
      if (!AddRow(spec)) return std::nullopt;
    }
    if (!texts_.Run(error_)) return std::nullopt;
    if (!PriceRows()) return std::nullopt;
    return std::move(plan_);
  }

 private:
  std::nullopt_t Fail(std::string message, ExitCode code) {
    error_ = {std::move(message), code};
    return std::nullopt;
  }

  bool AddRow(const WorkloadSpec& spec) {
    const std::string& name = model_ ? *model_ : spec.model;
    const auto match = models_.Find(name);
    if (!match.ok()) {
      Fail(Concat(model_ ? "--compare" : spec.value.Where() + ".model", ": ",
                  Message(match.status())),
           ExitCode::kUnknownModel);
      return false;
    }
    PlanRow& row = plan_.rows.emplace_back();
    row.spec = &spec;
    row.model = (*match)->model;
    row.how = (*match)->how;
    row.workload = spec.workload;
    if (NeedsCounting(spec)) ChooseEncoding(name, row);
    tickets_.push_back(TicketsOf(row));
    return true;
  }

  using Tickets = std::array<WorkloadTexts::Ticket, 3>;  // as SourcesOf

  Tickets TicketsOf(const PlanRow& row) {
    Tickets tickets;
    if (row.encoding == nullptr) return tickets;
    const CountingWay way = WayOf(row);
    const auto sources = SourcesOf(*row.spec);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (sources[i]->HasText()) tickets[i] = texts_.Want(*sources[i], way);
    }
    return tickets;
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

  // The number of tokens of a source; what there is to say of it goes to the row's remarks.
  std::int64_t TokensOf(const TokenSource& source, WorkloadTexts::Ticket ticket,
                        PlanRow& row) const {
    if (!source.HasText()) return source.tokens;
    const CountedText& counted = texts_.Of(ticket);
    if (!counted.remark.empty()) {
      const bool request = source.kind == TokenSource::Kind::kRequest;
      row.remarks.push_back(request ? Concat(row.model->id, ": ", counted.remark) : counted.remark);
    }
    return counted.tokens;
  }

  bool PriceRows() {
    constexpr std::size_t kBunch = 64;  // worth a thread
    std::vector<PlanRow>& rows = plan_.rows;
    std::vector<absl::Status> priced(rows.size());
    RunSideBySide(DefaultThreads(), (rows.size() + kBunch - 1) / kBunch, [&](std::size_t bunch) {
      const std::size_t end = std::min(rows.size(), (bunch + 1) * kBunch);
      for (std::size_t i = bunch * kBunch; i < end; ++i) priced[i] = PriceRow(rows[i], tickets_[i]);
    });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!priced[i].ok()) {
        const bool unknown = priced[i].code() == absl::StatusCode::kNotFound;
        Fail(Concat(rows[i].spec->value.Where(), ": ", Message(priced[i])),
             unknown ? ExitCode::kUnknownModel : ExitCode::kUsage);
        return false;
      }
      if (!AddToTotal(rows[i])) return false;
    }
    return true;
  }

  absl::Status PriceRow(PlanRow& row, const Tickets& tickets) const {
    const WorkloadSpec& spec = *row.spec;
    row.workload.prompt_tokens = TokensOf(spec.prompt, tickets[0], row);
    row.workload.turn_input_tokens = TokensOf(spec.turn_input, tickets[1], row);
    if (spec.reply.kind != TokenSource::Kind::kNone) {
      row.workload.reply_tokens = Range<std::int64_t>::Same(TokensOf(spec.reply, tickets[2], row));
    }
    auto forecast = ForecastMonth(*row.model, row.workload, prices_.date());
    if (!forecast.ok()) return forecast.status();
    row.forecast = *std::move(forecast);
    row.remarks.insert(row.remarks.end(), row.forecast.remarks.begin(), row.forecast.remarks.end());
    AddDates(row);
    return absl::OkStatus();
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
    const auto fail = [&](std::string_view why) {
      Fail(Concat(row.spec->value.Where(), ": ", why), ExitCode::kUsage);
      return false;
    };
    for (const pricing::Point point : pricing::kPoints) {
      pricing::UpperSum& sum = sums_.at(point);
      sum.Add(row.forecast.month.at(point).total);
      const auto money = pricing::Money::FromRatio(sum.value());
      if (!money.ok()) return fail(Concat("with it a month's total: ", Message(money.status())));
      plan_.total.at(point) = sum.value();
      plan_.rounded_up = plan_.rounded_up || sum.rounded();
    }
    return true;
  }

  const WorkloadFile& file_;
  const std::optional<std::string>& model_;
  const Prices& prices_;
  WorkloadTexts& texts_;
  std::vector<Tickets> tickets_;  // as the rows
  PlanError& error_;
  ModelFinder models_;
  std::map<std::string, ModelEncoding> encodings_;
  Range<pricing::UpperSum> sums_;
  Plan plan_;
};

}  // namespace

std::optional<Plan> MakePlan(const WorkloadFile& file, const std::optional<std::string>& model,
                             const Prices& prices, WorkloadTexts& texts, PlanError& error) {
  return Planner(file, model, prices, texts, error).Run();
}

void Declare(PlanOptions& options, OptionSet& set) {
  set.Positional("FILE", options.config, "The workload file (default toktally.json)");
  Declare(options.prices, set);
}

std::optional<WorkloadFile> ReadWorkloadFile(PlanOptions& options, const Input& input,
                                             PlanError& error) {
  const Ahead ahead(ReadBuiltInPrices);
  auto text = input.ReadAll(options.config);
  if (!text.ok()) {
    error.message = Concat(DisplayName(options.config), ": ", Message(text.status()));
    if (options.config == kDefaultConfig) error.message += "; docs/workloads.md shows one";
    return std::nullopt;
  }
  auto file = ParseWorkloadFile(*std::move(text), options.config == "-" ? "stdin" : options.config);
  if (!file.ok()) {
    error.message = Message(file.status());
    return std::nullopt;
  }
  std::vector<std::string> paths;
  for (const JsonValue& value : file->prices) {
    paths.push_back(RelativeTo(file->name, std::string(value.text())));
    if (FileExists(paths.back())) continue;
    error.message = Concat(value.Where(), ": ", DisplayName(paths.back()), ": no such file");
    return std::nullopt;
  }
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
