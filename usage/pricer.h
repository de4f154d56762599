// Recorded calls -> money: at the rates of the day of the call, of the tier, the region and the
// speed that the response names, since these are what was billed.

#ifndef TOKTALLY_USAGE_PRICER_H_
#define TOKTALLY_USAGE_PRICER_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pricing/cost.h"
#include "pricing/rate_table.h"
#include "usage/record.h"

namespace toktally::usage {

struct PricerOptions {
  pricing::Date today;                 // whose rates are those of calls of which no day is known
  std::optional<pricing::Date> as_of;  // whose rates are those of all calls
  std::optional<pricing::Tier> tier;   // of all calls, whatever their responses say
  std::string model;                   // of calls that name none; "" leaves them unpriced
};

// What a call cost. Where `unpriced` says why something is not known, `cost` is what is known of
// it: the call cost at least that.
struct PricedCall {
  pricing::Money cost;
  std::string unpriced;
};

// One thread at a time.
class Pricer {
 public:
  // `table` is borrowed.
  Pricer(const pricing::RateTable& table, PricerOptions options)
      : table_(table), options_(std::move(options)) {}

  PricedCall Price(const Record& record);

 private:
  absl::StatusOr<pricing::Tier> TierOf(const Record& record) const;
  absl::StatusOr<const pricing::PricedModel*> Find(const std::string& name);

  const pricing::RateTable& table_;
  const PricerOptions options_;
  std::map<std::string, absl::StatusOr<const pricing::PricedModel*>> known_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_PRICER_H_
