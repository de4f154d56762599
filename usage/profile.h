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

// `expected` is the mean, rounded up. Ten of a hundred are below `low` and ten above `high`, unless
// a few calls are so long that the mean is above that: then `high` is the mean.
struct Spread {
  std::int64_t low = 0;
  std::int64_t expected = 0;
  std::int64_t high = 0;
};

struct Profile {
  std::uint64_t calls = 0;
  Spread input;
  // Sums over all calls; the others are parts of the prompt's.
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t written_short = 0;
  std::int64_t written_long = 0;
  Spread output;  // without reasoning
  Spread reasoning;
  int days = 0;  // from the first to the last; 0: no day is known
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
    std::vector<std::int64_t> input;
    std::vector<std::int64_t> output;
    std::vector<std::int64_t> reasoning;
    std::int64_t cached = 0;
    std::int64_t written_short = 0;
    std::int64_t written_long = 0;
    std::map<std::string, std::uint64_t> days;
  };
  std::map<Key, Calls> calls_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_PROFILE_H_
