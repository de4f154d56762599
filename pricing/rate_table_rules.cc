#include "pricing/rate_table_rules.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/absl_text.h"

namespace toktally::pricing {
namespace {

// `text` against a pattern where * stands for any text; both in lower case. Goes back to the last
// star only.
bool Matches(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_at = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_at = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

struct Validity {
  std::optional<Date> from;
  std::optional<Date> to;
};

void ReadValidity(JsonFields* fields, Validity* out) {
  Parsed(fields, "from", ParseDate, &out->from);
  Parsed(fields, "to", ParseDate, &out->to);
}

absl::Status CheckValidity(const JsonValue& value, const Validity& validity) {
  if (!validity.from || !validity.to || *validity.from < *validity.to) return absl::OkStatus();
  return value.Error(absl::StrCat("the period ends on ", ToString(*validity.to),
                                  ", before it begins on ", ToString(*validity.from)));
}

// {"seller": …, "provider": …, "regions": […], "models": […]}; `seller` and `regions` where not
// null.
absl::Status ReadMatch(const JsonValue& value, RuleMatch* match, std::string* seller,
                       std::vector<std::string>* regions) {
  JsonFields fields(value);
  fields.OptionalString("provider", &match->provider);
  fields.OptionalStrings("models", &match->models);
  if (seller != nullptr) fields.OptionalString("seller", seller);
  if (regions != nullptr) fields.OptionalStrings("regions", regions);
  return fields.Done();
}

// "2.50", or {"usd": "0.03", "unit": "call"}.
absl::StatusOr<Rate> ReadRate(const JsonValue& member, RateKind kind) {
  if (member.is_string()) {
    const auto rate = Rate::Parse(member.text());
    if (!rate.ok()) return member.Error(std::string(rate.status().message()));
    return *rate;
  }
  if (!member.is_object()) {
    return member.Error(absl::StrCat("a rate is a decimal in quotes such as \"2.50\", found ",
                                     ToAbsl(JsonKindName(member.kind()))));
  }
  std::string usd;
  std::string unit;
  JsonFields fields(member);
  fields.String("usd", &usd);
  fields.String("unit", &unit);
  if (absl::Status status = fields.Done(); !status.ok()) return status;
  const auto factor = PerOwnUnit(kind, unit);
  if (!factor) {
    return member.Error(absl::StrCat("\"", unit, "\" is no unit of ", ToAbsl(RateKindName(kind)),
                                     ", which is per ", ToAbsl(RateUnitOf(kind).name)));
  }
  const auto rate = Rate::Parse(usd);
  if (!rate.ok()) return member.Error(std::string(rate.status().message()));
  const auto own = rate->Times(*factor);
  if (!own) return member.Error("is too fine for its unit");
  return *own;
}

}  // namespace

absl::StatusOr<Ratio> ParseFactor(std::string_view text) {
  constexpr int kDigits = 12;
  const auto units = ParseDecimal(text, kDigits);
  if (!units.ok()) return units.status();
  return *Ratio::Of(*units, PowerOfTen(kDigits));
}

absl::Status ReadRates(const JsonValue& object, RateRow* row) {
  for (auto member = object.first(); member; member = member->next()) {
    const auto kind = ParseRateKind(member->key());
    if (!kind) return member->Error("unknown kind of rate");
    const auto rate = ReadRate(*member, *kind);
    if (!rate.ok()) return rate.status();
    row->rates[static_cast<std::size_t>(*kind)] = *rate;
  }
  if (object.size() == 0) return object.Error("a row without rates");
  return absl::OkStatus();
}

absl::Status ReadFactors(const JsonValue& array, TableRules* rules) {
  for (auto value = array.first(); value; value = value->next()) {
    SellerFactor rule;
    Validity validity;
    JsonFields fields(*value);
    if (const auto match = fields.RequiredOfKind("match", JsonKind::kObject)) {
      fields.Keep(ReadMatch(*match, &rule.match, &rule.seller, &rule.factor.regions));
    }
    if (fields.RequiredOfKind("factor", JsonKind::kString)) {
      Parsed(&fields, "factor", ParseFactor, &rule.factor.factor);
    }
    ReadValidity(&fields, &validity);
    fields.OptionalStrings("sources", &rule.factor.sources);
    fields.OptionalString("note", &rule.factor.note);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    if (absl::Status status = CheckValidity(*value, validity); !status.ok()) return status;
    rule.factor.from = validity.from;
    rule.factor.to = validity.to;
    rules->factors.push_back(std::move(rule));
  }
  return absl::OkStatus();
}

absl::Status ReadFees(const JsonValue& array, TableRules* rules) {
  for (auto value = array.first(); value; value = value->next()) {
    FeeRule rule;
    rule.row.line = value->line();
    Validity validity;
    JsonFields fields(*value);
    if (const auto match = fields.RequiredOfKind("match", JsonKind::kObject)) {
      fields.Keep(ReadMatch(*match, &rule.match, nullptr, nullptr));
    }
    if (const auto rates = fields.RequiredOfKind("rates", JsonKind::kObject)) {
      fields.Keep(ReadRates(*rates, &rule.row));
    }
    ReadValidity(&fields, &validity);
    Parsed(&fields, "checked", ParseDate, &rule.row.checked);
    fields.OptionalStrings("sources", &rule.row.sources);
    fields.OptionalString("note", &rule.row.note);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    if (absl::Status status = CheckValidity(*value, validity); !status.ok()) return status;
    rule.row.from = validity.from;
    rule.row.to = validity.to;
    rules->fees.push_back(std::move(rule));
  }
  return absl::OkStatus();
}

absl::Status ReadExchange(const JsonValue& array, TableRules* rules) {
  for (auto value = array.first(); value; value = value->next()) {
    Exchange exchange;
    Validity validity;
    JsonFields fields(*value);
    fields.String("currency", &exchange.currency);
    if (fields.RequiredOfKind("usd", JsonKind::kString)) {
      Parsed(&fields, "usd", ParseFactor, &exchange.usd);
    }
    ReadValidity(&fields, &validity);
    fields.OptionalStrings("sources", &exchange.sources);
    if (absl::Status status = fields.Done(); !status.ok()) return status;
    if (absl::Status status = CheckValidity(*value, validity); !status.ok()) return status;
    exchange.from = validity.from;
    exchange.to = validity.to;
    rules->exchange.push_back(std::move(exchange));
  }
  return absl::OkStatus();
}

bool RuleMatch::Holds(std::string_view model_provider, std::string_view id) const {
  if (!provider.empty() && provider != model_provider) return false;
  const std::string lower = absl::AsciiStrToLower(ToAbsl(id));
  return models.empty() ||
         std::any_of(models.begin(), models.end(),
                     [&lower](const std::string& pattern) { return Matches(lower, pattern); });
}

void ApplyRules(const TableRules& rules, PricedModel* model) {
  model->fees.clear();
  model->regions.clear();
  for (const FeeRule& rule : rules.fees) {
    if (rule.match.Holds(model->provider, model->id)) model->fees.push_back(rule.row);
  }
  for (const SellerFactor& rule : rules.factors) {
    const bool own = rule.seller.empty() || rule.seller == model->provider;
    if (own && rule.match.Holds(model->provider, model->id)) model->regions.push_back(rule.factor);
  }
}

}  // namespace toktally::pricing
