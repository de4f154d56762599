#include "forecast/request_cost.h"

#include <algorithm>

namespace toktally::forecast {
namespace {

using pricing::Money;

// A reply of this many tokens is no limit, and its product with the choices still fits.
constexpr std::int64_t kMostReply = 1'000'000'000'000;

absl::StatusOr<Money> CostOf(const pricing::PricedModel& model, std::int64_t prompt,
                             std::int64_t output, pricing::Tier tier, const pricing::Date& date) {
  pricing::Usage usage;
  usage.uncached_input = prompt;
  usage.output = output;
  const auto cost = pricing::Cost(model, usage, {tier, date, false});
  if (!cost.ok()) return cost.status();
  return cost->total;
}

// Fills all of `cost` but what concerns the alternatives.
absl::Status PriceModel(const pricing::PricedModel& model, const chat::Prediction& prediction,
                        const RequestTerms& terms, const pricing::Date& date, RequestCost& cost) {
  const std::int64_t prompt = prediction.prompt_tokens;
  const std::int64_t least = std::max<std::int64_t>(prompt - prediction.label.Below(), 0);
  const std::int64_t most = prompt + prediction.label.bound;
  absl::Status failure;
  const auto price = [&](std::int64_t input, std::int64_t output) -> std::optional<Money> {
    const auto money = CostOf(model, input, output, terms.tier, date);
    if (money.ok()) return *money;
    failure = money.status();
    return std::nullopt;
  };
  cost.input = price(prompt, 0);
  if (prediction.endpoint == chat::Endpoint::kEmbeddings || terms.audio_reply) return failure;
  const std::int64_t n = terms.choices;
  if (terms.reply) {
    cost.low = price(least, terms.reply->at(Point::kLow) * n);
    cost.expected = price(prompt, terms.reply->at(Point::kExpected) * n);
    cost.high = price(most, terms.reply->at(Point::kHigh) * n);
  }
  if (terms.max_output_tokens && *terms.max_output_tokens < kMostReply / n) {
    cost.worst_case = price(most, *terms.max_output_tokens * n);
  }
  return failure;
}

// Takes `with` in; a bound of which one side is unknown is unknown.
void Widen(std::optional<Money>& bound, const std::optional<Money>& with, bool upwards) {
  if (!bound || !with) {
    bound.reset();
  } else if (upwards ? *bound < *with : *with < *bound) {
    bound = with;
  }
}

// A gateway takes the next model when the first does not answer.
void PriceAlternatives(const chat::Prediction& prediction, const RequestTerms& terms,
                       const pricing::Date& date, const FindPricedModel& find, RequestCost& cost) {
  for (const chat::Alternative& alternative : prediction.alternatives) {
    chat::Prediction other;
    other.endpoint = prediction.endpoint;
    other.prompt_tokens = alternative.prompt_tokens;
    other.label = alternative.label;
    RequestCost priced;
    if (alternative.label.certainty != chat::Certainty::kUnknown) {
      const auto model = find(alternative.model);
      if (!model.ok() || !PriceModel(**model, other, terms, date, priced).ok()) priced = {};
    }
    cost.alternative_inputs.push_back(priced.input);
    Widen(cost.low, priced.low, false);
    Widen(cost.high, priced.high, true);
    Widen(cost.worst_case, priced.worst_case, true);
  }
}

}  // namespace

absl::StatusOr<RequestCost> PriceRequest(const chat::Prediction& prediction,
                                         const RequestTerms& terms, const pricing::Date& date,
                                         const FindPricedModel& find) {
  const auto model = find(terms.model);
  if (!model.ok()) return model.status();
  RequestCost cost;
  cost.tier = terms.tier;
  if (prediction.label.certainty == chat::Certainty::kUnknown) return cost;
  if (absl::Status status = PriceModel(**model, prediction, terms, date, cost); !status.ok()) {
    return status;
  }
  PriceAlternatives(prediction, terms, date, find, cost);
  return cost;
}

std::vector<PassedLimit> PassedLimits(const pricing::ModelLimits& limits, std::int64_t prompt,
                                      const RequestTerms& terms) {
  const std::int64_t expected = terms.reply ? terms.reply->at(Point::kHigh) : 0;
  const std::int64_t reply = terms.max_output_tokens.value_or(expected);
  std::vector<PassedLimit> passed;
  const auto add = [&](PassedLimit::Kind kind, std::int64_t limit) {
    passed.push_back({kind, prompt, reply, limit});
  };
  if (limits.max_output && reply > *limits.max_output) {
    add(PassedLimit::Kind::kOutput, *limits.max_output);
  }
  if (limits.max_input && prompt > *limits.max_input) {
    add(PassedLimit::Kind::kInput, *limits.max_input);
  }
  const auto window = limits.context_window;
  if (window && prompt > *window - std::min(reply, *window)) {
    add(PassedLimit::Kind::kContext, *window);
  }
  return passed;
}

}  // namespace toktally::forecast
