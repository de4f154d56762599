// Records that may have to be taken back, kept small: a log may hold millions of them. About 230
// bytes each.

#ifndef TOKTALLY_USAGE_HELD_RECORDS_H_
#define TOKTALLY_USAGE_HELD_RECORDS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "usage/record.h"

namespace toktally::usage {

class HeldRecords {
 public:
  using Place = std::uint32_t;
  static constexpr Place kNone = UINT32_MAX;

  // Chains: `next` is what follows.
  Place Add(std::uint64_t copy, int rank, const Record& record, const std::vector<Record>& also,
            Place next) {
    Held held;
    held.copy = copy;
    held.rank = rank;
    held.next = next;
    Fill(record, also, held);
    held_.push_back(std::move(held));
    return static_cast<Place>(held_.size() - 1);
  }
  void Replace(Place at, const Record& record, const std::vector<Record>& also) {
    Fill(record, also, held_[at]);
  }

  std::uint64_t copy(Place at) const { return held_[at].copy; }
  int rank(Place at) const { return held_[at].rank; }
  Place next(Place at) const { return held_[at].next; }
  std::int64_t size(Place at) const {
    return held_[at].tokens.PromptTokens() + held_[at].tokens.OutputTokens();
  }

  Record record(Place at) const {
    const Held& held = held_[at];
    if (held.rest) return held.rest->record;
    Record record;
    for (std::size_t i = 0; i < kTexts; ++i) record.*kMembers[i] = *texts_[held.texts[i]];
    if (held.time >= 0) record.time = held.time;
    record.tokens = held.tokens;
    return record;
  }
  std::vector<Record> also(Place at) const {
    return held_[at].rest ? held_[at].rest->also : std::vector<Record>();
  }

 private:
  static constexpr std::size_t kTexts = 9;
  static constexpr std::string Record::*kMembers[kTexts] = {
      &Record::model,         &Record::service_tier, &Record::region,
      &Record::finish_reason, &Record::source,       &Record::session,
      &Record::project,       &Record::key,          &Record::day};

  // Whole records, where they hold what few have.
  struct Rest {
    Record record;
    std::vector<Record> also;
  };
  struct Held {
    std::uint64_t copy = 0;
    std::int64_t time = -1;
    int rank = 0;
    Place next = kNone;
    std::array<std::uint32_t, kTexts> texts{};
    pricing::Usage tokens;
    std::unique_ptr<Rest> rest;
  };

  void Fill(const Record& record, const std::vector<Record>& also, Held& held) {
    held.tokens = record.tokens;
    held.time = record.time.value_or(-1);
    const bool plain = record.calls == 1 && !record.counted && !record.fast && !record.bill &&
                       also.empty() && !record.recorded_cost && record.not_billed.empty() &&
                       record.incomplete.empty() && record.doubts.empty();
    held.rest = plain ? nullptr : std::make_unique<Rest>(Rest{record, also});
    for (std::size_t i = 0; plain && i < kTexts; ++i) held.texts[i] = Intern(record.*kMembers[i]);
  }

  std::uint32_t Intern(const std::string& text) {
    const auto [at, is_new] = places_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(&at->first);
    return at->second;
  }

  std::vector<Held> held_;
  std::unordered_map<std::string, std::uint32_t> places_;
  std::vector<const std::string*> texts_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_HELD_RECORDS_H_
