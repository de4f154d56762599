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
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/claude/family.h"
#include "chat/family.h"
#include "chat/request.h"
#include "chat/workspaces.h"

namespace toktally {
class Encoding;
namespace claude {
class Pieces;
}
}  // namespace toktally

namespace toktally::chat {

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

struct Alternative {
  std::string model;
  std::int64_t prompt_tokens = 0;
  Label label;  // kUnknown, too, for a model that nobody knows
};

struct Prediction {
  Endpoint endpoint = Endpoint::kChat;
  RequestClass request_class = RequestClass::kText;
  std::string family;  // "gpt-4o", "claude 4.5"
  // "o200k_base"; where the tokenizer is not public "claude (estimated)" or, with pieces,
  // "claude-v3 (reconstructed)".
  std::string encoding;
  // Where the label is kUnknown, what could be counted: a lower bound.
  std::int64_t prompt_tokens = 0;
  Label label;
  std::vector<Part> parts;           // those that are not empty
  std::vector<std::string> unknown;  // what could not be counted
  std::vector<std::string> assumed;  // what no recorded call shows
  std::vector<std::string> notes;    // how something was read, what its price leaves out
  // What the models would count that a gateway takes when the first does not answer.
  std::vector<Alternative> alternatives;
};

struct CountOptions {
  // Instead of the request's own model and its fallbacks: what the response named.
  std::string_view model;
  // For a request that names none.
  std::string_view default_model;
  // When the call was or will be made, in seconds since 1970; the rules of that time. Default: now
  // (the newest rules).
  std::optional<std::int64_t> as_of;
};

// The model that a request is counted for: the caller's, else its own, else the default; "" if
// nothing names one.
std::string_view ModelOf(const Request& request, const CountOptions& options);

// Messages that only make sense together: a message, or calls with their results.
struct MessageUnit {
  std::size_t first = 0;  // of Request::messages
  std::size_t end = 0;
  std::int64_t tokens = 0;
  bool keeps = false;  // system or developer
};

struct VendorModel;
class ClaudeCounters;

// The pieces of a family of Claude models (bpe/claude/pieces.h), or nullptr; they outlive the
// Counter. Asked once a family, when the first request to a model of it is counted.
using FindClaudePieces = std::function<const claude::Pieces*(claude::Family)>;

// Counts requests. Remembers the models and the texts it has seen; use one Counter per thread.
class Counter {
 public:
  // Errors: no model is named; a model that nobody knows or whose tokenizer is not public.
  absl::StatusOr<Prediction> Count(const Request& request, const CountOptions& options = {});
  // The same, with what each unit of messages costs. The units cover all messages in order; what
  // they do not hold (functions, priming …) is the difference to prompt_tokens.
  absl::StatusOr<Prediction> Count(const Request& request, const CountOptions& options,
                                   std::vector<MessageUnit>& units);

  // From now on texts for Claude are counted with these pieces and not estimated where there are
  // any. Copies of the Counter share them.
  void UseClaudePieces(FindClaudePieces find);

  // The family and encoding of a model, remembered.
  struct Model {
    FamilyMatch match;
    const Encoding* encoding = nullptr;
  };
  absl::StatusOr<const Model*> FindModel(std::string_view name);

  // What a message of this model costs beside its text.
  absl::StatusOr<int> PerMessage(std::string_view name);

  // For counting other texts on the same thread.
  Workspaces& workspaces() { return workspaces_; }

 private:
  absl::StatusOr<Prediction> CountWith(const Request& request, const CountOptions& options,
                                       std::vector<MessageUnit>* units);
  Prediction CountHarmony(const Request& request, const CountOptions& options,
                          std::vector<MessageUnit>* units);
  Prediction CountVendor(const Request& request, const CountOptions& options,
                         const VendorModel& vendor, std::vector<MessageUnit>* units);
  void CountAlternatives(const Request& request, const CountOptions& options,
                         Prediction& prediction);
  std::map<std::string, Model, std::less<>> models_;
  Workspaces workspaces_;
  std::shared_ptr<ClaudeCounters> claude_;
};

// {"tool_uses":[{"recipient_name":"functions.NAME","parameters":{…}}…]}: what parallel calls
// become.
std::string RenderParallelCalls(const std::vector<ToolCall>& calls);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_COUNT_H_
