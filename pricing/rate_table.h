// Dated rates per model and tier. The table is data/prices.json, embedded, or a file of that form;
// what it does not say is an error here, never a guess. data/README.md says how a row is added.

#ifndef TOKTALLY_PRICING_RATE_TABLE_H_
#define TOKTALLY_PRICING_RATE_TABLE_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "pricing/rates.h"

namespace toktally::pricing {

struct Disagreement {
  std::string field;
  std::string source;
  std::string value;
  std::string kept;
  std::string why;
};

struct DataResidency {
  Ratio multiplier;
  std::vector<std::string> sources;
};

// In tokens.
struct ModelLimits {
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_input;
  std::optional<std::int64_t> max_output;
  std::optional<std::int64_t> min_cacheable;  // the shortest prompt that is cached at all
};

// A model that took this one's place: calls from that day on are answered and billed as its.
struct Successor {
  std::string id;  // of the same provider
  Date from;
  std::vector<std::string> sources;
};

// Processing in a region costs that many times the rates.
struct RegionFactor {
  std::vector<std::string> regions;  // "us", "eu"; empty: any that has no factor of its own
  Ratio factor;
  std::optional<Date> from;
  std::optional<Date> to;
  std::vector<std::string> sources;
  std::string note;

  bool Covers(const Date& date) const { return (!from || *from <= date) && (!to || date < *to); }
};

// Which models a rule is for.
struct RuleMatch {
  std::string provider;             // whose models; "" any
  std::vector<std::string> models;  // ids, * standing for any text; empty: all

  bool Holds(std::string_view model_provider, std::string_view id) const;
};

// What a seller takes for models of a provider, as a factor on the provider's own rates. Without a
// seller: the provider itself, by region.
struct SellerFactor {
  std::string seller;
  RuleMatch match;
  RegionFactor factor;
};

// What a provider charges beside tokens.
struct FeeRule {
  RuleMatch match;
  RateRow row;
};

// USD for one unit of a currency. Given, never fetched.
struct Exchange {
  std::string currency;
  Ratio usd;
  std::optional<Date> from;
  std::optional<Date> to;
  std::vector<std::string> sources;
};

// What holds for many models.
struct TableRules {
  std::vector<SellerFactor> factors;
  std::vector<FeeRule> fees;
  std::vector<Exchange> exchange;
};

struct PricedModel {
  std::string provider;  // "openai", "anthropic", …, or a host: "groq"
  std::string id;
  bool hosted = false;  // sold by a host, found only as host/id or by an id that one host has alone
  std::string kind;     // chat, embedding, rerank, audio, image, video, moderation
  std::vector<std::string> aliases;
  std::vector<std::string> snapshots;
  std::string released;  // "" if not known
  std::string status;    // active, limited, deprecated, legacy, retired, shutdown
  std::string status_note;
  std::optional<Date> shutdown;
  std::vector<std::string> shutdown_sources;
  ModelLimits limits;
  std::optional<Successor> successor;
  std::optional<DataResidency> data_residency;
  std::vector<RateRow> rows;
  // What the provider charges beside tokens, from the table's "fees": each row as those above, for
  // kinds that they do not have.
  std::vector<RateRow> fees;
  std::vector<RegionFactor> regions;  // of the provider's own service
  // What nobody should miss who is shown a cost of this model, beside the rows' own.
  std::vector<std::string> cautions;
  std::vector<Disagreement> disagreements;
  std::vector<std::string> notes;
  int line = 0;

  std::string FullName() const { return provider + "/" + id; }
};

// A source of the table: what it is, where it stands, of which day.
struct RateSource {
  std::string what;
  std::string where;
  std::string date;
};

// What a name led to. Valid while the table, or a copy of it, lives.
struct ModelMatch {
  // As it is billed under that name: with a region's or a seller's factor, a contract's, the rates
  // of a tier that the name says (…-fast), a successor's from its day on.
  const PricedModel* model = nullptr;
  std::string how;     // "exact", "snapshot of …", "alias of …", "date removed", …
  std::string seller;  // who sells it, if not the maker or the host itself: "bedrock"
  // What the name says beside the model, one sentence each. Cost repeats them: they are among the
  // model's cautions.
  std::vector<std::string> remarks;
};

// What somebody pays instead of the list, and how they call their models.
struct Contract {
  std::map<std::string, Ratio> factors;         // on the rates of a provider: {"openai", 0.85}
  std::map<std::string, Ratio> seller_factors;  // what a seller takes of the maker's rates
  std::map<std::string, std::string> names;     // deployment -> model
  std::vector<Exchange> exchange;               // before the table's
};

// Immutable and thread-safe. Cheap to copy: copies share what they hold.
class RateTable {
 public:
  // `file_name` is for messages. InvalidArgument with file, line, key and reason for anything that
  // prices.schema.json forbids, for overlapping periods and for a name that two models claim.
  static absl::StatusOr<RateTable> Parse(std::string_view text, std::string_view file_name);

  // The embedded table. It was read and indexed when the library was built; a model is read from
  // its text when it is first asked for.
  static const absl::StatusOr<RateTable>& BuiltIn();
  static std::string_view BuiltInText();

  // A table of these models; the checks of Parse between models are made.
  static absl::StatusOr<RateTable> Of(std::vector<PricedModel> models,
                                      std::map<std::string, RateSource> sources, TableRules rules,
                                      Date as_of, std::string file_name);

  // This table with `other`'s models in place of its own of the same provider and id, and added
  // otherwise.
  absl::StatusOr<RateTable> ReplacedBy(const RateTable& other) const;

  // This table for somebody with a contract.
  RateTable Under(Contract contract) const;

  // NotFound with the nearest names, with the hosts where several sell a model of that name, or
  // with the reason why a name that is known has no rates: what its seller, region, tier or variant
  // costs stands nowhere in the table.
  absl::StatusOr<ModelMatch> Resolve(std::string_view name) const;

  // All of them, by the list: no contract, no successor. Reads those that were not asked for
  // before.
  const std::vector<PricedModel>& models() const;
  const std::map<std::string, RateSource>& sources() const;
  const TableRules& rules() const;
  const Date& as_of() const;
  const std::string& file_name() const;

  struct State;

 private:
  explicit RateTable(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// The row of `model` for a request of so many prompt tokens on that day. NotFound says what is not
// known: the tier at all, the tier on that day, or the tier for prompts that long where the model
// reprices long ones.
absl::StatusOr<const RateRow*> FindRow(const PricedModel& model, Tier tier, const Date& date,
                                       std::int64_t prompt_tokens);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_RATE_TABLE_H_
