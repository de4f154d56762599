#include "cli/report/unified_diff.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::cli {
namespace {

TEST(UnifiedDiffTest, IsAsDiffWritesIt) {
  EXPECT_EQ(UnifiedDiff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\n", "n"),
            "--- a/n\n+++ b/n\n@@ -1,6 +1,6 @@\n a\n b\n c\n-d\n+X\n e\n f\n");
  EXPECT_EQ(UnifiedDiff("a\n", "a\n", "n"), "");
  EXPECT_EQ(UnifiedDiff("", "a\n", "n"), "--- a/n\n+++ b/n\n@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(UnifiedDiff("a\n", "", "n"), "--- a/n\n+++ b/n\n@@ -1,1 +0,0 @@\n-a\n");
}

TEST(UnifiedDiffTest, ALineWithoutItsNewlineIsMarked) {
  EXPECT_EQ(
      UnifiedDiff("a", "b", "n"),
      "--- a/n\n+++ b/n\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline "
      "at end of file\n");
}

TEST(UnifiedDiffTest, ChangesFarApartAreHunksOfTheirOwn) {
  std::string before;
  for (int i = 0; i < 20; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("2\n"), 1, "x");
  after.replace(after.find("\n16\n") + 1, 2, "y");
  EXPECT_EQ(UnifiedDiff(before, after, "n"),
            "--- a/n\n+++ b/n\n@@ -1,6 +1,6 @@\n 0\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -14,7 +14,7 @@\n "
            "13\n 14\n 15\n-16\n+y\n 17\n 18\n 19\n");
}

}  // namespace
}  // namespace toktally::cli
