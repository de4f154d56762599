#include "base/sequence_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace toktally {
namespace {

using Ids = std::vector<std::uint32_t>;

bool EndsLine(std::uint32_t id) { return id == 0; }

// Applies the changes to `before`; empty if they do not fit together.
Ids Apply(const Ids& before, const Ids& after, const std::vector<SequenceChange>& changes) {
  Ids made;
  std::size_t at = 0;
  for (const SequenceChange& change : changes) {
    if (change.before_begin < at || change.before_end < change.before_begin) return {};
    made.insert(made.end(), before.begin() + static_cast<std::ptrdiff_t>(at),
                before.begin() + static_cast<std::ptrdiff_t>(change.before_begin));
    if (made.size() != change.after_begin) return {};
    made.insert(made.end(), after.begin() + static_cast<std::ptrdiff_t>(change.after_begin),
                after.begin() + static_cast<std::ptrdiff_t>(change.after_end));
    at = change.before_end;
  }
  made.insert(made.end(), before.begin() + static_cast<std::ptrdiff_t>(at), before.end());
  return made;
}

std::size_t Changed(const std::vector<SequenceChange>& changes) {
  std::size_t elements = 0;
  for (const SequenceChange& change : changes) {
    elements += change.before_end - change.before_begin + change.after_end - change.after_begin;
  }
  return elements;
}

// By dynamic programming over all pairs.
std::size_t LeastChanged(const Ids& a, const Ids& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      common[i + 1][j + 1] =
          a[i] == b[j] ? common[i][j] + 1 : std::max(common[i][j + 1], common[i + 1][j]);
    }
  }
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

TEST(SequenceDiff, NothingAndAllOfIt) {
  EXPECT_TRUE(DiffSequences({}, {}, EndsLine).empty());
  const Ids some{1, 2, 3};
  EXPECT_TRUE(DiffSequences(some, some, EndsLine).empty());
  EXPECT_EQ(Changed(DiffSequences({}, some, EndsLine)), 3u);
  EXPECT_EQ(Changed(DiffSequences(some, {}, EndsLine)), 3u);
}

// Without lines nothing is kept apart, and no diff is shorter.
TEST(SequenceDiff, IsTheShortestWithoutAnchors) {
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    const std::uint32_t kinds = 2 + static_cast<std::uint32_t>(random() % 5);
    Ids before(random() % 14);
    Ids after(random() % 14);
    for (std::uint32_t& id : before) id = 1 + static_cast<std::uint32_t>(random()) % kinds;
    for (std::uint32_t& id : after) id = 1 + static_cast<std::uint32_t>(random()) % kinds;
    const auto changes = DiffSequences(before, after, [](std::uint32_t) { return false; });
    ASSERT_EQ(Apply(before, after, changes), after);
    ASSERT_EQ(Changed(changes), LeastChanged(before, after));
  }
}

TEST(SequenceDiff, LinesAndLongChangesAreStillChangesThatFit) {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    Ids before(4000);
    for (std::uint32_t& id : before) id = static_cast<std::uint32_t>(random()) % 40;
    Ids after = before;
    for (int edit = 0; edit < (round % 3 == 0 ? 3000 : 20); ++edit) {
      const std::size_t at = random() % after.size();
      if (random() % 2 == 0) {
        after.erase(after.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        after.insert(after.begin() + static_cast<std::ptrdiff_t>(at),
                     static_cast<std::uint32_t>(random()) % 40);
      }
    }
    ASSERT_EQ(Apply(before, after, DiffSequences(before, after, EndsLine)), after);
  }
}

TEST(SequenceDiff, AMovedLineIsOneLineOutAndOneIn) {
  const Ids before{1, 1, 0, 2, 2, 0, 3, 3, 0, 4, 4, 0};
  const Ids after{2, 2, 0, 3, 3, 0, 1, 1, 0, 4, 4, 0};
  EXPECT_EQ(Changed(DiffSequences(before, after, EndsLine)), 6u);
}

}  // namespace
}  // namespace toktally
