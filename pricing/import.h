// Price databases of others -> models of ours: LiteLLM's model_prices_and_context_window.json, the
// v2 data.json of genai-prices, models.dev's api.json, OpenRouter's list of models.

#ifndef TOKTALLY_PRICING_IMPORT_H_
#define TOKTALLY_PRICING_IMPORT_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricing/rate_table.h"

namespace toktally::pricing {

enum class ImportFormat : std::uint8_t { kLiteLlm, kGenaiPrices, kModelsDev, kOpenRouter };
std::string_view ImportFormatName(ImportFormat format);  // "litellm", "genai-prices", …

struct ImportOptions {
  // The day that the file is of. Where the file gives a model an earlier day of its own, that
  // counts.
  Date checked;
  // Beside the providers of the built-in table, those that are asked for: "all", or names.
  std::vector<std::string> providers = {};
};

// What a file of theirs says, in our form. Rates per token become exact decimals per
// million: 1.25e-07 is 0.125. A float with more than 12 decimals per million is rounded half-even
// to 6 and counted.
struct ForeignPrices {
  ImportFormat format = ImportFormat::kLiteLlm;
  std::vector<PricedModel> models;
  // What was left out, for the report.
  std::int64_t other_providers = 0;  // models of providers that this table does not have
  std::int64_t without_rates = 0;
  std::int64_t ignored_rates = 0;  // rates of kinds or conditions that our form does not have
  std::int64_t rounded = 0;
};

// Reads a file of one of the formats, told apart by its form. What a model is billed by that our
// form does not have is never taken for free: such a model is left out. InvalidArgument names file
// and line.
absl::StatusOr<ForeignPrices> ReadForeignPrices(std::string_view text, std::string_view file_name,
                                                const ImportOptions& options);

// What importing would do to a table, model by model.
struct ImportReport {
  std::vector<std::string> added;
  std::vector<std::string> changed;  // "gpt-4o: standard input 2.5 -> 2"
  std::vector<std::string> unchanged;
  std::vector<std::string> kept;      // our row is newer: "gpt-4o: standard, checked 2026-11-22"
  std::vector<std::string> clashing;  // left out: a name of theirs is another model's
};

// The models of `foreign` that are new or differ, merged into ours: a row with other rates ends on
// the day that theirs was checked and the new one begins; rates that only we have stay; a band that
// their newest dated set does not have ends where the set begins; a row of ours that was checked
// later than theirs is kept as it is. Linear in the models of both.
std::vector<PricedModel> MergeImport(const RateTable& table, const ForeignPrices& foreign,
                                     ImportReport* report);

// A price file in the form of data/prices.json.
std::string WritePrices(const std::vector<PricedModel>& models,
                        const std::map<std::string, RateSource>& sources, const Date& as_of);

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_IMPORT_H_
