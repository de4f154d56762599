#include "chat/count.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/json_lines.h"
#include "bpe/encodings.h"
#include "chat/json_text.h"
#include "chat/prompt_counter.h"

namespace toktally::chat {
namespace {

// Responses added a prompt of their own until about this day (2025-04-01): 18 tokens, 216 with
// tools.
constexpr std::int64_t kResponsesHiddenPromptUntil = 1743465600;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// A label that is no better than either.
Label Worse(Label a, Label b) {
  Label worse;
  worse.certainty = std::max(a.certainty, b.certainty);
  if (worse.certainty == Certainty::kModelled) worse.bound = a.bound + b.bound;
  return worse;
}

bool HasHistory(const Request& request) {
  return std::any_of(request.messages.begin(), request.messages.end(), [](const Message& message) {
    return message.has_calls() || message.is_result();
  });
}

bool HasImages(const Request& request) {
  return std::any_of(request.messages.begin(), request.messages.end(),
                     [](const Message& message) { return !message.images.empty(); });
}

bool HasReasoning(const Request& request) {
  return std::any_of(request.messages.begin(), request.messages.end(), [](const Message& message) {
    return message.kind == Message::Kind::kReasoning;
  });
}

bool HasServerState(const Request& request) {
  return std::any_of(request.unknown.begin(), request.unknown.end(), [](const std::string& what) {
    return what.find("stands on the server") != std::string::npos;
  });
}

RequestClass ClassOf(const Request& request, const FamilyMatch& match,
                     const CountOptions& options) {
  const bool responses = request.endpoint == Endpoint::kResponses;
  const bool early =
      options.as_of.value_or(kResponsesHiddenPromptUntil) < kResponsesHiddenPromptUntil;
  if (match.family->hidden_prompt || (responses && early)) return RequestClass::kHiddenPrompt;
  if (HasServerState(request)) return RequestClass::kServerState;
  if (HasReasoning(request)) return RequestClass::kReasoningItems;
  if (HasImages(request)) return RequestClass::kImages;
  if (request.format.kind == ResponseFormat::Kind::kJsonObject) return RequestClass::kJsonObject;
  if (request.format.kind == ResponseFormat::Kind::kJsonSchema) return RequestClass::kJsonSchema;
  if (HasHistory(request)) return RequestClass::kToolHistory;
  return request.functions.empty() ? RequestClass::kText : RequestClass::kTools;
}

// The aspect whose label a part of the bill carries.
Aspect AspectOf(PartKind kind) {
  switch (kind) {
    case PartKind::kTools:
      return Aspect::kTools;
    case PartKind::kHistory:
      return Aspect::kHistory;
    case PartKind::kSchema:
      return Aspect::kSchema;
    case PartKind::kImages:
      return Aspect::kImages;
    case PartKind::kText:
    case PartKind::kFraming:
    case PartKind::kPriming:
      return Aspect::kText;
  }
  return Aspect::kText;
}

// Labels every part by the recorded calls of its aspect; the whole is as sure as its worst part.
void LabelParts(const std::array<std::int64_t, kPartKinds>& tokens, const FamilyMatch& match,
                Prediction& prediction) {
  const ModelFamily& family = *match.family;
  const bool responses = prediction.endpoint == Endpoint::kResponses;
  prediction.label = {Certainty::kExact, 0};
  bool seen[kAspects] = {};
  for (std::size_t i = 0; i < kPartKinds; ++i) {
    if (tokens[i] == 0) continue;
    const auto kind = static_cast<PartKind>(i);
    const auto aspect = static_cast<std::size_t>(AspectOf(kind));
    Label label = responses ? family.responses_labels[aspect] : family.chat_labels[aspect];
    if (match.assumed) label = {Certainty::kAssumed, 0};
    prediction.parts.push_back({kind, tokens[i], label});
    prediction.prompt_tokens += tokens[i];
    if (!std::exchange(seen[aspect], true)) prediction.label = Worse(prediction.label, label);
  }
  if (!prediction.assumed.empty()) {
    prediction.label = Worse(prediction.label, {Certainty::kAssumed, 0});
  }
  if (!prediction.unknown.empty()) prediction.label = {Certainty::kUnknown, 0};
}

// Embeddings pay for their text and nothing else: 150 of 150 calls, an empty text 1. Only the
// models of 2022 had another encoding.
Prediction CountEmbeddings(const Request& request, std::string_view model, Workspaces& workspaces) {
  const bool early = model.starts_with("text-similarity") || model.starts_with("text-search");
  const Encoding* encoding = FindEncoding(early ? "r50k_base" : "cl100k_base");
  Prediction prediction;
  prediction.endpoint = Endpoint::kEmbeddings;
  prediction.request_class = RequestClass::kEmbeddings;
  prediction.family = "embeddings";
  prediction.encoding = encoding->name();
  for (const EmbeddingInput& input : request.inputs) {
    const std::uint64_t tokens = input.ids ? *input.ids : workspaces.Count(*encoding, input.text);
    prediction.prompt_tokens += static_cast<std::int64_t>(std::max<std::uint64_t>(tokens, 1));
  }
  prediction.label = {early ? Certainty::kAssumed : Certainty::kExact, 0};
  prediction.parts.push_back({PartKind::kText, prediction.prompt_tokens, prediction.label});
  return prediction;
}

}  // namespace

std::string_view PartKindName(PartKind kind) {
  constexpr std::string_view kNames[] = {"text",   "framing", "tools",  "tool history",
                                         "schema", "images",  "priming"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view RequestClassName(RequestClass request_class) {
  constexpr std::string_view kNames[] = {
      "text",   "tools",           "tools with history", "json_schema",   "json_object",
      "images", "reasoning items", "server state",       "hidden prompt", "embeddings"};
  return kNames[static_cast<std::size_t>(request_class)];
}

std::string RenderParallelCalls(const std::vector<ToolCall>& calls) {
  std::string text = "{\"tool_uses\":[";
  for (const ToolCall& call : calls) {
    if (&call != &calls.front()) text += ',';
    text += "{\"recipient_name\":";
    AppendJsonString(absl::StrCat("functions.", View(call.name)), false, text);
    text += ",\"parameters\":";
    JsonOptions options;
    options.allow_duplicate_keys = true;
    const auto arguments = ParseJsonLine(call.arguments, "", options);
    if (arguments.ok()) {
      AppendJson(arguments->root(), {}, text);
    } else {
      AppendJsonString(call.arguments, false, text);
    }
    text += '}';
  }
  text += "]}";
  return text;
}

absl::StatusOr<const Counter::Model*> Counter::FindModel(std::string_view name) {
  const auto known = models_.find(name);
  if (known != models_.end()) return &known->second;
  if (name.empty()) return absl::InvalidArgumentError("the request names no model; use -m MODEL");
  absl::StatusOr<FamilyMatch> match = FindModelFamily(name);
  if (!match.ok()) return match.status();
  const Encoding* encoding = FindEncoding(match->family->encoding);
  return &models_.emplace(name, Model{*std::move(match), encoding}).first->second;
}

absl::StatusOr<Prediction> Counter::CountWith(const Request& request, const CountOptions& options,
                                              std::vector<MessageUnit>* units) {
  const std::string_view name = options.model.empty() ? request.model : options.model;
  if (request.endpoint == Endpoint::kEmbeddings) {
    return CountEmbeddings(request, name, workspaces_);
  }
  const absl::StatusOr<const Model*> model = FindModel(name);
  if (!model.ok()) return model.status();
  const FamilyMatch& match = (*model)->match;
  PromptCounter counter(request, match, *(*model)->encoding, options, units, workspaces_);
  Prediction prediction;
  prediction.endpoint = request.endpoint;
  prediction.request_class = ClassOf(request, match, options);
  prediction.family = match.family->name;
  prediction.encoding = match.family->encoding;
  prediction.unknown = request.unknown;
  if (match.assumed) {
    prediction.assumed.push_back(absl::StrCat("no recorded calls of ", View(name),
                                              ": counted like ", View(match.family->name)));
  }
  const auto tokens = counter.Run(prediction.unknown, prediction.assumed);
  if (prediction.request_class == RequestClass::kHiddenPrompt) {
    prediction.unknown.emplace_back("a prompt that the server adds");
  }
  LabelParts(tokens, match, prediction);
  return prediction;
}

absl::StatusOr<Prediction> Counter::Count(const Request& request, const CountOptions& options) {
  return CountWith(request, options, nullptr);
}

absl::StatusOr<Prediction> Counter::Count(const Request& request, const CountOptions& options,
                                          std::vector<MessageUnit>& units) {
  units.clear();
  return CountWith(request, options, &units);
}

}  // namespace toktally::chat
