#include "cli/options/sample_options.h"

#include <charconv>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace toktally::cli {
namespace {

// "0.5", "0.5%", "2 %".
absl::StatusOr<double> ParsePercent(std::string text) {
  while (!text.empty() && (text.back() == '%' || text.back() == ' ')) text.pop_back();
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (error == std::errc() && end == text.data() + text.size() && percent >= 0.01 &&
      percent <= 50) {
    return percent;
  }
  return absl::InvalidArgumentError("is no percentage from 0.01 to 50");
}

}  // namespace

void Declare(SampleOptions& options, OptionSet& set) {
  set.Flag("--sample", options.sample,
           "Estimate the total from a random part, drawn until it is as sure as --error says");
  set.Parsed(
      "--error", "PERCENT",
      [&options](const std::string& value) {
        const absl::StatusOr<double> percent = ParsePercent(value);
        if (percent.ok()) options.error = *percent;
        return percent.status();
      },
      "Of --sample: half of the 95 % interval, as a share of the total (default: 0.5 %)");
  set.Count("--seed", "N", options.seed, "Of --sample: another part (default: 1)");
}

}  // namespace toktally::cli
