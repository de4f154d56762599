#include "base/histogram.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace toktally {
namespace {

using Bounds = Histogram::Bounds;

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 1024; ++value) histogram.Add(value);
  EXPECT_EQ(histogram.count(), 1024u);
  EXPECT_EQ(histogram.Quantile(1, 2), (Bounds{511, 511}));
  EXPECT_EQ(histogram.Quantile(1, 1), (Bounds{1023, 1023}));
  EXPECT_EQ(histogram.Quantile(0, 1), (Bounds{0, 0}));
}

TEST(HistogramTest, BucketsMeetAndStayNarrow) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1, power + power / 3}) {
      Histogram histogram;
      histogram.Add(value);
      const Bounds bounds = histogram.Quantile(1, 2);
      EXPECT_LE(bounds.low, value);
      EXPECT_GE(bounds.high, value);
      EXPECT_LE((bounds.high - bounds.low) * 128, bounds.low);
      if (bounds.high == UINT64_MAX) continue;
      Histogram next;
      next.Add(bounds.high + 1);
      EXPECT_EQ(next.Quantile(1, 2).low, bounds.high + 1);
    }
  }
}

TEST(HistogramTest, QuantilesHoldTheSortedValue) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> values;
  Histogram histogram;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(random() >> (random() % 64));
    histogram.Add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const std::uint64_t percent : {1, 10, 50, 90, 99, 100}) {
    const std::uint64_t value = values[percent * values.size() / 100 - 1];
    const Bounds bounds = histogram.Quantile(percent, 100);
    EXPECT_LE(bounds.low, value) << percent;
    EXPECT_GE(bounds.high, value) << percent;
  }
}

TEST(HistogramTest, PartsAddUpInAnyOrder) {
  std::mt19937_64 random(8);
  Histogram whole;
  Histogram parts[3];
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    whole.Add(value);
    parts[random() % 3].Add(value);
  }
  Histogram one = parts[0];
  one.Add(parts[1]);
  one.Add(parts[2]);
  Histogram other = parts[2];
  Histogram rest = parts[1];
  rest.Add(parts[0]);
  other.Add(rest);
  EXPECT_EQ(one, whole);
  EXPECT_EQ(other, whole);
}

TEST(HistogramTest, ItsBucketsMakeItAgain) {
  Histogram histogram;
  for (const std::uint64_t value : {3u, 3u, 1024u, 5'000'000u}) histogram.Add(value);
  histogram.Add(UINT64_MAX);
  Histogram read;
  for (const Histogram::Bucket& bucket : histogram.Buckets()) {
    EXPECT_TRUE(read.AddBucket(bucket.bounds.low, bucket.count));
  }
  EXPECT_EQ(read, histogram);
  EXPECT_FALSE(read.AddBucket(1025, 1));
  EXPECT_EQ(read, histogram);
}

TEST(HistogramTest, WithoutValuesThereIsNothingToSay) {
  EXPECT_EQ(Histogram().Quantile(1, 2), (Bounds{0, 0}));
  EXPECT_TRUE(Histogram().Buckets().empty());
}

}  // namespace
}  // namespace toktally
