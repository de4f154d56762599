// A request to the Chat Completions, Responses or Embeddings API, read from JSON: what there is to
// count, without a model's rules.

#ifndef TOKTALLY_CHAT_REQUEST_H_
#define TOKTALLY_CHAT_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "chat/images.h"

namespace toktally::chat {

enum class Endpoint { kChat, kResponses, kEmbeddings };
std::string_view EndpointName(Endpoint endpoint);

enum class Role { kSystem, kDeveloper, kUser, kAssistant, kTool, kFunction };

struct ToolCall {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;  // as sent, usually JSON
};

// One entry of `messages` (Chat Completions) or `input` (Responses).
struct Message {
  enum class Kind {
    kMessage,    // any role; of an assistant perhaps with calls; a tool's or function's result
    kCall,       // Responses: function_call, one entry in `calls`
    kResult,     // Responses: function_call_output
    kReasoning,  // Responses: what the model thought, sent back
    kOpaque,     // something whose tokens its text does not tell
  };
  Kind kind = Kind::kMessage;
  Role role = Role::kUser;
  std::string_view text;  // all text parts, joined without a separator
  std::string_view name;
  std::string_view call_id;  // of a result: the call that it answers
  std::vector<ToolCall> calls;
  std::vector<std::pair<ImageSize, ImageDetail>> images;
  std::size_t begin = 0;  // where the entry stands in the text of the document
  std::size_t end = 0;

  bool is_system() const { return role == Role::kSystem || role == Role::kDeveloper; }
  bool is_result() const {
    return kind == Kind::kResult ||
           (kind == Kind::kMessage && (role == Role::kTool || role == Role::kFunction));
  }
  bool has_calls() const { return !calls.empty(); }
};

struct Function {
  std::string_view name;
  std::string_view description;
  std::optional<JsonValue> parameters;
};

struct ToolChoice {
  enum class Kind { kDefault, kAuto, kNone, kRequired, kNamed };
  Kind kind = Kind::kDefault;
  std::string_view name;  // of kNamed
};

struct ResponseFormat {
  enum class Kind { kText, kJsonObject, kJsonSchema };
  Kind kind = Kind::kText;
  std::string_view name;
  std::string_view description;
  std::optional<JsonValue> schema;
};

// An input of an embeddings request: text, or ids that the caller made.
struct EmbeddingInput {
  std::string_view text;
  std::optional<std::size_t> ids;
};

// The views look into the document that the request was parsed from and into `joined`; keep the
// document as long as the request.
struct Request {
  Endpoint endpoint = Endpoint::kChat;
  std::string_view model;         // "" where the request names none
  std::string_view instructions;  // Responses
  std::vector<Message> messages;
  std::vector<EmbeddingInput> inputs;
  std::vector<Function> functions;
  ToolChoice tool_choice;
  ResponseFormat format;
  std::optional<std::int64_t> max_output_tokens;  // max_completion_tokens, max_tokens, …
  std::int64_t choices = 1;                       // n
  bool stream = false;
  // What cannot be counted from the request, e.g. "a remote image (messages[1].content[0])".
  std::vector<std::string> unknown;

  // Where the messages stand: the array of `messages` or `input`, if it is one.
  std::optional<JsonValue> message_array;
  std::vector<std::unique_ptr<std::string>> joined;
};

struct RequestOptions {
  // What the surroundings say of the endpoint: a batch line's `url`.
  std::optional<Endpoint> endpoint;
};

// The endpoint that a batch line's `url` names ("/v1/chat/completions"); nullopt for others.
std::optional<Endpoint> EndpointOfUrl(std::string_view url);

// Reads a request. Errors (InvalidArgument, with file, line and path): no `messages` and no
// `input`, an unknown role, type of message part or item, a value of the wrong kind, a picture in a
// data URL that is no picture.
absl::StatusOr<Request> ParseRequest(const JsonValue& body, const RequestOptions& options = {});

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_REQUEST_H_
