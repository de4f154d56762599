#include "chat/tools.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "chat/json_text.h"
#include "chat/schema_references.h"

namespace toktally::chat {
namespace {

// A chain of references may be longer than the nesting of any schema that is written out.
constexpr int kMostNesting = 64;

// No model's context window is larger than this many tokens (1,050,000), of 16 bytes each.
constexpr std::size_t kMostText = std::size_t{1'050'000} * 16;

// The names of types that JSON schema has; a list with more repeats itself.
constexpr std::size_t kTypeNames = 7;

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view Strip(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsEmpty(const std::optional<JsonValue>& object) { return !object || object->size() == 0; }

// Bounds of texts, lists and numbers, which ToolStyle::kEarly does not show.
bool IsBound(std::string_view key) {
  constexpr std::array<std::string_view, 9> kBounds = {
      "minimum",   "maximum",  "exclusiveMinimum", "exclusiveMaximum", "minLength",
      "maxLength", "minItems", "maxItems",         "pattern"};
  for (const std::string_view bound : kBounds) {
    if (bound == key) return true;
  }
  return false;
}

// Keywords that change nothing in the text, or whose place in it is known.
bool IsRecordedKeyword(std::string_view key) {
  constexpr std::array<std::string_view, 19> kKeywords = {
      "type",         "properties", "required", "items",  "enum",        "const",
      "anyOf",        "oneOf",      "title",    "format", "description", "default",
      "$ref",         "$defs",      "$schema",  "strict", "definitions", "additionalProperties",
      "propertyNames"};
  for (const std::string_view keyword : kKeywords) {
    if (keyword == key) return true;
  }
  return false;
}

class Renderer {
 public:
  Renderer(ToolStyle style, RenderedText& out)
      : early_(style == ToolStyle::kEarly),
        out_(out.text),
        assumed_(out.assumed),
        too_long_(out.too_long) {}

  void Declare(const Function& function) {
    const std::optional<JsonValue>& root = function.parameters;
    references_ = root ? std::make_unique<SchemaReferences>(*root) : nullptr;
    Comment(function.description);
    out_ += "type ";
    out_ += function.name;
    const bool empty = !root || IsEmpty(root->Find("properties"));
    if (empty) {
      out_ += " = () => any;";
      return;
    }
    out_ += " = (_: ";
    const bool commented = !early_ && OwnComment(*root);
    Object(*root, 0, commented);
    out_ += ") => any;";
  }

 private:
  // Every line stripped and behind "// "; an empty line is "//".
  void Comment(std::string_view text) {
    text = Strip(text);
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view line = Strip(text.substr(0, end));
      out_ += line.empty() ? "//" : "// ";
      out_ += line;
      out_ += '\n';
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  // Title and description, with an empty comment line between them. True if there was either.
  bool OwnComment(const JsonValue& schema) {
    const std::string_view title = early_ ? std::string_view() : TextMember(schema, "title");
    const std::string_view description = TextMember(schema, "description");
    if (!title.empty()) {
      out_ += "// ";
      out_ += title;
      out_ += '\n';
      if (!description.empty()) out_ += "//\n";
    }
    Comment(description);
    return !title.empty() || !description.empty();
  }

  // A schema as it is to be written: what a reference leads to, in its place.
  struct Target {
    JsonValue schema;
    // The definition stands in the text already (it is referred to twice, or refers to itself), or
    // nowhere: written as "any". No recorded tool has such a reference.
    bool stopped = false;
  };

  // Follows a reference in order to write what it leads to. Every definition is written once, so
  // the text is as long as what it was made of.
  Target Enter(const JsonValue& written) {
    JsonValue schema = written;
    while (SchemaDefinition* const definition = references_->Find(schema)) {
      if (!definition->recorded) assumed_ = true;
      if (definition->written || !definition->schema) {
        assumed_ = true;
        return {written, true};
      }
      definition->written = true;
      schema = *definition->schema;
    }
    return {schema};
  }

  // A fact about the definition that `schema` refers to, looked up once; false if it refers to
  // none.
  template <typename Look>
  bool OfDefinition(const JsonValue& schema, std::optional<bool> SchemaDefinition::*fact,
                    Look look) {
    SchemaDefinition* const definition = references_->Find(schema);
    if (definition == nullptr || !definition->schema || definition->written) return false;
    std::optional<bool>& known = definition->*fact;
    if (!known) known = look(*definition->schema);
    return *known;
  }

  // Whether a property brings comments that need lines of their own.
  bool HasComments(const JsonValue& schema) const {
    if (early_) return !TextMember(schema, "description").empty();
    return !TextMember(schema, "description").empty() || !TextMember(schema, "title").empty() ||
           schema.Find("default").has_value();
  }

  bool PropertiesHaveComments(const JsonValue& object) {
    const auto properties = object.Find("properties");
    if (!properties) return false;
    for (auto property = properties->first(); property; property = property->next()) {
      if (HasComments(*property)) return true;
      if (OfDefinition(*property, &SchemaDefinition::has_comments,
                       [this](const JsonValue& schema) { return HasComments(schema); })) {
        return true;
      }
    }
    return false;
  }

  static std::unordered_set<std::string_view> RequiredOf(const JsonValue& object) {
    std::unordered_set<std::string_view> names;
    const auto required = object.Find("required");
    for (auto entry = required ? required->first() : std::nullopt; entry; entry = entry->next()) {
      names.insert(entry->text());
    }
    return names;
  }

  // `{ a: T, b?: T }`, or on many lines where anything has a comment. gpt-4-0613 always takes
  // lines.
  void Object(const JsonValue& object, int level, bool force_lines) {
    const bool lines = force_lines || early_ || PropertiesHaveComments(object);
    const auto properties = object.Find("properties");
    const std::unordered_set<std::string_view> required = RequiredOf(object);
    out_ += lines ? "{\n" : "{ ";
    bool first = true;
    for (auto property = properties->first(); property; property = property->next()) {
      const Target target = Enter(*property);
      if (early_ && IsBareObject(target.schema)) continue;
      if (lines) {
        PropertyComment(*property, target.schema, level);
        Indent(level);
      } else if (!first) {
        out_ += ", ";
      }
      first = false;
      out_ += property->key();
      out_ += required.contains(property->key()) ? ": " : "?: ";
      Type(target, level);
      if (lines) EndLine(*property, target.schema);
    }
    OtherProperties(object, level, lines);
    if (lines && level > 0) Indent(level - 1);
    out_ += lines ? "}" : " }";
  }

  // `additionalProperties: true` of the parameters themselves is shown (2 of 2, in one line).
  void OtherProperties(const JsonValue& object, int level, bool lines) {
    const auto others = object.Find("additionalProperties");
    if (early_ || level > 0 || !others || !others->boolean()) return;
    if (lines) assumed_ = true;
    out_ += lines ? "[key: string]: any,\n" : ", [key: string]: any";
  }

  void Indent(int level) {
    if (early_) out_.append(static_cast<std::size_t>(level) * 2, ' ');
  }

  // What stands beside a $ref counts before what it points to.
  void PropertyComment(const JsonValue& property, const JsonValue& schema, int level) {
    // gpt-4-0613 shows descriptions of the uppermost level only.
    if (early_ && level > 0) return;
    if (HasComments(property)) {
      OwnComment(property);
    } else {
      OwnComment(schema);
    }
  }

  void EndLine(const JsonValue& property, const JsonValue& schema) {
    out_ += ',';
    auto value = property.Find("default");
    if (!value) value = schema.Find("default");
    std::string notes;
    if (value && !early_) {
      notes = "default: ";
      AppendJson(*value, {}, notes);
    }
    // Bounds are paid for: this spelling fits 12 of 16 calls before gpt-5, and one of two since,
    // the other by 3.
    for (const std::string_view bound : {"minimum", "maximum"}) {
      const auto limit = schema.Find(bound);
      if (!limit || early_) continue;
      assumed_ = true;
      if (!notes.empty()) notes += ", ";
      notes += bound;
      notes += ": ";
      AppendJson(*limit, {}, notes);
    }
    if (!notes.empty()) out_ += " // " + notes;
    out_ += '\n';
  }

  static bool IsBareObject(const JsonValue& schema) {
    return TextMember(schema, "type") == "object" && IsEmpty(schema.Find("properties"));
  }

  void Type(const Target& target, int level) {
    if (out_.size() > kMostText) too_long_ = true;
    if (depth_ == kMostNesting) assumed_ = true;
    if (target.stopped || depth_ == kMostNesting || too_long_) {
      out_ += "any";
      return;
    }
    ++depth_;
    WrittenType(target.schema, level);
    --depth_;
  }

  void WrittenType(const JsonValue& schema, int level) {
    NoteUnrecordedKeywords(schema);
    if (const auto values = schema.Find("enum"); values && values->is_array()) {
      return Literals(*values);
    }
    if (const auto value = schema.Find("const")) return AppendJson(*value, {}, out_);
    for (const std::string_view key : {"anyOf", "oneOf"}) {
      const auto variants = schema.Find(key);
      if (variants && variants->is_array()) return Union(*variants, level);
    }
    const auto type = schema.Find("type");
    if (type && type->is_array()) return TypeList(schema, *type, level);
    NamedType(schema, type ? type->text() : std::string_view(), level);
  }

  void NoteUnrecordedKeywords(const JsonValue& schema) {
    for (auto member = schema.first(); member; member = member->next()) {
      const bool ignored = early_ && IsBound(member->key());
      if (!ignored && !IsRecordedKeyword(member->key())) assumed_ = true;
    }
  }

  void NamedType(const JsonValue& schema, std::string_view type, int level) {
    if (type == "array") return Array(schema, level);
    if (type == "integer") type = "number";
    const bool object = type == "object" || (type.empty() && schema.Find("properties"));
    if (object && !IsEmpty(schema.Find("properties"))) return Object(schema, level + 1, false);
    out_ += type.empty() ? std::string_view("any") : type;
  }

  void Literals(const JsonValue& values) {
    bool first = true;
    for (auto value = values.first(); value; value = value->next()) {
      if (!first) out_ += " | ";
      first = false;
      AppendJson(*value, {}, out_);
    }
  }

  void Array(const JsonValue& schema, int level) {
    const auto items = schema.Find("items");
    if (!items || !items->is_object() || items->size() == 0) {
      out_ += "any[]";
      return;
    }
    const Target target = Enter(*items);
    const JsonValue item = target.schema;
    const bool lines = !early_ && TextMember(item, "type") == "object" &&
                       !IsEmpty(item.Find("properties")) &&
                       (HasComments(item) || PropertiesHaveComments(item));
    if (!lines || depth_ == kMostNesting) {
      Type(target, level);
      out_ += "[]";
      return;
    }
    out_ += "Array<\n";
    OwnComment(item);
    ++depth_;
    Object(item, level + 1, false);
    --depth_;
    out_ += "\n>";
  }

  // One line if no variant has a comment. An object without properties is left out of it.
  void Union(const JsonValue& variants, int level) {
    const auto notes = [](const JsonValue& schema) {
      return !TextMember(schema, "description").empty() || schema.Find("format") ||
             schema.Find("default");
    };
    bool lines = false;
    for (auto variant = variants.first(); variant && !lines; variant = variant->next()) {
      lines = notes(*variant) || OfDefinition(*variant, &SchemaDefinition::has_notes, notes);
    }
    bool first = true;
    for (auto variant = variants.first(); variant; variant = variant->next()) {
      const Target target = Enter(*variant);
      if (!lines && IsBareObject(target.schema) && variants.size() > 1) continue;
      if (lines) {
        out_ += "\n | ";
      } else if (!first) {
        out_ += " | ";
      }
      first = false;
      Type(target, level);
      if (lines) VariantNotes(target.schema);
    }
    if (lines) out_ += '\n';
  }

  void VariantNotes(const JsonValue& schema) {
    std::string notes(TextMember(schema, "description"));
    if (const auto value = schema.Find("default")) {
      notes += notes.empty() ? "default: " : ", default: ";
      AppendJson(*value, {}, notes);
    }
    if (const std::string_view format = TextMember(schema, "format"); !format.empty()) {
      notes += notes.empty() ? "format: " : ", format: ";
      notes += format;
    }
    if (!notes.empty()) out_ += " // " + notes;
  }

  // ["string", "null"]: with a description every variant has a line and repeats it.
  void TypeList(const JsonValue& schema, const JsonValue& types, int level) {
    std::string_view description = TextMember(schema, "description");
    if (types.size() > kTypeNames) {
      assumed_ = true;
      description = {};
    }
    bool first = true;
    for (auto type = types.first(); type; type = type->next()) {
      if (!description.empty()) {
        out_ += "\n | ";
      } else if (!first) {
        out_ += " | ";
      }
      first = false;
      // In a list of types an array of anything is one of texts (6 of 6).
      const bool bare_array = type->text() == "array" && !schema.Find("items");
      if (bare_array) {
        out_ += "string[]";
      } else {
        NamedType(schema, type->text(), level);
      }
      if (!description.empty()) {
        out_ += " // ";
        out_ += description;
      }
    }
    if (!description.empty()) out_ += '\n';
  }

  const bool early_;
  std::string& out_;
  bool& assumed_;
  bool& too_long_;
  std::unique_ptr<SchemaReferences> references_;  // of the parameters that are being written
  int depth_ = 0;
};

// Keywords of a response format's schema that are not shown to the model.
bool IsDropped(std::string_view key) {
  constexpr std::array<std::string_view, 18> kDropped = {"required",         "additionalProperties",
                                                         "default",          "$schema",
                                                         "format",           "pattern",
                                                         "minLength",        "maxLength",
                                                         "minItems",         "maxItems",
                                                         "minimum",          "maximum",
                                                         "exclusiveMinimum", "uniqueItems",
                                                         "multipleOf",       "minProperties",
                                                         "maxProperties",    "exclusiveMaximum"};
  for (const std::string_view dropped : kDropped) {
    if (dropped == key) return true;
  }
  return false;
}

bool HoldsSchemasByName(std::string_view key) {
  return key == "properties" || key == "$defs" || key == "definitions" ||
         key == "patternProperties";
}

// Compact, ASCII only. The names of properties are no keywords; the values of enum and const no
// schemas.
void AppendSchema(const JsonValue& value, bool names, std::string& out) {
  constexpr JsonStyle kStyle{.spaces = false, .ascii_only = true};
  const bool object = value.is_object();
  if (!object && !value.is_array()) return AppendJson(value, kStyle, out);
  out += object ? '{' : '[';
  bool first = true;
  for (auto child = value.first(); child; child = child->next()) {
    const std::string_view key = child->key();
    if (object && !names && IsDropped(key)) continue;
    if (!first) out += ',';
    first = false;
    if (object) {
      AppendJsonString(key, true, out);
      out += ':';
    }
    if (object && !names && (key == "enum" || key == "const")) {
      AppendJson(*child, kStyle, out);
    } else {
      AppendSchema(*child, object && !names && HoldsSchemasByName(key), out);
    }
  }
  out += object ? '}' : ']';
}

}  // namespace

RenderedText RenderFunctions(std::span<const Function> functions, ToolStyle style, bool header) {
  RenderedText rendered;
  rendered.text = header ? "# Tools\n\n## functions\n\n" : "";
  rendered.text += "namespace functions {\n\n";
  Renderer renderer(style, rendered);
  for (const Function& function : functions) {
    renderer.Declare(function);
    rendered.text += "\n\n";
  }
  rendered.text += "} // namespace functions";
  return rendered;
}

std::string RenderResponseFormat(const ResponseFormat& format) {
  std::string text = "# Response Formats\n\n## ";
  text += format.name;
  text += "\n\n";
  if (!format.description.empty()) {
    text += "// ";
    text += format.description;
    text += '\n';
  }
  if (format.schema) AppendSchema(*format.schema, false, text);
  return text;
}

}  // namespace toktally::chat
