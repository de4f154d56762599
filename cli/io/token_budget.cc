#include "cli/io/token_budget.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "base/text.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::string_view kRuleBlanks = " \t\r";

// Takes the next word off; a word in double quotes may hold blanks.
std::string TakeWord(std::string_view& text) {
  text = Stripped(text);
  std::string word;
  if (text.starts_with('"')) {
    const std::size_t end = std::min(text.find('"', 1), text.size());
    word = text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
  }
  word = text.substr(0, text.find_first_of(kRuleBlanks));
  text.remove_prefix(word.size());
  return word;
}

std::string WithoutCommas(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ',' && c != ' ') digits += c;
  }
  return digits;
}

// "12.5" in thousandths; nullopt for anything else.
std::optional<std::uint64_t> ParsePercent(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::string digits(text.substr(0, dot));
  std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  if (digits.empty() || digits.size() > 9 || fraction.size() > 3) return std::nullopt;
  fraction.resize(3, '0');
  digits += fraction;
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoull(digits);
}

absl::Status SetLimit(std::string_view text, BudgetRule& rule) {
  const absl::Status wrong = absl::InvalidArgumentError(
      Concat("'", text, "' is no limit: 5000, 5,000, 60k, +500 and +10 % are"));
  const bool relative = text.starts_with('+');
  std::string_view bare = relative ? Stripped(text.substr(1)) : text;
  if (bare.ends_with('%')) {
    if (!relative) return wrong;
    bare = Stripped(bare.substr(0, bare.size() - 1));
    rule.growth_pct = ParsePercent(bare);
    if (!rule.growth_pct) return wrong;
    rule.limit_text = Concat("+", bare, " %");
    return absl::OkStatus();
  }
  const absl::StatusOr<std::uint64_t> tokens = ParseCount(WithoutCommas(bare));
  if (!tokens.ok()) return wrong;
  (relative ? rule.growth : rule.limit) = *tokens;
  rule.limit_text = Concat(relative ? "+" : "", GroupDigits(*tokens));
  return absl::OkStatus();
}

absl::Status AddRule(std::string_view line, std::size_t sign, std::size_t sign_size,
                     TokenBudget& budget, std::size_t number) {
  BudgetRule rule;
  rule.line = number;
  std::string_view left = line.substr(0, sign);
  rule.pattern = TakeWord(left);
  std::string_view pattern = rule.pattern;
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  rule.glob = Glob(pattern);
  if (pattern.empty() || rule.glob.malformed()) {
    return absl::InvalidArgumentError(
        Concat("'", rule.pattern, "' is no pattern: AGENTS.md, docs/**, *.md are"));
  }
  while (!Stripped(left).empty()) {
    const std::string word = TakeWord(left);
    if (word == "total") {
      rule.total = true;
    } else if (word == "always") {
      rule.always = true;
    } else if (word != "each") {
      return absl::InvalidArgumentError(Concat(
          "'", word, "' is unknown; between a pattern and <= may stand each, total, always"));
    }
  }
  if (absl::Status status = SetLimit(Stripped(line.substr(sign + sign_size)), rule); !status.ok()) {
    return status;
  }
  budget.rules.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status ParseLine(std::string_view line, std::size_t number, TokenBudget& budget) {
  const std::size_t comment =
      line.starts_with('#') ? 0 : std::min(line.find(" #"), line.find("\t#"));
  line = Stripped(line.substr(0, comment));
  if (line.empty()) return absl::OkStatus();
  for (const std::string_view sign : {"<=", "≤"}) {
    const std::size_t at = line.find(sign);
    if (at != std::string_view::npos) return AddRule(line, at, sign.size(), budget, number);
  }
  std::string_view rest = line;
  const std::string key = TakeWord(rest);
  const std::string value = TakeWord(rest);
  std::string* const target = key == "model"      ? &budget.model
                              : key == "encoding" ? &budget.encoding
                              : key == "against"  ? &budget.against
                                                  : nullptr;
  if (target == nullptr || value.empty() || !Stripped(rest).empty()) {
    return absl::InvalidArgumentError(
        Concat("'", line, "' says no limit; lines are PATTERN <= 5000, model NAME, encoding NAME, ",
               "against REVISION"));
  }
  *target = value;
  return absl::OkStatus();
}

// The text of a YAML scalar on one line: quotes taken off.
std::string_view UnquotedScalar(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::uint64_t BudgetRule::LimitFrom(std::uint64_t before) const {
  if (limit) return *limit;
  if (growth) return before + *growth;
  return before + before * growth_pct.value_or(0) / 100'000;
}

absl::StatusOr<TokenBudget> ParseTokenBudget(std::string_view text) {
  TokenBudget budget;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const absl::Status status = ParseLine(text.substr(0, end), number, budget);
    if (!status.ok()) {
      return absl::InvalidArgumentError(Concat(number, ": ", MessageOf(status)));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (budget.rules.empty()) return absl::InvalidArgumentError("1: no line says a limit");
  if (!budget.model.empty() && !budget.encoding.empty()) {
    return absl::InvalidArgumentError("1: model and encoding both say what to count with");
  }
  return budget;
}

std::string FrontMatter(std::string_view text) {
  std::string out;
  bool inside = false;
  bool taking = false;  // the value of a key that is wanted goes on
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line == "---") {
      if (inside) return out;
      inside = true;
      continue;
    }
    if (!inside) return "";
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (taking) out += Concat(Stripped(line), "\n");
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view key = line.substr(0, colon);
    taking = colon != std::string_view::npos && (key == "name" || key == "description");
    if (!taking) continue;
    const std::string_view value = UnquotedScalar(Stripped(line.substr(colon + 1)));
    // "|" and ">" say that the text stands on the lines below.
    const bool block = value.starts_with('|') || value.starts_with('>');
    if (!block && !value.empty()) out += Concat(value, "\n");
  }
  return "";  // a front matter without an end is none
}

}  // namespace toktally::cli
