// What one recorded call used, read from the usage objects of the APIs. No money here.

#ifndef TOKTALLY_CHAT_USAGE_RECORD_H_
#define TOKTALLY_CHAT_USAGE_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/json.h"

namespace toktally::chat {

// Tokens by how they are billed; no token is in two fields but reasoning, which is a part of
// output.
struct TokenCounts {
  std::int64_t uncached_input = 0;
  std::int64_t cached_input = 0;
  std::int64_t cache_write_short = 0;
  std::int64_t cache_write_long = 0;
  std::int64_t output = 0;
  std::int64_t reasoning_output = 0;
  std::int64_t audio_input = 0;
  std::int64_t audio_cached_input = 0;
  std::int64_t audio_output = 0;
  std::int64_t image_input = 0;
  std::int64_t image_cached_input = 0;
  std::int64_t image_output = 0;
  std::int64_t audio_seconds = 0;

  std::int64_t Input() const {
    return uncached_input + cached_input + cache_write_short + cache_write_long + audio_input +
           audio_cached_input + image_input + image_cached_input;
  }
  std::int64_t Output() const { return output + audio_output + image_output; }
  friend bool operator==(const TokenCounts&, const TokenCounts&) = default;
};

struct UsageRecord {
  std::string model;          // "" where the record names none
  std::string service_tier;   // as the response says; "" where it does not
  std::string day;            // YYYY-MM-DD in UTC; "" where no time is known
  std::string finish_reason;  // "stop", "length", …; "" where none is known
  std::string source;         // the file that it stood in
  TokenCounts tokens;
  // The stream ended without usage: the reply's tokens are counted, the prompt's are not known.
  bool counted = false;
};

// Readers of the usage objects. Errors (InvalidArgument with file, line and path): a number that is
// none, more cached than prompt tokens, more reasoning than output, a total that is not the sum.

// Chat Completions, Responses, Embeddings, Images, Realtime, Transcription.
absl::StatusOr<TokenCounts> ReadOpenAiUsage(const JsonValue& usage);
// Messages: input_tokens excludes what the cache reads and writes.
absl::StatusOr<TokenCounts> ReadAnthropicUsage(const JsonValue& usage);
// usageMetadata: thoughts are billed as output beside the candidates.
absl::StatusOr<TokenCounts> ReadGeminiUsage(const JsonValue& usage);
// gen_ai.usage.* attributes of a span, as an object or as OTLP's list of keys and values. nullopt
// if it has none.
absl::StatusOr<std::optional<UsageRecord>> ReadSpanAttributes(const JsonValue& attributes);

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

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_USAGE_RECORD_H_
