// What the readers of tokenizer.json share.

#ifndef TOKTALLY_BPE_LOADER_JSON_FIELDS_H_
#define TOKTALLY_BPE_LOADER_JSON_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/text.h"

namespace toktally {

inline constexpr std::int64_t kMostIds = 1 << 24;

inline std::string TypeOf(const JsonValue& value) {
  const auto type = value.is_object() ? value.Find("type") : std::nullopt;
  return type ? std::string(type->text()) : "";
}

inline absl::Status Unsupported(const JsonValue& value, std::string_view what,
                                std::string_view supported) {
  return value.Error(Concat('"', what, "\" is not supported; ", supported));
}

inline bool IsTrue(const JsonValue& object, std::string_view key) {
  const auto value = object.Find(key);
  return value && value->boolean();
}

// A merge is "a b" or ["a", "b"].
inline absl::StatusOr<std::pair<std::string, std::string>> MergePair(const JsonValue& merge) {
  if (merge.is_string()) {
    const std::size_t blank = merge.text().find(' ');
    if (blank == std::string_view::npos) return merge.Error("is no pair");
    return std::pair(std::string(merge.text().substr(0, blank)),
                     std::string(merge.text().substr(blank + 1)));
  }
  const std::vector<JsonValue> pair = merge.children();
  if (!merge.is_array() || pair.size() != 2) return merge.Error("is no pair");
  return std::pair(std::string(pair[0].text()), std::string(pair[1].text()));
}

}  // namespace toktally

#endif  // TOKTALLY_BPE_LOADER_JSON_FIELDS_H_
