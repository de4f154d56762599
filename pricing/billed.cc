// A model as it is billed: its rows under a seller's factor, a tier's name, a successor, a contract
// and a rate of exchange.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"
#include "data/seller_table.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

// A factor and when it holds.
struct Piece {
  Ratio factor;
  std::optional<Date> from;
  std::optional<Date> to;
};

std::optional<Date> Later(const std::optional<Date>& a, const std::optional<Date>& b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

std::optional<Date> Earlier(const std::optional<Date>& a, const std::optional<Date>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

bool IsEmptyPeriod(const RateRow& row) { return row.from && row.to && *row.to <= *row.from; }

// `row` times each piece, for as long as both hold. InvalidArgument where 12 decimals do not do.
absl::Status Multiply(const RateRow& row, const std::vector<Piece>& pieces,
                      std::vector<RateRow>* out) {
  for (const Piece& piece : pieces) {
    RateRow part = row;
    part.from = Later(row.from, piece.from);
    part.to = Earlier(row.to, piece.to);
    if (IsEmptyPeriod(part)) continue;
    for (std::optional<Rate>& rate : part.rates) {
      if (!rate) continue;
      const auto product = rate->Times(piece.factor);
      if (!product) {
        return absl::InvalidArgumentError(absl::StrCat("the rate ", rate->ToString(), " times ",
                                                       piece.factor.ToString(12),
                                                       " is not a decimal of 12 digits"));
      }
      rate = *product;
    }
    out->push_back(std::move(part));
  }
  return absl::OkStatus();
}

absl::Status MultiplyAll(const std::vector<Piece>& pieces, std::vector<RateRow>* rows) {
  std::vector<RateRow> out;
  for (const RateRow& row : *rows) {
    if (absl::Status status = Multiply(row, pieces, &out); !status.ok()) return status;
  }
  *rows = std::move(out);
  return absl::OkStatus();
}

// The region of a seller's list that a word in a name stands for. AWS's own regions are all priced
// alike, and so is a name of Bedrock's without a region: it is processed where it is called.
std::string ListedRegion(std::string_view seller, std::string_view region) {
  const bool is_bedrock = seller == "bedrock" || seller == "bedrock-mantle";
  if (is_bedrock) {
    if (region.starts_with("us-gov")) return "us-gov";
    const bool is_code = std::count(region.begin(), region.end(), '-') == 2;
    if (region.empty() || region == "regional" || is_code) return "in-region";
  }
  if (region.empty() || region == "global-standard") return "global";
  return std::string(region);
}

std::string Times(const Ratio& factor) {
  return factor == Ratio(1) ? "" : absl::StrCat(" times ", factor.ToString(12));
}

// What the seller of a name charges; NotFound where nobody says it.
absl::StatusOr<std::vector<Piece>> SellersPieces(const TableRules& rules, const PricedModel& model,
                                                 Billing* billing) {
  const std::string name(SellerName(billing->seller));
  if (billing->factor_given) {
    billing->remarks.push_back(absl::StrCat("sold by ", name, ": the list rates",
                                            Times(*billing->factor_given), ", as you gave it"));
    return std::vector<Piece>{{*billing->factor_given, {}, {}}};
  }
  const std::string region = ListedRegion(billing->seller, billing->region);
  std::vector<Piece> pieces;
  bool elsewhere = false;
  for (const SellerFactor& rule : rules.factors) {
    if (rule.seller != billing->seller || !rule.match.Holds(model.provider, model.id)) continue;
    const std::vector<std::string>& regions = rule.factor.regions;
    if (!regions.empty() && std::find(regions.begin(), regions.end(), region) == regions.end()) {
      elsewhere = true;
      continue;
    }
    pieces.push_back({rule.factor.factor, rule.factor.from, rule.factor.to});
    billing->remarks.push_back(absl::StrCat(
        "sold by ", name, billing->region.empty() ? "" : ", ", billing->region, ": ",
        rule.factor.factor == Ratio(1) ? "at the maker's list rates" : "the list rates",
        Times(rule.factor.factor), rule.factor.note.empty() ? "" : "; ", rule.factor.note));
  }
  if (!pieces.empty()) return pieces;
  return absl::NotFoundError(absl::StrCat(
      "is sold by ", name, elsewhere ? " in " : "", elsewhere ? region : "",
      ", and what that costs is not in the table; ", model.FullName(),
      " is its maker's list price: --seller-factor ", billing->seller,
      "=1 takes it, another number that many times it, --prices FILE rates of your own"));
}

// Only the rows of a tier that the name says, as the standard ones.
absl::Status TakeTier(Tier tier, PricedModel* model, Billing* billing) {
  std::erase_if(model->rows, [tier](const RateRow& row) { return row.tier != tier; });
  if (model->rows.empty()) {
    return absl::NotFoundError(absl::StrCat("names the ", ToAbsl(TierName(tier)), " tier of ",
                                            model->FullName(),
                                            ", which has no such rate in the table"));
  }
  for (RateRow& row : model->rows) row.tier = Tier::kStandard;
  billing->remarks.push_back(
      absl::StrCat("the name says the ", ToAbsl(TierName(tier)), " tier: its rates"));
  return absl::OkStatus();
}

// From the successor's day on, its rows instead of the model's.
void TakeSuccessor(const ModelStore& store, PricedModel* model, Billing* billing) {
  if (!model->successor) return;
  const Date from = model->successor->from;
  const auto found = store.Find(absl::StrCat(model->provider, "/", model->successor->id));
  if (found.empty()) return;
  for (RateRow& row : model->rows) row.to = Earlier(row.to, from);
  for (RateRow row : store.At(found.front().model).rows) {
    row.from = Later(row.from, from);
    const std::string remark =
        absl::StrCat("since ", ToString(from), " answered and billed as ", model->successor->id);
    row.caution = row.caution.empty() ? remark : absl::StrCat(remark, "; ", row.caution);
    model->rows.push_back(std::move(row));
  }
  std::erase_if(model->rows, IsEmptyPeriod);
  static_cast<void>(billing);
}

// Rows in another currency, at the rates of exchange that are given.
absl::Status Exchanged(const Contract& contract, const TableRules& rules, PricedModel* model) {
  std::vector<RateRow> out;
  for (RateRow& row : model->rows) {
    std::vector<Piece> pieces;
    for (const auto* list : {&contract.exchange, &rules.exchange}) {
      if (!pieces.empty()) break;
      for (const Exchange& exchange : *list) {
        if (exchange.currency != row.currency) continue;
        pieces.push_back({exchange.usd, exchange.from, exchange.to});
      }
    }
    if (row.currency.empty() || pieces.empty()) {
      out.push_back(std::move(row));
      continue;
    }
    const std::size_t first = out.size();
    if (absl::Status status = Multiply(row, pieces, &out); !status.ok()) return status;
    for (std::size_t i = first; i < out.size(); ++i) {
      out[i].caution = absl::StrCat("priced in ", row.currency, ", at the rate of exchange given",
                                    row.caution.empty() ? "" : "; ", row.caution);
      out[i].currency.clear();
    }
  }
  model->rows = std::move(out);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PricedModel> BilledAs(const RateTable::State& state, const PricedModel& model,
                                     Billing billing) {
  const TableRules& rules = state.store->rules();
  PricedModel billed = model;
  // Google's notice is one of the Gemini API; other clouds keep the model or drop it.
  if (billing.seller.empty()) TakeSuccessor(*state.store, &billed, &billing);
  if (!billing.seller.empty()) {
    const auto pieces = SellersPieces(rules, model, &billing);
    if (!pieces.ok()) return pieces.status();
    if (absl::Status status = MultiplyAll(*pieces, &billed.rows); !status.ok()) return status;
  } else if (!billing.region.empty()) {
    std::vector<Piece> pieces;
    for (const RegionFactor& factor : model.regions) {
      const auto& names = factor.regions;
      if (std::find(names.begin(), names.end(), billing.region) == names.end()) continue;
      pieces.push_back({factor.factor, factor.from, factor.to});
    }
    if (pieces.empty()) {
      return absl::NotFoundError(absl::StrCat("names the region ", billing.region, ", and what ",
                                              model.FullName(),
                                              " costs there is not in the table"));
    }
    if (absl::Status status = MultiplyAll(pieces, &billed.rows); !status.ok()) return status;
    billing.remarks.push_back(absl::StrCat("processed in ", billing.region, ": the list rates",
                                           Times(pieces.front().factor)));
  }
  if (billing.tier) {
    if (absl::Status status = TakeTier(*billing.tier, &billed, &billing); !status.ok()) {
      return status;
    }
  }
  const auto factor = state.contract.factors.find(model.provider);
  if (factor != state.contract.factors.end()) {
    if (absl::Status status = MultiplyAll({{factor->second, {}, {}}}, &billed.rows); !status.ok()) {
      return status;
    }
    billing.remarks.push_back(absl::StrCat("your factor on ", ToAbsl(SellerName(model.provider)),
                                           "'s rates: ", factor->second.ToString(12)));
  }
  if (absl::Status status = Exchanged(state.contract, rules, &billed); !status.ok()) return status;
  billed.cautions.insert(billed.cautions.end(), billing.remarks.begin(), billing.remarks.end());
  return billed;
}

}  // namespace toktally::pricing
