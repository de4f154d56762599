// JSON documents, read strictly: price tables, workloads, baselines, single requests. Every error
// is one line with file, line and the path of the key, e.g.
//   prices.json:41: models[3].rows[0].rates.input: "-2.50" is negative; a rate must be >= 0
// Duplicate keys, trailing commas, NaN, nesting deeper than 64, ill-formed UTF-8 and anything after
// the value are errors. Numbers keep their text, so 1.25e-07 stays exactly that. Nothing recurses.
// nlohmann/json reads them; lines of logs, of which there are gigabytes, are read by json_lines.h,
// which takes and refuses the same texts and gives the same values.

#ifndef TOKTALLY_BASE_JSON_H_
#define TOKTALLY_BASE_JSON_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toktally {

enum class JsonKind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

// "null", "a boolean", "a number", "a string", "an array", "an object".
std::string_view JsonKindName(JsonKind kind);

class JsonValue;

struct JsonOptions {
  bool allow_comments = false;  // // to the end of the line, and /* */
  // Duplicate keys are wrong in what people write. Files of other tools may need them tolerated:
  // then the last one counts, as in most readers.
  bool allow_duplicate_keys = false;
  // The line that the text begins on: of a line of JSONL, its number.
  int first_line = 1;
};

// A parsed text. Immutable, thread-safe; movable, and values stay valid across a move of the
// document.
class JsonDocument {
 public:
  // `text` is copied; `file_name` is only for messages. InvalidArgument names file and line.
  static absl::StatusOr<JsonDocument> Parse(std::string_view text, std::string_view file_name,
                                            const JsonOptions& options = {});
  // Like Parse, but takes the text over.
  static absl::StatusOr<JsonDocument> ParseOwned(std::string text, std::string_view file_name,
                                                 const JsonOptions& options = {});
  // Like Parse, but the caller keeps `text` alive as long as the document. For embedded data.
  static absl::StatusOr<JsonDocument> ParseInPlace(std::string_view text,
                                                   std::string_view file_name,
                                                   const JsonOptions& options = {});

  JsonValue root() const;
  const std::string& file_name() const;

  struct Tree;

 private:
  friend absl::StatusOr<JsonDocument> ParseJsonLine(std::string_view, std::string_view,
                                                    const JsonOptions&);
  explicit JsonDocument(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const Tree> tree_;
};

// One value in a document: a cheap handle, valid while its document lives.
class JsonValue {
 public:
  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_number() const { return kind() == JsonKind::kNumber; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_object() const { return kind() == JsonKind::kObject; }

  int line() const;           // 1-based
  std::size_t begin() const;  // byte offsets of the value in the text
  std::size_t end() const;
  std::string Path() const;  // "models[3].rates.input"; "" for the root

  bool boolean() const;           // false for other kinds
  std::string_view text() const;  // a string's content, a number's literal text; else ""
  std::string_view key() const;   // the member's name; "" for elements and the root
  std::size_t size() const;       // elements or members; 0 for scalars

  // Children in the order of the text: loop with `for (auto v = a.first(); v; v = v->next())`.
  std::optional<JsonValue> first() const;
  std::optional<JsonValue> next() const;
  std::optional<JsonValue> Find(std::string_view key) const;  // linear; nullopt if absent
  // All children at once.
  std::vector<JsonValue> children() const;

  // A whole number >= 0 and <= most that is written as one (3, not 3.0, 3e2 or "3").
  absl::StatusOr<std::int64_t> WholeNumber(std::int64_t most = 1'000'000'000'000'000) const;

  // InvalidArgument "file:line: path: reason".
  absl::Status Error(std::string_view reason) const;
  // "file:line: path" for use inside other messages.
  std::string Where() const;

 private:
  friend class JsonDocument;
  friend class JsonLineReader;
  JsonValue(const JsonDocument::Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
  const JsonDocument::Tree* tree_;
  std::uint32_t index_;
};

// Reads one object field by field, remembers the first error, and finds keys nobody asked for.
//   JsonFields fields(value);
//   fields.String("id", &model.id);
//   fields.OptionalWholeNumber("limit", &model.limit);
//   if (absl::Status s = fields.Done(); !s.ok()) return s;
// A null is a value like others, of a type that none of the readers takes.
class JsonFields {
 public:
  explicit JsonFields(const JsonValue& object);

  void String(std::string_view key, std::string* out);
  void OptionalString(std::string_view key, std::string* out);
  void OptionalBool(std::string_view key, bool* out);
  void OptionalStrings(std::string_view key, std::vector<std::string>* out);
  void OptionalWholeNumber(std::string_view key, std::optional<std::int64_t>* out);
  // Any value; nullopt when absent. The key counts as known.
  std::optional<JsonValue> Value(std::string_view key);
  std::optional<JsonValue> RequiredValue(std::string_view key);
  std::optional<JsonValue> OfKind(std::string_view key, JsonKind kind);
  std::optional<JsonValue> RequiredOfKind(std::string_view key, JsonKind kind);

  // Remembers `status` if it is the first error.
  void Keep(absl::Status status);
  // Remembers that something is not there, for this reason, if it is the first that is missing.
  void KeepMissing(std::string_view reason);
  bool ok() const { return status_.ok() && missing_.ok(); }

  // The first error; else an error for the first key that no reader asked for, with the nearest key
  // that is known; else the first that is missing: a slip of the pen shows as both.
  absl::Status Done();

 private:
  JsonValue object_;
  std::vector<std::string_view> known_;
  absl::Status status_;
  absl::Status missing_;
};

// `text` as a JSON string literal with its quotes. Ill-formed UTF-8 becomes U+FFFD.
std::string JsonQuote(std::string_view text);

}  // namespace toktally

#endif  // TOKTALLY_BASE_JSON_H_
