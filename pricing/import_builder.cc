#include "pricing/import_builder.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <utility>

#include "data/seller_table.h"

namespace toktally::pricing {
namespace {

// Providers of the built-in table: taken without being asked for.
bool IsOurs(std::string_view id) {
  constexpr std::string_view kOurs[] = {
      "openai", "anthropic",  "google", "mistral",  "xai",       "deepseek",
      "cohere", "amazon",     "qwen",   "moonshot", "zai",       "minimax",
      "meta",   "perplexity", "groq",   "together", "fireworks", "cerebras"};
  return std::find(std::begin(kOurs), std::end(kOurs), id) != std::end(kOurs);
}

bool IsZero(const JsonValue& value) {
  return !value.is_number() || value.text().find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

std::optional<ForeignProvider> ImportJob::Provider(std::string_view theirs) const {
  const std::string word = absl::AsciiStrToLower(absl::string_view(theirs.data(), theirs.size()));
  const SellerRow* row = FindSeller(word);
  ForeignProvider provider{row == nullptr ? word : std::string(row->seller),
                           row == nullptr || row->kind != SellerKind::kMaker};
  const auto asked = [this](std::string_view name) {
    return std::find(options.providers.begin(), options.providers.end(), name) !=
           options.providers.end();
  };
  if (IsOurs(provider.id) || asked("all") || asked(word) || asked(provider.id)) return provider;
  return std::nullopt;
}

ModelBuilder::ModelBuilder(const ForeignProvider& provider, std::string_view id,
                           const ImportJob& job, std::optional<Date> day)
    : checked_(day ? std::min(*day, job.options.checked) : job.options.checked),
      source_(job.source),
      out_(job.out) {
  model_.provider = provider.id;
  model_.hosted = provider.hosted;
  model_.id = id;
  model_.kind = "chat";
  model_.status = "active";
}

RateRow& ModelBuilder::Row(Tier tier, std::optional<Threshold> above, std::optional<Date> from) {
  for (RateRow& row : model_.rows) {
    if (row.tier == tier && row.above == above && row.from == from) return row;
  }
  RateRow row;
  row.tier = tier;
  row.above = above;
  row.from = from;
  row.checked = checked_;
  row.sources = {source_};
  return model_.rows.emplace_back(std::move(row));
}

std::optional<Rate> ModelBuilder::RateOf(const JsonValue& value, int per_exponent) {
  const int digits = Rate::kDecimals + 6 - per_exponent;
  auto units = ParseScientific(value.text(), digits);
  if (!units.ok()) {
    // Floats carry noise far behind the point: 1.2500000000000001e-07. To 6 decimals of USD per
    // million, which is 6 less than a rate can hold.
    constexpr int kMoreDigits = 10;
    const auto fine = ParseScientific(value.text(), digits + kMoreDigits);
    if (!fine.ok()) return std::nullopt;
    ++out_->rounded;
    units = DivideHalfEven(*fine, PowerOfTen(kMoreDigits + 6)) * PowerOfTen(6);
  }
  return Rate::FromUnits(*units);
}

void ModelBuilder::Add(RateRow& row, RateKind kind, const JsonValue& value, int per_exponent) {
  const bool is_text = value.is_number() || value.is_string();
  const auto rate = is_text ? RateOf(value, per_exponent) : std::nullopt;
  if (!rate) return Ignore(value);
  row.rates[static_cast<std::size_t>(kind)] = *rate;
}

void ModelBuilder::AddTimes(RateRow& row, RateKind kind, const JsonValue& value,
                            std::int64_t count) {
  const auto rate = value.is_number() ? RateOf(value, 6) : std::nullopt;
  const auto times = rate ? rate->Times(Ratio(count)) : std::nullopt;
  if (!times || times->units() == 0) return Ignore(value);
  row.rates[static_cast<std::size_t>(kind)] = *times;
}

void ModelBuilder::Ignore(const JsonValue& value) {
  ++out_->ignored_rates;
  ignored_a_price_ = ignored_a_price_ || !IsZero(value) || value.is_object();
}

void ModelBuilder::Finish() {
  const auto has_rate = [](const RateRow& row) {
    return std::any_of(row.rates.begin(), row.rates.end(),
                       [](const auto& rate) { return rate.has_value(); });
  };
  std::erase_if(model_.rows, [&](const RateRow& row) { return !has_rate(row); });
  const bool all_free = std::all_of(model_.rows.begin(), model_.rows.end(), [](const RateRow& row) {
    return std::all_of(row.rates.begin(), row.rates.end(),
                       [](const auto& rate) { return !rate || rate->units() == 0; });
  });
  // Pictures, seconds, pages: what is billed in a way that our form does not have is not free.
  const bool per_unit =
      all_free && (ignored_a_price_ || model_.kind == "image" || model_.kind == "audio" ||
                   model_.kind == "video" || model_.kind == "rerank");
  if (model_.rows.empty() || model_.id.empty() || model_.provider.empty() || per_unit) {
    ++out_->without_rates;
    return;
  }
  out_->models.push_back(std::move(model_));
}

std::optional<std::int64_t> PositiveCount(const std::optional<JsonValue>& value) {
  if (!value) return std::nullopt;
  const auto number = value->WholeNumber();
  if (!number.ok() || *number == 0) return std::nullopt;
  return *number;
}

std::optional<Date> DayOf(const std::optional<JsonValue>& value) {
  if (!value) return std::nullopt;
  const auto day = ParseDate(value->text().substr(0, 10));
  if (!day.ok()) return std::nullopt;
  return *day;
}

}  // namespace toktally::pricing
