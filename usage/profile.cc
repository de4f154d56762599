#include "usage/profile.h"

#include <algorithm>

#include "base/date.h"

namespace toktally::usage {
namespace {

Profiles::Key KeyOf(const Record& record) {
  return {record.project.empty() ? record.key : record.project, record.model};
}

std::int64_t Cached(const pricing::Usage& tokens) {
  return tokens.cached_input + tokens.audio_cached_input + tokens.image_cached_input;
}

std::int64_t DividedUp(std::int64_t sum, std::size_t n) {
  const auto count = static_cast<std::int64_t>(n);
  return count == 0 ? 0 : (sum + count - 1) / count;
}

Spread SpreadOf(std::vector<std::int64_t> numbers) {
  Spread spread;
  if (numbers.empty()) return spread;
  std::sort(numbers.begin(), numbers.end());
  std::int64_t sum = 0;
  for (const std::int64_t number : numbers) sum += number;
  const std::size_t last = numbers.size() - 1;
  spread.low = numbers[last / 10];
  spread.high = numbers[last - last / 10];
  spread.expected = std::clamp(DividedUp(sum, numbers.size()), spread.low, spread.high);
  return spread;
}

void Remove(std::int64_t number, std::vector<std::int64_t>& numbers) {
  const auto at = std::find(numbers.rbegin(), numbers.rend(), number);
  if (at != numbers.rend()) numbers.erase(std::next(at).base());
}

}  // namespace

void Profiles::Add(const Record& record) {
  if (record.calls != 1 || record.bill) return;
  Calls& calls = calls_[KeyOf(record)];
  const pricing::Usage& tokens = record.tokens;
  calls.output.push_back(tokens.OutputTokens() - tokens.reasoning_output);
  calls.reasoning.push_back(tokens.reasoning_output);
  calls.prompt += tokens.PromptTokens();
  calls.cached += Cached(tokens);
  if (!record.day.empty()) ++calls.days[record.day];
}

void Profiles::TakeBack(const Record& record) {
  if (record.calls != 1 || record.bill) return;
  Calls& calls = calls_[KeyOf(record)];
  const pricing::Usage& tokens = record.tokens;
  Remove(tokens.OutputTokens() - tokens.reasoning_output, calls.output);
  Remove(tokens.reasoning_output, calls.reasoning);
  calls.prompt -= tokens.PromptTokens();
  calls.cached -= Cached(tokens);
  if (const auto day = calls.days.find(record.day); day != calls.days.end()) {
    if (--day->second == 0) calls.days.erase(day);
  }
}

std::map<Profiles::Key, Profile> Profiles::All() const {
  std::map<Key, Profile> all;
  for (const auto& [key, calls] : calls_) {
    const std::size_t n = calls.output.size();
    if (n == 0) continue;
    Profile& profile = all[key];
    profile.calls = n;
    profile.input = DividedUp(calls.prompt, n);
    profile.prompt = calls.prompt;
    profile.cached = calls.cached;
    profile.output = SpreadOf(calls.output);
    profile.reasoning = SpreadOf(calls.reasoning);
    if (calls.days.empty()) continue;
    const auto first = ParseDate(calls.days.begin()->first);
    const auto last = ParseDate(calls.days.rbegin()->first);
    if (!first.ok() || !last.ok()) continue;
    const int days = DayNumber(*last) - DayNumber(*first) + 1;
    profile.calls_a_day =
        DividedUp(static_cast<std::int64_t>(n), static_cast<std::size_t>(std::max(days, 1)));
  }
  return all;
}

}  // namespace toktally::usage
