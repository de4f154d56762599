// Recorded responses, streams and session logs of many tools, read into one kind of record.
//
//   Log log(counter, sink);
//   log.BeginFile("calls.jsonl");
//   for (const JsonValue& value : values) {
//     if (absl::Status s = log.Add(value); !s.ok()) return s;
//   }
//   if (absl::Status s = log.EndFile(); !s.ok()) return s;
//
// What a value is shows in its shape (formats.h lists them); the formats may be mixed. Each call is
// handed out once, however often and in whatever order it is logged: where a better copy of a call
// comes later, the former one is taken back. usage/reader.h does all of this for the bytes of
// files.

#ifndef TOKTALLY_USAGE_LOG_H_
#define TOKTALLY_USAGE_LOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/json.h"
#include "chat/count.h"
#include "usage/format.h"
#include "usage/record.h"

namespace toktally::usage {

// What was read and gave no record.
struct LogNotes {
  std::uint64_t without_usage = 0;  // well-formed values that say nothing of usage
  std::uint64_t duplicates = 0;     // the same call, logged again
  std::uint64_t failed = 0;         // batch lines and responses that are errors
};

// Takes the calls.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void Add(const Record& record) = 0;
  // A record that was added is none: a better copy of the call follows.
  virtual void TakeBack(const Record& record) = 0;
};

// What one value says: entries, or an error. Pure; any thread.
struct ReadValue {
  std::vector<Entry> entries;
  absl::Status status;  // InvalidArgument with file, line and path
};
ReadValue ReadLogValue(const JsonValue& value);

// One thread at a time.
class Log : private Emitter {
 public:
  // Both are borrowed. `counter` counts the replies of streams that end without usage.
  Log(chat::Counter& counter, RecordSink& sink) : counter_(counter), sink_(sink) {}
  ~Log() override = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // `name` becomes the source of the records that follow.
  void BeginFile(std::string_view name);
  // One value. Errors (InvalidArgument with file, line and path): usage that cannot be read.
  absl::Status Add(const JsonValue& value);
  // The same in two steps.
  absl::Status Take(ReadValue value);
  // A value of which is known that it says nothing of usage.
  void PassOver() { ++notes_.without_usage; }
  // "data: [DONE]": the streams that are open are complete.
  absl::Status EndStreams();
  absl::Status EndFile() { return EndStreams(); }

  const LogNotes& notes() const { return notes_; }

 private:
  void Emit(const Record& record) override;
  void TakeBack(const Record& record) override;
  void Duplicate() override { ++notes_.duplicates; }
  void Nothing() override { ++notes_.without_usage; }
  absl::StatusOr<std::int64_t> CountReply(const Record& record, std::string_view text,
                                          std::string_view calls) override;
  FormatState& StateOf(std::uint8_t format);

  chat::Counter& counter_;
  RecordSink& sink_;
  LogNotes notes_;
  std::string file_;
  std::vector<std::unique_ptr<FormatState>> states_;  // by place in Formats(); made when needed
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_LOG_H_
