// What stands around a request in files: a line of a batch input file, a line of a batch output
// file, a recording of a call with what was billed for it, or nothing.

#ifndef TOKTALLY_CHAT_ENVELOPE_H_
#define TOKTALLY_CHAT_ENVELOPE_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "chat/request.h"

namespace toktally::chat {

// Views and values of the record that it was read from.
struct Envelope {
  std::optional<JsonValue> request;  // nullopt only for a line of a batch output file
  std::string_view id;               // custom_id, else id; "" where there is none
  bool batch = false;                // a line of a batch input or output file
  std::optional<Endpoint> endpoint;  // of `url` or `endpoint`

  // What came back, where the record tells.
  std::optional<JsonValue> response;  // the whole object
  std::optional<JsonValue> usage;
  std::optional<JsonValue> reply;  // choices, output items, or the object that holds them
  std::string_view model;          // that answered; "" where nothing says
  std::optional<std::int64_t> created;
  // Why nothing in the request can tell the bill, as the record says; "" where it does not.
  std::string_view left_out;
};

// Reads what surrounds a request: `body` (with `custom_id` and `url`), `request` (beside `usage`,
// `response` or `output`), else the record itself. Errors (InvalidArgument, with file, line and
// path): one of these that is no object, a record that is neither an object nor an array.
absl::StatusOr<Envelope> OpenEnvelope(const JsonValue& record);

// Adds what an object says that an API returned, where the envelope does not say it already.
void AddResponse(const JsonValue& response, Envelope& envelope);

// The prompt and the completion tokens that a usage object of OpenAI, Anthropic, Google, Amazon or
// Cohere bills, what the cache read and wrote among the prompt; nullopt where it does not say.
std::optional<std::int64_t> BilledPrompt(const JsonValue& usage);
std::optional<std::int64_t> BilledCompletion(const JsonValue& usage);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_ENVELOPE_H_
