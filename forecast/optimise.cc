#include "forecast/optimise.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json.h"
#include "forecast/what_if.h"

namespace toktally::forecast {
namespace {

// Of a prompt that is mostly the same each time.
constexpr std::string_view kCachedShare = "0.8";
constexpr std::string_view kWrittenShare = "0.1";

// The id without the words that tell sizes of one generation apart: "gpt-5.4-mini" and "gpt-5.4",
// "claude-haiku-4-5" and "claude-sonnet-4-5".
std::string FamilyOf(std::string_view id) {
  constexpr std::array<std::string_view, 16> kSizes = {
      "mini", "nano",  "pro",   "lite",   "flash", "haiku", "sonnet", "opus",
      "max",  "small", "large", "medium", "tiny",  "plus",  "turbo",  "micro"};
  std::string family;
  for (std::size_t begin = 0; begin <= id.size();) {
    const std::size_t end = std::min(id.find('-', begin), id.size());
    const std::string_view part = id.substr(begin, end - begin);
    if (std::find(kSizes.begin(), kSizes.end(), part) == kSizes.end()) {
      absl::StrAppend(&family, "-", ToAbsl(part));
    }
    begin = end + 1;
  }
  return family;
}

bool Has(const PricedModel& model, Tier tier, const Date& date, RateKind kind) {
  const auto row = pricing::FindRow(model, tier, date, 0);
  return row.ok() && (*row)->rate(kind).has_value();
}

// Whether the prompts and replies of the workload are none that the model refuses.
bool Takes(const PricedModel& model, const PlanRow& row) {
  const std::int64_t prompt = row.forecast.month.at(Point::kHigh).longest_prompt;
  const std::int64_t reply =
      row.workload.reply_tokens.at(Point::kHigh) + row.workload.reasoning_tokens.at(Point::kHigh);
  const pricing::ModelLimits& limits = model.limits;
  return (!limits.context_window || prompt + reply <= *limits.context_window) &&
         (!limits.max_input || prompt <= *limits.max_input) &&
         (!limits.max_output || reply <= *limits.max_output);
}

// A whole number, or a range of them, through `map`; "" for anything else.
template <typename Map>
std::string Mapped(const JsonValue& value, const Map& map) {
  if (const auto whole = value.WholeNumber(); value.is_number() && whole.ok()) {
    return std::to_string(map(*whole));
  }
  if (!value.is_object()) return "";
  std::string text;
  for (auto member = value.first(); member; member = member->next()) {
    const auto whole = member->WholeNumber();
    if (!whole.ok()) return "";
    absl::StrAppend(&text, text.empty() ? "" : ", ", JsonQuote(member->key()), ": ", map(*whole));
  }
  return absl::StrCat("{", text, "}");
}

class Optimiser {
 public:
  Optimiser(std::string_view text, const WorkloadFile& file, const Plan& plan,
            const pricing::RateTable& table, const TextAccess& access)
      : text_(text), file_(file), plan_(plan), table_(table), access_(access) {}

  std::vector<Saving> Run() {
    std::vector<const PlanRow*> rows;
    for (const PlanRow& row : plan_.rows) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const PlanRow* a, const PlanRow* b) { return UsdOf(*b) < UsdOf(*a); });
    rows.resize(std::min(rows.size(), kMostLookedAt));
    for (const PlanRow* row : rows) {
      TrySmallerModels(*row);
      TryBatch(*row);
      TryCache(*row);
      TryShorterHistory(*row);
    }
    std::stable_sort(savings_.begin(), savings_.end(),
                     [](const Saving& a, const Saving& b) { return b.usd < a.usd; });
    return std::move(savings_);
  }

 private:
  static Ratio UsdOf(const PlanRow& row) { return row.forecast.month.at(Point::kExpected).total; }

  // What the settings save; nullopt if the plan cannot be made with them, or costs as much.
  std::optional<Ratio> SavedBy(const std::vector<std::string>& settings) const {
    const auto text = WithSettings(std::string(text_), file_.name, settings);
    if (!text.ok()) return std::nullopt;
    const auto file = ParseWorkloadFile(*text, file_.name);
    if (!file.ok()) return std::nullopt;
    const Plan plan = MakePlan(*file, table_, plan_.date, access_);
    // Without a workload everything is cheaper.
    if (plan.rows.size() != plan_.rows.size()) return std::nullopt;
    const Ratio saved = plan_.total.at(Point::kExpected) - plan.total.at(Point::kExpected);
    return saved.sign() > 0 ? std::optional(saved) : std::nullopt;
  }

  void Try(const PlanRow& row, std::vector<std::string> settings, std::string assumes) {
    const auto saved = SavedBy(settings);
    if (!saved) return;
    savings_.push_back({row.spec->name, std::move(settings), *saved, std::move(assumes)});
  }

  // The member of the family that saves most.
  void TrySmallerModels(const PlanRow& row) {
    const PricedModel& now = *row.model;
    std::optional<Saving> best;
    for (const PricedModel& model : table_.models()) {
      if (model.provider != now.provider || model.id == now.id || model.kind != now.kind ||
          model.hosted != now.hosted || model.status != "active" ||
          FamilyOf(model.id) != FamilyOf(now.id) || !Takes(model, row)) {
        continue;
      }
      // With its provider in front the name means this row and no other.
      const std::vector<std::string> settings = {
          absl::StrCat(row.spec->name, ".model=", model.FullName())};
      const auto saved = SavedBy(settings);
      if (!saved || (best && *saved <= best->usd)) continue;
      best = {row.spec->name, settings, *saved,
              absl::StrCat(model.id, " answers as well, in as many tokens")};
    }
    if (best) savings_.push_back(*std::move(best));
  }

  void TryBatch(const PlanRow& row) {
    if (row.workload.batch_share == Ratio(1) || row.workload.tier == Tier::kBatch ||
        !Has(*row.model, Tier::kBatch, plan_.date, RateKind::kInput)) {
      return;
    }
    Try(row, {absl::StrCat(row.spec->name, ".batch_share=1")}, "every answer may take up to a day");
  }

  void TryCache(const PlanRow& row) {
    const Workload& workload = row.workload;
    const Tier tier = workload.tier;
    const std::optional<std::int64_t>& least = row.model->limits.min_cacheable;
    const Ratio share = *Ratio::Parse(kCachedShare);
    if (!least || workload.prompt_tokens.at(Point::kLow) < *least ||
        workload.cached_share >= share ||
        !Has(*row.model, tier, plan_.date, RateKind::kCachedInput)) {
      return;
    }
    std::vector<std::string> settings = {
        absl::StrCat(row.spec->name, ".cached_share=", ToAbsl(kCachedShare))};
    std::string assumes =
        "80 % of each prompt is as before, and asked for again before the cache forgets it";
    if (Has(*row.model, tier, plan_.date, RateKind::kCacheWriteShort)) {
      settings.push_back(
          absl::StrCat(row.spec->name, ".cache_write_share=", ToAbsl(kWrittenShare)));
      if (!workload.cache_write_long_share.is_zero()) {
        settings.push_back(absl::StrCat(row.spec->name, ".cache_write_long_share=0"));
      }
      assumes += "; 10 % are written to it";
    }
    Try(row, std::move(settings), std::move(assumes));
  }

  // Conversations start afresh after half of their turns; there are twice as many then.
  void TryShorterHistory(const PlanRow& row) {
    const auto turns = row.spec->value.Find("turns");
    if (!turns || row.workload.turns.at(Point::kLow) < 4) return;
    const std::string half = Mapped(*turns, [](std::int64_t n) { return (n + 1) / 2; });
    if (half.empty()) return;
    std::vector<std::string> settings = {absl::StrCat(row.spec->name, ".turns=", half)};
    for (const char* key : {"conversations_per_month", "conversations_per_day"}) {
      const auto value = row.spec->value.Find(key);
      if (!value) continue;
      const std::string twice = Mapped(*value, [](std::int64_t n) { return n * 2; });
      if (twice.empty()) return;
      settings.push_back(absl::StrCat(row.spec->name, ".", key, "=", twice));
    }
    Try(row, std::move(settings),
        "a conversation can start afresh after half of its turns, without what was said before");
  }

  const std::string_view text_;
  const WorkloadFile& file_;
  const Plan& plan_;
  const pricing::RateTable& table_;
  const TextAccess& access_;
  std::vector<Saving> savings_;
};

}  // namespace

std::vector<Saving> FindSavings(std::string_view text, const WorkloadFile& file, const Plan& plan,
                                const pricing::RateTable& table, const TextAccess& access) {
  return Optimiser(text, file, plan, table, access).Run();
}

}  // namespace toktally::forecast
