#include "usage/sums.h"

#include <array>
#include <bit>

namespace toktally::usage {
namespace {

using pricing::Money;

// A usage is counts and nothing else, however many kinds there are.
void ChangeTokens(const pricing::Usage& tokens, int sign, pricing::Usage& sum) {
  using Fields = std::array<std::int64_t, sizeof(pricing::Usage) / sizeof(std::int64_t)>;
  auto sums = std::bit_cast<Fields>(sum);
  const auto fields = std::bit_cast<Fields>(tokens);
  for (std::size_t i = 0; i < fields.size(); ++i) sums[i] += sign * fields[i];
  sum = std::bit_cast<pricing::Usage>(sums);
}

// False if the sum cannot be held.
bool ChangeMoney(Money amount, int sign, Money& sum) {
  const auto changed = sign > 0 ? sum.Plus(amount) : sum.Minus(amount);
  if (!changed.ok()) return false;
  sum = *changed;
  return true;
}

void Count(std::uint64_t n, int sign, std::uint64_t& count) {
  count = sign > 0 ? count + n : count - n;
}

void ChangeSum(const Record& record, const PricedCall& priced, int sign, Sum& sum) {
  Count(record.calls, sign, sum.calls);
  Count(1, sign, sum.records);
  ChangeTokens(record.tokens, sign, sum.tokens);
  if (record.counted) Count(1, sign, sum.counted);
  const bool held = ChangeMoney(priced.cost, sign, sum.cost);
  const std::uint64_t calls = record.calls == 0 ? 1 : record.calls;
  if (!held || !priced.unpriced.empty() || record.counted) Count(calls, sign, sum.unpriced);
  if (!record.recorded_cost) return;
  Count(calls, sign, sum.recorded_calls);
  ChangeMoney(*record.recorded_cost, sign, sum.recorded);
  ChangeMoney(priced.cost, sign, sum.ours);
}

template <typename Map>
void ChangeCount(const std::string& key, std::uint64_t n, int sign, Map& counts) {
  const auto at = counts.try_emplace(key).first;
  Count(n, sign, at->second);
  if (at->second == 0) counts.erase(at);
}

}  // namespace

std::string_view Title(GroupBy by) {
  constexpr std::string_view kTitles[] = {"model",   "day", "week", "month",        "project",
                                          "session", "key", "file", "finish reason"};
  return kTitles[static_cast<std::size_t>(by)];
}

bool IsCutOff(std::string_view finish_reason) {
  return finish_reason == "length" || finish_reason == "content_filter";
}

std::string Sums::KeyOf(const Record& record, GroupBy by) const {
  const auto or_none = [](const std::string& text) {
    return text.empty() ? std::string(kNotSaid) : text;
  };
  switch (by) {
    case GroupBy::kModel:
      return or_none(record.model);
    case GroupBy::kDay:
      return or_none(zone_.DayOf(record));
    case GroupBy::kWeek:
      return or_none(WeekOf(zone_.DayOf(record)));
    case GroupBy::kMonth:
      return or_none(MonthOf(zone_.DayOf(record)));
    case GroupBy::kProject:
      return or_none(record.project);
    case GroupBy::kSession:
      return or_none(record.session);
    case GroupBy::kKey:
      return or_none(record.key);
    case GroupBy::kFile:
      return or_none(record.source);
    case GroupBy::kFinishReason:
      return or_none(record.finish_reason);
  }
  return "";
}

void Sums::Change(const Record& record, const PricedCall& priced, int sign) {
  Key key;
  for (const GroupBy by : by_) key.push_back(KeyOf(record, by));
  const auto row = rows_.try_emplace(std::move(key)).first;
  ChangeSum(record, priced, sign, row->second);
  if (row->second.records == 0) rows_.erase(row);
  ChangeSum(record, priced, sign, total_);
  if (IsCutOff(record.finish_reason)) {
    const auto cut = cut_off_.try_emplace(record.finish_reason).first;
    ChangeSum(record, priced, sign, cut->second);
    if (cut->second.records == 0) cut_off_.erase(cut);
  }
  const std::uint64_t calls = record.calls == 0 ? 1 : record.calls;
  if (!priced.unpriced.empty()) ChangeCount(priced.unpriced, calls, sign, why_unpriced_);
  for (const std::string& doubt : record.doubts) ChangeCount(doubt, calls, sign, doubts_);
  for (const NotBilled& part : record.not_billed) {
    const auto at = not_billed_.try_emplace(part.path).first;
    at->second.quantity += sign * part.quantity;
    at->second.why = part.why;
    Count(1, sign, at->second.calls);
    if (at->second.calls == 0) not_billed_.erase(at);
  }
}

}  // namespace toktally::usage
