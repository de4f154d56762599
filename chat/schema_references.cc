#include "chat/schema_references.h"

namespace toktally::chat {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// One step of a JSON pointer in a URI fragment: "%20" is a blank, "~1" a slash, "~0" a tilde.
std::string Unescape(std::string_view step) {
  std::string plain;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '%' || i + 2 >= step.size() || HexDigit(step[i + 1]) < 0 ||
        HexDigit(step[i + 2]) < 0) {
      plain += step[i];
      continue;
    }
    plain += static_cast<char>(HexDigit(step[i + 1]) * 16 + HexDigit(step[i + 2]));
    i += 2;
  }
  std::string name;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool escape =
        plain[i] == '~' && i + 1 < plain.size() && (plain[i + 1] == '0' || plain[i + 1] == '1');
    name += !escape ? plain[i] : plain[i + 1] == '1' ? '/' : '~';
    if (escape) ++i;
  }
  return name;
}

}  // namespace

SchemaDefinition* SchemaReferences::Find(const JsonValue& schema) {
  const auto reference = schema.Find("$ref");
  if (!reference || !reference->is_string()) return nullptr;
  const std::string_view text = reference->text();
  const auto [at, is_new] = by_text_.try_emplace(text, &nowhere_);
  if (!is_new || !text.starts_with('#')) return at->second;
  const std::optional<JsonValue> target = Follow(text.substr(1));
  if (!target || !target->is_object()) return at->second;
  // Two spellings of one pointer lead to one definition.
  SchemaDefinition& definition = by_target_[target->begin()];
  definition.schema = target;
  constexpr std::string_view kRecorded = "#/$defs/";
  definition.recorded =
      text.starts_with(kRecorded) && text.find('/', kRecorded.size()) == std::string_view::npos;
  if (target->begin() == root_.begin()) definition.written = true;
  at->second = &definition;
  return &definition;
}

std::optional<JsonValue> SchemaReferences::Follow(std::string_view pointer) {
  std::optional<JsonValue> at = root_;
  while (at && pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    at = Member(*at, Unescape(step));
    pointer.remove_prefix(step.size());
  }
  return pointer.empty() ? at : std::nullopt;
}

// Objects are indexed when they are first asked, so that n lookups in n members stay linear.
std::optional<JsonValue> SchemaReferences::Member(const JsonValue& parent,
                                                  const std::string& name) {
  if (!parent.is_object()) return std::nullopt;
  const auto [at, is_new] = members_.try_emplace(parent.begin());
  if (is_new) {
    for (auto child = parent.first(); child; child = child->next()) {
      at->second.insert_or_assign(child->key(), *child);
    }
  }
  const auto found = at->second.find(std::string_view(name));
  if (found == at->second.end()) return std::nullopt;
  return found->second;
}

}  // namespace toktally::chat
