#include "base/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace toktally {
namespace {

TEST(SamplingTest, TwoBytesOfEachStratumTheSameForTheSameSeed) {
  const std::vector<std::uint64_t> bytes = DrawBytes(1000, 10, 7);
  ASSERT_EQ(bytes.size(), 20u);
  for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(bytes[i] / 100, i / 2);
  EXPECT_EQ(bytes, DrawBytes(1000, 10, 7));
  EXPECT_NE(bytes, DrawBytes(1000, 10, 8));
  // The very numbers, so that a seed means the same to every version.
  EXPECT_THAT(DrawBytes(1'000'000, 2, 1), testing::ElementsAre(322'465, 428'519, 890'590, 780'235));
}

TEST(SamplingTest, WhatIsTheSameEverywhereIsKnown) {
  const SampledSum sum = EstimateSum(std::vector<double>(20, 0.25), 4000);
  EXPECT_DOUBLE_EQ(sum.value, 1000);
  EXPECT_DOUBLE_EQ(sum.half_width, 0);
  EXPECT_EQ(EstimateSum({}, 100).value, 0);
}

// Documents whose values per byte depend on their file, in groups as in a real folder, and of sizes
// over three powers of ten.
struct Population {
  std::vector<std::uint64_t> ends;
  std::vector<double> densities;
  double sum = 0;

  explicit Population(unsigned seed) {
    std::mt19937 random(seed);
    std::uint64_t at = 0;
    for (int file = 0; file < 60; ++file) {
      const double of_file = 0.15 + 0.01 * static_cast<double>(random() % 60);
      for (int document = 0; document < 100; ++document) {
        const std::uint64_t size = 10 + (std::uint64_t{1} << (random() % 10)) * (random() % 20);
        const double density = of_file * (0.7 + 0.006 * static_cast<double>(random() % 100));
        ends.push_back(at += size);
        densities.push_back(density);
        sum += density * static_cast<double>(size);
      }
    }
  }
  double DensityAt(std::uint64_t byte) const {
    const auto unit = std::upper_bound(ends.begin(), ends.end(), byte) - ends.begin();
    return densities[static_cast<std::size_t>(unit)];
  }
};

// Of 2,000 intervals 93 to 97 in a hundred hold the sum, however few are drawn.
TEST(SamplingTest, IntervalsHoldAsOftenAsTheySay) {
  const Population population(3);
  for (const std::uint64_t strata : {25, 100, 400}) {
    int held = 0;
    double mean = 0;
    constexpr int kDraws = 2000;
    for (int draw = 0; draw < kDraws; ++draw) {
      std::vector<double> densities;
      for (const std::uint64_t byte :
           DrawBytes(population.ends.back(), strata, static_cast<std::uint64_t>(draw))) {
        densities.push_back(population.DensityAt(byte));
      }
      const SampledSum sum = EstimateSum(densities, population.ends.back());
      mean += sum.value / kDraws;
      held += std::abs(sum.value - population.sum) <= sum.half_width ? 1 : 0;
    }
    EXPECT_GE(held, kDraws * 93 / 100) << strata;
    EXPECT_LE(held, kDraws * 97 / 100) << strata;
    EXPECT_NEAR(mean, population.sum, population.sum * 0.002) << strata;
  }
}

}  // namespace
}  // namespace toktally
