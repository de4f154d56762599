// A workload file with other numbers in it: support.cached_share=0.8.

#ifndef TOKTALLY_FORECAST_WHAT_IF_H_
#define TOKTALLY_FORECAST_WHAT_IF_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace toktally::forecast {

// `text`, a workload file, with each of `settings` in it: WORKLOAD.KEY=VALUE, or
// WORKLOAD/STEP.KEY=VALUE. The value is JSON, or a text without quotes where it is none. A key that
// is not there is added. InvalidArgument names the setting and why, or the file's own fault.
absl::StatusOr<std::string> WithSettings(std::string text, std::string_view file_name,
                                         const std::vector<std::string>& settings);

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_WHAT_IF_H_
