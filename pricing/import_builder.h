// What the readers of foreign price files share; inside the library.

#ifndef TOKTALLY_PRICING_IMPORT_BUILDER_H_
#define TOKTALLY_PRICING_IMPORT_BUILDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "pricing/import.h"

namespace toktally::pricing {

// Who sells a model in a foreign file, as we call them.
struct ForeignProvider {
  std::string id;
  bool hosted = false;  // sells other makers' models
};

// What a reader is told, and where it puts what it finds.
struct ImportJob {
  ImportOptions options;
  std::string source;  // for the rows: "litellm"
  ForeignPrices* out;

  // nullopt: its models are not asked for.
  std::optional<ForeignProvider> Provider(std::string_view theirs) const;
};

// Collects one model's rates by tier, band and period.
class ModelBuilder {
 public:
  // `day`: that the file says the model's figures are of; the older of it and the file's counts.
  ModelBuilder(const ForeignProvider& provider, std::string_view id, const ImportJob& job,
               std::optional<Date> day = {});

  PricedModel& model() { return model_; }
  const Date& checked() const { return checked_; }
  RateRow& Row(Tier tier, std::optional<Threshold> above, std::optional<Date> from = {});
  // `value` is USD per 10^per_exponent units of the kind, 6 being a million.
  void Add(RateRow& row, RateKind kind, const JsonValue& value, int per_exponent);
  // The same for `count` units at once: seconds in an hour.
  void AddTimes(RateRow& row, RateKind kind, const JsonValue& value, std::int64_t count);
  // A rate that our form does not have. One that is not 0 keeps a model from looking free.
  void Ignore(const JsonValue& value);
  void Finish();

 private:
  std::optional<Rate> RateOf(const JsonValue& value, int per_exponent);

  Date checked_;
  std::string source_;
  ForeignPrices* out_;
  PricedModel model_;
  bool ignored_a_price_ = false;
};

// A whole number over 0, else nothing.
std::optional<std::int64_t> PositiveCount(const std::optional<JsonValue>& value);
// The day that a text begins with, else nothing.
std::optional<Date> DayOf(const std::optional<JsonValue>& value);

void ReadLiteLlm(const JsonValue& root, const ImportJob& job);
void ReadGenai(const JsonValue& providers, const ImportJob& job);
void ReadModelsDev(const JsonValue& root, const ImportJob& job);
void ReadOpenRouter(const JsonValue& root, const ImportJob& job);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_IMPORT_BUILDER_H_
