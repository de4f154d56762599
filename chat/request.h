// A request to a language model's API, read from JSON: what there is to count, without a model's
// rules.

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
#include "chat/label.h"

namespace toktally::chat {
enum class Endpoint {
  kChat,             // Chat Completions, of OpenAI and those who copy it
  kResponses,        // Responses
  kEmbeddings,       // Embeddings
  kCompletions,      // the legacy Completions: a bare prompt
  kMessages,         // Anthropic Messages
  kGenerateContent,  // Gemini
  kConverse,         // Bedrock Converse
};
// "chat", "responses", "embeddings", "completions", "messages", "generateContent", "converse".
std::string_view EndpointName(Endpoint endpoint);

enum class Role { kSystem, kDeveloper, kUser, kAssistant, kTool, kFunction };

struct ToolCall {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;  // as sent, usually JSON; of an object its compact text
};

// What a tool gave, where results are parts of a message.
struct ToolResult {
  std::string_view call_id;  // Gemini: the function's name
  std::string_view text;
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
  std::vector<ToolResult> results;  // Messages, Converse, Gemini
  std::vector<Image> images;
  std::string_view thinking;  // Messages: what the model thought, sent back
  bool has_thinking = false;
  std::size_t hidden_bytes = 0;  // of kReasoning: how long its encrypted text is
  std::size_t begin = 0;         // where the entry stands in the text of the document
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

// A tool that the API runs itself ("web_search"), or one of a form of its own ("custom").
struct ServerTool {
  std::string_view type;
  JsonValue value;
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
  std::string_view model;  // "" where the request names none
  // Models that a gateway takes when the first does not answer.
  std::vector<std::string_view> fallback_models;
  std::string_view instructions;  // Responses; in the chat a `system` beside the messages
  std::vector<Message> messages;
  std::vector<EmbeddingInput> inputs;
  std::vector<Function> functions;
  std::vector<ServerTool> server_tools;
  ToolChoice tool_choice;
  ResponseFormat format;
  std::optional<std::int64_t> max_output_tokens;  // max_completion_tokens, max_tokens, …
  std::int64_t choices = 1;                       // n
  bool stream = false;
  bool thinks = false;            // Messages: thinking is enabled
  bool audio_reply = false;       // modalities: the reply is, or holds, audio
  std::string_view service_tier;  // "" where the request asks for none
  // What tells that this is no call but an example for fine-tuning; "" for calls.
  std::string_view training;
  // Responses: the call whose input and output go before this one's.
  std::string_view previous_response_id;
  // What cannot be counted from the request (kUnknown), what no recorded call shows (kAssumed),
  // and how something was read (kExact).
  std::vector<Remark> remarks;

  // Where the messages stand: the array of `messages` or `input`, if it is one.
  std::optional<JsonValue> message_array;
  std::vector<std::unique_ptr<std::string> > joined;
};

struct RequestOptions {
  // What the surroundings say of the endpoint: a batch line's `url`.
  std::optional<Endpoint> endpoint;
};

// The endpoint that a batch line's `url`, or a recording's `endpoint`, names
// ("/v1/chat/completions", "anthropic.messages"); nullopt for others.
std::optional<Endpoint> EndpointOfUrl(std::string_view url);

// Whether an array is one conversation, a list of messages, instead of a list of requests.
bool IsConversation(const JsonValue& array);

// Reads a request. Whatever is read has its kind or is an error (InvalidArgument, with file, line
// and path): no `messages` and no `input`, an unknown role or tool_choice, a text where a schema
// belongs, a picture in a data URL that is no picture. The types of parts, items and tools are
// open lists: one that is not known is named in `remarks`, as is a key that no published schema
// has.
absl::StatusOr<Request> ParseRequest(const JsonValue& body, const RequestOptions& options = {});

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_REQUEST_H_
