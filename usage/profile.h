// What calls were like: how long, how many a day, how much from the cache. For forecasts.

#ifndef TOKTALLY_USAGE_PROFILE_H_
#define TOKTALLY_USAGE_PROFILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "usage/log.h"
#include "usage/record.h"

namespace toktally::usage {

// Ten of a hundred are below `low` and ten above `high`; `expected` is the mean, rounded up, and
// held between the two.
struct Spread {
  std::int64_t low = 0;
  std::int64_t expected = 0;
  std::int64_t high = 0;
};

struct Profile {
  std::uint64_t calls = 0;
  std::int64_t input = 0;   // mean, rounded up
  std::int64_t cached = 0;  // sums, of which the first is a share
  std::int64_t prompt = 0;
  Spread output;  // without reasoning
  Spread reasoning;
  std::int64_t calls_a_day = 0;  // from the first day to the last, rounded up; 0: no day is known
};

// Of records that are one call each. A call takes 24 bytes.
class Profiles : public RecordSink {
 public:
  using Key = std::pair<std::string, std::string>;  // project (else key, else ""), and model

  void Add(const Record& record) override;
  void TakeBack(const Record& record) override;

  std::map<Key, Profile> All() const;

 private:
  struct Calls {
    std::vector<std::int64_t> output;
    std::vector<std::int64_t> reasoning;
    std::int64_t prompt = 0;
    std::int64_t cached = 0;
    std::map<std::string, std::uint64_t> days;
  };
  std::map<Key, Calls> calls_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_PROFILE_H_
