#include "cli/io/side_by_side.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace toktally::cli {
namespace {

TEST(SideBySideTest, EveryPieceIsDoneOnce) {
  for (const unsigned threads : {1u, 2u, 7u}) {
    for (const std::size_t count : {0, 1, 2, 1000}) {
      std::vector<std::atomic<int>> done(count);
      RunSideBySide(threads, count, [&](std::size_t i) { ++done[i]; });
      for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(SideBySideTest, AnExceptionIsThrownOn) {
  std::atomic<int> done{0};
  const auto work = [&](std::size_t i) {
    if (i == 3) throw std::runtime_error("three");
    ++done;
  };
  EXPECT_THROW(RunSideBySide(4, 100, work), std::runtime_error);
  EXPECT_LT(done, 100);
}

}  // namespace
}  // namespace toktally::cli
