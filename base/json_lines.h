// JSON by the megabyte: the lines of logs and of request files, and JSON inside of their strings.
// The same language, errors and values as JsonDocument::Parse, which reads what people write; here
// the reader is our own, and several times as fast: UTF-8 is checked once for the whole text,
// strings are searched 16 bytes at a time, and a string with escapes keeps them until its text is
// asked for.
//
//   JsonLineReader reader;
//   JsonOptions options;
//   for (const std::string_view line : lines) {
//     const absl::StatusOr<JsonValue> value = reader.Read(line, "calls.jsonl", options);
//     if (value.ok() && value->Find("messages")) ++messages;
//     ++options.first_line;
//   }
//
// Because text() may have to undo escapes, the values of one line belong to one thread at a time.

#ifndef TOKTALLY_BASE_JSON_LINES_H_
#define TOKTALLY_BASE_JSON_LINES_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string_view>

#include "base/json.h"

namespace toktally {

// Reads one text after the other into the same memory.
class JsonLineReader {
 public:
  JsonLineReader();

  // The root of `text`, which the caller keeps alive with it. Good until the next call or the end
  // of the reader. Errors as in JsonDocument::Parse.
  absl::StatusOr<JsonValue> Read(std::string_view text, std::string_view file_name,
                                 const JsonOptions& options = {});

 private:
  std::shared_ptr<JsonDocument::Tree> tree_;
};

// One text with memory of its own, which may outlive the reader's next line. The caller keeps
// `text` alive as long as the document.
absl::StatusOr<JsonDocument> ParseJsonLine(std::string_view text, std::string_view file_name,
                                           const JsonOptions& options = {});

}  // namespace toktally

#endif  // TOKTALLY_BASE_JSON_LINES_H_
