// Calls added up in tokens and money, by what a row stands for.

#ifndef TOKTALLY_USAGE_SUMS_H_
#define TOKTALLY_USAGE_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricing/money.h"
#include "usage/pricer.h"
#include "usage/record.h"
#include "usage/time.h"

namespace toktally::usage {

enum class GroupBy : std::uint8_t {
  kModel,
  kDay,
  kWeek,  // by its Monday
  kMonth,
  kProject,
  kSession,
  kKey,  // of the API, or whose it is
  kFile,
  kFinishReason,
};

// "model", "day", …, "finish reason".
std::string_view Title(GroupBy by);

// What stands in place of a key that a record does not have.
inline constexpr std::string_view kNotSaid = "(not said)";

struct Sum {
  std::uint64_t calls = 0;
  pricing::Usage tokens;
  pricing::Money cost;         // of what is priced: at least this
  std::uint64_t unpriced = 0;  // calls whose cost, or a part of it, is not known
  std::uint64_t counted = 0;   // replies counted from their streams
  std::uint64_t records = 0;
  // Of the records that state a cost: what they state, and what we say that these cost.
  std::uint64_t recorded_calls = 0;
  pricing::Money recorded;
  pricing::Money ours;

  bool complete() const { return unpriced == 0; }
};

// A reply that ended before it was whole, or was held back.
bool IsCutOff(std::string_view finish_reason);

// Numbers of one kind that stand in records and are in no sum of money.
struct NotBilledSum {
  std::int64_t quantity = 0;
  std::uint64_t calls = 0;
  std::string why;
};

class Sums {
 public:
  using Key = std::vector<std::string>;  // one text for each GroupBy

  Sums(std::vector<GroupBy> by, Zone zone) : by_(std::move(by)), zone_(std::move(zone)) {}

  void Add(const Record& record, const PricedCall& priced) { Change(record, priced, 1); }
  // Of one that was added.
  void TakeBack(const Record& record, const PricedCall& priced) { Change(record, priced, -1); }

  const std::vector<GroupBy>& by() const { return by_; }
  bool empty() const { return total_.records == 0; }
  const std::map<Key, Sum>& rows() const { return rows_; }
  const Sum& total() const { return total_; }
  // By finish reason: paid for, and not whole.
  const std::map<std::string, Sum>& cut_off() const { return cut_off_; }
  // Why the cost of so many calls is not known.
  const std::map<std::string, std::uint64_t>& why_unpriced() const { return why_unpriced_; }
  const std::map<std::string, NotBilledSum>& not_billed() const { return not_billed_; }
  // What was settled by a rule, in how many calls.
  const std::map<std::string, std::uint64_t>& doubts() const { return doubts_; }

 private:
  void Change(const Record& record, const PricedCall& priced, int sign);
  std::string KeyOf(const Record& record, GroupBy by) const;

  const std::vector<GroupBy> by_;
  const Zone zone_;
  std::map<Key, Sum> rows_;
  std::map<std::string, Sum> cut_off_;
  std::map<std::string, std::uint64_t> why_unpriced_;
  std::map<std::string, NotBilledSum> not_billed_;
  std::map<std::string, std::uint64_t> doubts_;
  Sum total_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_SUMS_H_
