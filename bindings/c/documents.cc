#include "bindings/c/documents.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/date.h"
#include "base/json.h"
#include "chat/count.h"
#include "chat/envelope.h"
#include "chat/request.h"
#include "pricing/rate_table.h"
#include "usage/bill.h"
#include "usage/pricer.h"
#include "usage/sums.h"

namespace toktally::c {
namespace {

using Json = nlohmann::ordered_json;

// What is not UTF-8 in a message becomes U+FFFD instead of an exception.
std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AddLabel(const chat::Label& label, Json& json) {
  json["certainty"] = chat::CertaintyName(label.certainty);
  if (label.certainty == chat::Certainty::kModelled) {
    json["bound"] = label.bound;
  } else {
    json["bound"] = nullptr;
  }
  if (label.certainty != chat::Certainty::kEstimate) return;
  json["below"] = label.below;
  json["above"] = label.bound;
  json["calls"] = label.calls;
}

Json Of(const chat::Prediction& prediction, std::string_view model) {
  Json json;
  json["model"] = model;
  json["endpoint"] = chat::EndpointName(prediction.endpoint);
  json["class"] = chat::RequestClassName(prediction.request_class);
  json["family"] = prediction.family;
  json["encoding"] = prediction.encoding;
  const bool known = prediction.label.certainty != chat::Certainty::kUnknown;
  json["prompt_tokens"] = known ? Json(prediction.prompt_tokens) : Json(nullptr);
  json["at_least"] = prediction.prompt_tokens;
  AddLabel(prediction.label, json);
  json["parts"] = Json::array();
  for (const chat::Part& part : prediction.parts) {
    Json one;
    one["part"] = chat::PartKindName(part.kind);
    one["tokens"] = part.tokens;
    AddLabel(part.label, one);
    json["parts"].push_back(std::move(one));
  }
  json["unknown"] = prediction.unknown;
  json["assumed"] = prediction.assumed;
  json["notes"] = prediction.notes;
  return json;
}

Json Of(const usage::Sum& sum) {
  Json json;
  json["calls"] = sum.calls;
  json["input_tokens"] = sum.tokens.PromptTokens();
  json["output_tokens"] = sum.tokens.OutputTokens();
  // Money is exact, so it is text; what is not wholly known has no sum.
  json["cost"] = sum.complete() ? Json(sum.cost.ToString()) : Json(nullptr);
  json["at_least"] = sum.cost.ToString();
  json["unpriced_calls"] = sum.unpriced;
  return json;
}

Json Of(const usage::Sums& sums) {
  Json json = Of(sums.total());
  json["models"] = Json::array();
  for (const auto& [key, sum] : sums.rows()) {
    Json row;
    row["model"] = key[0];
    row.update(Of(sum));
    json["models"].push_back(std::move(row));
  }
  json["why_unpriced"] = Json::array();
  for (const auto& [why, calls] : sums.why_unpriced()) json["why_unpriced"].push_back(why);
  json["not_billed"] = Json::array();
  for (const auto& [path, what] : sums.not_billed()) {
    json["not_billed"].push_back(
        {{"path", path}, {"quantity", what.quantity}, {"calls", what.calls}, {"why", what.why}});
  }
  json["doubts"] = Json::array();
  for (const auto& [doubt, calls] : sums.doubts()) json["doubts"].push_back(doubt);
  return json;
}

}  // namespace

absl::StatusOr<std::string> PredictionDocument(std::string_view request, std::string_view model) {
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  const auto document = JsonDocument::ParseInPlace(request, "request", lenient);
  if (!document.ok()) return document.status();
  const auto envelope = chat::OpenEnvelope(document->root());
  if (!envelope.ok()) return envelope.status();
  if (!envelope->request) return document->root().Error("an answer, not a request");
  const auto parsed = chat::ParseRequest(*envelope->request, {envelope->endpoint});
  if (!parsed.ok()) return parsed.status();
  chat::CountOptions options;
  options.default_model = model;
  chat::Counter counter;
  const auto prediction = counter.Count(*parsed, options);
  if (!prediction.ok()) return prediction.status();
  return Text(Of(*prediction, chat::ModelOf(*parsed, options)));
}

absl::StatusOr<std::string> UsageCostDocument(std::string_view usage, std::string_view model,
                                              std::string_view date) {
  const auto day = ParseDate(date);
  if (!day.ok()) {
    return absl::InvalidArgumentError("date: '" + std::string(date) + "' is not YYYY-MM-DD");
  }
  const auto& table = pricing::RateTable::BuiltIn();
  if (!table.ok()) return table.status();
  usage::PricerOptions options;
  options.today = *day;
  options.model = model;
  usage::Pricer pricer(*table, options);
  chat::Counter counter;
  const auto sums = usage::PriceText(usage, "usage", counter, pricer);
  if (!sums.ok()) return sums.status();
  return Text(Of(*sums));
}

}  // namespace toktally::c
