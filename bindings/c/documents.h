// What the C interface answers as JSON.

#ifndef TOKTALLY_BINDINGS_C_DOCUMENTS_H_
#define TOKTALLY_BINDINGS_C_DOCUMENTS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace toktally::c {

// See toktally_predict and toktally_price_usage.
absl::StatusOr<std::string> PredictionDocument(std::string_view request, std::string_view model);
absl::StatusOr<std::string> UsageCostDocument(std::string_view usage, std::string_view model,
                                              std::string_view date);

}  // namespace toktally::c

#endif  // TOKTALLY_BINDINGS_C_DOCUMENTS_H_
