// What would make a plan cheaper: the same plan with one thing changed, priced anew.

#ifndef TOKTALLY_FORECAST_OPTIMISE_H_
#define TOKTALLY_FORECAST_OPTIMISE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "forecast/plan.h"
#include "forecast/texts.h"
#include "pricing/rate_table.h"

namespace toktally::forecast {

// One change and what it saves.
struct Saving {
  std::string workload;               // "support", of a step "agent/tool"
  std::vector<std::string> settings;  // for WithSettings (forecast/what_if.h)
  Ratio usd;                          // a month, at the expected point; more than 0
  std::string assumes;                // a sentence: what must be so; never empty
};

// Changes that save something, the most first: a smaller model of the same family and generation,
// the batch tier, a prompt of which four fifths come from the cache, conversations of half as many
// turns. Only such as the table has rates for, and whose prompts and replies the model takes; each
// by itself, not together. Of the kMostLookedAt dearest rows of the plan. `text` is the file that
// the plan was made of.
inline constexpr std::size_t kMostLookedAt = 12;
std::vector<Saving> FindSavings(std::string_view text, const WorkloadFile& file, const Plan& plan,
                                const pricing::RateTable& table, const TextAccess& access);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_OPTIMISE_H_
