// How many prompt tokens a request will be billed, and how sure that is.
//
//   Counter counter;
//   absl::StatusOr<Prediction> p = counter.Count(request);
//   p->prompt_tokens, p->label, p->parts …

#ifndef TOKTALLY_CHAT_COUNT_H_
#define TOKTALLY_CHAT_COUNT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
#include "chat/family.h"
#include "chat/request.h"
#include "chat/workspaces.h"

namespace toktally::chat {

enum class PartKind { kText, kFraming, kTools, kHistory, kSchema, kImages, kPriming };
inline constexpr std::size_t kPartKinds = 7;
// "text", "framing", "tools", "tool history", "schema", "images", "priming".
std::string_view PartKindName(PartKind kind);

struct Part {
  PartKind kind = PartKind::kText;
  std::int64_t tokens = 0;
  Label label;
};

// What the recorded calls are grouped by, and what a label speaks of. A request with several of
// these belongs to the last one that applies.
enum class RequestClass {
  kText,
  kTools,
  kToolHistory,
  kJsonSchema,
  kJsonObject,
  kImages,
  kReasoningItems,  // Responses: reasoning sent back
  kServerState,     // Responses: previous_response_id, conversation
  kHiddenPrompt,    // Responses before 2025-04, o1-preview
  kEmbeddings,
};
std::string_view RequestClassName(RequestClass request_class);

struct Prediction {
  Endpoint endpoint = Endpoint::kChat;
  RequestClass request_class = RequestClass::kText;
  std::string_view family;
  std::string_view encoding;
  // Where the label is kUnknown, what could be counted: a lower bound.
  std::int64_t prompt_tokens = 0;
  Label label;
  std::vector<Part> parts;           // those that are not empty
  std::vector<std::string> unknown;  // what could not be counted
  std::vector<std::string> assumed;  // what no recorded call shows
};

struct CountOptions {
  // Instead of the request's own model: what the response named, or a default.
  std::string_view model;
  // When the call was or will be made, in seconds since 1970; the rules of that time. Default: now
  // (the newest rules).
  std::optional<std::int64_t> as_of;
};

// Messages that only make sense together: a message, or calls with their results.
struct MessageUnit {
  std::size_t first = 0;  // of Request::messages
  std::size_t end = 0;
  std::int64_t tokens = 0;
  bool keeps = false;  // system or developer
};

// Counts requests. Remembers the models and the texts it has seen; use one Counter per thread.
class Counter {
 public:
  // Errors: no model is named; a model that nobody knows or whose tokenizer is not public.
  absl::StatusOr<Prediction> Count(const Request& request, const CountOptions& options = {});
  // The same, with what each unit of messages costs. The units cover all messages in order; what
  // they do not hold (functions, priming …) is the difference to prompt_tokens.
  absl::StatusOr<Prediction> Count(const Request& request, const CountOptions& options,
                                   std::vector<MessageUnit>& units);

  // The family and encoding of a model, remembered.
  struct Model {
    FamilyMatch match;
    const Encoding* encoding = nullptr;
  };
  absl::StatusOr<const Model*> FindModel(std::string_view name);

  // For counting other texts on the same thread.
  Workspaces& workspaces() { return workspaces_; }

 private:
  absl::StatusOr<Prediction> CountWith(const Request& request, const CountOptions& options,
                                       std::vector<MessageUnit>* units);
  std::map<std::string, Model, std::less<>> models_;
  Workspaces workspaces_;
};

// {"tool_uses":[{"recipient_name":"functions.NAME","parameters":{…}}…]}: what parallel calls
// become.
std::string RenderParallelCalls(const std::vector<ToolCall>& calls);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_COUNT_H_
