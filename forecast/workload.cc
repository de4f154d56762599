#include "pricing/workload.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace toktally::pricing {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000'000'000;
constexpr std::int64_t kTokensPerRate = 1'000'000;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Tokens of all turns of one conversation whose prompts one row of rates takes.
struct Band {
  const RateRow* row = nullptr;
  Ratio prompt;  // sums may pass 64 bits
  Ratio output;
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
    return same(workload_.reply_tokens) && same(workload_.reasoning_tokens) &&
           same(workload_.calls_per_month);
  }

  absl::Status Check() const {
    const auto tokens = [](std::int64_t n) { return n >= 0 && n <= kMostTokens; };
    bool fine = tokens(workload_.prompt_tokens) && tokens(workload_.turn_input_tokens);
    for (const Point point : kPoints) {
      fine = fine && tokens(workload_.reply_tokens.at(point)) &&
             tokens(workload_.reasoning_tokens.at(point));
    }
    if (!fine) return absl::InvalidArgumentError("a number of tokens is outside 0 to 10^15");
    if (workload_.turns < 1 || workload_.turns > Workload::kMostTurns) {
      return absl::InvalidArgumentError(
          absl::StrCat(workload_.turns, " turns; there must be 1 to ", Workload::kMostTurns));
    }
    if (workload_.cached_share + workload_.cache_write_share > Ratio(1)) {
      return absl::InvalidArgumentError("the cached and written shares are over 1 together");
    }
    if (workload_.batch_share > Ratio(1))
      return absl::InvalidArgumentError("the batch share is over 1");
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
    for (const Ratio& amount : month.by_kind) month.total += amount;
    return month;
  }

  absl::Status AddTier(const TierShare& part, Point point, Month* month) {
    std::vector<Band> bands;
    if (absl::Status status = FindBands(part.tier, point, &bands); !status.ok()) return status;
    // Conversations of this tier in a month.
    const Ratio conversations =
        workload_.calls_per_month.at(point) * part.share * *Ratio::Of(1, workload_.turns);
    for (const Band& band : bands) {
      const absl::Status status =
          AddBand(*band.row, band.prompt * conversations, band.output * conversations, month);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Each turn is billed by its own length, so a conversation may cross the long-context threshold.
  absl::Status FindBands(Tier tier, Point point, std::vector<Band>* bands) {
    const std::int64_t reply = workload_.reply_tokens.at(point);
    const std::int64_t billed = reply + workload_.reasoning_tokens.at(point);
    absl::int128 prompt = workload_.prompt_tokens;
    absl::int128 sum = 0;
    std::int64_t turns = 0;
    const RateRow* row = nullptr;
    const auto close = [&] {
      if (turns == 0) return;
      bands->push_back({row, *Ratio::Of(sum, 1), *Ratio::Of(absl::int128(billed) * turns, 1)});
      sum = 0;
      turns = 0;
    };
    for (std::int64_t turn = 0; turn < workload_.turns; ++turn) {
      if (prompt > kMostTokens) {
        return absl::OutOfRangeError("the history grows past 10^15 tokens");
      }
      const auto tokens = static_cast<std::int64_t>(prompt);
      if (row == nullptr || !StillHolds(*row, tokens)) {
        const auto found = FindRow(model_, tier, date_, tokens);
        if (!found.ok()) return found.status();
        if (*found != row) close();
        row = *found;
      }
      sum += prompt;
      ++turns;
      forecast_.longest_prompt = std::max(forecast_.longest_prompt, tokens);
      prompt += absl::int128(reply) + workload_.turn_input_tokens;
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

  // What one prompt token and one output token cost at a row's rates, by kind: the same at every
  // point of the range.
  struct RowRates {
    const RateRow* row = nullptr;
    std::vector<std::pair<RateKind, Ratio>> per_prompt_token;
    Ratio per_output_token;
    bool has_output = false;
  };

  absl::StatusOr<const RowRates*> RatesOf(const RateRow& row, bool output) {
    auto known = std::find_if(rates_.begin(), rates_.end(),
                              [&row](const RowRates& r) { return r.row == &row; });
    if (known == rates_.end()) {
      if (absl::Status status = AddRates(row); !status.ok()) return status;
      known = rates_.end() - 1;
    }
    RowRates& rates = *known;
    if (output && !rates.has_output) {
      const auto usd = PerToken(row, RateKind::kOutput, Ratio(1));
      if (!usd.ok()) return usd.status();
      rates.per_output_token = *usd;
      rates.has_output = true;
    }
    return &rates;
  }

  absl::Status AddRates(const RateRow& row) {
    RowRates rates;
    rates.row = &row;
    const Ratio rest = Ratio(1) - workload_.cached_share - workload_.cache_write_share;
    const std::pair<RateKind, const Ratio&> parts[] = {
        {RateKind::kInput, rest},
        {RateKind::kCachedInput, workload_.cached_share},
        {RateKind::kCacheWriteShort, workload_.cache_write_share}};
    for (const auto& [kind, share] : parts) {
      if (share.is_zero()) continue;
      const auto usd = PerToken(row, kind, share);
      if (!usd.ok()) return usd.status();
      rates.per_prompt_token.emplace_back(kind, *usd);
    }
    if (row.above) {
      Remark(absl::StrCat("long context: requests of ", row.above->ToString(),
                          " are billed at other rates as a whole"));
    }
    rates_.push_back(std::move(rates));
    return absl::OkStatus();
  }

  // USD for so much of one token of `kind`, the uplift of a region in it.
  absl::StatusOr<Ratio> PerToken(const RateRow& row, RateKind kind, const Ratio& share) {
    const auto billed = BilledRateOf(row, kind);
    if (!billed.ok()) {
      return absl::Status(billed.status().code(),
                          absl::StrCat(model_.id, ": ", billed.status().message()));
    }
    if (!billed->why.empty()) Remark(billed->why);
    if (row.IsDerived(billed->kind)) {
      Remark(absl::StrCat("the ", View(TierName(row.tier)), " ", View(RateKindName(billed->kind)),
                          " rate is derived: ", row.derived));
    }
    const auto rate = Ratio::Of(billed->rate.units(), PowerOfTen(Rate::kDecimals) * kTokensPerRate);
    return *rate * multiplier_ * share;
  }

  absl::Status AddBand(const RateRow& row, const Ratio& prompt, const Ratio& output, Month* month) {
    const auto rates = RatesOf(row, !output.is_zero());
    if (!rates.ok()) return rates.status();
    month->prompt_tokens += prompt;
    month->output_tokens += output;
    const auto add = [month](RateKind kind, const Ratio& usd) {
      month->by_kind[static_cast<std::size_t>(kind)] += usd;
    };
    if (!output.is_zero()) add(RateKind::kOutput, (*rates)->per_output_token * output);
    if (prompt.is_zero()) return absl::OkStatus();
    for (const auto& [kind, usd] : (*rates)->per_prompt_token) add(kind, usd * prompt);
    return absl::OkStatus();
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
  std::vector<RowRates> rates_;
  Forecast forecast_;
};

}  // namespace

void UpperSum::Add(const Ratio& term) {
  value_ += term;
  if (value_.bits() <= kMostBits) return;
  value_ = value_.RoundedUp(Money::kDecimals);
  rounded_ = true;
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
  const Date last = DateOfDay(DayNumber(date) + days);
  std::optional<Date> next;
  for (const RateRow& row : model.rows) {
    const bool soon = row.tier == tier && row.from && date < *row.from && *row.from <= last;
    if (soon && (!next || *row.from < *next)) next = row.from;
  }
  return next;
}

}  // namespace toktally::pricing
