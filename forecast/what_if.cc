#include "forecast/what_if.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "forecast/json_values.h"

namespace toktally::forecast {
namespace {

absl::Status Bad(std::string_view setting, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(JsonQuote(setting), " ", why));
}

// As JSON: what is JSON stays as it is, everything else is a text.
std::string Literal(std::string_view value) {
  return JsonDocument::Parse(value, "value").ok() ? std::string(value) : JsonQuote(value);
}

absl::StatusOr<std::string> WithSetting(const std::string& text, std::string_view file_name,
                                        std::string_view setting) {
  const std::size_t equals = setting.find('=');
  const std::size_t dot = setting.substr(0, equals).rfind('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 ||
      dot + 1 == equals) {
    return Bad(setting, "is not WORKLOAD.KEY=VALUE");
  }
  const std::string_view key = setting.substr(dot + 1, equals - dot - 1);
  const auto document = JsonDocument::Parse(text, file_name, {.allow_comments = true});
  if (!document.ok()) return document.status();
  std::string_view name = setting.substr(0, dot);
  auto place = document->root().Find("workloads");
  std::optional<JsonValue> workload = place ? place->Find(name) : std::nullopt;
  if (const std::size_t slash = name.find('/'); !workload && slash != std::string_view::npos) {
    auto owner = place ? place->Find(name.substr(0, slash)) : std::nullopt;
    auto steps = owner ? owner->Find("steps") : std::nullopt;
    workload = steps ? steps->Find(name.substr(slash + 1)) : std::nullopt;
  }
  if (!workload || !workload->is_object()) {
    return Bad(setting, absl::StrCat("names no workload of ", ToAbsl(file_name)));
  }
  const std::string value = Literal(setting.substr(equals + 1));
  const std::string_view all = text;
  if (const auto old = workload->Find(key)) {
    return absl::StrCat(ToAbsl(all.substr(0, old->begin())), value, ToAbsl(all.substr(old->end())));
  }
  const std::size_t inside = workload->begin() + 1;  // behind the brace
  return absl::StrCat(ToAbsl(all.substr(0, inside)), JsonQuote(key), ": ", value,
                      workload->size() == 0 ? "" : ", ", ToAbsl(all.substr(inside)));
}

}  // namespace

absl::StatusOr<std::string> WithSettings(std::string text, std::string_view file_name,
                                         const std::vector<std::string>& settings) {
  for (const std::string& setting : settings) {
    auto changed = WithSetting(text, file_name, setting);
    if (!changed.ok()) return changed.status();
    text = *std::move(changed);
  }
  return text;
}

}  // namespace toktally::forecast
