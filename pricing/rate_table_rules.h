// The parts of a price table that hold for many models: factors of sellers and regions, fees beside
// tokens, rates of exchange. For the reader; inside the library.

#ifndef TOKTALLY_PRICING_RATE_TABLE_RULES_H_
#define TOKTALLY_PRICING_RATE_TABLE_RULES_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string_view>

#include "base/json.h"
#include "pricing/rate_table.h"

namespace toktally::pricing {

// Reads a text field through `parse` (std::string_view -> StatusOr<T>), the error at the value's
// place.
template <typename T, typename Parse>
void Parsed(JsonFields* fields, std::string_view key, Parse parse, T* out) {
  const auto value = fields->OfKind(key, JsonKind::kString);
  if (!value) return;
  auto parsed = parse(value->text());
  if (!parsed.ok()) return fields->Keep(value->Error(std::string(parsed.status().message())));
  *out = *std::move(parsed);
}

// "1.1": a factor, at most 12 decimals.
absl::StatusOr<Ratio> ParseFactor(std::string_view text);

// {"input": "2.50", "code_session": {"usd": "0.03", "unit": "call"}}
absl::Status ReadRates(const JsonValue& object, RateRow* row);

absl::Status ReadFactors(const JsonValue& array, TableRules* rules);
absl::Status ReadFees(const JsonValue& array, TableRules* rules);
absl::Status ReadExchange(const JsonValue& array, TableRules* rules);

// Puts the rules that hold for a model into it, in place of those it has.
void ApplyRules(const TableRules& rules, PricedModel* model);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_RATE_TABLE_RULES_H_
