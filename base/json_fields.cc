// JsonFields of base/json.h.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "base/nearest.h"

namespace toktally {
JsonFields::JsonFields(const JsonValue& object) : object_(object) {
  known_.reserve(16);
  if (!object.is_object()) {
    status_ = object.Error(
        absl::StrCat("expected an object, found ", ToAbsl(JsonKindName(object.kind()))));
  }
}

void JsonFields::Keep(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

void JsonFields::KeepMissing(std::string_view reason) {
  if (missing_.ok()) missing_ = object_.Error(reason);
}

std::optional<JsonValue> JsonFields::Value(std::string_view key) {
  known_.push_back(key);
  return object_.Find(key);
}

std::optional<JsonValue> JsonFields::RequiredValue(std::string_view key) {
  std::optional<JsonValue> value = Value(key);
  if (!value) KeepMissing(absl::StrCat("\"", ToAbsl(key), "\" is missing"));
  return value;
}

std::optional<JsonValue> JsonFields::OfKind(std::string_view key, JsonKind kind) {
  std::optional<JsonValue> value = Value(key);
  if (!value || value->kind() == kind) return value;
  Keep(value->Error(absl::StrCat("expected ", ToAbsl(JsonKindName(kind)), ", found ",
                                 ToAbsl(JsonKindName(value->kind())))));
  return std::nullopt;
}

std::optional<JsonValue> JsonFields::RequiredOfKind(std::string_view key, JsonKind kind) {
  const std::optional<JsonValue> value = RequiredValue(key);
  return value ? OfKind(key, kind) : std::nullopt;
}

void JsonFields::String(std::string_view key, std::string* out) {
  if (const auto value = RequiredOfKind(key, JsonKind::kString)) *out = value->text();
}

void JsonFields::OptionalString(std::string_view key, std::string* out) {
  if (const auto value = OfKind(key, JsonKind::kString)) *out = value->text();
}

void JsonFields::OptionalBool(std::string_view key, bool* out) {
  if (const auto value = OfKind(key, JsonKind::kBool)) *out = value->boolean();
}

void JsonFields::OptionalStrings(std::string_view key, std::vector<std::string>* out) {
  const auto value = OfKind(key, JsonKind::kArray);
  if (!value) return;
  for (auto element = value->first(); element; element = element->next()) {
    if (!element->is_string()) {
      return Keep(element->Error(
          absl::StrCat("expected a string, found ", ToAbsl(JsonKindName(element->kind())))));
    }
    out->emplace_back(element->text());
  }
}

void JsonFields::OptionalWholeNumber(std::string_view key, std::optional<std::int64_t>* out) {
  const auto value = Value(key);
  if (!value) return;
  const auto number = value->WholeNumber();
  if (!number.ok()) return Keep(number.status());
  *out = *number;
}

absl::Status JsonFields::Done() {
  if (!status_.ok()) return status_;
  for (auto member = object_.first(); member; member = member->next()) {
    if (std::find(known_.begin(), known_.end(), member->key()) != known_.end()) continue;
    const std::vector<std::string_view> nearest = NearestNames(member->key(), known_, 1);
    return member->Error(absl::StrCat("unknown key", nearest.empty() ? "" : "; did you mean \"",
                                      nearest.empty() ? "" : ToAbsl(nearest.front()),
                                      nearest.empty() ? "" : "\"?"));
  }
  return missing_;
}

}  // namespace toktally
