#include "bpe/claude/family.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace toktally::claude {
namespace {

constexpr std::string_view kWords[] = {"opus", "sonnet",   "haiku",   "fable", "instant",
                                       "fast", "thinking", "preview", "latest"};

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Of at most two digits.
int NumberOf(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::string_view("-_.@: ").find(c) == std::string_view::npos) {
      words.back().push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

std::string_view EncodingName(Family family) {
  constexpr std::string_view kNames[] = {"claude-v3", "claude-v4.7", "claude-v5"};
  return kNames[static_cast<int>(family)];
}

std::string_view PiecesName(Family family) { return family == Family::kV3 ? "v3" : "v4.7"; }

std::optional<Family> FamilyOfEncoding(std::string_view name) {
  for (const Family family : {Family::kV3, Family::kV47, Family::kV5}) {
    if (name == EncodingName(family)) return family;
  }
  return std::nullopt;
}

std::optional<ModelFamily> FamilyOfModel(std::string_view model) {
  model.remove_prefix(std::min(model.rfind('/') + 1, model.size()));
  const std::vector<std::string> words = WordsOf(model);
  const auto name = std::find(words.begin(), words.end(), "claude");
  // In front of it only a region and the vendor: us.anthropic.claude-…
  if (name == words.end() || name - words.begin() > 2) return std::nullopt;
  if (name != words.begin() && *(name - 1) != "anthropic") return std::nullopt;
  std::vector<int> version;
  bool ended = false;  // a word or a date stands behind the version
  for (auto word = name + 1; word != words.end(); ++word) {
    if (IsDigits(*word) && word->size() <= 2 && !ended && version.size() < 2) {
      version.push_back(NumberOf(*word));
      continue;
    }
    ended = !version.empty();
    const bool date = IsDigits(*word) && word->size() == 8;
    // Amazon's revision: v1:0.
    const bool revision = word->size() == 2 && (*word)[0] == 'v' && IsDigits(word->substr(1));
    const bool zero = *word == "0" && (word - 1)->starts_with('v');
    const bool known = std::find(std::begin(kWords), std::end(kWords), *word) != std::end(kWords);
    if (!date && !revision && !zero && !known) return std::nullopt;
  }
  if (version.empty() || version[0] < 3) return std::nullopt;
  version.resize(2);
  const auto at_least = [&version](int major, int minor) {
    return std::pair(version[0], version[1]) >= std::pair(major, minor);
  };
  if (at_least(5, 0)) return ModelFamily{Family::kV5, !at_least(5, 1)};
  if (at_least(4, 7)) return ModelFamily{Family::kV47, true};
  return ModelFamily{Family::kV3, true};
}

}  // namespace toktally::claude
