#include "chat/harmony_prompt.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "bpe/model_encodings.h"
#include "chat/tools.h"

namespace toktally::chat {
namespace {

constexpr std::string_view kEncoding = "o200k_harmony";

// What every prompt begins with: openai/harmony, docs/format.md. Every date and every level of
// reasoning is as long as these.
constexpr std::string_view kSystem =
    "You are ChatGPT, a large language model trained by OpenAI.\n"
    "Knowledge cutoff: 2024-06\n"
    "Current date: 2025-08-05\n\n"
    "Reasoning: medium\n\n"
    "# Valid channels: analysis, commentary, final. Channel must be included for every message.";
constexpr std::string_view kToolChannel =
    "\nCalls to these tools must go to the commentary channel: 'functions'.";

// <|start|>, <|message|> and <|end|> or <|call|>; <|channel|> where there is one.
constexpr std::int64_t kMessageFrame = 3;
constexpr std::int64_t kChannel = 1;

// 55 recorded calls of Ollama, Groq, Bedrock, Cerebras and others. Text: 13 of 19 exact, 18 within
// 2 (Bedrock's gpt-oss-20b by 2 either way).
constexpr Label kText{Certainty::kEstimate, 2, 2, 19};

}  // namespace

bool IsHarmonyModel(std::string_view name) {
  auto known = EncodingForModel(name);
  if (const std::size_t tag = name.rfind(':'); !known.ok() && tag != std::string_view::npos) {
    // Ollama: gpt-oss:120b, gpt-oss:120b-cloud.
    std::string spelled(name.substr(0, name.find("-cloud", tag)));
    spelled[tag] = '-';
    known = EncodingForModel(spelled);
  }
  return known.ok() && known->encoding->name() == kEncoding;
}

HarmonyPrompt::HarmonyPrompt(const Request& request, Workspaces& workspaces,
                             std::vector<MessageUnit>* units)
    : request_(request),
      workspaces_(workspaces),
      encoding_(*FindEncoding(kEncoding)),
      units_(units) {
  labels_.fill({Certainty::kExact});
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const Message& message = request.messages[i];
    const bool asks = message.kind == Message::Kind::kMessage && message.role == Role::kUser;
    if (asks && message.results.empty()) last_question_ = i;
  }
}

std::int64_t HarmonyPrompt::Tokens(std::string_view text) const {
  return static_cast<std::int64_t>(workspaces_.Count(encoding_, text));
}

Prediction HarmonyPrompt::Run(std::vector<Remark>& remarks) {
  remarks_ = &remarks;
  System();
  const std::size_t taken = Developer();
  if (taken > 0) EndUnit(0, taken);
  for (std::size_t i = taken; i < request_.messages.size(); ++i) Turn(i);
  for (const ServerTool& tool : request_.server_tools) {
    Say(Certainty::kUnknown, PartKind::kTools,
        absl::StrCat("the tool ", ToAbsl(tool.type), " (", tool.value.Path(), ")"));
  }
  // Groq writes the schema into the prompt, 28 to 159 tokens more (6 of 6); Ollama does not.
  if (request_.format.kind != ResponseFormat::Kind::kText) {
    Say(Certainty::kUnknown, PartKind::kSchema,
        "the form of the reply, which some hosts write into the prompt");
  }
  return Finish();
}

void HarmonyPrompt::System() {
  Add(PartKind::kFraming, kMessageFrame + Tokens("system") + Tokens(kSystem));
  Estimate(PartKind::kFraming, kText);
  Add(PartKind::kPriming, 1 + Tokens("assistant"));
  if (request_.functions.empty()) return;
  Add(PartKind::kTools, Tokens(std::string(kSystem) + std::string(kToolChannel)) - Tokens(kSystem));
}

std::size_t HarmonyPrompt::Developer() {
  unit_tokens_ = 0;
  std::string_view instructions = request_.instructions;
  const bool first = instructions.empty() && !request_.messages.empty() &&
                     request_.messages.front().kind == Message::Kind::kMessage &&
                     request_.messages.front().is_system();
  if (first) instructions = request_.messages.front().text;
  if (instructions.empty() && request_.functions.empty()) return first ? 1 : 0;
  std::string text;
  if (!instructions.empty()) text = absl::StrCat("# Instructions\n\n", ToAbsl(instructions));
  const std::int64_t words = Tokens(text);
  Add(PartKind::kText, words);
  Add(PartKind::kFraming, kMessageFrame + Tokens("developer"));
  const std::int64_t unit = unit_tokens_;
  if (!request_.functions.empty()) {
    if (!text.empty()) text += "\n\n";
    const RenderedText tools =
        RenderFunctions(request_.functions, ToolStyle::kNamespace, /*header=*/true);
    text += tools.text;
    Add(PartKind::kTools, Tokens(text) - words);
    // 12 of 13 calls with functions and no results: Groq adds up to 14, others 3.
    Estimate(PartKind::kTools, {Certainty::kEstimate, 8, 1, 13});
    if (tools.too_long) Say(Certainty::kUnknown, PartKind::kTools, "more functions than any model");
  }
  unit_tokens_ = unit;  // the functions stay when messages go
  return first ? 1 : 0;
}

void HarmonyPrompt::Turn(std::size_t at) {
  unit_tokens_ = 0;
  const Message& message = request_.messages[at];
  for (const Image& picture : message.images) {
    Say(Certainty::kUnknown, PartKind::kImages,
        absl::StrCat("a picture, which gpt-oss does not take", picture.what.empty() ? "" : ": ",
                     ToAbsl(picture.what)));
  }
  if (message.kind == Message::Kind::kReasoning) {
    Say(Certainty::kUnknown, PartKind::kHistory, "reasoning that is sent back to the model");
  } else if (message.is_result()) {
    Result(message.call_id, message.text);
  } else if (message.kind == Message::Kind::kMessage) {
    // What was thought before a call is shown until the user's next question (6 of 6).
    if (!message.thinking.empty() && message.has_calls() && at > last_question_) {
      Add(PartKind::kHistory, kMessageFrame + kChannel + Tokens("assistant") + Tokens("analysis") +
                                  Tokens(message.thinking));
    }
    const bool assistant = message.role == Role::kAssistant;
    const std::string_view role = assistant                          ? "assistant"
                                  : message.role == Role::kDeveloper ? "developer"
                                  : message.is_system()              ? "system"
                                                                     : "user";
    // What is said beside a call is left out (10 of 10 of Groq's calls).
    const bool speaks = !message.has_calls() && (!message.text.empty() || message.results.empty());
    if (speaks) {
      Add(PartKind::kText, Tokens(message.text));
      Add(PartKind::kFraming,
          kMessageFrame + Tokens(role) + (assistant ? kChannel + Tokens("final") : 0));
    }
  }
  for (const ToolCall& call : message.calls) Call(call);
  for (const ToolResult& result : message.results) Result(result.call_id, result.text);
  EndUnit(at, at + 1);
}

// Ollama's calls are billed as the format has them, within 5 (6 of 6), Groq's up to 6 tokens less
// for each (10 of 10).
void HarmonyPrompt::Call(const ToolCall& call) {
  Add(PartKind::kHistory, kMessageFrame + kChannel +
                              Tokens(absl::StrCat("assistant to=functions.", ToAbsl(call.name))) +
                              Tokens("commentary json") + Tokens(call.arguments));
  ++calls_;
  last_name_ = call.name;
  if (!call.id.empty()) names_[call.id] = call.name;
  Estimate(PartKind::kHistory, {Certainty::kEstimate, 5, 6 * calls_, 16});
}

void HarmonyPrompt::Result(std::string_view call_id, std::string_view text) {
  const auto found = names_.find(call_id);
  const std::string_view name = found != names_.end() ? found->second : last_name_;
  Add(PartKind::kHistory, kMessageFrame + kChannel +
                              Tokens(absl::StrCat("functions.", ToAbsl(name), " to=assistant")) +
                              Tokens("commentary") + Tokens(text));
}

void HarmonyPrompt::EndUnit(std::size_t first, std::size_t end) {
  if (units_ == nullptr) return;
  const Message& message = request_.messages[first];
  const bool answers = message.is_result() || !message.results.empty();
  if (answers && !units_->empty()) {
    units_->back().end = end;
    units_->back().tokens += unit_tokens_;
    return;
  }
  const bool keeps = message.kind == Message::Kind::kMessage && message.is_system();
  units_->push_back({first, end, unit_tokens_, keeps});
}

Prediction HarmonyPrompt::Finish() {
  Prediction prediction;
  prediction.label = {Certainty::kExact};
  std::array<Certainty, kPartKinds> worst = {};
  for (const Remark& remark : *remarks_) {
    Certainty& certainty = worst[static_cast<std::size_t>(remark.part)];
    certainty = std::max(certainty, remark.certainty);
  }
  for (std::size_t i = 0; i < kPartKinds; ++i) {
    const Label label = Worse(labels_[i], {worst[i]});
    prediction.label = Worse(prediction.label, label);
    if (tokens_[i] == 0) continue;
    prediction.prompt_tokens += tokens_[i];
    prediction.parts.push_back({static_cast<PartKind>(i), tokens_[i], label});
  }
  return prediction;
}

}  // namespace toktally::chat
