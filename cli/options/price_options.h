// --prices, --as-of and --tier: which rates a command works with. The same for every command that
// prices something.

#ifndef TOKTALLY_CLI_OPTIONS_PRICE_OPTIONS_H_
#define TOKTALLY_CLI_OPTIONS_PRICE_OPTIONS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"
#include "pricing/rate_table.h"

namespace toktally::cli {

struct PriceOptions {
  std::vector<std::string> prices;
  bool only_prices = false;
  bool built_in = false;  // not the user's own newer table
  std::optional<pricing::Date> as_of;
  pricing::Contract contract;  // --factor, --seller-factor, --map, --exchange

  // What a name stands for by --map; the name itself where it stands for nothing else.
  std::string_view Mapped(std::string_view name) const;
};

void Declare(PriceOptions& options, OptionSet& set);

// --tier, for commands that price one call.
void DeclareTier(pricing::Tier& tier, OptionSet& set);
// --tier where there is a default that `help` tells.
void DeclareTier(std::optional<pricing::Tier>& tier, std::string_view help, OptionSet& set);

// Where `prices update` puts a newer table: $XDG_DATA_HOME/toktally/prices.json, else
// $HOME/.local/share/toktally/prices.json; "" if neither variable is an absolute path.
std::string UserPricesPath();

// The rates of a run: the built-in table or the user's newer one, with the files of --prices on top
// of it or in its place, under the user's contract.
class Prices {
 public:
  // Says on `output` what is wrong with a file; then there is no table, and the exit code is
  // kUsage.
  Prices(const PriceOptions& options, std::string_view command, const Input& input, Output& output);

  bool ok() const { return table_ != nullptr; }
  const pricing::RateTable& table() const { return *table_; }
  // The day whose rates are taken: --as-of, else today.
  const pricing::Date& date() const { return date_; }
  // "2026-11-22": the day of the table.
  std::string TableDate() const { return pricing::ToString(table_->as_of()); }
  // Days from the day of the table to date(); 0 if that is earlier.
  int AgeDays() const;
  // For heads: "table of 2026-11-22, 3 days old"; names the user's table, if it is that.
  std::string Heading() const;

 private:
  absl::Status Load(const PriceOptions& options, const Input& input);

  const pricing::RateTable* table_ = nullptr;
  std::optional<pricing::RateTable> loaded_;
  std::string user_table_;  // the path of the user's table, if it is used
  pricing::Date date_;
};

// Finds models by the names of files that name few models many times.
class ModelFinder {
 public:
  explicit ModelFinder(const Prices& prices) : prices_(prices) {}

  // As RateTable::Resolve; valid while the finder and the prices live.
  absl::StatusOr<const pricing::ModelMatch*> Find(const std::string& name);

 private:
  const Prices& prices_;
  std::map<std::string, pricing::ModelMatch> known_;
};

// A price file of ours, read and parsed; an error is one line that begins with the file's name.
absl::StatusOr<pricing::RateTable> ReadPriceFile(const std::string& path, const Input& input);

// `date` as the pricing library has it.
pricing::Date ToPricingDate(const Date& date);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_OPTIONS_PRICE_OPTIONS_H_
