// What a rate table holds, and how names lead to it; inside the library.

#ifndef TOKTALLY_PRICING_TABLE_STATE_H_
#define TOKTALLY_PRICING_TABLE_STATE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pricing/rate_table.h"

namespace toktally::pricing {

// A model that has a name.
struct NameEntry {
  enum class Origin : std::uint8_t { kId, kSnapshot, kAlias, kFullName };
  std::uint32_t model;  // its place in the table
  Origin origin;
  bool hosted;
};

// Which models a name leads to, in lower case.
class ModelNames {
 public:
  // Adds the names of models[model]. InvalidArgument, and nothing is added, if another model has
  // one of them: hosts share names with each other and with the makers, but full names are one
  // model's.
  absl::Status Add(const std::vector<PricedModel>& models, std::size_t model,
                   std::string_view file_name);
  std::span<const NameEntry> Find(std::string_view name) const;
  const std::unordered_map<std::string, std::vector<NameEntry>>& all() const { return names_; }

 private:
  std::unordered_map<std::string, std::vector<NameEntry>> names_;
};

// Where the parts of an embedded table stand in its text, made by compile_prices.
struct PriceIndex {
  struct Slice {
    std::uint32_t begin;
    std::uint32_t size;
    int line;  // that it begins on
  };
  struct Name {
    std::string_view name;
    std::span<const NameEntry> entries;
  };
  std::span<const Slice> models;
  std::span<const Name> names;  // by name
  Slice sources;
  Slice factors;
  Slice fees;
  Slice exchange;
  Date as_of;
};
// That of the built-in table.
const PriceIndex& BuiltInIndex();

// A value that is made when it is first asked for. Threads that ask at once may each make it; one
// of theirs is kept.
template <typename Value>
class MadeOnce {
 public:
  MadeOnce() = default;
  MadeOnce(const MadeOnce&) = delete;
  MadeOnce& operator=(const MadeOnce&) = delete;
  ~MadeOnce() { delete kept_.load(); }

  template <typename Make>
  const Value& Get(Make make) const {
    const Value* kept = kept_.load(std::memory_order_acquire);
    if (kept != nullptr) return *kept;
    auto made = std::make_unique<const Value>(make());
    if (!kept_.compare_exchange_strong(kept, made.get(), std::memory_order_acq_rel)) return *kept;
    return *made.release();
  }

 private:
  mutable std::atomic<const Value*> kept_ = nullptr;
};

// The models of a table, of which an embedded one's are read when they are asked for.
class ModelStore {
 public:
  ModelStore(std::vector<PricedModel> models, std::map<std::string, RateSource> sources,
             TableRules rules, ModelNames names);
  ModelStore(std::string_view text, const PriceIndex& index, std::string_view file_name);

  const PricedModel& At(std::size_t model) const;
  const std::vector<PricedModel>& All() const;
  const std::map<std::string, RateSource>& sources() const;
  const TableRules& rules() const;
  // Those that have a name, in lower case.
  std::span<const NameEntry> Find(std::string_view name) const;
  // All names but full ones, in order.
  std::vector<std::string_view> ShortNames() const;

 private:
  const PriceIndex* index_ = nullptr;  // null: all is there from the beginning
  std::string_view text_;
  std::string file_name_;
  ModelNames names_;
  std::vector<PricedModel> models_;
  std::map<std::string, RateSource> sources_;
  TableRules rules_;
  // Of an embedded table.
  std::unique_ptr<MadeOnce<PricedModel>[]> read_;
  MadeOnce<std::vector<PricedModel>> all_read_;
  MadeOnce<std::map<std::string, RateSource>> sources_read_;
  MadeOnce<TableRules> rules_read_;
};

// Models as they are billed under some name: made once, kept for as long as the table. Few: one for
// each model and way of billing that was asked for.
class BilledModels {
 public:
  BilledModels() = default;
  BilledModels(const BilledModels&) = delete;
  BilledModels& operator=(const BilledModels&) = delete;
  ~BilledModels();

  // The model kept under `key`, or nullptr.
  const PricedModel* Find(std::string_view key) const;
  const PricedModel* Keep(std::string key, PricedModel model) const;

 private:
  struct Node {
    std::string key;
    PricedModel model;
    const Node* next;
  };
  mutable std::atomic<const Node*> first_ = nullptr;
};

struct RateTable::State {
  std::shared_ptr<const ModelStore> store;
  BilledModels billed;
  Contract contract;
  Date as_of;
  std::string file_name;
};

// How a name changes what a model costs.
struct Billing {
  std::string seller;                 // "" the maker or the host
  std::string region;                 // as the name has it; "" none
  std::optional<Tier> tier;           // that the name says
  std::optional<Ratio> factor_given;  // by the contract, for the seller
  std::vector<std::string> remarks;
};

// `model` with its rows as they are billed. NotFound says what is not known.
absl::StatusOr<PricedModel> BilledAs(const RateTable::State& state, const PricedModel& model,
                                     Billing billing);

// One model of a table, from its part of the text.
absl::StatusOr<PricedModel> ReadModelText(std::string_view text, std::string_view file_name,
                                          int first_line);
// "sources", "factors", … of a table, each from its part of the text.
absl::StatusOr<std::map<std::string, RateSource>> ReadSourcesText(std::string_view text,
                                                                  std::string_view file_name);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_TABLE_STATE_H_
