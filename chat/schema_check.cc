#include "chat/schema_check.h"

#include <array>
#include <string_view>
#include <utility>

#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

enum class Expected {
  kText,           // a text
  kTexts,          // an array of texts
  kTextOrTexts,    // `type`
  kArray,          // of anything
  kSchema,         // an object, or true or false
  kSchemas,        // an array of schemas
  kSchemasByName,  // an object of schemas
  kItems,          // a schema, or the array of schemas of older drafts
};

// Keywords that are counted, and those that hold schemas. Any other may hold what it likes.
constexpr std::array<std::pair<std::string_view, Expected>, 18> kKeywords = {{
    {"$defs", Expected::kSchemasByName},
    {"$ref", Expected::kText},
    {"additionalProperties", Expected::kSchema},
    {"allOf", Expected::kSchemas},
    {"anyOf", Expected::kSchemas},
    {"definitions", Expected::kSchemasByName},
    {"description", Expected::kText},
    {"enum", Expected::kArray},
    {"format", Expected::kText},
    {"items", Expected::kItems},
    {"not", Expected::kSchema},
    {"oneOf", Expected::kSchemas},
    {"patternProperties", Expected::kSchemasByName},
    {"prefixItems", Expected::kSchemas},
    {"properties", Expected::kSchemasByName},
    {"required", Expected::kTexts},
    {"title", Expected::kText},
    {"type", Expected::kTextOrTexts},
}};

absl::Status CheckSubschema(const JsonValue& value) {
  return value.kind() == JsonKind::kBool ? absl::OkStatus() : CheckSchema(value);
}

absl::Status CheckEach(const JsonValue& values, absl::Status (*check)(const JsonValue&)) {
  for (auto value = values.first(); value; value = value->next()) {
    if (absl::Status status = check(*value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckText(const JsonValue& value) {
  return value.is_string() ? absl::OkStatus() : WrongKind(value, "a text");
}

absl::Status CheckKeyword(const JsonValue& value, Expected expected) {
  if (value.is_null()) return absl::OkStatus();
  switch (expected) {
    case Expected::kText:
      return CheckText(value);
    case Expected::kTextOrTexts:
      if (value.is_string()) return absl::OkStatus();
      if (!value.is_array()) return WrongKind(value, "a text or an array of texts");
      return CheckEach(value, CheckText);
    case Expected::kTexts:
      if (value.kind() == JsonKind::kBool) return absl::OkStatus();
      if (!value.is_array()) return WrongKind(value, "an array of texts");
      return CheckEach(value, CheckText);
    case Expected::kArray:
      return value.is_array() ? absl::OkStatus() : WrongKind(value, "an array");
    case Expected::kSchema:
      return CheckSubschema(value);
    case Expected::kSchemas:
      if (!value.is_array()) return WrongKind(value, "an array of schemas");
      return CheckEach(value, CheckSubschema);
    case Expected::kSchemasByName:
      if (!value.is_object()) return WrongKind(value, "an object of schemas");
      return CheckEach(value, CheckSubschema);
    case Expected::kItems:
      return value.is_array() ? CheckEach(value, CheckSubschema) : CheckSubschema(value);
  }
  return absl::OkStatus();
}

}  // namespace

// Recursion ends at the depth that the parser allows.
absl::Status CheckSchema(const JsonValue& schema) {
  if (!schema.is_object()) return WrongKind(schema, "a JSON schema");
  for (auto member = schema.first(); member; member = member->next()) {
    const std::string_view key = member->key();
    for (const auto& [keyword, expected] : kKeywords) {
      if (keyword != key) continue;
      if (absl::Status status = CheckKeyword(*member, expected); !status.ok()) return status;
      break;
    }
  }
  return absl::OkStatus();
}

}  // namespace toktally::chat
