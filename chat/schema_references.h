// The references ("$ref") of one JSON schema. Every lookup takes constant time, however often a
// definition is referred to and however many there are.

#ifndef TOKTALLY_CHAT_SCHEMA_REFERENCES_H_
#define TOKTALLY_CHAT_SCHEMA_REFERENCES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"

namespace toktally::chat {

// What a reference leads to.
struct SchemaDefinition {
  std::optional<JsonValue> schema;  // nullopt: nothing stands there
  bool recorded = false;            // of a kind that recorded calls have: #/$defs/NAME
  bool written = false;             // for whoever writes it out: it stands in the text already
  // Remembered by whoever asks for them first, so that a large definition is looked into once.
  std::optional<bool> has_comments;
  std::optional<bool> has_notes;
};

class SchemaReferences {
 public:
  explicit SchemaReferences(const JsonValue& root) : root_(root) {}
  SchemaReferences(const SchemaReferences&) = delete;
  SchemaReferences& operator=(const SchemaReferences&) = delete;

  // The definition that `schema` refers to; null if it refers to none.
  SchemaDefinition* Find(const JsonValue& schema);

 private:
  std::optional<JsonValue> Follow(std::string_view pointer);
  std::optional<JsonValue> Member(const JsonValue& parent, const std::string& name);

  JsonValue root_;
  SchemaDefinition nowhere_;
  std::unordered_map<std::string_view, SchemaDefinition*> by_text_;
  std::unordered_map<std::size_t, SchemaDefinition> by_target_;  // by where it begins
  std::unordered_map<std::size_t, std::unordered_map<std::string_view, JsonValue>> members_;
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_SCHEMA_REFERENCES_H_
