#include "cli/io/glob.h"

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
  EXPECT_TRUE(GlobMatches("x**\\/y", "x/y"));
  EXPECT_FALSE(GlobMatches("**\\/y", "y"));
  EXPECT_TRUE(GlobMatches("**\\/y", "a/b/y"));
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

TEST(GlobMatches, KnowsClasses) {
  EXPECT_TRUE(GlobMatches("run[[:digit:]].log", "run7.log"));
  EXPECT_FALSE(GlobMatches("run[[:digit:]].log", "runx.log"));
  EXPECT_TRUE(GlobMatches("[^[:upper:][:space:]x-]", "a"));
  EXPECT_FALSE(GlobMatches("[^[:upper:][:space:]x-]", "-"));
  EXPECT_FALSE(GlobMatches("[^[:upper:][:space:]x-]", "Q"));
  EXPECT_TRUE(GlobMatches("[\\]]", "]"));
  EXPECT_TRUE(GlobMatches("[!]a-]", "b"));
  EXPECT_FALSE(GlobMatches("[!]a-]", "]"));
  EXPECT_TRUE(GlobMatches("[a-\\c]", "b"));
  EXPECT_TRUE(GlobMatches("[[:]", ":"));
  EXPECT_TRUE(GlobMatches("[[:]", "["));
  EXPECT_FALSE(GlobMatches("a[!x]b", "a/b"));
  EXPECT_TRUE(GlobMatches("[\xC3][\xA9]", "\xC3\xA9"));  // bytes, as git
}

TEST(GlobMatches, WhatIsMalformedMatchesNothing) {
  for (const char* glob : {"[ab", "a\\", "[[:word:]]", "[[:digit:", "[a\\", "*[", "["}) {
    EXPECT_TRUE(Glob(glob).malformed()) << glob;
    EXPECT_FALSE(GlobMatches(glob, glob)) << glob;
  }
}

}  // namespace
}  // namespace toktally::cli
