#include "tests/base/json_both.h"

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/json_lines.h"
#include "base/json_tree.h"

namespace toktally::testing {
namespace {

void Describe(const JsonValue& value, std::string* out) {
  out->append(std::to_string(static_cast<int>(value.kind())));
  out->append(" line ").append(std::to_string(value.line()));
  out->append(" at ").append(std::to_string(value.begin()));
  out->append("-").append(std::to_string(value.end()));
  out->append(" size ").append(std::to_string(value.size()));
  out->append(value.boolean() ? " true " : " ");
  out->append(JsonQuote(value.key())).append(" = ").append(JsonQuote(value.text()));
  out->push_back('\n');
  for (auto child = value.first(); child; child = child->next()) Describe(*child, out);
}

std::string DescribeDocument(const absl::StatusOr<JsonDocument>& document) {
  if (!document.ok()) return "error: " + std::string(document.status().message());
  std::string out;
  Describe(document->root(), &out);
  return out;
}

// The escapes \uXXXX of a string's inside whose surrogates do not pair up.
bool HasLoneSurrogate(std::string_view inside) {
  const auto unit_at = [inside](std::size_t at) -> std::optional<unsigned long> {
    if (at + 6 > inside.size() || inside[at] != '\\' || inside[at + 1] != 'u') return std::nullopt;
    return std::strtoul(std::string(inside.substr(at + 2, 4)).c_str(), nullptr, 16);
  };
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] != '\\') continue;
    const auto unit = unit_at(at);
    if (!unit) {
      ++at;
      continue;
    }
    at += 5;
    if (*unit < 0xD800 || *unit >= 0xE000) continue;
    const auto low = unit_at(at + 1);
    if (*unit >= 0xDC00 || !low || *low < 0xDC00 || *low >= 0xE000) return true;
    at += 6;
  }
  return false;
}

// The raw text of a key is not kept: U+FFFD tells of what stood there.
bool IsBeyond(const JsonValue& value, std::string_view text) {
  if (value.is_number() && std::isinf(std::strtod(std::string(value.text()).c_str(), nullptr))) {
    return true;
  }
  if (value.is_string() &&
      HasLoneSurrogate(text.substr(value.begin(), value.end() - value.begin()))) {
    return true;
  }
  if (value.key().find("\xEF\xBF\xBD") != std::string_view::npos && HasLoneSurrogate(text)) {
    return true;
  }
  for (auto child = value.first(); child; child = child->next()) {
    if (IsBeyond(*child, text)) return true;
  }
  return false;
}

}  // namespace

std::string ReadByDocuments(std::string_view text, const JsonOptions& options) {
  return DescribeDocument(JsonDocument::ParseInPlace(text, "f", options));
}

std::string ReadByLines(std::string_view text, const JsonOptions& options) {
  return DescribeDocument(ParseJsonLine(text, "f", options));
}

bool TakenByNlohmann(std::string_view text, const JsonOptions& options) {
  JsonDocument::Tree tree;
  tree.text = text;
  return ReadJsonByNlohmann(&tree, options);
}

bool IsBeyondNlohmann(std::string_view text, const JsonOptions& options) {
  const auto document = ParseJsonLine(text, "f", options);
  return document.ok() && IsBeyond(document->root(), text);
}

}  // namespace toktally::testing
