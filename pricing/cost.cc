#include "pricing/cost.h"

#include <absl/strings/str_cat.h>

#include <utility>

namespace toktally::pricing {
namespace {

constexpr std::int64_t kMaxQuantity = 1'000'000'000'000'000;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

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
          {RateKind::kSessionMinute, usage.session_seconds}};
}

// Units of the rate's denominator in one unit of the quantity: 10^6 tokens, or seconds.
std::int64_t QuantitiesPerRate(RateKind kind) {
  if (kind == RateKind::kAudioHour) return 3600;
  if (kind == RateKind::kAudioMinute || kind == RateKind::kSessionMinute) return 60;
  return 1'000'000;
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
  const auto below = CheckedMultiply(PowerOfTen(Rate::kDecimals), QuantitiesPerRate(billed.kind));
  const auto usd = product && below ? Ratio::Of(*product, *below) : std::nullopt;
  if (!usd) return absl::OutOfRangeError("the cost is too large to be held exactly");
  return Money::FromRatio(*usd * multiplier);
}

absl::Status CheckUsage(const Usage& usage, const std::vector<Quantity>& quantities) {
  for (const Quantity& quantity : quantities) {
    if (quantity.amount >= 0 && quantity.amount <= kMaxQuantity) continue;
    return absl::InvalidArgumentError(absl::StrCat(View(RateKindName(quantity.kind)),
                                                   " tokens are ", quantity.amount,
                                                   ", outside 0 to 10^15"));
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
    remarks->push_back(absl::StrCat("the ", View(TierName(row.tier)), " ",
                                    View(RateKindName(line.billed.kind)),
                                    " rate is derived: ", row.derived));
  }
}

}  // namespace

absl::StatusOr<BilledRate> BilledRateOf(const RateRow& row, RateKind kind) {
  if (row.rate(kind)) return BilledRate{*row.rate(kind), kind, ""};
  const RateKind other = StandIn(kind, row);
  const absl::string_view tier = View(TierName(row.tier));
  if (other == kind) {
    return absl::NotFoundError(
        absl::StrCat("the ", tier, " tier has no ", View(RateKindName(kind)), " rate"));
  }
  auto billed = BilledRateOf(row, other);
  if (!billed.ok()) return billed.status();
  billed->why = absl::StrCat("the ", tier, " tier has no ", View(RateKindName(kind)),
                             " rate: billed at its ", View(RateKindName(billed->kind)), " rate");
  return billed;
}

const CostLine* CostResult::line(RateKind kind) const {
  for (const CostLine& line : lines) {
    if (line.kind == kind) return &line;
  }
  return nullptr;
}

absl::StatusOr<CostResult> Cost(const RateRow& row, const Usage& usage, const Ratio& multiplier) {
  CostResult result;
  result.row = &row;
  result.multiplier = multiplier;
  const std::vector<Quantity> quantities = Quantities(usage, row);
  if (absl::Status status = CheckUsage(usage, quantities); !status.ok()) return status;
  for (const Quantity& quantity : quantities) {
    if (quantity.amount == 0) continue;
    auto billed = BilledRateOf(row, quantity.kind);
    if (!billed.ok()) return billed.status();
    const auto amount = Amount(*billed, quantity.amount, multiplier);
    if (!amount.ok()) return amount.status();
    const auto total = result.total.Plus(*amount);
    if (!total.ok()) return total.status();
    result.total = *total;
    result.lines.push_back({quantity.kind, quantity.amount, *std::move(billed), *amount});
    Remark(row, result.lines.back(), &result.remarks);
  }
  if (multiplier != Ratio(1)) {
    result.remarks.push_back(
        absl::StrCat("data residency: every rate times ", multiplier.ToString(6)));
  }
  return result;
}

absl::StatusOr<CostResult> Cost(const PricedModel& model, const Usage& usage,
                                const CostOptions& options) {
  Ratio multiplier(1);
  if (options.data_residency) {
    const auto uplift = ResidencyMultiplier(model);
    if (!uplift.ok()) return uplift.status();
    multiplier = *uplift;
  }
  if (absl::Status status = CheckUsage(usage, Quantities(usage, {})); !status.ok()) return status;
  const auto row = FindRow(model, options.tier, options.date, usage.PromptTokens());
  if (!row.ok()) return row.status();
  auto result = Cost(**row, usage, multiplier);
  if (!result.ok()) {
    return absl::Status(result.status().code(),
                        absl::StrCat(model.id, ": ", result.status().message()));
  }
  if ((*row)->above) {
    result->remarks.push_back(absl::StrCat(
        "long context: the whole request is billed at the rates for ", (*row)->above->ToString()));
  }
  return result;
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
