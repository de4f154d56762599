// What one recorded call used, read from the usage objects of the APIs.

#ifndef TOKTALLY_USAGE_RECORD_H_
#define TOKTALLY_USAGE_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "pricing/usage.h"

namespace toktally::usage {

struct Record {
  std::string model;          // "" where the record names none
  std::string service_tier;   // as the response says; "" where it does not
  std::string day;            // YYYY-MM-DD in UTC; "" where no time is known
  std::string finish_reason;  // "stop", "length", …; "" where none is known
  std::string source;         // the file that it stood in
  pricing::Usage tokens;
  // The stream ended without usage: the reply's tokens are counted, the prompt's are not known.
  bool counted = false;
};

// Readers of the usage objects. Errors (InvalidArgument with file, line and path): a number that is
// none, more cached than prompt tokens, more reasoning than output, a total that is not the sum.

// Chat Completions, Responses, Embeddings, Images, Realtime, Transcription.
absl::StatusOr<pricing::Usage> ReadOpenAiUsage(const JsonValue& usage);
// Messages: input_tokens excludes what the cache reads and writes.
absl::StatusOr<pricing::Usage> ReadAnthropicUsage(const JsonValue& usage);
// usageMetadata: thoughts are billed as output beside the candidates.
absl::StatusOr<pricing::Usage> ReadGeminiUsage(const JsonValue& usage);
// gen_ai.usage.* attributes of a span, as an object or as OTLP's list of keys and values. nullopt
// if it has none.
absl::StatusOr<std::optional<Record>> ReadSpanAttributes(const JsonValue& attributes);

// "2026-11-22" of seconds since 1970 in UTC; "" for times outside of years 1970 to 9999.
std::string DayOfSeconds(std::int64_t seconds);
// The same of nanoseconds in digits.
std::string DayOfNanoseconds(std::string_view digits);
// The day of "2026-11-22T…" or "2026-11-22 …"; "" if the text does not begin with one.
std::string DayOfText(std::string_view timestamp);
// The day of a value that is either, in seconds or milliseconds; "" for others.
std::string DayOf(const std::optional<JsonValue>& time);

// The member, if it is there and not null.
std::optional<JsonValue> PresentMember(const JsonValue& object, std::string_view key);
// A text member, "" if there is none.
std::string_view TextOf(const JsonValue& object, std::string_view key);
// A number member that is a count, 0 if there is none.
absl::StatusOr<std::int64_t> CountOf(const JsonValue& object, std::string_view key);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_RECORD_H_
