// The sum over a large population from a small random part of it, with a confidence interval that
// holds. The population lies end to end by size, as files do on a disk; each unit (a document) has
// a size that is known beforehand and a value that costs work to find, such as its tokens.
//
// The range of bytes is cut into strata of equal length and two bytes are drawn at random in each;
// a byte gives the value per byte of the unit that it lies in. Large units are drawn more often, as
// they count for more, and neighbours that are alike (sorted by type and size) share strata, which
// narrows the interval. Units are taken whole, so that what is alike within one does not pass for
// so many observations.
//
//   const std::vector<std::uint64_t> bytes = DrawBytes(total, strata, seed);
//   std::vector<double> densities;            // of each byte: the value of its unit / its size
//   const SampledSum sum = EstimateSum(densities, total);   // sum.value ± sum.half_width
//
// The estimate has no bias, and neither has that of its variance: two independent draws in a
// stratum give the variance within it. (Hansen and Hurwitz 1943; Cochran, Sampling Techniques,
// chapters 5A and 9A.)

#ifndef TOKTALLY_BASE_SAMPLING_H_
#define TOKTALLY_BASE_SAMPLING_H_

#include <cstdint>
#include <span>
#include <vector>

namespace toktally {

// Two bytes of each of `strata` ranges of equal length, in order: the same for the same seed on
// every machine. `strata` is at least 1 and at most `total`.
std::vector<std::uint64_t> DrawBytes(std::uint64_t total, std::uint64_t strata, std::uint64_t seed);

struct SampledSum {
  double value = 0;
  double half_width = 0;  // of the interval that holds the sum with 95 %
};

// From the value per byte at each of DrawBytes, in the same order.
SampledSum EstimateSum(std::span<const double> densities, std::uint64_t total);

}  // namespace toktally

#endif  // TOKTALLY_BASE_SAMPLING_H_
