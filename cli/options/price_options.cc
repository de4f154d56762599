#include "cli/options/price_options.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/absl_text.h"
#include "base/text.h"
#include "cli/report/text.h"
#include "data/seller_table.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostPriceBytes = 64 << 20;
constexpr int kStaleDays = 30;

template <typename Target>
void AddTier(Target& tier, std::string_view help, OptionSet& set) {
  const auto parse = [&tier](const std::string& value) {
    const auto parsed = pricing::ParseTier(value);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          "is no tier; there are standard, batch, flex, priority (or fast), ultrafast, peak");
    }
    tier = *parsed;
    return absl::OkStatus();
  };
  set.Parsed("--tier", "TIER", parse, help);
}

using Factors = std::map<std::string, pricing::Ratio>;

// "openai=0.85" into `factors`.
absl::Status AddFactor(const std::string& value, Factors& factors) {
  const std::size_t equals = value.find('=');
  const auto factor = equals == std::string::npos || equals == 0
                          ? absl::StatusOr<pricing::Ratio>(absl::InvalidArgumentError(""))
                          : pricing::Ratio::Parse(std::string_view(value).substr(equals + 1));
  if (!factor.ok()) return absl::InvalidArgumentError("is not NAME=FACTOR such as openai=0.85");
  factors.insert_or_assign(value.substr(0, equals), *factor);
  return absl::OkStatus();
}

void DeclareContract(pricing::Contract& contract, OptionSet& set) {
  set.Parsed(
      "--factor", "NAME=F",
      [&contract](const std::string& value) { return AddFactor(value, contract.factors); },
      "What you pay of a provider's rates: openai=0.85", /*repeats=*/true);
  set.Parsed(
      "--seller-factor", "NAME=F",
      [&contract](const std::string& value) { return AddFactor(value, contract.seller_factors); },
      "What a seller takes of the makers' rates: cometapi=0.8", /*repeats=*/true);
  set.Parsed(
      "--map", "NAME=MODEL",
      [&contract](const std::string& value) {
        const std::size_t equals = value.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == value.size()) {
          return absl::InvalidArgumentError("is not NAME=MODEL such as prod-chat=azure/gpt-4o");
        }
        contract.names.insert_or_assign(value.substr(0, equals), value.substr(equals + 1));
        return absl::OkStatus();
      },
      "What a name of your own stands for: prod-chat=azure/gpt-4o", /*repeats=*/true);
  set.Parsed(
      "--exchange", "CURRENCY=USD",
      [&contract](const std::string& value) {
        Factors rate;
        if (!AddFactor(value, rate).ok()) {
          return absl::InvalidArgumentError("is not CURRENCY=USD such as CNY=0.14");
        }
        contract.exchange.push_back({rate.begin()->first, rate.begin()->second, {}, {}, {}});
        return absl::OkStatus();
      },
      "USD for one unit of a currency that rates are in: CNY=0.14", /*repeats=*/true);
}

// The factors by the ids that the table has for those whom they name; a name that nobody has would
// change no price, silently.
absl::StatusOr<Factors> ByIds(const Factors& factors, const pricing::RateTable& table) {
  Factors by_ids;
  for (const auto& [name, factor] : factors) {
    const SellerRow* const row = FindSeller(LowerCase(name));
    const auto& models = table.models();
    if (row == nullptr && std::none_of(models.begin(), models.end(), [&name](const auto& model) {
          return model.provider == name;
        })) {
      std::vector<std::string_view> known;
      for (const SellerRow& seller : SellerRows()) known.push_back(seller.word);
      return absl::InvalidArgumentError(Concat("a factor for '", name,
                                               "', whom the table of prices", " does not know",
                                               DidYouMean(name, known)));
    }
    by_ids.insert_or_assign(row == nullptr ? name : std::string(row->seller), factor);
  }
  return by_ids;
}

bool IsEmpty(const pricing::Contract& contract) {
  return contract.factors.empty() && contract.seller_factors.empty() && contract.names.empty() &&
         contract.exchange.empty();
}

}  // namespace

std::string UserPricesPath() {
  const auto absolute = [](const char* name) -> std::string {
    const char* const value = std::getenv(name);
    return value != nullptr && value[0] == '/' ? value : "";
  };
  constexpr std::string_view kName = "/toktally/prices.json";
  if (const std::string data = absolute("XDG_DATA_HOME"); !data.empty()) return Concat(data, kName);
  if (const std::string home = absolute("HOME"); !home.empty()) {
    return Concat(home, "/.local/share", kName);
  }
  return "";
}

pricing::Date ToPricingDate(const Date& date) { return {date.year, date.month, date.day}; }

std::string_view PriceOptions::Mapped(std::string_view name) const {
  const auto mapped = contract.names.find(std::string(name));
  return mapped == contract.names.end() ? name : std::string_view(mapped->second);
}

void Declare(PriceOptions& options, OptionSet& set) {
  set.Parsed(
      "--as-of", "DATE",
      [&options](const std::string& value) {
        const auto date = pricing::ParseDate(value);
        if (!date.ok()) return absl::InvalidArgumentError("is not a date such as 2026-11-22");
        options.as_of = *date;
        return absl::OkStatus();
      },
      "Take the rates of this day (YYYY-MM-DD) instead of today's");
  set.Texts("--prices", "FILE", options.prices,
            "Rates of your own on top of the built-in table; its form is in data/README.md");
  set.Flag("--only-prices", options.only_prices, "Leave the built-in table out");
  set.Flag("--prices-builtin", options.built_in,
           "Leave out the newer table that prices update has stored");
  DeclareContract(options.contract, set);
}

void DeclareTier(pricing::Tier& tier, OptionSet& set) {
  AddTier(tier, "standard (default), batch, flex, priority (or fast), ultrafast, peak", set);
}

void DeclareTier(std::optional<pricing::Tier>& tier, std::string_view help, OptionSet& set) {
  AddTier(tier, help, set);
}

absl::StatusOr<pricing::RateTable> ReadPriceFile(const std::string& path, const Input& input) {
  const auto text = input.ReadAll(path, kMostPriceBytes);
  if (!text.ok()) {
    return absl::NotFoundError(Concat(DisplayName(path), ": ", MessageOf(text.status())));
  }
  return pricing::RateTable::Parse(*text, DisplayName(path));
}

absl::StatusOr<const pricing::ModelMatch*> ModelFinder::Find(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return &known->second;
  auto match = prices_.table().Resolve(name);
  if (!match.ok()) return match.status();
  return &known_.emplace(name, *std::move(match)).first->second;
}

absl::Status Prices::Load(const PriceOptions& options, const Input& input) {
  if (options.only_prices && options.prices.empty()) {
    return absl::InvalidArgumentError(
        "--only-prices leaves no rates; give a table with --prices FILE");
  }
  if (!options.only_prices) {
    const auto& built_in = pricing::RateTable::BuiltIn();
    if (!built_in.ok()) return built_in.status();
    table_ = &*built_in;
    const std::string path = options.built_in ? "" : UserPricesPath();
    if (!path.empty() && FileExists(path)) {
      auto own = ReadPriceFile(path, input);
      if (!own.ok()) {
        return absl::InvalidArgumentError(
            Concat(MessageOf(own.status()),
                   "; prices update writes it anew, --prices-builtin does without"));
      }
      if (table_->as_of() < own->as_of()) {
        auto both = table_->ReplacedBy(*own);
        if (!both.ok()) return both.status();
        loaded_ = *std::move(both);
        table_ = &*loaded_;
        user_table_ = path;
      }
    }
  }
  for (const std::string& path : options.prices) {
    auto file = ReadPriceFile(path, input);
    if (!file.ok()) return file.status();
    auto both = table_ == nullptr ? std::move(file) : table_->ReplacedBy(*file);
    if (!both.ok()) return both.status();
    loaded_ = *std::move(both);
    table_ = &*loaded_;
  }
  if (!IsEmpty(options.contract)) {
    pricing::Contract contract = options.contract;
    for (Factors* const factors : {&contract.factors, &contract.seller_factors}) {
      auto by_ids = ByIds(*factors, *table_);
      if (!by_ids.ok()) return by_ids.status();
      *factors = *std::move(by_ids);
    }
    loaded_ = table_->Under(std::move(contract));
    table_ = &*loaded_;
  }
  return absl::OkStatus();
}

int Prices::AgeDays() const { return std::max(0, DayNumber(date_) - DayNumber(table_->as_of())); }

std::string Prices::Heading() const {
  const int age = AgeDays();
  return Concat("table of ", TableDate(), user_table_.empty() ? "" : " of prices update",
                age == 0 ? "" : Concat(", ", age, age == 1 ? " day old" : " days old"));
}

Prices::Prices(const PriceOptions& options, std::string_view command, const Input& input,
               Output& output)
    : date_(options.as_of.value_or(ToPricingDate(input.Today()))) {
  if (const absl::Status status = Load(options, input); !status.ok()) {
    output.Error(Concat(command, ": ", MessageOf(status)));
    table_ = nullptr;
    return;
  }
  if (AgeDays() > kStaleDays) {
    output.Warn(Concat(command, ": the price table is of ", TableDate(), ", ", AgeDays(),
                       " days old; prices update or --prices FILE takes a newer one"));
  }
}

}  // namespace toktally::cli
