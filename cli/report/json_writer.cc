#include "cli/report/json_writer.h"

#include <cassert>

#include "base/utf8.h"
#include "cli/report/escape.h"
#include "cli/report/text.h"

namespace toktally::cli {

JsonWriter& JsonWriter::BeginObject(bool inline_items) { return Begin('{', inline_items); }
JsonWriter& JsonWriter::EndObject() { return End('}'); }
JsonWriter& JsonWriter::BeginArray(bool inline_items) { return Begin('[', inline_items); }
JsonWriter& JsonWriter::EndArray() { return End(']'); }

JsonWriter& JsonWriter::Key(std::string_view key) {
  assert(!after_key_);
  BeforeValue();
  output_.Print(JsonQuote(key));
  output_.Print(pretty_ ? ": " : ":");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  BeforeValue();
  output_.Print(JsonQuote(value));
  return *this;
}

JsonWriter& JsonWriter::Uint(std::uint64_t value) {
  BeforeValue();
  output_.Print(std::to_string(value));
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  BeforeValue();
  output_.Print(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  BeforeValue();
  output_.Print("null");
  return *this;
}

JsonWriter& JsonWriter::Bytes(std::string_view key, std::string_view value) {
  Key(key).String(value);
  if (!IsWellFormed(value)) Key(Concat(key, "_base64")).String(Base64(value));
  return *this;
}

JsonWriter& JsonWriter::Begin(char open, bool inline_items) {
  BeforeValue();
  output_.Print(std::string_view(&open, 1));
  const bool inherited = !levels_.empty() && levels_.back().inline_items;
  levels_.push_back({!pretty_ || inline_items || inherited});
  return *this;
}

JsonWriter& JsonWriter::End(char close) {
  assert(!levels_.empty() && !after_key_);
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty && !level.inline_items) Indent();
  output_.Print(std::string_view(&close, 1));
  if (levels_.empty()) output_.Print("\n");
  return *this;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.empty) output_.Print(level.inline_items && pretty_ ? ", " : ",");
  level.empty = false;
  if (!level.inline_items) Indent();
}

void JsonWriter::Indent() { output_.Print(Concat('\n', std::string(2 * levels_.size(), ' '))); }

std::string JsonQuote(std::string_view value) {
  return Concat('"', EscapeForJson(IsWellFormed(value) ? value : ReplaceIllFormed(value)), '"');
}

}  // namespace toktally::cli
