#include "cli/io/ignore_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::cli {
namespace {

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
  const auto top =
      IgnoreRules::Below(IgnoreRules::None(), "",
                         {false, {IgnoreFile("*.txt\n/src/gen\n"), IgnoreFile("!b.txt\n")}, {}});
  const auto src = IgnoreRules::Below(top, "src", {false, {IgnoreFile("!a.txt\nc.md\n")}, {}});
  EXPECT_TRUE(top->Ignores("a.txt", false));
  EXPECT_FALSE(top->Ignores("b.txt", false));
  EXPECT_FALSE(src->Ignores("a.txt", false));
  EXPECT_FALSE(src->Ignores("b.txt", false));
  EXPECT_TRUE(src->Ignores("x.txt", false));
  EXPECT_TRUE(src->Ignores("gen", true));
  EXPECT_TRUE(src->Ignores("c.md", false));
  EXPECT_FALSE(top->Ignores("c.md", false));
}

TEST(IgnoreFile, LinesAreReadAsGitReadsThem) {
  using std::string_view_literals::operator""sv;
  const auto ignores = [](std::string_view text, std::string_view name) {
    return IgnoreFile(text).Judge(name, false) == IgnoreFile::Verdict::kIgnore;
  };
  EXPECT_TRUE(ignores("\xEF\xBB\xBFprivate.md\n", "private.md"));
  EXPECT_TRUE(ignores("x\0y"sv, "x"));
  EXPECT_TRUE(ignores("a\\  ", "a "));
  EXPECT_TRUE(ignores("a b  ", "a b"));
  EXPECT_TRUE(ignores("tab\t", "tab\t"));
  EXPECT_TRUE(ignores("\\!bang", "!bang"));
  EXPECT_FALSE(ignores("note\\", "note"));
  EXPECT_FALSE(ignores("note\\", "note\\"));
  EXPECT_FALSE(ignores("[abc", "[abc"));
  EXPECT_FALSE(ignores("!", "!"));
  EXPECT_FALSE(ignores("/", "x"));
}

TEST(IgnoreRules, WhatGitReadsDoesNotHoldInARepositoryInside) {
  const auto top = IgnoreRules::Below(IgnoreRules::None(), "",
                                      {true, {IgnoreFile("*.txt\n")}, {IgnoreFile("*.tmp\n")}});
  const auto inner = IgnoreRules::Below(top, "lib", {true, {IgnoreFile("c.md\n")}, {}});
  const auto below = IgnoreRules::Below(inner, "src", {});
  EXPECT_TRUE(top->Ignores("a.txt", false));
  EXPECT_FALSE(below->Ignores("a.txt", false));
  EXPECT_TRUE(below->Ignores("c.md", false));
  EXPECT_TRUE(below->Ignores("a.tmp", false));
}

TEST(IgnoreRules, WhatTheCounterReadsOverridesWhatGitReads) {
  const auto rules = IgnoreRules::Below(IgnoreRules::None(), "",
                                        {false, {IgnoreFile("*.txt\n")}, {IgnoreFile("!a.txt\n")}});
  EXPECT_FALSE(rules->Ignores("a.txt", false));
  EXPECT_TRUE(rules->Ignores("b.txt", false));
}

}  // namespace
}  // namespace toktally::cli
