// Writes a parsed JSON value anew, in the two spellings that the models' prompts use. Keys stay in
// their order and numbers as they were spelled.

#ifndef TOKTALLY_CHAT_JSON_TEXT_H_
#define TOKTALLY_CHAT_JSON_TEXT_H_

#include <string>
#include <string_view>

#include "base/json.h"

namespace toktally::chat {

struct JsonStyle {
  bool spaces = false;      // ", " and ": " as Python's json.dumps, else "," and ":"
  bool ascii_only = false;  // everything else as \uXXXX, as json.dumps does by default
};

void AppendJson(const JsonValue& value, JsonStyle style, std::string& out);
// A text as a JSON string with its quotes.
void AppendJsonString(std::string_view text, bool ascii_only, std::string& out);

// The text at `key` of an object; "" where there is none.
std::string_view TextMember(const JsonValue& object, std::string_view key);

// The value that `text` holds, written anew; `text` itself if it is not JSON.
std::string RewriteJson(std::string_view text, JsonStyle style);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_JSON_TEXT_H_
