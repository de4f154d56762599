#include "cli/options/price_options.h"

#include <utility>

#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostPriceBytes = 64 << 20;
constexpr int kStaleDays = 90;

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

}  // namespace

pricing::Date ToPricingDate(const Date& date) { return {date.year, date.month, date.day}; }

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
    return absl::NotFoundError(
        Concat(DisplayName(path), ": ", std::string(text.status().message())));
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
  }
  for (const std::string& path : options.prices) {
    auto file = ReadPriceFile(path, input);
    if (!file.ok()) return file.status();
    auto both = table_ == nullptr ? std::move(file) : table_->ReplacedBy(*file);
    if (!both.ok()) return both.status();
    loaded_ = *std::move(both);
    table_ = &*loaded_;
  }
  return absl::OkStatus();
}

Prices::Prices(const PriceOptions& options, std::string_view command, const Input& input,
               Output& output)
    : date_(options.as_of.value_or(ToPricingDate(input.Today()))) {
  if (const absl::Status status = Load(options, input); !status.ok()) {
    output.Error(Concat(command, ": ", std::string(status.message())));
    table_ = nullptr;
    return;
  }
  const int age = DayNumber(ToPricingDate(input.Today())) - DayNumber(table_->as_of());
  if (age > kStaleDays && !options.as_of) {
    output.Warn(Concat(command, ": the price table is of ", TableDate(), ", ", age,
                       " days ago; --prices FILE takes a newer one"));
  }
}

}  // namespace toktally::cli
