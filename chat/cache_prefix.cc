#include "chat/cache_prefix.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/text.h"

namespace toktally::chat {
namespace {

bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Whether `text` begins with this pattern: 9 is a digit, f a hexadecimal digit, any other character
// itself.
bool Fits(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool fits = pattern[i] == '9'   ? IsDigit(text[i])
                      : pattern[i] == 'f' ? IsHex(text[i])
                                          : text[i] == pattern[i];
    if (!fits) return false;
  }
  return true;
}

std::size_t RunLength(std::string_view text, bool (*is)(char)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
}

// What begins at the first byte of `text`, which is at the beginning of a word.
std::optional<VolatileText> VolatileAt(std::string_view text) {
  using Kind = VolatileText::Kind;
  constexpr std::string_view kDay = "9999-99-99";
  if (Fits(text, kDay)) {
    const std::string_view rest = text.substr(kDay.size());
    const bool timed =
        !rest.empty() && (rest[0] == 'T' || rest[0] == ' ') && Fits(rest.substr(1), "99:99");
    if (!timed) return VolatileText{Kind::kDay, text.substr(0, kDay.size())};
    const bool seconds = Fits(rest.substr(1), "99:99:99");
    return VolatileText{Kind::kTime, text.substr(0, kDay.size() + (seconds ? 9 : 6))};
  }
  if (Fits(text, "99:99:99")) return VolatileText{Kind::kTime, text.substr(0, 8)};
  constexpr std::string_view kUuid = "ffffffff-ffff-ffff-ffff-ffffffffffff";
  if (Fits(text, kUuid)) return VolatileText{Kind::kUuid, text.substr(0, kUuid.size())};
  const std::size_t digits = RunLength(text, IsDigit);
  const std::size_t word = RunLength(text, IsWord);
  // Seconds or milliseconds since 1970, of the years 2017 to 2033.
  if ((digits == 10 || digits == 13) && digits == word && text[0] == '1' && text[1] >= '5') {
    return VolatileText{Kind::kUnixTime, text.substr(0, digits)};
  }
  const std::size_t hex = RunLength(text, IsHex);
  if (hex >= 32 && hex == word && digits != hex) {
    return VolatileText{Kind::kHash, text.substr(0, hex)};
  }
  return std::nullopt;
}

std::string_view RoleWord(const Message& message) {
  constexpr std::array<std::string_view, 6> kWords = {"system",    "developer", "user",
                                                      "assistant", "tool",      "function"};
  return message.is_result() ? "tool result" : kWords[static_cast<std::size_t>(message.role)];
}

std::optional<VolatileText> VolatileOf(const Message& message) {
  std::optional<VolatileText> found = FindVolatile(message.text);
  for (const ToolResult& result : message.results) {
    if (!found) found = FindVolatile(result.text);
  }
  for (const ToolCall& call : message.calls) {
    if (!found) found = FindVolatile(call.arguments);
  }
  return found;
}

// What stands before the messages: tools, and a system prompt that is no message.
PrefixPart Beginning(const Request& request, std::int64_t tokens) {
  const bool tools = !request.functions.empty() || !request.server_tools.empty();
  PrefixPart part;
  part.what = tools && !request.instructions.empty() ? "tools and system"
              : tools                                ? "tools"
              : request.instructions.empty()         ? "framing"
                                                     : "system";
  part.tokens = tokens;
  for (const Function& function : request.functions) {
    if (!part.unstable) part.unstable = FindVolatile(function.description);
  }
  if (!part.unstable) part.unstable = FindVolatile(request.instructions);
  return part;
}

}  // namespace

std::string_view VolatileName(VolatileText::Kind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"a time", "a day", "a UUID", "a Unix time",
                                                      "a long hexadecimal number"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<VolatileText> FindVolatile(std::string_view text) {
  std::optional<VolatileText> day;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsHex(text[i]) || (i > 0 && IsWord(text[i - 1]))) continue;
    const std::optional<VolatileText> found = VolatileAt(text.substr(i));
    if (!found) continue;
    // A day changes once a day, and may be no date of today at all: whatever changes more goes
    // first.
    if (found->kind != VolatileText::Kind::kDay) return found;
    if (!day) day = found;
  }
  return day;
}

absl::StatusOr<CachePrefix> FindCachePrefix(const Request& request, Counter& counter,
                                            const CountOptions& options) {
  std::vector<MessageUnit> units;
  auto prediction = counter.Count(request, options, units);
  if (!prediction.ok()) return prediction.status();
  if (units.empty()) {
    return absl::InvalidArgumentError("has no messages, so no prefix that others could share");
  }
  CachePrefix prefix;
  prefix.prediction = *std::move(prediction);
  std::int64_t before = prefix.prediction.prompt_tokens;
  for (const MessageUnit& unit : units) before -= unit.tokens;
  prefix.parts.push_back(Beginning(request, before));
  for (const MessageUnit& unit : units) {
    PrefixPart& part = prefix.parts.emplace_back();
    part.first = unit.first;
    part.end = unit.end;
    part.tokens = unit.tokens;
    part.what = absl::StrCat("message ", unit.first + 1,
                             unit.end - unit.first > 1 ? absl::StrCat("-", unit.end) : "", " (",
                             ToAbsl(RoleWord(request.messages[unit.first])), ")");
    for (std::size_t i = unit.first; i < unit.end && !part.unstable; ++i) {
      part.unstable = VolatileOf(request.messages[i]);
    }
  }
  std::int64_t up_to = 0;
  bool stable = true;
  for (std::size_t i = 0; i < prefix.parts.size(); ++i) {
    PrefixPart& part = prefix.parts[i];
    part.up_to = up_to += part.tokens;
    stable = stable && !part.unstable && i + 1 < prefix.parts.size();
    if (!stable) continue;
    prefix.stable_tokens = up_to;
    prefix.stable_parts = i + 1;
  }
  return prefix;
}

}  // namespace toktally::chat
