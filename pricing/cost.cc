#include "pricing/cost.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"

namespace toktally::pricing {
namespace {

constexpr std::int64_t kMaxQuantity = 1'000'000'000'000'000;

struct Quantity {
  RateKind kind;
  std::int64_t amount;
};

std::vector<Quantity> Quantities(const Usage& usage, const RateRow& row) {
  // Audio length is billed by the hour or by the minute, whichever the model has.
  const RateKind audio =
      row.rate(RateKind::kAudioMinute) ? RateKind::kAudioMinute : RateKind::kAudioHour;
  return {{RateKind::kInput, usage.uncached_input},
          {RateKind::kCachedInput, usage.cached_input},
          {RateKind::kCacheWriteShort, usage.cache_write_short},
          {RateKind::kCacheWriteLong, usage.cache_write_long},
          {RateKind::kOutput, usage.output},
          {RateKind::kAudioInput, usage.audio_input},
          {RateKind::kAudioCachedInput, usage.audio_cached_input},
          {RateKind::kAudioOutput, usage.audio_output},
          {RateKind::kImageInput, usage.image_input},
          {RateKind::kImageCachedInput, usage.image_cached_input},
          {RateKind::kImageOutput, usage.image_output},
          {audio, usage.audio_seconds},
          {RateKind::kSessionMinute, usage.session_seconds},
          {RateKind::kWebSearch, usage.web_searches},
          {RateKind::kFileSearch, usage.file_searches},
          {RateKind::kCodeSession, usage.code_sessions},
          {RateKind::kGroundedQuery, usage.grounded_queries},
          {RateKind::kRerankSearch, usage.rerank_searches},
          {RateKind::kImage, usage.images},
          {RateKind::kPage, usage.pages},
          {RateKind::kVideoSecond, usage.video_seconds},
          {RateKind::kCharacter, usage.characters},
          {RateKind::kCacheStorage, usage.cached_token_hours}};
}

// Whose rate stands in for a kind that has none; the kind itself where nothing does.
RateKind StandIn(RateKind kind, const RateRow& row) {
  switch (kind) {
    case RateKind::kCachedInput:
    case RateKind::kCacheWriteShort:
    case RateKind::kCacheWriteLong:
    case RateKind::kImageInput:
      return RateKind::kInput;
    case RateKind::kAudioCachedInput:
      return RateKind::kAudioInput;
    case RateKind::kImageCachedInput:
      return row.rate(RateKind::kImageInput) ? RateKind::kImageInput : RateKind::kCachedInput;
    default:
      return kind;
  }
}

absl::StatusOr<Money> Amount(const BilledRate& billed, std::int64_t quantity,
                             const Ratio& multiplier) {
  const auto product = CheckedMultiply(billed.rate.units(), quantity);
  const auto below =
      CheckedMultiply(PowerOfTen(Rate::kDecimals), RateUnitOf(billed.kind).quantities);
  const auto usd = product && below ? Ratio::Of(*product, *below) : std::nullopt;
  if (!usd) return absl::OutOfRangeError("the cost is too large to be held exactly");
  return Money::FromRatio(*usd * multiplier);
}

absl::Status CheckUsage(const Usage& usage, const std::vector<Quantity>& quantities) {
  for (const Quantity& quantity : quantities) {
    if (quantity.amount >= 0 && quantity.amount <= kMaxQuantity) continue;
    return absl::InvalidArgumentError(absl::StrCat(ToAbsl(RateKindName(quantity.kind)), " is ",
                                                   quantity.amount, ", outside 0 to 10^15"));
  }
  if (usage.reasoning_output < 0 || usage.reasoning_output > usage.output) {
    return absl::InvalidArgumentError(absl::StrCat("reasoning tokens are ", usage.reasoning_output,
                                                   " of ", usage.output,
                                                   " output tokens; they are a part of them"));
  }
  return absl::OkStatus();
}

void Remark(const RateRow& row, const CostLine& line, std::vector<std::string>* remarks) {
  if (!line.billed.why.empty()) remarks->push_back(line.billed.why);
  if (row.IsDerived(line.billed.kind)) {
    remarks->push_back(absl::StrCat("the ", ToAbsl(TierName(row.tier)), " ",
                                    ToAbsl(RateKindName(line.billed.kind)),
                                    " rate is derived: ", row.derived));
  }
}

}  // namespace

absl::StatusOr<BilledRate> BilledRateOf(const RateRow& row, RateKind kind) {
  if (row.rate(kind)) return BilledRate{*row.rate(kind), kind, ""};
  const RateKind other = StandIn(kind, row);
  const absl::string_view tier = ToAbsl(TierName(row.tier));
  if (other == kind) {
    return absl::NotFoundError(
        absl::StrCat("the ", tier, " tier has no ", ToAbsl(RateKindName(kind)), " rate"));
  }
  auto billed = BilledRateOf(row, other);
  if (!billed.ok()) return billed.status();
  billed->why = absl::StrCat("the ", tier, " tier has no ", ToAbsl(RateKindName(kind)),
                             " rate: billed at its ", ToAbsl(RateKindName(billed->kind)), " rate");
  return billed;
}

const CostLine* CostResult::line(RateKind kind) const {
  for (const CostLine& line : lines) {
    if (line.kind == kind) return &line;
  }
  return nullptr;
}

namespace {

// The row that bills a kind: `row`, or the provider's fee for what is not tokens.
const RateRow& BillingRow(const RateRow& row, const PricedModel* model, RateKind kind,
                          const Date& date) {
  if (model == nullptr || row.rate(kind)) return row;
  for (const RateRow& fee : model->fees) {
    if (fee.rate(kind) && fee.Covers(date)) return fee;
  }
  return row;
}

// Cost by `row` and, where there is a model, its fees on that day.
absl::StatusOr<CostResult> CostOf(const RateRow& row, const PricedModel* model, const Date& date,
                                  const Usage& usage, const Ratio& multiplier) {
  CostResult result;
  result.row = &row;
  result.multiplier = multiplier;
  const std::vector<Quantity> quantities = Quantities(usage, row);
  if (absl::Status status = CheckUsage(usage, quantities); !status.ok()) return status;
  for (const Quantity& quantity : quantities) {
    if (quantity.amount == 0) continue;
    const RateRow& billing = BillingRow(row, model, quantity.kind, date);
    auto billed = BilledRateOf(billing, quantity.kind);
    if (!billed.ok()) return billed.status();
    // A region's uplift is one on tokens, not on the fees of tools.
    const bool is_fee = &billing != &row;
    const auto amount = Amount(*billed, quantity.amount, is_fee ? Ratio(1) : multiplier);
    if (!amount.ok()) return amount.status();
    const auto total = result.total.Plus(*amount);
    if (!total.ok()) return total.status();
    result.total = *total;
    result.lines.push_back({quantity.kind, quantity.amount, *std::move(billed), *amount});
    Remark(billing, result.lines.back(), &result.remarks);
  }
  if (!row.caution.empty()) result.remarks.push_back(row.caution);
  return result;
}

std::string RatesOf(const RateRow& row) {
  std::string text;
  for (const RateKind kind : {RateKind::kInput, RateKind::kCachedInput, RateKind::kOutput}) {
    if (!row.rate(kind)) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", ToAbsl(RateKindName(kind)), " ",
                    row.rate(kind)->ForPeople());
  }
  return text;
}

// Of a model with peak hours, the tier that bills a standard call; `remark` says why.
absl::StatusOr<Tier> TierAt(const PricedModel& model, const CostOptions& options,
                            std::int64_t prompt_tokens, std::string* remark) {
  if (options.tier != Tier::kStandard) return options.tier;
  const auto peak = FindRow(model, Tier::kPeak, options.date, prompt_tokens);
  if (!peak.ok()) return Tier::kStandard;
  const RateRow& row = **peak;
  if (!row.hours) return Tier::kStandard;
  if (!options.minute_of_day) {
    *remark = absl::StrCat("the hour decides: these are off-peak rates; at ", row.hours->ToString(),
                           " calls are billed at peak rates (", RatesOf(row), ")");
    return Tier::kStandard;
  }
  if (!row.hours->Hold(options.date, *options.minute_of_day)) return Tier::kStandard;
  *remark = absl::StrCat("peak hours (", row.hours->ToString(), "): billed at peak rates");
  return Tier::kPeak;
}

// Residency and region together.
absl::StatusOr<Ratio> MultiplierOf(const PricedModel& model, const CostOptions& options,
                                   std::vector<std::string>* remarks) {
  Ratio multiplier(1);
  if (options.data_residency) {
    const auto uplift = ResidencyMultiplier(model);
    if (!uplift.ok()) return uplift.status();
    multiplier = *uplift;
    remarks->push_back(absl::StrCat("data residency: every rate times ", multiplier.ToString(6)));
  }
  if (!options.region.empty() && options.region != "global") {
    const auto factor = RegionMultiplier(model, options.region, options.date);
    if (!factor.ok()) return factor.status();
    multiplier *= *factor;
    remarks->push_back(
        absl::StrCat("processed in ", options.region, ": every rate times ", factor->ToString(6)));
  }
  return multiplier;
}

}  // namespace

absl::StatusOr<CostResult> Cost(const RateRow& row, const Usage& usage, const Ratio& multiplier) {
  auto result = CostOf(row, nullptr, Date{}, usage, multiplier);
  if (result.ok() && multiplier != Ratio(1)) {
    result->remarks.push_back(
        absl::StrCat("data residency: every rate times ", multiplier.ToString(6)));
  }
  return result;
}

absl::StatusOr<CostResult> Cost(const PricedModel& model, const Usage& usage,
                                const CostOptions& options) {
  std::vector<std::string> remarks;
  const auto multiplier = MultiplierOf(model, options, &remarks);
  if (!multiplier.ok()) return multiplier.status();
  if (absl::Status status = CheckUsage(usage, Quantities(usage, {})); !status.ok()) return status;
  std::string peak;
  const auto tier = TierAt(model, options, usage.PromptTokens(), &peak);
  if (!tier.ok()) return tier.status();
  const auto row = FindRow(model, *tier, options.date, usage.PromptTokens());
  if (!row.ok()) return row.status();
  if (!(*row)->currency.empty()) {
    return absl::NotFoundError(absl::StrCat(model.id, " is priced in ", (*row)->currency,
                                            "; no rate of exchange is given for ",
                                            ToString(options.date)));
  }
  auto result = CostOf(**row, &model, options.date, usage, *multiplier);
  if (!result.ok()) {
    return absl::Status(result.status().code(),
                        absl::StrCat(model.id, ": ", result.status().message()));
  }
  std::vector<std::string>& all = result->remarks;
  all.insert(all.end(), remarks.begin(), remarks.end());
  if (!peak.empty()) all.push_back(std::move(peak));
  all.insert(all.end(), model.cautions.begin(), model.cautions.end());
  if ((*row)->above) {
    all.push_back(absl::StrCat("long context: the whole request is billed at the rates for ",
                               (*row)->above->ToString()));
  }
  return result;
}

absl::StatusOr<Ratio> RegionMultiplier(const PricedModel& model, std::string_view region,
                                       const Date& date) {
  const RegionFactor* any = nullptr;
  for (const RegionFactor& factor : model.regions) {
    if (!factor.Covers(date)) continue;
    if (factor.regions.empty()) any = &factor;
    if (std::find(factor.regions.begin(), factor.regions.end(), region) != factor.regions.end()) {
      return factor.factor;
    }
  }
  if (any != nullptr) return any->factor;
  return absl::NotFoundError(absl::StrCat("the table does not say what ", model.id,
                                          " costs in the region ", ToAbsl(region.substr(0, 40))));
}

absl::StatusOr<Ratio> ResidencyMultiplier(const PricedModel& model) {
  if (!model.data_residency) {
    return absl::NotFoundError(
        absl::StrCat(model.id, " has no data-residency multiplier in the table"));
  }
  return model.data_residency->multiplier;
}

std::optional<Lifecycle> LifecycleOn(const PricedModel& model, const Date& date) {
  if (model.shutdown && *model.shutdown <= date) {
    return Lifecycle{absl::StrCat("shut down on ", ToString(*model.shutdown)), true};
  }
  if (model.shutdown) {
    return Lifecycle{absl::StrCat("deprecated: shuts down ", ToString(*model.shutdown)), false};
  }
  if (model.status == "active") return std::nullopt;
  const bool retired = model.status == "retired" || model.status == "shutdown";
  // "retired except Bedrock" says more than the status alone.
  const bool detailed = model.status_note.starts_with(model.status);
  return Lifecycle{detailed ? model.status_note : model.status, retired};
}

}  // namespace toktally::pricing
