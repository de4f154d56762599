// Numbers as people type and read them. No locale is ever asked.

#ifndef TOKTALLY_CLI_REPORT_NUMBER_H_
#define TOKTALLY_CLI_REPORT_NUMBER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace toktally::cli {

// The largest count that is accepted: a thousand times the tokens of the largest workload that we
// can imagine, and small enough that no sum of two wraps.
inline constexpr std::uint64_t kMaxCount = 1'000'000'000'000'000;

// A whole number ≥ 0: digits, with single `_` between digits; a decimal fraction, then a power of
// ten (e6, E+6, e-2) or a suffix k, K (10^3), M (10^6), G (10^9), if what comes out is whole.
// 1000000, 1_000_000, 1e6, 1M, 2.5k. InvalidArgument says what is wrong: empty, signs, nan, inf,
// 0x10, blanks, 1,000, fractions, more than kMaxCount.
absl::StatusOr<std::uint64_t> ParseCount(std::string_view text);

// "1,234,567".
std::string GroupDigits(std::uint64_t n);

// Sizes for people: "999", "1.0 K", "214 K", "3.5 M" (powers of 1000).
std::string FormatSize(std::uint64_t bytes);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_NUMBER_H_
