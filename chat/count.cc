#include "chat/count.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "bpe/encodings.h"
#include "bpe/model_encodings.h"
#include "chat/claude_counters.h"
#include "chat/harmony_prompt.h"
#include "chat/json_text.h"
#include "chat/prompt_counter.h"
#include "chat/vendor_prompt.h"

namespace toktally::chat {
namespace {

// Responses added a prompt of their own until about this day (2025-04-01): 18 tokens on 17 of 19
// calls (12 and 59 on the others), with functions 216 on 10 of 14 and 213 to 215 on the others.
constexpr std::int64_t kResponsesHiddenPromptUntil = 1743465600;
constexpr AddedPrompt kEarlyResponsesPrompt{.tokens = 18, .spread = 1, .calls = 19};
constexpr AddedPrompt kEarlyResponsesToolPrompt{.tokens = 216, .spread = 4, .calls = 14};

bool HasHistory(const Request& request) {
  return std::any_of(request.messages.begin(), request.messages.end(), [](const Message& message) {
    return message.has_calls() || message.is_result() || !message.results.empty();
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
  return std::any_of(request.remarks.begin(), request.remarks.end(),
                     [](const Remark& remark) { return remark.server_state; });
}

RequestClass ClassOf(const Request& request, const FamilyMatch& match,
                     const CountOptions& options) {
  const bool responses = request.endpoint == Endpoint::kResponses;
  const bool early =
      options.as_of.value_or(kResponsesHiddenPromptUntil) < kResponsesHiddenPromptUntil;
  if (match.family->hidden_prompt.tokens > 0 || (responses && early))
    return RequestClass::kHiddenPrompt;
  if (HasServerState(request)) return RequestClass::kServerState;
  if (HasReasoning(request)) return RequestClass::kReasoningItems;
  if (HasImages(request)) return RequestClass::kImages;
  if (request.format.kind == ResponseFormat::Kind::kJsonObject) return RequestClass::kJsonObject;
  if (request.format.kind == ResponseFormat::Kind::kJsonSchema) return RequestClass::kJsonSchema;
  if (HasHistory(request)) return RequestClass::kToolHistory;
  return request.functions.empty() ? RequestClass::kText : RequestClass::kTools;
}

RequestClass VendorClassOf(const Request& request) {
  if (HasReasoning(request)) return RequestClass::kReasoningItems;
  if (HasServerState(request)) return RequestClass::kServerState;
  if (HasImages(request)) return RequestClass::kImages;
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
                std::span<const Remark> remarks, const std::array<Label, kPartKinds>& estimates,
                Prediction& prediction) {
  std::array<Certainty, kPartKinds> worst = {};  // what the remarks say of each part
  for (const Remark& remark : remarks) {
    Certainty& certainty = worst[static_cast<std::size_t>(remark.part)];
    certainty = std::max(certainty, remark.certainty);
  }
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
    if (label.certainty < worst[i]) label = {worst[i], 0};
    const bool estimated = estimates[i].certainty == Certainty::kEstimate;
    if (estimated) label = Worse(label, estimates[i]);
    prediction.parts.push_back({kind, tokens[i], label});
    prediction.prompt_tokens += tokens[i];
    // An aspect's bound is one for all of its parts.
    const bool again = std::exchange(seen[aspect], true) && !estimated;
    prediction.label = Worse(prediction.label, again ? Label{label.certainty, 0} : label);
  }
  // Also of parts that came to nothing.
  for (const Certainty certainty : worst) {
    prediction.label = Worse(prediction.label, {certainty, 0});
  }
}

void TakeRemarks(std::span<const Remark> remarks, Prediction& prediction) {
  for (const Remark& remark : remarks) {
    std::vector<std::string>& texts = remark.certainty == Certainty::kUnknown ? prediction.unknown
                                      : remark.certainty == Certainty::kExact ? prediction.notes
                                                                              : prediction.assumed;
    texts.push_back(remark.text);
  }
}

std::int64_t CountTexts(const Request& request, const Encoding& encoding, std::int64_t least,
                        Workspaces& workspaces) {
  std::int64_t sum = 0;
  for (const EmbeddingInput& input : request.inputs) {
    const std::uint64_t tokens = input.ids ? *input.ids : workspaces.Count(encoding, input.text);
    sum += std::max(static_cast<std::int64_t>(tokens), least);
  }
  return sum;
}

Prediction OfTexts(const Request& request, const Encoding& encoding, std::int64_t tokens,
                   Label label) {
  Prediction prediction;
  prediction.endpoint = request.endpoint;
  prediction.request_class =
      request.endpoint == Endpoint::kEmbeddings ? RequestClass::kEmbeddings : RequestClass::kText;
  prediction.family = EndpointName(request.endpoint);
  prediction.encoding = encoding.name();
  prediction.prompt_tokens = tokens;
  for (const Remark& remark : request.remarks) {
    label = Worse(label, {remark.certainty});
  }
  prediction.label = label;
  prediction.parts.push_back({PartKind::kText, tokens, label});
  TakeRemarks(request.remarks, prediction);
  return prediction;
}

// Embeddings pay for their text and nothing else: 150 of 150 calls, an empty text 1. Only the
// models of 2022 had another encoding.
Prediction CountEmbeddings(const Request& request, std::string_view model, Workspaces& workspaces) {
  const bool early = model.starts_with("text-similarity") || model.starts_with("text-search");
  const Encoding& encoding = *FindEncoding(early ? "r50k_base" : "cl100k_base");
  return OfTexts(request, encoding, CountTexts(request, encoding, 1, workspaces),
                 {early ? Certainty::kAssumed : Certainty::kExact});
}

// The legacy Completions are sent their prompts as they stand: no frame, says OpenAI's reference;
// no call was recorded.
absl::StatusOr<Prediction> CountCompletions(const Request& request, std::string_view model,
                                            Workspaces& workspaces) {
  if (model.empty()) return absl::InvalidArgumentError("the request names no model; use -m MODEL");
  const absl::StatusOr<ModelEncoding> known = EncodingForModel(model);
  if (!known.ok()) return known.status();
  Prediction prediction =
      OfTexts(request, *known->encoding, CountTexts(request, *known->encoding, 0, workspaces),
              {Certainty::kAssumed});
  prediction.assumed.emplace_back(
      "no recorded calls of the legacy Completions: text without frame");
  return prediction;
}

}  // namespace

std::string_view ModelOf(const Request& request, const CountOptions& options) {
  if (!options.model.empty()) return options.model;
  return request.model.empty() ? options.default_model : request.model;
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
    AppendJsonString(absl::StrCat("functions.", ToAbsl(call.name)), false, text);
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

void Counter::UseClaudePieces(FindClaudePieces find) {
  claude_ = std::make_shared<ClaudeCounters>(std::move(find));
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
  const std::string_view name = ModelOf(request, options);
  if (request.endpoint == Endpoint::kEmbeddings) {
    return CountEmbeddings(request, name, workspaces_);
  }
  if (request.endpoint == Endpoint::kCompletions) {
    return CountCompletions(request, name, workspaces_);
  }
  if (const auto vendor = FindVendorModel(name)) {
    return CountVendor(request, options, *vendor, units);
  }
  const absl::StatusOr<const Model*> model = FindModel(name);
  if (!model.ok()) {
    if (IsHarmonyModel(name)) return CountHarmony(request, options, units);
    return model.status();
  }
  FamilyMatch match = (*model)->match;
  const bool calls_functions = !request.functions.empty() || HasHistory(request);
  if (calls_functions && !match.family->with_functions.empty()) {
    match.family = FamilyNamed(match.family->with_functions);
  }
  PromptCounter counter(request, match, *(*model)->encoding, options, units, workspaces_);
  Prediction prediction;
  prediction.endpoint = request.endpoint;
  prediction.request_class = ClassOf(request, match, options);
  prediction.family = match.family->name;
  prediction.encoding = match.family->encoding;
  std::vector<Remark> remarks = request.remarks;
  const bool others =
      request.endpoint != Endpoint::kChat && request.endpoint != Endpoint::kResponses;
  if (others) {
    remarks.push_back({Certainty::kAssumed, PartKind::kFraming,
                       absl::StrCat("a request of another maker's form to ", ToAbsl(name),
                                    ": counted as if a gateway made it a chat completion")});
  }
  if (match.assumed) {
    remarks.push_back({Certainty::kAssumed, PartKind::kText,
                       absl::StrCat("no recorded calls of ", ToAbsl(name), ": counted like ",
                                    ToAbsl(match.family->name))});
  }
  counter.Run(remarks);
  if (prediction.request_class == RequestClass::kHiddenPrompt) {
    const bool early = match.family->hidden_prompt.tokens == 0;
    counter.HiddenPrompt(!early                      ? match.family->hidden_prompt
                         : request.functions.empty() ? kEarlyResponsesPrompt
                                                     : kEarlyResponsesToolPrompt);
  }
  LabelParts(counter.tokens(), match, remarks, counter.estimates(), prediction);
  TakeRemarks(remarks, prediction);
  if (options.model.empty()) CountAlternatives(request, options, prediction);
  return prediction;
}

absl::StatusOr<int> Counter::PerMessage(std::string_view name) {
  if (const auto vendor = FindVendorModel(name)) {
    return vendor->claude ? ClaudeFrameOf(*vendor->claude).per_message
                          : vendor->gemini->per_content;
  }
  const absl::StatusOr<const Model*> model = FindModel(name);
  if (!model.ok()) return model.status();
  return (*model)->match.family->chat.per_message;
}

Prediction Counter::CountVendor(const Request& request, const CountOptions& options,
                                const VendorModel& vendor, std::vector<MessageUnit>* units) {
  std::vector<Remark> remarks = request.remarks;
  // A `system` beside the messages is where gateways look for it.
  claude::Counter* counter = nullptr;
  if (vendor.claude && claude_ != nullptr) counter = claude_->For(ClaudeFamilyOf(*vendor.claude));
  Prediction prediction = VendorPrompt(request, vendor, workspaces_, counter, units).Run(remarks);
  prediction.endpoint = request.endpoint;
  prediction.request_class = VendorClassOf(request);
  prediction.family = vendor.claude ? ClaudeName(*vendor.claude) : std::string(vendor.gemini->name);
  prediction.encoding = vendor.claude ? "claude (estimated)" : "gemma (estimated)";
  if (counter != nullptr) {
    prediction.encoding = absl::StrCat(ToAbsl(claude::EncodingName(ClaudeFamilyOf(*vendor.claude))),
                                       " (reconstructed)");
  }
  TakeRemarks(remarks, prediction);
  if (options.model.empty()) CountAlternatives(request, options, prediction);
  return prediction;
}

Prediction Counter::CountHarmony(const Request& request, const CountOptions& options,
                                 std::vector<MessageUnit>* units) {
  std::vector<Remark> remarks = request.remarks;
  Prediction prediction = HarmonyPrompt(request, workspaces_, units).Run(remarks);
  prediction.endpoint = request.endpoint;
  prediction.request_class = VendorClassOf(request);
  prediction.family = "gpt-oss";
  prediction.encoding = "o200k_harmony";
  TakeRemarks(remarks, prediction);
  if (options.model.empty()) CountAlternatives(request, options, prediction);
  return prediction;
}

void Counter::CountAlternatives(const Request& request, const CountOptions& options,
                                Prediction& prediction) {
  for (const std::string_view model : request.fallback_models) {
    CountOptions other = options;
    other.model = model;
    const absl::StatusOr<Prediction> counted = CountWith(request, other, nullptr);
    Alternative& alternative = prediction.alternatives.emplace_back();
    alternative.model = std::string(model);
    alternative.label.certainty = Certainty::kUnknown;
    if (!counted.ok()) continue;
    alternative.prompt_tokens = counted->prompt_tokens;
    alternative.label = counted->label;
  }
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
