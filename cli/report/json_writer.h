// JSON as it is printed: built in order, never held in memory, always valid. Money goes in as the
// decimal string that it is; what is unknown is Null().
//
//   JsonWriter json(output, /*pretty=*/true);
//   json.BeginObject();
//   json.Key("tokens").Uint(703);
//   json.EndObject();           // the last End… writes a newline

#ifndef TOKTALLY_CLI_REPORT_JSON_WRITER_H_
#define TOKTALLY_CLI_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/io/output.h"

namespace toktally::cli {

class JsonWriter {
 public:
  // Pretty: two spaces of indentation; else one line (JSONL).
  JsonWriter(Output& output, bool pretty) : output_(output), pretty_(pretty) {}

  // `inline_items`: the items stand on one line even when the writer is pretty (lists of numbers).
  JsonWriter& BeginObject(bool inline_items = false);
  JsonWriter& EndObject();
  JsonWriter& BeginArray(bool inline_items = false);
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);

  // Bytes that are not UTF-8 are written as U+FFFD; see Bytes.
  JsonWriter& String(std::string_view value);
  JsonWriter& Uint(std::uint64_t value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  // "key": value. If the value is not UTF-8, "key" holds it with U+FFFD for what is not, and
  // "key_base64" holds the very bytes.
  JsonWriter& Bytes(std::string_view key, std::string_view value);

 private:
  struct Level {
    bool inline_items;
    bool empty = true;
  };
  void BeforeValue();
  JsonWriter& Begin(char open, bool inline_items);
  JsonWriter& End(char close);
  void Indent();

  Output& output_;
  bool pretty_;
  bool after_key_ = false;
  std::vector<Level> levels_;
};

// `value` between quotes, as JSON (RFC 8259) wants it; also for error messages.
std::string JsonQuote(std::string_view value);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_JSON_WRITER_H_
