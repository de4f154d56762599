#include "usage/profile.h"

#include <algorithm>
#include <iterator>
#include <numeric>

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

std::int64_t SumOf(const std::vector<std::int64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

Spread SpreadOf(std::vector<std::int64_t> numbers) {
  Spread spread;
  if (numbers.empty()) return spread;
  std::sort(numbers.begin(), numbers.end());
  const std::size_t last = numbers.size() - 1;
  spread.expected = DividedUp(SumOf(numbers), numbers.size());
  spread.low = std::min(numbers[last / 10], spread.expected);
  spread.high = std::max(numbers[last - last / 10], spread.expected);
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
  calls.input.push_back(tokens.PromptTokens());
  calls.cached += Cached(tokens);
  calls.written_short += tokens.cache_write_short;
  calls.written_long += tokens.cache_write_long;
  if (!record.day.empty()) ++calls.days[record.day];
}

void Profiles::TakeBack(const Record& record) {
  if (record.calls != 1 || record.bill) return;
  Calls& calls = calls_[KeyOf(record)];
  const pricing::Usage& tokens = record.tokens;
  Remove(tokens.OutputTokens() - tokens.reasoning_output, calls.output);
  Remove(tokens.reasoning_output, calls.reasoning);
  Remove(tokens.PromptTokens(), calls.input);
  calls.cached -= Cached(tokens);
  calls.written_short -= tokens.cache_write_short;
  calls.written_long -= tokens.cache_write_long;
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
    profile.input = SpreadOf(calls.input);
    profile.prompt = SumOf(calls.input);
    profile.cached = calls.cached;
    profile.written_short = calls.written_short;
    profile.written_long = calls.written_long;
    profile.output = SpreadOf(calls.output);
    profile.reasoning = SpreadOf(calls.reasoning);
    if (calls.days.empty()) continue;
    const auto first = ParseDate(calls.days.begin()->first);
    const auto last = ParseDate(calls.days.rbegin()->first);
    if (!first.ok() || !last.ok()) continue;
    profile.days = std::max(DayNumber(*last) - DayNumber(*first) + 1, 1);
  }
  return all;
}

}  // namespace toktally::usage
