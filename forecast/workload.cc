#include "forecast/workload.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"

namespace toktally::forecast {
namespace {

using pricing::BilledRate;

constexpr std::int64_t kMostTokens = 1'000'000'000'000'000;

// Tokens of all turns of one conversation whose prompts one row of rates takes.
struct Band {
  const RateRow* row = nullptr;
  Ratio prompt;  // sums may pass 64 bits
  Ratio output;
  std::int64_t turns = 0;
};

// One tier's share of the calls.
struct TierShare {
  Tier tier;
  Ratio share;
};

class Forecaster {
 public:
  Forecaster(const PricedModel& model, const Workload& workload, const Date& date)
      : model_(model), workload_(workload), date_(date) {}

  absl::StatusOr<Forecast> Run() {
    if (absl::Status status = Check(); !status.ok()) return status;
    if (workload_.data_residency) {
      const auto multiplier = ResidencyMultiplier(model_);
      if (!multiplier.ok()) return multiplier.status();
      multiplier_ = *multiplier;
      Remark(absl::StrCat("data residency: every rate times ", multiplier_.ToString(6)));
    }
    for (const std::string& caution : model_.cautions) Remark(caution);
    for (const Point point : kPoints) {
      if (point != Point::kLow && SameAsBefore(point)) {
        forecast_.month.at(point) = forecast_.month.at(Before(point));
        continue;
      }
      auto month = MonthAt(point);
      if (!month.ok()) return month.status();
      forecast_.month.at(point) = *std::move(month);
    }
    return std::move(forecast_);
  }

 private:
  static Point Before(Point point) {
    return point == Point::kHigh ? Point::kExpected : Point::kLow;
  }

  bool SameAsBefore(Point point) const {
    const auto same = [point](const auto& range) {
      return range.at(point) == range.at(Before(point));
    };
    return same(workload_.prompt_tokens) && same(workload_.turn_input_tokens) &&
           same(workload_.turns) && same(workload_.reply_tokens) &&
           same(workload_.reasoning_tokens) && same(*workload_.calls_per_month) &&
           std::all_of(workload_.other.begin(), workload_.other.end(),
                       [&same](const OtherUse& use) { return same(use.per_call); });
  }

  absl::Status Check() const {
    const auto invalid = [](absl::string_view why) { return absl::InvalidArgumentError(why); };
    const auto tokens = [](std::int64_t n) { return n >= 0 && n <= kMostTokens; };
    for (const Point point : kPoints) {
      for (const Range<std::int64_t>* range :
           {&workload_.prompt_tokens, &workload_.turn_input_tokens, &workload_.reply_tokens,
            &workload_.reasoning_tokens}) {
        if (!tokens(range->at(point))) {
          return invalid("a number of tokens is outside 0 to 10^15");
        }
      }
      const std::int64_t turns = workload_.turns.at(point);
      if (turns < 1 || turns > Workload::kMostTurns) {
        return invalid(absl::StrCat(turns, " turns; there must be 1 to ", Workload::kMostTurns));
      }
    }
    if (!workload_.calls_per_month) return invalid("how many calls a month is not stated");
    if (workload_.cached_share + workload_.cache_write_share + workload_.cache_write_long_share >
        Ratio(1)) {
      return invalid("the cached and written shares are over 1 together");
    }
    if (workload_.batch_share > Ratio(1)) return invalid("the batch share is over 1");
    return absl::OkStatus();
  }

  absl::StatusOr<Month> MonthAt(Point point) {
    Month month;
    const Ratio& batch = workload_.batch_share;
    for (const TierShare& part :
         {TierShare{workload_.tier, Ratio(1) - batch}, TierShare{Tier::kBatch, batch}}) {
      if (part.share.is_zero()) continue;
      if (absl::Status status = AddTier(part, point, &month); !status.ok()) return status;
    }
    for (const MonthLine& line : month.lines) month.total += line.usd;
    return month;
  }

  absl::Status AddTier(const TierShare& part, Point point, Month* month) {
    std::vector<Band> bands;
    if (absl::Status status = FindBands(part.tier, point, &bands, month); !status.ok()) {
      return status;
    }
    const Ratio calls =
        workload_.calls_per_month->at(point) * part.share * (Ratio(1) + workload_.retry_share);
    month->calls += calls;
    // Conversations of this tier in a month.
    const Ratio conversations = calls * *Ratio::Of(1, workload_.turns.at(point));
    for (const Band& band : bands) {
      const absl::Status status =
          AddBand(*band.row, band.prompt * conversations, band.output * conversations, month);
      if (!status.ok()) return status;
      for (const OtherUse& use : workload_.other) {
        const Ratio quantity = use.per_call.at(point) * conversations * Ratio(band.turns);
        if (absl::Status added = AddLine(*band.row, use.kind, quantity, month); !added.ok()) {
          return added;
        }
      }
    }
    return absl::OkStatus();
  }

  // Each turn is billed by its own length, so a conversation may cross the long-context threshold.
  absl::Status FindBands(Tier tier, Point point, std::vector<Band>* bands, Month* month) {
    const std::int64_t reply = workload_.reply_tokens.at(point);
    const std::int64_t billed = reply + workload_.reasoning_tokens.at(point);
    absl::int128 prompt = workload_.prompt_tokens.at(point);
    absl::int128 sum = 0;
    std::int64_t turns = 0;
    const RateRow* row = nullptr;
    const auto close = [&] {
      if (turns == 0) return;
      bands->push_back(
          {row, *Ratio::Of(sum, 1), *Ratio::Of(absl::int128(billed) * turns, 1), turns});
      sum = 0;
      turns = 0;
    };
    for (std::int64_t turn = 0; turn < workload_.turns.at(point); ++turn) {
      if (prompt > kMostTokens) {
        return absl::OutOfRangeError("the history grows past 10^15 tokens");
      }
      const auto tokens = static_cast<std::int64_t>(prompt);
      if (row == nullptr || !StillHolds(*row, tokens)) {
        const auto found = FindRow(model_, tier, date_, tokens);
        if (!found.ok()) return found.status();
        if (*found != row) close();
        row = *found;
        if (!row->currency.empty()) {
          return absl::NotFoundError(absl::StrCat(model_.id, " is priced in ", row->currency,
                                                  "; a price file with a rate of exchange is "
                                                  "needed"));
        }
        if (!row->caution.empty()) Remark(row->caution);
      }
      sum += prompt;
      ++turns;
      month->longest_prompt = std::max(month->longest_prompt, tokens);
      prompt += absl::int128(reply) + workload_.turn_input_tokens.at(point);
    }
    close();
    return absl::OkStatus();
  }

  // Whether the row found for a shorter prompt is still the one for `tokens`. Prompts only grow.
  bool StillHolds(const RateRow& row, std::int64_t tokens) const {
    return std::none_of(model_.rows.begin(), model_.rows.end(), [&](const RateRow& other) {
      return other.above && other.Covers(date_) && other.above->Holds(tokens) &&
             (!row.above || other.above->prompt_tokens > row.above->prompt_tokens);
    });
  }

  absl::Status AddBand(const RateRow& row, const Ratio& prompt, const Ratio& output, Month* month) {
    month->prompt_tokens += prompt;
    month->output_tokens += output;
    const Ratio rest = Ratio(1) - workload_.cached_share - workload_.cache_write_share -
                       workload_.cache_write_long_share;
    const std::pair<RateKind, const Ratio&> parts[] = {
        {RateKind::kInput, rest},
        {RateKind::kCachedInput, workload_.cached_share},
        {RateKind::kCacheWriteShort, workload_.cache_write_share},
        {RateKind::kCacheWriteLong, workload_.cache_write_long_share}};
    for (const auto& [kind, share] : parts) {
      if (absl::Status status = AddLine(row, kind, share * prompt, month); !status.ok()) {
        return status;
      }
    }
    if (row.above) {
      Remark(absl::StrCat("long context: requests of ", row.above->ToString(),
                          " are billed at other rates as a whole"));
    }
    return AddLine(row, RateKind::kOutput, output, month);
  }

  // What one of a kind costs at a row's rates: the same at every point of the range.
  struct KindRate {
    const RateRow* row = nullptr;
    RateKind kind = RateKind::kInput;
    RateKind billed_as = RateKind::kInput;
    Ratio usd;
  };

  absl::Status AddLine(const RateRow& row, RateKind kind, const Ratio& quantity, Month* month) {
    if (quantity.is_zero()) return absl::OkStatus();
    const RateRow& billing = BillingRow(row, kind);
    auto known = std::find_if(rates_.begin(), rates_.end(), [&](const KindRate& rate) {
      return rate.row == &billing && rate.kind == kind;
    });
    if (known == rates_.end()) {
      // A region's uplift is one on tokens, not on the fees of tools.
      auto rate = RateOf(billing, kind, &billing == &row ? multiplier_ : Ratio(1));
      if (!rate.ok()) return rate.status();
      known = rates_.insert(rates_.end(), *std::move(rate));
    }
    month->lines.push_back(
        {row.tier, &billing, kind, known->billed_as, quantity, known->usd * quantity});
    return absl::OkStatus();
  }

  // The provider's fee for what is not tokens, where the row has no rate of its own.
  const RateRow& BillingRow(const RateRow& row, RateKind kind) const {
    if (row.rate(kind)) return row;
    for (const RateRow& fee : model_.fees) {
      if (fee.rate(kind) && fee.Covers(date_)) return fee;
    }
    return row;
  }

  absl::StatusOr<KindRate> RateOf(const RateRow& row, RateKind kind, const Ratio& multiplier) {
    const auto billed = BilledRateOf(row, kind);
    if (!billed.ok()) {
      return absl::Status(billed.status().code(),
                          absl::StrCat(model_.id, ": ", billed.status().message()));
    }
    if (!billed->why.empty()) Remark(billed->why);
    if (row.IsDerived(billed->kind)) {
      Remark(absl::StrCat("the ", ToAbsl(TierName(row.tier)), " ",
                          ToAbsl(RateKindName(billed->kind)), " rate is derived: ", row.derived));
    }
    const auto rate =
        Ratio::Of(billed->rate.units(), pricing::PowerOfTen(pricing::Rate::kDecimals) *
                                            pricing::RateUnitOf(billed->kind).quantities);
    return KindRate{&row, kind, billed->kind, *rate * multiplier};
  }

  void Remark(std::string remark) {
    auto& remarks = forecast_.remarks;
    if (std::find(remarks.begin(), remarks.end(), remark) == remarks.end()) {
      remarks.push_back(std::move(remark));
    }
  }

  const PricedModel& model_;
  const Workload& workload_;
  const Date& date_;
  Ratio multiplier_ = Ratio(1);
  std::vector<KindRate> rates_;
  Forecast forecast_;
};

}  // namespace

void BoundedSum::Add(const Ratio& term) {
  value_ += term;
  if (value_.bits() <= kMostBits) return;
  constexpr int kDecimals = pricing::Money::kDecimals;
  value_ = rounding_ == Rounding::kUp ? value_.RoundedUp(kDecimals) : value_.RoundedDown(kDecimals);
  rounded_ = true;
}

Ratio Month::Of(RateKind kind) const {
  Ratio usd;
  for (const MonthLine& line : lines) {
    if (line.kind == kind) usd += line.usd;
  }
  return usd;
}

Range<Ratio> Forecast::Usd() const {
  return month.Mapped([](const Month& at) { return at.total; });
}

std::string_view PointName(Point point) {
  constexpr std::string_view kNames[] = {"low", "expected", "high"};
  return kNames[static_cast<std::size_t>(point)];
}

Ratio DaysPerMonth() { return *Ratio::Of(365, 12); }

absl::StatusOr<Forecast> ForecastMonth(const PricedModel& model, const Workload& workload,
                                       const Date& date) {
  return Forecaster(model, workload, date).Run();
}

std::optional<Date> NextRateChange(const PricedModel& model, Tier tier, const Date& date,
                                   int days) {
  const Date last = pricing::DateOfDay(DayNumber(date) + days);
  std::optional<Date> next;
  for (const RateRow& row : model.rows) {
    const bool soon = row.tier == tier && row.from && date < *row.from && *row.from <= last;
    if (soon && (!next || *row.from < *next)) next = row.from;
  }
  return next;
}

}  // namespace toktally::forecast
