#include "usage/sums.h"

namespace toktally::usage {
namespace {

using pricing::Money;

void AddCall(const Record& record, const absl::StatusOr<Money>& cost, Sum& sum) {
  ++sum.calls;
  sum.tokens += record.tokens;
  if (record.counted) ++sum.counted;
  const auto added = cost.ok() ? sum.cost.Plus(*cost) : cost;
  if (added.ok()) sum.cost = *added;
  if (!added.ok() || record.counted) ++sum.unpriced;
}

std::string KeyOf(const Record& record, GroupBy by) {
  const auto or_none = [](const std::string& text) {
    return text.empty() ? std::string(kNotSaid) : text;
  };
  switch (by) {
    case GroupBy::kModel:
      return or_none(record.model);
    case GroupBy::kDay:
      return or_none(record.day);
    case GroupBy::kFile:
      return or_none(record.source);
    case GroupBy::kFinishReason:
      return or_none(record.finish_reason);
  }
  return "";
}

}  // namespace

std::string_view Title(GroupBy by) {
  constexpr std::string_view kTitles[] = {"model", "day", "file", "finish reason"};
  return kTitles[static_cast<std::size_t>(by)];
}

bool IsCutOff(std::string_view finish_reason) {
  return finish_reason == "length" || finish_reason == "content_filter";
}

void Sums::Add(const Record& record, const absl::StatusOr<Money>& cost) {
  if (!cost.ok()) ++why_unpriced_[std::string(cost.status().message())];
  AddCall(record, cost, total_);
  AddCall(record, cost, rows_[KeyOf(record, by_)]);
  if (IsCutOff(record.finish_reason)) AddCall(record, cost, cut_off_[record.finish_reason]);
}

}  // namespace toktally::usage
