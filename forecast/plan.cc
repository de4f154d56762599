#include "forecast/plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bpe/encodings.h"
#include "forecast/json_values.h"
#include "pricing/cost.h"
#include "pricing/money.h"

namespace toktally::forecast {
namespace {

constexpr std::string_view kEstimateEncoding = "o200k_base";
constexpr std::string_view kEstimateModel = "gpt-4o";

// What a workload sends and gets, in the order in which it is counted.
std::array<const TokenSource*, 3> SourcesOf(const WorkloadSpec& spec) {
  return {&spec.prompt, &spec.turn_input, &spec.reply};
}

bool NeedsCounting(const WorkloadSpec& spec) {
  const auto sources = SourcesOf(spec);
  return std::any_of(sources.begin(), sources.end(),
                     [](const TokenSource* source) { return source->HasText(); });
}

class Planner {
 public:
  Planner(const WorkloadFile& file, const std::string* model, const pricing::RateTable& table,
          const Date& date, const TextAccess& access, WorkloadTexts& texts)
      : file_(file), model_(model), table_(table), access_(access), texts_(texts) {
    plan_.date = date;
  }

  Plan Run() {
    plan_.failures = file_.failures;
    plan_.rows.reserve(file_.workloads.size());
    for (const WorkloadSpec& spec : file_.workloads) AddRow(spec);
    texts_.Run();
    PriceRows();
    return std::move(plan_);
  }

 private:
  void Fail(const WorkloadSpec& spec, absl::StatusCode code, const std::string& message) {
    plan_.failures.push_back({spec.name, absl::Status(code, message)});
  }

  absl::StatusOr<const pricing::ModelMatch*> FindModel(const std::string& name) {
    const auto known = models_.find(name);
    if (known != models_.end()) return &known->second;
    auto match = table_.Resolve(name);
    if (!match.ok()) return match.status();
    return &models_.emplace(name, *std::move(match)).first->second;
  }

  void AddRow(const WorkloadSpec& spec) {
    const std::string& name = model_ != nullptr ? *model_ : spec.model;
    const auto match = FindModel(name);
    if (!match.ok()) {
      const std::string why = Message(match.status());
      return Fail(spec, absl::StatusCode::kNotFound,
                  model_ != nullptr ? why : absl::StrCat(spec.value.Where(), ".model: ", why));
    }
    PlanRow& row = plan_.rows.emplace_back();
    row.spec = &spec;
    row.model = (*match)->model;
    row.how = (*match)->how;
    row.workload = spec.workload;
    if (NeedsCounting(spec)) ChooseEncoding(name, row);
    tickets_.push_back(TicketsOf(row));
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
      row.remarks.push_back(absl::StrCat(row.model->id,
                                         " has no public tokenizer: counted with another (",
                                         ToAbsl(row.encoding->name()), "): estimate"));
    } else if (!found.documented) {
      row.remarks.push_back(
          absl::StrCat(row.model->id, " is assumed to use ", ToAbsl(row.encoding->name())));
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

  // The tokens of a source; what there is to say of it goes to the row's remarks.
  absl::StatusOr<Range<std::int64_t>> TokensOf(const TokenSource& source,
                                               WorkloadTexts::Ticket ticket, PlanRow& row) const {
    if (!source.HasText()) return source.tokens;
    const CountedText& counted = texts_.Of(ticket);
    if (!counted.status.ok()) return counted.status;
    if (!counted.remark.empty()) {
      const bool request = source.kind == TokenSource::Kind::kRequest;
      row.remarks.push_back(request ? absl::StrCat(row.model->id, ": ", counted.remark)
                                    : counted.remark);
    }
    return Range<std::int64_t>::Same(counted.tokens);
  }

  void PriceRows() {
    constexpr std::size_t kBunch = 64;  // worth a thread
    std::vector<PlanRow>& rows = plan_.rows;
    std::vector<absl::Status> priced(rows.size());
    access_.ForEach((rows.size() + kBunch - 1) / kBunch, [&](std::size_t bunch) {
      const std::size_t end = std::min(rows.size(), (bunch + 1) * kBunch);
      for (std::size_t i = bunch * kBunch; i < end; ++i) priced[i] = PriceRow(rows[i], tickets_[i]);
    });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (priced[i].ok()) priced[i] = AddToTotal(rows[i]);
      if (!priced[i].ok()) Fail(*rows[i].spec, priced[i].code(), Message(priced[i]));
    }
    std::size_t i = 0;
    std::erase_if(rows, [&](const PlanRow&) { return !priced[i++].ok(); });
  }

  absl::Status PriceRow(PlanRow& row, const Tickets& tickets) const {
    const WorkloadSpec& spec = *row.spec;
    const auto prompt = TokensOf(spec.prompt, tickets[0], row);
    if (!prompt.ok()) return prompt.status();
    for (const Point point : kPoints) {
      row.workload.prompt_tokens.at(point) = prompt->at(point) + spec.chunk_tokens.at(point);
    }
    const auto turn_input = TokensOf(spec.turn_input, tickets[1], row);
    if (!turn_input.ok()) return turn_input.status();
    row.workload.turn_input_tokens = *turn_input;
    if (spec.reply.kind != TokenSource::Kind::kNone) {
      const auto reply = TokensOf(spec.reply, tickets[2], row);
      if (!reply.ok()) return reply.status();
      row.workload.reply_tokens = *reply;
    }
    auto forecast = ForecastMonth(*row.model, row.workload, plan_.date);
    if (!forecast.ok()) {
      const bool unknown = forecast.status().code() == absl::StatusCode::kNotFound;
      return absl::Status(
          unknown ? absl::StatusCode::kNotFound : absl::StatusCode::kInvalidArgument,
          absl::StrCat(spec.value.Where(), ": ", Message(forecast.status())));
    }
    row.forecast = *std::move(forecast);
    row.remarks.insert(row.remarks.end(), row.forecast.remarks.begin(), row.forecast.remarks.end());
    AddDates(row);
    return absl::OkStatus();
  }

  // A plan is what one month at these rates costs, whether the workload runs in it or not: a gate
  // has to see what begins later. The year knows the months (forecast/outlook.h).
  void AddMonths(PlanRow& row) const {
    const auto month = [](const pricing::Date& date) {
      return ToString(date).substr(0, sizeof "2027-01" - 1);
    };
    const std::string now = month(plan_.date);
    const WorkloadSpec& spec = *row.spec;
    if (spec.start && now < month(*spec.start)) {
      row.remarks.push_back(
          absl::StrCat("begins in ", month(*spec.start),
                       "; this is a whole month of it, --months has each by itself"));
    }
    if (spec.end && month(*spec.end) < now) {
      row.remarks.push_back(
          absl::StrCat("ended in ", month(*spec.end),
                       "; this is a whole month of it all the same: take it out if it is over"));
    }
  }

  void AddDates(PlanRow& row) const {
    AddMonths(row);
    constexpr int kDaysAhead = 60;
    const auto next = NextRateChange(*row.model, row.workload.tier, plan_.date, kDaysAhead);
    if (next) {
      row.remarks.push_back(absl::StrCat(row.model->id, "'s rates change on ", ToString(*next),
                                         "; this is a month before it"));
    }
    if (const auto lifecycle = LifecycleOn(*row.model, plan_.date)) {
      row.remarks.push_back(absl::StrCat(row.model->id, ": ", lifecycle->text));
    }
  }

  absl::Status AddToTotal(const PlanRow& row) {
    Range<BoundedSum> sums = sums_;
    for (const Point point : kPoints) {
      sums.at(point).Add(row.forecast.month.at(point).total);
      const auto money = pricing::Money::FromRatio(sums.at(point).value());
      if (!money.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(
            row.spec->value.Where(), ": with it a month's total: ", Message(money.status())));
      }
    }
    sums_ = std::move(sums);
    for (const Point point : kPoints) {
      plan_.total.at(point) = sums_.at(point).value();
      plan_.rounded_up = plan_.rounded_up || sums_.at(point).rounded();
    }
    return absl::OkStatus();
  }

  const WorkloadFile& file_;
  const std::string* model_;
  const pricing::RateTable& table_;
  const TextAccess& access_;
  WorkloadTexts& texts_;
  std::vector<Tickets> tickets_;  // as the rows
  std::map<std::string, pricing::ModelMatch> models_;
  std::map<std::string, ModelEncoding> encodings_;
  Range<BoundedSum> sums_;
  Plan plan_;
};

}  // namespace

absl::StatusOr<WorkloadFile> ReadWorkloadFile(const std::string& path, const TextAccess& access) {
  auto text = access.Read(path);
  if (!text.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(access.DisplayName(path), ": ", Message(text.status())));
  }
  return ParseWorkloadFile(*std::move(text), path == "-" ? "stdin" : path);
}

Plan MakePlan(const WorkloadFile& file, const pricing::RateTable& table, const Date& date,
              const TextAccess& access) {
  WorkloadTexts texts(access);
  return MakePlan(file, table, date, access, texts);
}

Plan MakePlan(const WorkloadFile& file, const pricing::RateTable& table, const Date& date,
              const TextAccess& access, WorkloadTexts& texts) {
  return Planner(file, nullptr, table, date, access, texts).Run();
}

Plan MakePlanOn(const std::string& model, const WorkloadFile& file, const pricing::RateTable& table,
                const Date& date, const TextAccess& access, WorkloadTexts& texts) {
  return Planner(file, &model, table, date, access, texts).Run();
}

}  // namespace toktally::forecast
