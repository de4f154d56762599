// What one recorded call used, whichever tool or service wrote it down.

#ifndef TOKTALLY_USAGE_RECORD_H_
#define TOKTALLY_USAGE_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pricing/money.h"
#include "pricing/usage.h"

namespace toktally::usage {

// A number that stands in the record and is in no sum of money.
struct NotBilled {
  std::string path;           // "usage.citation_tokens": where it stands in the usage object
  std::int64_t quantity = 0;  // 0 for what is no count
  std::string why;            // "" for a key that we do not know
};

// One call, or the sum of several where the source sums (exports by day). Every token is in one
// field of `tokens`, and reasoning is a part of output.
struct Record {
  std::string model;          // "" where the record names none
  std::string service_tier;   // as the response says; "" where it does not
  std::string region;         // where it was processed, if that is said and not everywhere: "us"
  std::string finish_reason;  // "stop", "length", …; "" where none is known
  std::string source;         // the file that it stood in
  std::string session;        // a conversation's id
  std::string project;        // a folder or a project's id
  std::string key;            // of the API, or whose it is

  std::optional<std::int64_t> time;  // milliseconds since 1970 in UTC
  std::string day;                   // YYYY-MM-DD in UTC, or as stated; "" where none is known

  pricing::Usage tokens;
  std::uint64_t calls = 1;  // 0 for what belongs to a call that has a record of its own
  // The stream ended without usage: the reply's tokens are counted, the prompt's are not known.
  bool counted = false;
  // Processed faster for more money, as Anthropic's `speed` says.
  bool fast = false;
  // A bill: money that was paid, without the tokens that it was paid for.
  bool bill = false;

  std::optional<pricing::Money> recorded_cost;  // what the source says that it cost
  std::vector<NotBilled> not_billed;
  // Why the call cost more than what `tokens` says; "" if they say all.
  std::string incomplete;
  // What was settled by a rule, as a sentence: which convention a total showed.
  std::vector<std::string> doubts;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_RECORD_H_
