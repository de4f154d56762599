#include "chat/claude_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace toktally::chat {
namespace {

using Kind = ToolChoice::Kind;

// 3 to 4.6: 463 calls of text, 77 % of them exact and 91 % within 1.
constexpr ClaudeFrame kFrame{
    .base = 7, .per_message = 3, .first_message = 3, .system = 0, .single_message = 0};
// 4.7 and 4.8: 7 of 8 calls of text.
constexpr ClaudeFrame kFrame47{
    .base = 4, .per_message = 2, .first_message = 0, .system = 1, .single_message = 5};
// 5: 13 of 17.
constexpr ClaudeFrame kFrame5{
    .base = 4, .per_message = 2, .first_message = 0, .system = 1, .single_message = 0};

struct ToolRow {
  std::string_view line;  // "" for any
  int major;
  int minor;
  bool early;
  Kind choice;
  ClaudeToolPrompt prompt;
};

// The first row that fits counts. A named tool costs twice its name besides.
constexpr ToolRow kToolRows[] = {
    {"opus", 3, 0, false, Kind::kAuto, {534, 8}},
    {"opus", 3, 0, false, Kind::kRequired, {281, 0}},  // documented
    {"sonnet", 3, 0, false, Kind::kAuto, {159, 0}},    // documented
    {"sonnet", 3, 0, false, Kind::kRequired, {235, 0}},
    {"haiku", 3, 0, false, Kind::kAuto, {264, 0}},  // documented
    {"haiku", 3, 0, false, Kind::kRequired, {340, 0}},
    {"haiku", 3, 5, false, Kind::kAuto, {264, 47}},
    {"haiku", 3, 5, false, Kind::kRequired, {354, 2}},
    {"haiku", 3, 5, false, Kind::kNamed, {354, 5}},
    {"sonnet", 3, 5, true, Kind::kAuto, {292, 5}},
    {"", 3, 5, false, Kind::kAuto, {314, 8}},
    {"", 3, 5, false, Kind::kRequired, {315, 9}},
    {"", 3, 7, false, Kind::kAuto, {314, 0}},  // like 3.5
    {"", 3, 7, false, Kind::kRequired, {315, 0}},
    {"", 4, 0, false, Kind::kAuto, {314, 41}},
    {"", 4, 0, false, Kind::kRequired, {316, 10}},
    {"", 4, 0, false, Kind::kNamed, {264, 24}},
    {"", 4, 1, false, Kind::kAuto, {314, 0}},  // like 4
    {"", 4, 1, false, Kind::kRequired, {316, 0}},
    {"", 4, 1, false, Kind::kNamed, {264, 0}},
    {"", 4, 5, false, Kind::kAuto, {497, 88}},
    {"", 4, 5, false, Kind::kNone, {497, 2}},
    {"", 4, 5, false, Kind::kRequired, {589, 17}},
    {"", 4, 5, false, Kind::kNamed, {584, 35, 4}},
    {"", 4, 6, false, Kind::kAuto, {498, 28}},
    {"", 4, 6, false, Kind::kNone, {498, 15}},
    {"", 4, 6, false, Kind::kRequired, {590, 32}},
    {"", 4, 6, false, Kind::kNamed, {587, 4}},
    {"", 4, 7, false, Kind::kAuto, {676, 1}},
    {"", 4, 7, false, Kind::kRequired, {805, 1}},
    {"", 4, 8, false, Kind::kAuto, {676, 0}},  // like 4.7
    {"", 4, 8, false, Kind::kRequired, {805, 0}},
    {"", 5, 0, false, Kind::kAuto, {357, 4}},
};

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// Newer than this one: versions order by major, then minor.
bool AtLeast(const ClaudeVersion& version, int major, int minor) {
  return version.major > major || (version.major == major && version.minor >= minor);
}

}  // namespace

std::optional<ClaudeVersion> ParseClaudeVersion(std::string_view model) {
  std::string name;
  for (const char c : model) {
    name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  constexpr std::string_view kStem = "claude-";
  const std::size_t at = name.rfind(kStem);
  if (at == std::string::npos) return std::nullopt;
  ClaudeVersion version;
  int numbers = 0;
  for (std::size_t i = at + kStem.size(); i < name.size();) {
    const std::size_t begin = i;
    if (IsDigit(name[i])) {
      while (i < name.size() && IsDigit(name[i])) ++i;
      // Dates are longer; what follows the first two numbers is a release ("-v1:0").
      if (i - begin > 2) {
        version.early = version.early || name.substr(begin, i - begin) == "20240620";
        numbers = 2;
        continue;
      }
      int number = 0;
      std::from_chars(name.data() + begin, name.data() + i, number);
      if (numbers == 0) version.major = number;
      if (numbers == 1) version.minor = number;
      ++numbers;
    } else if (IsLetter(name[i])) {
      while (i < name.size() && (IsLetter(name[i]) || IsDigit(name[i]))) ++i;
      const std::string word = name.substr(begin, i - begin);
      if (word.size() == 2 && word[0] == 'v' && IsDigit(word[1])) numbers = 2;
      if (version.line.empty() && word.size() > 3 && word != "latest") version.line = word;
    } else {
      if (name[i] == '@' || name[i] == ':') numbers = std::max(numbers, 1);
      ++i;
    }
  }
  if (version.major < 3) return std::nullopt;
  return version;
}

claude::Family ClaudeFamilyOf(const ClaudeVersion& version) {
  if (version.major >= 5) return claude::Family::kV5;
  const bool newer = version.major == 4 && version.minor >= 7;
  return newer ? claude::Family::kV47 : claude::Family::kV3;
}

std::string ClaudeName(const ClaudeVersion& version) {
  if (version.minor == 0) return absl::StrCat("claude ", version.major);
  return absl::StrCat("claude ", version.major, ".", version.minor);
}

const ClaudeFrame& ClaudeFrameOf(const ClaudeVersion& version) {
  if (AtLeast(version, 5, 0)) return kFrame5;
  return AtLeast(version, 4, 7) ? kFrame47 : kFrame;
}

ClaudeToolPrompt ClaudeToolPromptOf(const ClaudeVersion& version, Kind choice) {
  if (choice == Kind::kDefault) choice = Kind::kAuto;
  const auto find = [](const ClaudeVersion& of, Kind kind) -> const ToolRow* {
    for (const ToolRow& row : kToolRows) {
      const bool fits = (row.line.empty() || row.line == of.line) && row.major == of.major &&
                        row.minor == of.minor && (!row.early || of.early) && row.choice == kind;
      if (fits) return &row;
    }
    return nullptr;
  };
  // Where nothing was seen: the nearest choice, then the newest version that is not newer.
  constexpr std::array<Kind, 3> kNearest = {Kind::kNamed, Kind::kRequired, Kind::kAuto};
  for (ClaudeVersion nearest = version; nearest.major >= 3;) {
    if (const ToolRow* row = find(nearest, choice)) {
      const bool same = nearest.major == version.major && nearest.minor == version.minor;
      return same ? row->prompt : ClaudeToolPrompt{row->prompt.tokens, 0, row->prompt.spread};
    }
    for (const Kind other : kNearest) {
      const bool wanted = choice == Kind::kNone ? other == Kind::kAuto : other >= Kind::kAuto;
      if (const ToolRow* row = wanted && other != choice ? find(nearest, other) : nullptr) {
        return {row->prompt.tokens, 0, row->prompt.spread};
      }
    }
    if (nearest.minor > 0) {
      --nearest.minor;
    } else {
      nearest = {nearest.line, nearest.major - 1, 9, false};
    }
  }
  return {};
}

std::int64_t ClaudeImageTokens(ImageSize size) {
  constexpr double kLongSide = 1568;
  constexpr double kPatch = 28;
  double width = size.width;
  double height = size.height;
  const double fit = std::min(1.0, kLongSide / std::max(width, height));
  width = std::max(1.0, std::floor(width * fit));
  height = std::max(1.0, std::floor(height * fit));
  return static_cast<std::int64_t>(std::ceil(width / kPatch) * std::ceil(height / kPatch)) + 3;
}

}  // namespace toktally::chat
