#include "cli/ignore_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::cli {
namespace {

TEST(GlobMatches, FollowsGitignore) {
  EXPECT_TRUE(GlobMatches("*.o", "main.o"));
  EXPECT_FALSE(GlobMatches("*.o", "main.obj"));
  EXPECT_FALSE(GlobMatches("*.o", "dir/main.o"));
  EXPECT_TRUE(GlobMatches("**/main.o", "main.o"));
  EXPECT_TRUE(GlobMatches("**/main.o", "a/b/main.o"));
  EXPECT_FALSE(GlobMatches("**/main.o", "a/xmain.o"));
  EXPECT_TRUE(GlobMatches("a/**/z", "a/z"));
  EXPECT_TRUE(GlobMatches("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(GlobMatches("a/**/z", "a/bz"));
  EXPECT_TRUE(GlobMatches("a/**", "a/b/c"));
  EXPECT_FALSE(GlobMatches("a/**", "a"));
  EXPECT_FALSE(GlobMatches("a**b", "a/b"));
  EXPECT_TRUE(GlobMatches("a**b", "axxb"));
  EXPECT_TRUE(GlobMatches("?at", "cat"));
  EXPECT_FALSE(GlobMatches("?at", "/at"));
  EXPECT_TRUE(GlobMatches("[a-c]at", "bat"));
  EXPECT_FALSE(GlobMatches("[!a-c]at", "bat"));
  EXPECT_TRUE(GlobMatches("[]x]", "]"));
  EXPECT_TRUE(GlobMatches("[ab", "[ab"));
  EXPECT_TRUE(GlobMatches("\\*", "*"));
  EXPECT_FALSE(GlobMatches("\\*", "x"));
  EXPECT_TRUE(GlobMatches("", ""));
  EXPECT_FALSE(GlobMatches("", "x"));
  EXPECT_TRUE(GlobMatches("**/*.c/**/x", "q/w.c/x"));
}

TEST(GlobMatches, ManyStarsTakeNoTime) {
  std::string glob;
  for (int i = 0; i < 100; ++i) glob += "*a";
  EXPECT_FALSE(GlobMatches(glob + "b", std::string(10'000, 'a')));
}

TEST(IgnoreFile, TheLastRuleThatMatchesDecides) {
  using Verdict = IgnoreFile::Verdict;
  const IgnoreFile file(
      "# comment\n\n*.log\n!keep.log\nbuild/\n/top\nsub/only.txt\n\\#hash\ntrailing   \r\nspace\\ "
      "\n");
  EXPECT_EQ(file.Judge("a/b.log", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("keep.log", false), Verdict::kKeep);
  EXPECT_EQ(file.Judge("a/build", true), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("a/build", false), Verdict::kNone);
  EXPECT_EQ(file.Judge("top", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("a/top", false), Verdict::kNone);
  EXPECT_EQ(file.Judge("sub/only.txt", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("x/sub/only.txt", false), Verdict::kNone);
  EXPECT_EQ(file.Judge("#hash", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("trailing", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("space ", false), Verdict::kIgnore);
  EXPECT_EQ(file.Judge("# comment", false), Verdict::kNone);
}

TEST(IgnoreRules, DeeperFilesOverrideThoseAbove) {
  const auto top = IgnoreRules::Below(IgnoreRules::None(), "",
                                      {IgnoreFile("*.txt\n/src/gen\n"), IgnoreFile("!b.txt\n")});
  const auto src = IgnoreRules::Below(top, "src", {IgnoreFile("!a.txt\nc.md\n")});
  EXPECT_TRUE(top->Ignores("a.txt", false));
  EXPECT_FALSE(top->Ignores("b.txt", false));
  EXPECT_FALSE(src->Ignores("a.txt", false));
  EXPECT_FALSE(src->Ignores("b.txt", false));
  EXPECT_TRUE(src->Ignores("x.txt", false));
  EXPECT_TRUE(src->Ignores("gen", true));
  EXPECT_TRUE(src->Ignores("c.md", false));
  EXPECT_FALSE(top->Ignores("c.md", false));
}

}  // namespace
}  // namespace toktally::cli
