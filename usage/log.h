// Recorded responses, streams and session logs of many tools, read into one kind of record.
//
//   Log log(counter, [&](const Record& record) { output += record.tokens.output; });
//   log.BeginFile("calls.jsonl");
//   for (const JsonValue& value : values) {
//     if (absl::Status s = log.Add(value); !s.ok()) return s;
//   }
//   if (absl::Status s = log.EndFile(); !s.ok()) return s;
//   log.Finish();
//
// What a value is shows in its keys; the formats may be mixed:
//   Chat Completions, Responses, Embeddings and Images objects, bare or under `response`; streams
//   of them; lines of batch output files; Anthropic messages and their streams; Gemini responses;
//   LiteLLM spend logs; Claude Code and Codex session logs; OpenTelemetry gen_ai spans.

#ifndef TOKTALLY_USAGE_LOG_H_
#define TOKTALLY_USAGE_LOG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/json.h"
#include "chat/count.h"
#include "usage/record.h"

namespace toktally::usage {

// What was read and gave no record.
struct LogNotes {
  std::uint64_t without_usage = 0;  // well-formed values that say nothing of usage
  std::uint64_t duplicates = 0;     // the same call, logged again
  std::uint64_t failed = 0;         // batch lines and responses that are errors
};

class Log {
 public:
  using Sink = std::function<void(const Record&)>;

  // `counter` is borrowed; it counts the replies of streams that end without usage.
  Log(chat::Counter& counter, Sink sink) : counter_(counter), sink_(std::move(sink)) {}

  // `name` becomes the source of the records that follow.
  void BeginFile(std::string_view name);
  // One value. Errors (InvalidArgument with file, line and path): usage that contradicts itself.
  absl::Status Add(const JsonValue& value);
  // "data: [DONE]": the streams that are open are complete.
  absl::Status EndStreams();
  absl::Status EndFile();
  // Hands out what had to wait for a later, larger copy of itself.
  void Finish();

  const LogNotes& notes() const { return notes_; }

 private:
  // A reply that comes in pieces.
  struct Stream {
    Record record;
    bool has_usage = false;
    std::string text;
    std::string calls;
  };
  // The state of a Codex session.
  struct Session {
    std::string model;
    pricing::Usage total;
    std::string replayed_second;  // of a sub-agent's copy of its parent's history
  };
  struct Claude {
    Record record;
    std::string request_id;
  };

  absl::Status AddResponse(const JsonValue& value, std::string_view time_key, bool batch);
  absl::Status AddChunk(const JsonValue& value);
  absl::Status AddResponsesEvent(const JsonValue& value, std::string_view type);
  absl::Status AddBatchLine(const JsonValue& value);
  absl::Status AddAnthropicMessage(const JsonValue& message, const Record& base);
  absl::Status AddAnthropicEvent(const JsonValue& value, std::string_view type);
  absl::Status AddGemini(const JsonValue& value);
  absl::Status AddSpend(const JsonValue& value);
  absl::Status AddClaudeCode(const JsonValue& line, const JsonValue& message);
  absl::Status AddCodex(const JsonValue& line, const JsonValue& payload);
  absl::Status AddCodexTokens(const JsonValue& line, const JsonValue& info);
  absl::Status AddSpans(const JsonValue& value, int depth);
  absl::Status AddSpan(const JsonValue& span, const JsonValue& attributes);
  absl::Status EndStream(Stream& stream);
  absl::Status Nothing();
  void Emit(Record record);

  chat::Counter& counter_;
  Sink sink_;
  LogNotes notes_;
  std::string file_;
  std::map<std::string, Stream, std::less<>> streams_;  // of this file, by id
  Session session_;
  std::map<std::string, std::map<std::string, Claude>, std::less<>> claude_;  // message, request
  std::set<std::string, std::less<>> codex_seen_;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_LOG_H_
