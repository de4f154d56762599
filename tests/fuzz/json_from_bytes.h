// JSON out of any bytes, full of the keys that a reader knows, so that fuzzing gets behind the
// parser.

#ifndef TOKTALLY_TESTS_FUZZ_JSON_FROM_BYTES_H_
#define TOKTALLY_TESTS_FUZZ_JSON_FROM_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace toktally::testing {

// What requests and usage logs have.
inline constexpr std::string_view kRequestWords[] = {
    "messages",
    "input",
    "role",
    "content",
    "type",
    "text",
    "input_text",
    "image_url",
    "input_image",
    "url",
    "detail",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "tool_call_id",
    "tools",
    "functions",
    "tool_choice",
    "response_format",
    "json_schema",
    "schema",
    "parameters",
    "properties",
    "required",
    "anyOf",
    "items",
    "enum",
    "$ref",
    "$defs",
    "description",
    "title",
    "default",
    "format",
    "object",
    "array",
    "string",
    "user",
    "system",
    "assistant",
    "tool",
    "message",
    "function_call",
    "function_call_output",
    "reasoning",
    "call_id",
    "id",
    "fc_1",
    "output",
    "model",
    "usage",
    "prompt_tokens",
    "choices",
    "delta",
    "response",
    "input_tokens",
    "custom_id",
    "body",
    "payload",
    "info",
    "attributes",
    "usageMetadata",
    "#/$defs/name",
    "gpt-4o",
    "gpt-4-0613",
    "gpt-5",
    "data:image/png;base64,iVBORw0KGgo=",
    "{}",
};

class JsonFromBytes {
 public:
  // `words` are the keys, and strings that stand as values.
  explicit JsonFromBytes(std::string_view bytes,
                         std::span<const std::string_view> words = kRequestWords)
      : bytes_(bytes), words_(words) {}

  std::string Make() {
    std::string out;
    Object(0, out);
    return out;
  }

 private:
  static constexpr int kDeepest = 12;
  std::uint8_t Next() { return at_ < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at_++]) : 0; }

  void Word(std::string& out) {
    out += '"';
    out += words_[Next() % words_.size()];
    out += '"';
  }

  void Object(int depth, std::string& out) {
    out += '{';
    const int members = Next() % 7;
    for (int i = 0; i < members; ++i) {
      if (i > 0) out += ',';
      Word(out);
      out += ':';
      Value(depth + 1, out);
    }
    out += '}';
  }

  void Array(int depth, std::string& out) {
    out += '[';
    const int elements = Next() % 5;
    for (int i = 0; i < elements; ++i) {
      if (i > 0) out += ',';
      Value(depth + 1, out);
    }
    out += ']';
  }

  void Value(int depth, std::string& out) {
    const int kind = Next() % 8;
    if (depth < kDeepest && kind < 3) return Object(depth, out);
    if (depth < kDeepest && kind < 5) return Array(depth, out);
    if (kind == 5) {
      out += std::to_string(Next());
    } else if (kind == 6) {
      out += Next() % 2 == 0 ? "null" : "true";
    } else {
      Word(out);
    }
  }

  std::string_view bytes_;
  std::span<const std::string_view> words_;
  std::size_t at_ = 0;
};

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_FUZZ_JSON_FROM_BYTES_H_
