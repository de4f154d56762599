#include "cli/io/token_budget.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally::cli {
namespace {

std::string ErrorOf(std::string_view text) {
  return std::string(ParseTokenBudget(text).status().message());
}

TEST(TokenBudget, ReadsEveryFormOfALimit) {
  const auto budget = ParseTokenBudget(
      "# for every session\n"
      "AGENTS.md <= 5000\r\n"
      "skills/**/SKILL.md ≤ 5,000 # each\n"
      "\n"
      "prompts/** total <= 60k\n"
      "prompts/** <= +12.5 %\n"
      "\"a file.md\" always each <= +500\n"
      "model gpt-4o\n"
      "against origin/main");
  ASSERT_TRUE(budget.ok()) << budget.status();
  ASSERT_EQ(budget->rules.size(), 5u);
  EXPECT_EQ(budget->rules[0].line, 2u);
  EXPECT_EQ(budget->rules[0].LimitFrom(0), 5000u);
  EXPECT_EQ(budget->rules[1].LimitFrom(7), 5000u);
  EXPECT_TRUE(budget->rules[2].total);
  EXPECT_EQ(budget->rules[2].LimitFrom(0), 60'000u);
  EXPECT_TRUE(budget->rules[3].relative());
  EXPECT_EQ(budget->rules[3].LimitFrom(1000), 1125u);
  EXPECT_EQ(budget->rules[3].LimitFrom(7), 7u);
  EXPECT_EQ(budget->rules[4].pattern, "a file.md");
  EXPECT_TRUE(budget->rules[4].always);
  EXPECT_EQ(budget->rules[4].LimitFrom(10), 510u);
  EXPECT_EQ(budget->model, "gpt-4o");
  EXPECT_EQ(budget->against, "origin/main");
}

TEST(TokenBudget, WhatIsNoLimitIsNamedWithItsLine) {
  EXPECT_EQ(ErrorOf("a <= 5\nb <= -1\n").substr(0, 20), "2: '-1' is no limit:");
  for (const char* limit : {"", "many", "5 %", "+", "+%", "+1e %", "1.5", "0x10", "+5 %%", "∞"}) {
    EXPECT_FALSE(ParseTokenBudget(std::string("a <= ") + limit).ok()) << limit;
  }
  for (const char* line :
       {"a", "<= 5", "[a <= 5", "a some <= 5", "model", "model a b", "# a <= 5"}) {
    EXPECT_FALSE(ParseTokenBudget(line).ok()) << line;
  }
  EXPECT_FALSE(ParseTokenBudget("a <= 1\nmodel m\nencoding e\n").ok());
}

TEST(FrontMatter, IsNameAndDescription) {
  EXPECT_EQ(FrontMatter("---\nname: pdf\nlicense: MIT\ndescription: \"Reads PDFs.\"\n---\nText\n"),
            "pdf\nReads PDFs.\n");
  EXPECT_EQ(FrontMatter(
                "---\r\nname: x\r\ndescription: >-\r\n  one\r\n  two\r\ntags:\r\n  - a\r\n---\r\n"),
            "x\none\ntwo\n");
  EXPECT_EQ(FrontMatter("# No front matter\n"), "");
  EXPECT_EQ(FrontMatter("---\nname: never ends\n"), "");
}

}  // namespace
}  // namespace toktally::cli
