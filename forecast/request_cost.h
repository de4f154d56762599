// What one request may cost, before it is sent: its input, a call with replies as somebody expects
// them, and the worst case that the request allows.

#ifndef TOKTALLY_FORECAST_REQUEST_COST_H_
#define TOKTALLY_FORECAST_REQUEST_COST_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "forecast/workload.h"
#include "pricing/cost.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {

// What decides the money beside the prompt's tokens.
struct RequestTerms {
  std::string model;
  std::int64_t choices = 1;                       // replies that are asked for (`n`)
  std::optional<std::int64_t> max_output_tokens;  // a reply's most, where the request says it
  std::optional<Range<std::int64_t>> reply;       // tokens of a reply, as the caller expects them
  bool audio_reply = false;                       // not priced
  pricing::Tier tier = pricing::Tier::kStandard;
};

// Money for one call. Absent where nobody knows: an input that cannot be counted, a reply of no
// stated length.
struct RequestCost {
  std::optional<pricing::Money> input;  // the prompt as it is predicted
  // The whole call with the expected replies: `low` takes the least prompt within the prediction's
  // label and the shortest replies, `high` the most and the longest.
  std::optional<pricing::Money> low;
  std::optional<pricing::Money> expected;
  std::optional<pricing::Money> high;
  // The most prompt within the label, with every choice as long as the request allows. A label of
  // chat::Certainty::kEstimate is passed by one call in ten.
  std::optional<pricing::Money> worst_case;
  pricing::Tier tier = pricing::Tier::kStandard;
  // Of the models in the prediction's `alternatives`, in their order; low, high and worst_case
  // above cover them, and are absent if one of them has none.
  std::vector<std::optional<pricing::Money>> alternative_inputs;
};

// The model's rates by its name, as pricing::RateTable::Resolve finds it; it must outlive the call.
using FindPricedModel =
    std::function<absl::StatusOr<const pricing::PricedModel*>(const std::string& model)>;

// The prices of `date`. A prediction of which a part is unknown costs nothing that can be said:
// every amount is absent. NotFound for a model, a tier or a kind of token without a rate.
// Thread-safe if `find` is.
absl::StatusOr<RequestCost> PriceRequest(const chat::Prediction& prediction,
                                         const RequestTerms& terms, const pricing::Date& date,
                                         const FindPricedModel& find);

// A limit of the model that the request passes: the server refuses it, or cuts the reply short.
struct PassedLimit {
  enum class Kind { kOutput, kInput, kContext };
  Kind kind = Kind::kContext;
  std::int64_t prompt = 0;  // the prompt as it is predicted
  std::int64_t reply = 0;   // the request's limit, else the longest that is expected
  std::int64_t limit = 0;
};
std::vector<PassedLimit> PassedLimits(const pricing::ModelLimits& limits, std::int64_t prompt,
                                      const RequestTerms& terms);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_REQUEST_COST_H_
