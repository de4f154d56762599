// What a log format is. Each stands in one file of formats/ with its evidence; formats.cc lists
// them, and docs/usage.md shows what is read.
//
// Reading has two halves. Read is pure: one value becomes entries, on any thread. The state of a
// format then takes the entries in the order of the log: it puts streams together and keeps of
// calls that are logged more than once the one that counts.

#ifndef TOKTALLY_USAGE_FORMAT_H_
#define TOKTALLY_USAGE_FORMAT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/json.h"
#include "usage/counts.h"
#include "usage/record.h"

namespace toktally::usage {

// What a value says.
struct Entry {
  enum class Kind : std::uint8_t {
    kNothing,  // well-formed, and nothing of usage
    kFailed,   // a call that failed
    kCall,     // a whole call
    kPart,     // of a call that comes in pieces
    kContext,  // what holds for the entries that follow in this file
  };
  Kind kind = Kind::kNothing;
  std::uint8_t format = 0;  // its place in Formats(); set by the log
  Record record;
  std::vector<Record> also;  // what the call bills to other models

  // Calls of one `id` are one call. Of the copies those of the highest `rank` count; among these
  // each `copy` is a call of its own if `apart`, and of one copy the largest counts. "" is a call
  // that has no copies.
  std::string id;
  std::string copy;
  int rank = 0;
  bool apart = true;

  // Pieces of a stream.
  bool has_usage = false;
  bool begins = false;  // a new call, even of the same id
  bool ends = false;
  std::string text;
  std::string calls;

  // Codex: what the session has used so far.
  std::optional<pricing::Usage> total;
  std::string second;  // of a history that is replayed
};

// Where the state of a format sends what it made of the entries.
class Emitter {
 public:
  virtual ~Emitter() = default;
  virtual void Emit(const Record& record) = 0;
  // Of a record that was emitted, because a better copy came.
  virtual void TakeBack(const Record& record) = 0;
  virtual void Duplicate() = 0;
  virtual void Nothing() = 0;
  // The tokens of a reply whose stream said no usage; an error if its model is not known.
  virtual absl::StatusOr<std::int64_t> CountReply(const Record& record, std::string_view text,
                                                  std::string_view calls) = 0;
};

class FormatState {
 public:
  virtual ~FormatState() = default;
  virtual void BeginFile(std::string_view /*name*/) {}
  virtual absl::Status Take(Entry entry, Emitter& out) = 0;
  // The streams that are open are complete.
  virtual absl::Status EndStreams(Emitter& /*out*/) { return absl::OkStatus(); }
};

// Stateless but for what NewState makes; used by many threads at once.
class Format {
 public:
  virtual ~Format() = default;
  virtual std::string_view name() const = 0;
  // Whether the value is of this format, from its whole shape.
  virtual bool Speaks(const JsonValue& value) const = 0;
  // Adds what the value says; nothing if it says nothing. InvalidArgument with file, line and path.
  virtual absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const = 0;
  virtual std::unique_ptr<FormatState> NewState() const;
};

// --- For the formats.

// Reads `usage` into a call.
absl::Status ReadCall(const JsonValue& usage, Dialect dialect, Entry& entry);

// The usual names of a model, a time, a session, a project and a key, of `object`; what the record
// has already stays.
void ReadSurroundings(const JsonValue& object, Record& record);

// The spellings of why a reply ended, as OpenAI has them: "stop", "length", "content_filter".
std::string FinishReason(std::string_view reason);

// Emits calls; keeps of copies the one that counts.
std::unique_ptr<FormatState> NewCallState();
// Puts pieces of one id together; the last usage of a stream counts, with what only an earlier one
// split.
std::unique_ptr<FormatState> NewStreamState();

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_FORMAT_H_
