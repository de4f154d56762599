// The file .toktallybudget: how many tokens which files of a repository may have.
//
//   # of every session
//   AGENTS.md                        <= 5000
//   skills/**/SKILL.md               <= 5,000
//   skills/**/SKILL.md  always total <= 2,000     (names and descriptions)
//   prompts/**                       <= +10 %     (against a revision of git)
//   prompts/**          total        <= 60k
//   model gpt-5.4
//   against origin/main

#ifndef TOKTALLY_CLI_IO_TOKEN_BUDGET_H_
#define TOKTALLY_CLI_IO_TOKEN_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/glob.h"

namespace toktally::cli {

struct BudgetRule {
  std::size_t line = 0;  // of the file, counted from 1
  std::string pattern;   // as it was written
  Glob glob{""};
  bool total = false;   // of all files that match, not of each
  bool always = false;  // of what rides in every request: name and description of a front matter
  std::optional<std::uint64_t> limit;       // tokens
  std::optional<std::uint64_t> growth;      // tokens over the revision
  std::optional<std::uint64_t> growth_pct;  // percent over the revision, in thousandths
  std::string limit_text;                   // "5,000", "+10 %"

  bool relative() const { return growth || growth_pct; }
  // What a count may be that was `before` in the revision.
  std::uint64_t LimitFrom(std::uint64_t before) const;
};

struct TokenBudget {
  std::vector<BudgetRule> rules;
  std::string model;     // of a line "model NAME"
  std::string encoding;  // of a line "encoding NAME"
  std::string against;   // of a line "against REV"
};

// The error's message begins with the line: "3: …".
absl::StatusOr<TokenBudget> ParseTokenBudget(std::string_view text);

// Name and description of the YAML front matter that a file of agents' skills begins with, a line
// each; "" if there is none.
std::string FrontMatter(std::string_view text);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_TOKEN_BUDGET_H_
