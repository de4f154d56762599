// The v2 data.json of genai-prices: USD for a million, sets of prices by day and by hour.

#include <algorithm>
#include <utility>

#include "pricing/import_builder.h"

namespace toktally::pricing {
namespace {

constexpr std::pair<std::string_view, RateKind> kGenaiKeys[] = {
    {"input_mtok", RateKind::kInput},
    {"cache_read_mtok", RateKind::kCachedInput},
    {"cache_write_mtok", RateKind::kCacheWriteShort},
    {"cache_write_5m_mtok", RateKind::kCacheWriteShort},
    {"cache_write_1h_mtok", RateKind::kCacheWriteLong},
    {"output_mtok", RateKind::kOutput},
    {"input_audio_mtok", RateKind::kAudioInput},
    {"cache_audio_read_mtok", RateKind::kAudioCachedInput},
    {"output_audio_mtok", RateKind::kAudioOutput},
    {"input_image_mtok", RateKind::kImageInput},
    {"cache_image_read_mtok", RateKind::kImageCachedInput},
    {"output_image_mtok", RateKind::kImageOutput}};

// A set of prices: when it holds, and what it says.
struct PriceSet {
  JsonValue prices;
  std::optional<Date> from;
  std::optional<DayHours> hours;
};

// One set; a rate may be {base, tiers: [{start, price}]}, where start is the last token of the
// lower band ("tokens > start").
void ReadSet(const PriceSet& set, Tier tier, ModelBuilder* builder) {
  for (auto field = set.prices.first(); field; field = field->next()) {
    const auto known = std::find_if(std::begin(kGenaiKeys), std::end(kGenaiKeys),
                                    [&](const auto& key) { return key.first == field->key(); });
    if (known == std::end(kGenaiKeys)) {
      builder->Ignore(*field);
      continue;
    }
    if (!field->is_object()) {
      builder->Add(builder->Row(tier, {}, set.from), known->second, *field, 6);
      continue;
    }
    if (const auto base = field->Find("base")) {
      builder->Add(builder->Row(tier, {}, set.from), known->second, *base, 6);
    }
    const auto tiers = field->Find("tiers");
    for (auto band = tiers ? tiers->first() : std::nullopt; band; band = band->next()) {
      const auto start = PositiveCount(band->Find("start"));
      const auto price = band->Find("price");
      if (!start || !price) continue;
      // 271999 and 272000 were both written for the same threshold.
      const std::int64_t tokens = *start % 1000 == 999 ? *start + 1 : *start;
      builder->Add(builder->Row(tier, Threshold{tokens, false}, set.from), known->second, *price,
                   6);
    }
  }
}

// A dated set replaces the whole set before it, all its bands and kinds: each row of a set ends
// where the next set begins.
void CloseRows(const std::vector<PriceSet>& sets, PricedModel* model) {
  for (RateRow& row : model->rows) {
    for (const PriceSet& set : sets) {
      const bool later = set.from && (!row.from || *row.from < *set.from);
      if (later && (!row.to || *set.from < *row.to)) row.to = set.from;
    }
  }
}

std::optional<int> MinuteOf(const std::optional<JsonValue>& time) {
  if (!time || time->text().size() < 5) return std::nullopt;
  const std::string clock(time->text().substr(0, 5));
  const auto span = ParseHours(clock == "00:00" ? "00:00-24:00" : clock + "-24:00");
  if (!span.ok()) return std::nullopt;
  return span->from;
}

// From one minute of the day to another, over midnight too.
DayHours HoursBetween(int from, int to) {
  DayHours hours;
  if (from < to) {
    hours.spans = {{from, to}};
  } else {
    if (to > 0) hours.spans.push_back({0, to});
    hours.spans.push_back({from, 24 * 60});
  }
  return hours;
}

// The sets of a model; nullopt where a condition is none that our rows have.
std::optional<std::vector<PriceSet>> SetsOf(const JsonValue& prices) {
  std::vector<PriceSet> sets;
  if (prices.is_object()) return std::vector<PriceSet>{{prices, {}, {}}};
  for (auto entry = prices.first(); entry; entry = entry->next()) {
    const auto inner = entry->Find("prices");
    if (!inner || !inner->is_object()) return std::nullopt;
    PriceSet set{*inner, {}, {}};
    const auto constraint = entry->Find("constraint");
    if (constraint && !constraint->is_null()) {
      set.from = DayOf(constraint->Find("start_date"));
      const auto from = MinuteOf(constraint->Find("start_time"));
      const auto to = MinuteOf(constraint->Find("end_time"));
      if (from && to) set.hours = HoursBetween(*from, *to);
      if (!set.from && !set.hours) return std::nullopt;
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

// The hours that `hours` leave over.
DayHours OtherHours(const DayHours& hours) {
  DayHours other;
  int at = 0;
  for (const DayHours::Span& span : hours.spans) {
    if (at < span.from) other.spans.push_back({at, span.from});
    at = span.to;
  }
  if (at < 24 * 60) other.spans.push_back({at, 24 * 60});
  return other;
}

// Whether the first set asks more for input than the second.
bool IsDearer(const PriceSet& a, const PriceSet& b) {
  const auto input = [](const PriceSet& set) {
    auto value = set.prices.Find("input_mtok");
    if (value && value->is_object()) value = value->Find("base");
    const auto units = value ? ParseScientific(value->text(), Rate::kDecimals)
                             : absl::StatusOr<absl::int128>(absl::int128(0));
    return units.ok() ? *units : absl::int128(0);
  };
  return input(a) > input(b);
}

// A set for some hours is the peak or what is left of the day is: the dearer of the two sets of its
// day. Without hours in it, every set is the standard one.
bool ReadSets(const std::vector<PriceSet>& sets, ModelBuilder* builder) {
  for (const PriceSet& set : sets) {
    const PriceSet* partner = nullptr;
    for (const PriceSet& other : sets) {
      const bool pair = &other != &set && other.from == set.from &&
                        other.hours.has_value() != set.hours.has_value();
      if (!pair) continue;
      if (partner != nullptr) return false;  // several sets of hours
      partner = &other;
    }
    if (set.hours && partner == nullptr) return false;
    const bool peak = partner != nullptr && IsDearer(set, *partner);
    const std::size_t first = builder->model().rows.size();
    ReadSet(set, peak ? Tier::kPeak : Tier::kStandard, builder);
    if (!peak) continue;
    const DayHours hours = set.hours ? *set.hours : OtherHours(*partner->hours);
    for (std::size_t i = first; i < builder->model().rows.size(); ++i) {
      builder->model().rows[i].hours = hours;
    }
  }
  return true;
}

void ReadGenaiModel(const JsonValue& value, const ForeignProvider& provider, const ImportJob& job) {
  const auto id = value.Find("id");
  const auto prices = value.Find("prices");
  if (!id || !prices) return;
  ModelBuilder builder(provider, id->text(), job, DayOf(value.Find("prices_checked")));
  PricedModel& model = builder.model();
  const auto sets = SetsOf(*prices);
  // Half of the sets would be a wrong price: none is taken where one is not understood.
  if (!sets || !ReadSets(*sets, &builder)) {
    model.rows.clear();
    builder.Ignore(*prices);
  } else {
    CloseRows(*sets, &model);
  }
  model.limits.context_window = PositiveCount(value.Find("context_window"));
  if (const auto deprecated = value.Find("deprecated"); deprecated && deprecated->boolean()) {
    model.status = "deprecated";
  }
  builder.Finish();
}

}  // namespace

void ReadGenai(const JsonValue& providers, const ImportJob& job) {
  for (auto entry = providers.first(); entry; entry = entry->next()) {
    const auto id = entry->Find("id");
    const auto models = entry->Find("models");
    if (!id || !models) continue;
    const auto provider = job.Provider(id->text());
    if (!provider) {
      job.out->other_providers += static_cast<std::int64_t>(models->size());
      continue;
    }
    for (auto model = models->first(); model; model = model->next()) {
      ReadGenaiModel(*model, *provider, job);
    }
  }
}

}  // namespace toktally::pricing
