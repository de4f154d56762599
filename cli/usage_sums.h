// The sums of `toktally usage`: records priced and grouped, and how they are printed.

#ifndef TOKTALLY_CLI_USAGE_SUMS_H_
#define TOKTALLY_CLI_USAGE_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chat/usage_log.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/usage.h"
#include "pricing/cost.h"

namespace toktally::cli {

struct UsageSum {
  std::uint64_t calls = 0;
  chat::TokenCounts tokens;
  pricing::Money cost;
  std::uint64_t unpriced = 0;  // calls whose cost, or a part of it, is not known
  std::uint64_t counted = 0;   // replies counted from their streams

  bool complete() const { return unpriced == 0; }
};

class UsageSums {
 public:
  UsageSums(const UsageOptions& options, const Prices& prices)
      : options_(options), prices_(prices), models_(prices) {}

  void Add(const chat::UsageRecord& record);

  // For people, CSV and Markdown.
  void Print(Format format, Output& output) const;
  // A page with bars.
  void PrintPage(Output& output) const;
  // The members `rows`, `total`, `cut_off` and `unpriced` of the object that is open.
  void Write(JsonWriter& json) const;
  // One object a line.
  void PrintLines(Output& output) const;

  bool empty() const { return total_.calls == 0; }
  // Why the cost of so many calls is not known.
  const std::map<std::string, std::uint64_t>& why_unpriced() const { return why_unpriced_; }

 private:
  std::string KeyOf(const chat::UsageRecord& record) const;
  absl::StatusOr<pricing::Money> CostOf(const chat::UsageRecord& record);
  std::string_view Title() const;
  void WriteSum(const UsageSum& sum, JsonWriter& json) const;

  const UsageOptions& options_;
  const Prices& prices_;
  std::map<std::string, UsageSum> sums_;
  std::map<std::string, UsageSum> cut_off_;  // by finish_reason: paid for, and not whole
  std::map<std::string, std::uint64_t> why_unpriced_;
  ModelFinder models_;
  UsageSum total_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_USAGE_SUMS_H_
