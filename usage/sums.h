// Calls added up in tokens and money, by what a row stands for.

#ifndef TOKTALLY_USAGE_SUMS_H_
#define TOKTALLY_USAGE_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pricing/money.h"
#include "usage/record.h"

namespace toktally::usage {

enum class GroupBy { kModel, kDay, kFile, kFinishReason };

// "model", "day", "file", "finish reason".
std::string_view Title(GroupBy by);

// What stands in place of a key that a record does not have.
inline constexpr std::string_view kNotSaid = "(not said)";

struct Sum {
  std::uint64_t calls = 0;
  pricing::Usage tokens;
  pricing::Money cost;         // of what is priced: at least this
  std::uint64_t unpriced = 0;  // calls whose cost, or a part of it, is not known
  std::uint64_t counted = 0;   // replies counted from their streams

  bool complete() const { return unpriced == 0; }
};

// A reply that ended before it was whole, or was held back.
bool IsCutOff(std::string_view finish_reason);

class Sums {
 public:
  explicit Sums(GroupBy by) : by_(by) {}

  // `cost` is that of a Pricer.
  void Add(const Record& record, const absl::StatusOr<pricing::Money>& cost);

  GroupBy by() const { return by_; }
  bool empty() const { return total_.calls == 0; }
  const std::map<std::string, Sum>& rows() const { return rows_; }
  const Sum& total() const { return total_; }
  // By finish reason: paid for, and not whole.
  const std::map<std::string, Sum>& cut_off() const { return cut_off_; }
  // Why the cost of so many calls is not known.
  const std::map<std::string, std::uint64_t>& why_unpriced() const { return why_unpriced_; }

 private:
  const GroupBy by_;
  std::map<std::string, Sum> rows_;
  std::map<std::string, Sum> cut_off_;
  std::map<std::string, std::uint64_t> why_unpriced_;
  Sum total_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_SUMS_H_
