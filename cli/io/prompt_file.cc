#include "cli/io/prompt_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "chat/prompt_file.h"
#include "cli/io/yaml.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kMostPromptBytes = std::size_t{16} << 20;

// The line at `at` without its end; moves `at` behind it.
std::string_view TakeLine(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// A .prompty file: YAML between two lines of `---`, and behind it the messages.
struct Halves {
  std::string_view head;
  std::string_view body;
};
absl::StatusOr<Halves> TakeApart(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t at = 0;
  if (TakeLine(text, at) != "---") {
    return absl::InvalidArgumentError(Concat(name, ":1: a .prompty file begins with a line ---"));
  }
  const std::size_t begin = at;
  while (at < text.size()) {
    const std::size_t line = at;
    if (TakeLine(text, at) == "---")
      return Halves{text.substr(begin, line - begin), text.substr(at)};
  }
  return absl::InvalidArgumentError(
      Concat(name, ":1: the second line --- is missing, which ends the head of a .prompty file"));
}

}  // namespace

bool IsPromptFile(const std::string& path) {
  return path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".prompty");
}

bool ForEachPromptRequest(const std::string& path, const Input& input,
                          const std::function<absl::Status(const JsonValue&, int line)>& use,
                          const std::function<bool(const absl::Status&)>& fail) {
  const std::string name = DisplayName(path);
  const auto text = input.ReadAll(path, kMostPromptBytes);
  if (!text.ok()) {
    return fail(absl::InvalidArgumentError(Concat(name, ": ", MessageOf(text.status()))));
  }
  const bool prompty = path.ends_with(".prompty");
  Halves halves{*text, {}};
  if (prompty) {
    const auto parts = TakeApart(*text, name);
    if (!parts.ok()) return fail(parts.status());
    halves = *parts;
  }
  const auto json = YamlToJson(halves.head, name, prompty ? 2 : 1);
  if (!json.ok()) return fail(json.status());
  const auto document = ParseJsonLine(*json, name);
  if (!document.ok()) return fail(document.status());
  bool go_on = true;
  const auto hand_on = [&](const std::string& request, int line) {
    JsonOptions options;
    options.first_line = line;
    const auto parsed = ParseJsonLine(request, name, options);
    const absl::Status status = parsed.ok() ? use(parsed->root(), line) : parsed.status();
    go_on = status.ok() || fail(status);
    return go_on;
  };
  const absl::Status status = prompty ? chat::ReadPrompty(document->root(), halves.body, hand_on)
                                      : chat::ReadPromptFile(document->root(), hand_on);
  if (!status.ok()) return fail(status);
  return go_on;
}

}  // namespace toktally::cli
