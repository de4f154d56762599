#include "chat/json_text.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/json_lines.h"
#include "base/utf8.h"

namespace toktally::chat {
namespace {

void AppendHexEscape(std::uint32_t unit, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

void AppendEscapedCodePoint(std::uint32_t code_point, std::string& out) {
  if (code_point < 0x10000) return AppendHexEscape(code_point, out);
  AppendHexEscape(0xD800 + ((code_point - 0x10000) >> 10), out);
  AppendHexEscape(0xDC00 + ((code_point - 0x10000) & 0x3FF), out);
}

// The letter of a short escape, or 0.
char ShortEscape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void AppendJsonString(std::string_view text, bool ascii_only, std::string& out) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const char letter = ShortEscape(c)) {
      out += '\\';
      out += letter;
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      AppendHexEscape(static_cast<unsigned char>(c), out);
      ++at;
    } else if (ascii_only && static_cast<unsigned char>(c) >= 0x80) {
      const DecodedCodePoint decoded = DecodeCodePoint(text.data() + at);
      AppendEscapedCodePoint(decoded.value, out);
      at += decoded.length;
    } else {
      out += c;
      ++at;
    }
  }
  out += '"';
}

// Recursion ends at the depth that the parser allows.
void AppendJson(const JsonValue& value, JsonStyle style, std::string& out) {
  switch (value.kind()) {
    case JsonKind::kNull:
      out += "null";
      return;
    case JsonKind::kBool:
      out += value.boolean() ? "true" : "false";
      return;
    case JsonKind::kNumber:
      out += value.text();
      return;
    case JsonKind::kString:
      AppendJsonString(value.text(), style.ascii_only, out);
      return;
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  const bool object = value.is_object();
  out += object ? '{' : '[';
  bool first = true;
  for (auto child = value.first(); child; child = child->next()) {
    if (!first) out += style.spaces ? ", " : ",";
    first = false;
    if (object) {
      AppendJsonString(child->key(), style.ascii_only, out);
      out += style.spaces ? ": " : ":";
    }
    AppendJson(*child, style, out);
  }
  out += object ? '}' : ']';
}

std::string_view TextMember(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  return found && found->is_string() ? found->text() : std::string_view();
}

std::string RewriteJson(std::string_view text, JsonStyle style) {
  JsonOptions options;
  options.allow_duplicate_keys = true;
  const auto document = ParseJsonLine(text, "", options);
  if (!document.ok()) return std::string(text);
  std::string out;
  AppendJson(document->root(), style, out);
  return out;
}

}  // namespace toktally::chat
