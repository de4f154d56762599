// From a name, however it is written, to a model as it is billed under it. Each step of
// data/model_name.h carries what it means; only "nothing" is silent here.

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"
#include "base/nearest.h"
#include "data/model_name.h"
#include "data/seller_table.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

using Kind = NameMark::Kind;

// Of NameEntry::Origin.
constexpr std::string_view kOrigins[] = {"exact", "snapshot of ", "alias of ", "exact"};

std::string Quoted(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  return absl::StrCat("\"", ToAbsl(name.substr(0, kLongest)), "\"");
}

SellerKind KindOfSeller(std::string_view seller) {
  for (const SellerRow& row : SellerRows()) {
    if (row.seller == seller) return row.kind;
  }
  return SellerKind::kMaker;
}

// Makers whose own documents say that NAME-latest is the newest snapshot of NAME, at its price.
bool HasLatest(std::string_view provider) { return provider == "anthropic" || provider == "xai"; }

class Resolver {
 public:
  Resolver(const RateTable::State& state, std::string_view name) : state_(state), name_(name) {}

  absl::StatusOr<ModelMatch> Resolve() {
    for (const ModelNameSpelling& spelling : ModelNameSpellings(name_)) {
      const auto found = Candidates(spelling);
      if (found.empty()) continue;
      const auto entry = Choose(found, spelling);
      if (!entry.ok()) return entry.status();
      return Judge(*entry, spelling);
    }
    return Unknown();
  }

 private:
  const ModelStore& store() const { return *state_.store; }

  // The models that the spelling leads to; of a seller's own first.
  std::vector<NameEntry> Candidates(const ModelNameSpelling& spelling) const {
    // A fine-tuned model has rates of its own; its base's would be too low.
    const bool base = spelling.fine_tuned && !spelling.name.starts_with("ft:");
    const std::string name = base ? absl::StrCat("ft:", spelling.name) : spelling.name;
    for (const NameMark& mark : spelling.marks) {
      if (mark.kind != Kind::kSeller) continue;
      const auto own = store().Find(absl::StrCat(mark.text, "/", name));
      if (!own.empty()) return {own.begin(), own.end()};
    }
    const auto found = store().Find(name);
    return {found.begin(), found.end()};
  }

  absl::StatusOr<NameEntry> Choose(const std::vector<NameEntry>& found,
                                   const ModelNameSpelling& spelling) const {
    const auto sells = [&](const NameEntry& entry) {
      const std::string& provider = store().At(entry.model).provider;
      return std::any_of(spelling.marks.begin(), spelling.marks.end(), [&](const NameMark& mark) {
        return mark.kind == Kind::kSeller && mark.text == provider;
      });
    };
    const auto named = std::find_if(found.begin(), found.end(), sells);
    if (named != found.end()) return *named;
    const auto own = std::find_if(found.begin(), found.end(),
                                  [](const NameEntry& entry) { return !entry.hosted; });
    if (own != found.end()) return *own;
    std::string hosts;
    for (const NameEntry& entry : found) {
      absl::StrAppend(&hosts, hosts.empty() ? "" : ", ", store().At(entry.model).FullName());
    }
    if (const std::string seller = OtherSeller(spelling, ""); !seller.empty()) {
      return absl::NotFoundError(absl::StrCat(Quoted(name_), " is sold by ", seller,
                                              ", and no row of the price table says for what; "
                                              "other hosts' rows: ",
                                              hosts));
    }
    if (found.size() == 1) return found.front();
    return absl::NotFoundError(
        absl::StrCat(Quoted(name_), " is sold by several hosts; name one: ", hosts));
  }

  // Who sells it besides makers, for people; "" if nobody is named.
  static std::string OtherSeller(const ModelNameSpelling& spelling, std::string_view provider) {
    for (const NameMark& mark : spelling.marks) {
      if (mark.kind == Kind::kUnknownSeller) return absl::StrCat("\"", mark.text, "\"");
      if (mark.kind != Kind::kSeller || mark.text == provider) continue;
      if (KindOfSeller(mark.text) != SellerKind::kMaker) return std::string(SellerName(mark.text));
    }
    return "";
  }

  // Why a name with this mark is not billed as `model` is.
  static absl::Status OtherProduct(const PricedModel& model, const NameMark& mark) {
    if (mark.kind == Kind::kLatest) {
      return absl::NotFoundError(
          absl::StrCat("is an alias that moves, and the table does not say to where; ",
                       model.FullName(), " is one of its models"));
    }
    return absl::NotFoundError(
        mark.text == ":free"
            ? absl::StrCat("is free of charge and limited, which the list price of ",
                           model.FullName(), " is not")
            : absl::StrCat("names a variant (", mark.text, ") that has a price of its own; ",
                           model.FullName(), " is another"));
  }

  // What the marks say of a model; NotFound where they say another product.
  absl::StatusOr<Billing> BillingOf(const PricedModel& model, const ModelNameSpelling& spelling,
                                    NameEntry::Origin origin) const {
    Billing billing;
    for (const NameMark& mark : spelling.marks) {
      switch (mark.kind) {
        case Kind::kSeller: {
          // meta-llama/… of a host is a name space, not who sells it.
          const bool is_space = model.hosted && KindOfSeller(mark.text) == SellerKind::kMaker;
          const bool other = mark.text != model.provider && !is_space;
          if (other && billing.seller.empty()) billing.seller = mark.text;
          break;
        }
        case Kind::kUnknownSeller:
          // Behind a cloud's name it is a place of the cloud's; alone, a server of the user's.
          if (!billing.seller.empty()) {
            billing.region = mark.text;
          } else {
            billing.remarks.push_back(
                absl::StrCat("nobody knows what the host \"", mark.text, "\" charges: these are ",
                             ToAbsl(SellerName(model.provider)), "'s list rates"));
          }
          break;
        case Kind::kRegion:
          billing.region = mark.text;
          break;
        case Kind::kTier:
          billing.tier = FindTier(mark.text);
          break;
        case Kind::kVariant:
          return OtherProduct(model, mark);
        case Kind::kOnline:
          billing.remarks.emplace_back(
              "\":online\" searches the web, which is billed for each search beside these tokens");
          break;
        case Kind::kDate:
          if (origin != NameEntry::Origin::kSnapshot) {
            billing.remarks.push_back(absl::StrCat("the table lists no snapshot of ", mark.text,
                                                   ": priced as ", model.id));
          }
          break;
        case Kind::kLatest:
          if (!HasLatest(model.provider)) return OtherProduct(model, mark);
          break;
        case Kind::kNothing:
        case Kind::kFineTune:
        case Kind::kEffort:
          break;
      }
    }
    const auto given = state_.contract.seller_factors.find(billing.seller);
    if (given != state_.contract.seller_factors.end()) billing.factor_given = given->second;
    if (!billing.seller.empty() && KindOfSeller(billing.seller) == SellerKind::kLocal) {
      return absl::NotFoundError(absl::StrCat("runs on your own machine (",
                                              ToAbsl(SellerName(billing.seller)),
                                              "): a token of it has no price"));
    }
    return billing;
  }

  absl::StatusOr<ModelMatch> Judge(const NameEntry& entry, const ModelNameSpelling& spelling) {
    const PricedModel& model = store().At(entry.model);
    auto billing = BillingOf(model, spelling, entry.origin);
    if (!billing.ok()) return Refused(billing.status());
    ModelMatch match;
    match.how = kOrigins[static_cast<std::size_t>(entry.origin)];
    if (match.how != "exact") match.how += model.id;
    if (!spelling.how.empty()) match.how = absl::StrCat(spelling.how, "; ", match.how);
    match.seller = billing->seller;
    const bool hosts_own =
        entry.hosted && spelling.marks.empty() && entry.origin != NameEntry::Origin::kFullName;
    if (hosts_own) {
      billing->remarks.push_back(absl::StrCat(
          "no host is named: ", ToAbsl(SellerName(model.provider)), " alone sells it"));
    }
    const bool plain = billing->seller.empty() && billing->region.empty() && !billing->tier &&
                       billing->remarks.empty() && !model.successor &&
                       !state_.contract.factors.contains(model.provider) && !HasCurrency(model);
    if (plain) {
      match.model = &model;
      return match;
    }
    std::string key = absl::StrCat(entry.model, "|", billing->seller, "|", billing->region, "|",
                                   billing->tier ? ToAbsl(TierName(*billing->tier)) : "");
    for (const std::string& remark : billing->remarks) absl::StrAppend(&key, "|", remark);
    match.model = state_.billed.Find(key);
    if (match.model == nullptr) {
      auto billed = BilledAs(state_, model, *std::move(billing));
      if (!billed.ok()) return Refused(billed.status());
      match.model = state_.billed.Keep(key, *std::move(billed));
    }
    match.remarks = match.model->cautions;
    return match;
  }

  static bool HasCurrency(const PricedModel& model) {
    return std::any_of(model.rows.begin(), model.rows.end(),
                       [](const RateRow& row) { return !row.currency.empty(); });
  }

  absl::Status Refused(const absl::Status& why) const {
    return absl::Status(why.code(), absl::StrCat(Quoted(name_), " ", why.message()));
  }

  absl::Status Unknown() const {
    std::string nearest;
    for (const std::string_view near : NearestNames(name_, store().ShortNames())) {
      absl::StrAppend(&nearest, nearest.empty() ? "; did you mean " : ", ", ToAbsl(near));
    }
    const auto spellings = ModelNameSpellings(name_);
    if (nearest.empty()) {
      for (const std::string_view near :
           NearestNames(spellings.back().name, store().ShortNames())) {
        absl::StrAppend(&nearest, nearest.empty() ? "; did you mean " : ", ", ToAbsl(near));
      }
    }
    const std::string seller = OtherSeller(spellings.back(), "");
    return absl::NotFoundError(absl::StrCat(Quoted(name_), " is in no row of the price table",
                                            seller.empty() ? "" : ", nor is its seller ", seller,
                                            nearest, nearest.empty() ? "" : "?"));
  }

  const RateTable::State& state_;
  std::string_view name_;
};

}  // namespace

absl::StatusOr<ModelMatch> RateTable::Resolve(std::string_view name) const {
  const auto& names = state_->contract.names;
  const auto mapped = names.find(std::string(name));
  if (mapped == names.end()) return Resolver(*state_, name).Resolve();
  auto match = Resolver(*state_, mapped->second).Resolve();
  if (match.ok()) match->how = absl::StrCat(ToAbsl(name), " is ", mapped->second, "; ", match->how);
  return match;
}

}  // namespace toktally::pricing
