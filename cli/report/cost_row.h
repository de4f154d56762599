// One model's line of `toktally cost`: its tokens, its rates, its money. And how such lines are
// printed.

#ifndef TOKTALLY_CLI_REPORT_COST_ROW_H_
#define TOKTALLY_CLI_REPORT_COST_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/io/output.h"
#include "cli/options/price_options.h"
#include "pricing/cost.h"

namespace toktally {
class Encoding;
}

namespace toktally::cli {

struct CostRow {
  std::string name;  // as asked for
  pricing::ModelMatch match;
  const Encoding* encoding = nullptr;  // null: not needed, or the model has no public tokenizer
  bool encoding_documented = false;
  pricing::Usage usage;
  pricing::CostResult call;
  std::optional<pricing::Money> month;  // with a number of calls
  std::string lifecycle;                // "deprecated: shuts down 2027-01-14"
  std::vector<std::string> assumptions;

  std::int64_t InputTokens() const { return usage.PromptTokens(); }
  std::int64_t OutputTokens() const {
    return usage.output + usage.audio_output + usage.image_output;
  }
};

// How often the cheapest row's price this row's is, as "13.9" (two digits, or "1"); empty when the
// cheapest is free.
std::string TimesCheapest(const CostRow& row, const CostRow& cheapest);

// What all rows have in common.
struct CostTerms {
  std::optional<std::uint64_t> calls;  // a month
  pricing::Tier tier = pricing::Tier::kStandard;
  bool data_residency = false;
  bool explain = false;  // show every factor and where it comes from
};

// The rows, cheapest last. One row is shown in its parts, more side by side.
void PrintCosts(const std::vector<CostRow>& rows, const CostTerms& terms, const Prices& prices,
                Format format, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_COST_ROW_H_
