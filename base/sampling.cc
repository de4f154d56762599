#include "base/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace toktally {
namespace {

// SplitMix64 (Steele, Lea and Flood 2014): the standard library's distributions differ from one
// implementation to the next.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
  }
  // Of the numbers below `limit`; that some are likelier by limit/2^64 does not show.
  std::uint64_t Below(std::uint64_t limit) { return Next() % limit; }

 private:
  std::uint64_t state_;
};

// Where the k-th of `strata` ranges begins. Without overflow.
std::uint64_t Begin(std::uint64_t total, std::uint64_t k, std::uint64_t strata) {
  return total / strata * k + total % strata * k / strata;
}

// The 97.5 % quantile of Student's t by its expansion around the normal one (Abramowitz and Stegun
// 26.7.5): within 0.1 % from four degrees of freedom on.
double StudentQuantile(double freedom) {
  constexpr double kZ = 1.959963984540054;
  const double z2 = kZ * kZ;
  const double g1 = kZ * (z2 + 1) / 4;
  const double g2 = kZ * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = kZ * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return kZ + g1 / freedom + g2 / (freedom * freedom) + g3 / (freedom * freedom * freedom);
}

}  // namespace

std::vector<std::uint64_t> DrawBytes(std::uint64_t total, std::uint64_t strata,
                                     std::uint64_t seed) {
  std::vector<std::uint64_t> bytes;
  bytes.reserve(static_cast<std::size_t>(strata) * 2);
  Random random(seed);
  for (std::uint64_t k = 0; k < strata; ++k) {
    const std::uint64_t begin = Begin(total, k, strata);
    const std::uint64_t length = Begin(total, k + 1, strata) - begin;
    for (int draw = 0; draw < 2; ++draw) {
      bytes.push_back(begin + (length == 0 ? 0 : random.Below(length)));
    }
  }
  return bytes;
}

SampledSum EstimateSum(std::span<const double> densities, std::uint64_t total) {
  const std::size_t strata = densities.size() / 2;
  if (strata == 0) return {};
  const double length = static_cast<double>(total) / static_cast<double>(strata);
  SampledSum sum;
  double variance = 0;
  double squares = 0;  // of the variances, for the degrees of freedom
  for (std::size_t k = 0; k < strata; ++k) {
    const double first = densities[2 * k];
    const double second = densities[2 * k + 1];
    sum.value += length * (first + second) / 2;
    const double within = length * length * (first - second) * (first - second) / 4;
    variance += within;
    squares += within * within;
  }
  if (variance == 0) return sum;
  // Satterthwaite's, corrected for what squares of estimates with one degree each come to.
  const double freedom = std::max(4.0, 3 * variance * variance / squares - 2);
  sum.half_width = StudentQuantile(freedom) * std::sqrt(variance);
  return sum;
}

}  // namespace toktally
