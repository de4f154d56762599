#include "chat/prompt_counter.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "chat/images.h"
#include "chat/json_text.h"
#include "chat/server_tools.h"

namespace toktally::chat {
namespace {

// Until about this day (2026-03-01) the results of parallel calls were written with \u escapes.
constexpr std::int64_t kEscapedResultsUntil = 1772323200;

// Until 2023-03-20 the reply was primed with 2.
constexpr std::int64_t kEarlyPrimingUntil = 1679270400;
constexpr int kEarlyPriming = 2;

// The first text of several that are merged into one message.
constexpr std::string_view kBetweenSections = "\n\n";

// One less than the framing of a message: fitted wherever functions are declared.
constexpr int kFunctionsSection = -1;

}  // namespace

PromptCounter::PromptCounter(const Request& request, const FamilyMatch& match,
                             const Encoding& encoding, const CountOptions& options,
                             std::vector<MessageUnit>* units, Workspaces& workspaces)
    : request_(request),
      match_(match),
      family_(*match.family),
      encoding_(encoding),
      options_(options),
      units_(units),
      workspaces_(workspaces) {
  estimates_.fill({Certainty::kExact});
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const Message& message = request.messages[i];
    const bool user = message.kind == Message::Kind::kMessage && message.role == Role::kUser;
    if (user) user_message_after_ = i;
  }
}

std::int64_t PromptCounter::Tokens(std::string_view text) const {
  return static_cast<std::int64_t>(workspaces_.Count(encoding_, text));
}

std::int64_t PromptCounter::FullName(std::string_view name) const {
  return Tokens("functions." + std::string(name));
}

std::int64_t PromptCounter::Total() const {
  return std::accumulate(tokens_.begin(), tokens_.end(), std::int64_t{0});
}

void PromptCounter::Run(std::vector<Remark>& remarks) {
  remarks_ = &remarks;
  Instructions();
  ServerTools();
  if (request_.endpoint == Endpoint::kResponses) {
    RunResponses();
  } else {
    RunChat();
  }
}

void PromptCounter::CloseUnit(std::size_t first, std::size_t end, std::int64_t before) {
  if (units_ == nullptr) return;
  const Message& message = request_.messages[first];
  const bool keeps = message.kind == Message::Kind::kMessage && message.is_system();
  units_->push_back({first, end, Total() - before, keeps});
}

void PromptCounter::Instructions() {
  if (request_.instructions.empty()) return;
  Add(PartKind::kFraming, family_.chat.per_message);
  Add(PartKind::kText, Tokens(request_.instructions));
}

void PromptCounter::Say(Certainty certainty, PartKind part, std::string_view text) {
  remarks_->push_back({certainty, part, std::string(text)});
}

void PromptCounter::ServerTools() {
  for (const ServerTool& tool : request_.server_tools) {
    const std::string what = absl::StrCat("the tool ", ToAbsl(tool.type));
    const std::string where = absl::StrCat(" (", tool.value.Path(), ")");
    const ServerToolRule* const rule = FindServerToolRule(match_.matched, tool.type);
    if (rule == nullptr) {
      Say(Certainty::kUnknown, PartKind::kTools, absl::StrCat(what, where));
      continue;
    }
    Add(PartKind::kTools, rule->tokens);
    Say(Certainty::kAssumed, PartKind::kTools,
        absl::StrCat(what, " is declared and not used, ", rule->tokens, " tokens on ", rule->calls,
                     " calls", where));
  }
}

void PromptCounter::SayOfSchemas(const RenderedText& rendered) {
  if (rendered.assumed) {
    Say(Certainty::kAssumed, PartKind::kTools, "a schema that no recorded function has");
  }
  if (rendered.too_long) {
    Say(Certainty::kUnknown, PartKind::kTools,
        "functions that are longer than any model's context window");
  }
}

void PromptCounter::Images(const Message& message, bool from_tool) {
  for (const Image& picture : message.images) {
    const std::optional<ImageTokens> image =
        CountImage(match_.matched, picture.size, picture.detail);
    if (!image) {
      Say(Certainty::kUnknown, PartKind::kImages,
          !HasImageRule(match_.matched)
              ? "a picture for a model whose rule for pictures is not known"
              : std::string(picture.what));
      continue;
    }
    if (image->assumed) {
      Say(Certainty::kAssumed, PartKind::kImages, "no recorded picture with this model and detail");
    } else if (from_tool) {
      // gpt-4o 4 less on 7 calls, gpt-5-mini 0 to 9 more, gpt-4.1-nano 24 more.
      Say(Certainty::kAssumed, PartKind::kImages,
          "a picture that comes back from a tool, counted like the user's");
    }
    Add(PartKind::kImages, image->tokens);
  }
}

// --- Chat Completions ----------------------------------------------------------------------------

void PromptCounter::RunChat() {
  const bool defines =
      !request_.functions.empty() || request_.format.kind == ResponseFormat::Kind::kJsonSchema;
  if (defines) ChatDefinitions();
  ChatChoice();
  // gpt-3.5-turbo-0301 is the only one of then: 2 of 2 here, 53 of 53 elsewhere.
  const bool early = options_.as_of && *options_.as_of < kEarlyPrimingUntil;
  Add(PartKind::kPriming, early ? kEarlyPriming : family_.chat.reply_priming);
  for (std::size_t at = 0; at < request_.messages.size();) at = ChatUnit(at);
}

// Functions and schemas are merged into the first message if that is a system message.
bool PromptCounter::MergesFirstMessage() const {
  const bool defines =
      !request_.functions.empty() || request_.format.kind == ResponseFormat::Kind::kJsonSchema;
  return defines && !request_.messages.empty() && request_.messages.front().is_system();
}

void PromptCounter::ChatDefinitions() {
  const ChatRules& rules = family_.chat;
  const bool functions = !request_.functions.empty();
  const bool schema = request_.format.kind == ResponseFormat::Kind::kJsonSchema;
  std::string text;
  std::int64_t plain = 0;  // what the first message would have been without them
  if (MergesFirstMessage()) {
    const Message& first = request_.messages.front();
    plain = Tokens(first.text);
    if (rules.instructions_header) text = "# Instructions\n\n";
    text += first.text;
    text += kBetweenSections;
  } else {
    Add(PartKind::kFraming, rules.per_message);
  }
  if (functions) {
    const RenderedText rendered = RenderFunctions(request_.functions, family_.tool_style, true);
    SayOfSchemas(rendered);
    text += rendered.text;
    const std::int64_t extra =
        rules.with_tools + kFunctionsSection +
        (request_.functions.front().description.empty() ? rules.undescribed_first : 0) +
        (schema ? rules.tools_and_schema : 0);
    const std::int64_t tokens = Tokens(text);
    Add(PartKind::kTools, tokens - plain + extra);
    plain = tokens;
  }
  if (!schema) return;
  if (functions) text += kBetweenSections;
  text += RenderResponseFormat(request_.format);
  Add(PartKind::kSchema, Tokens(text) - plain);
  // The reply is text for sure only when no function may be called instead of it.
  const bool replies_text = !functions || request_.tool_choice.kind == ToolChoice::Kind::kNone;
  if (rules.schema_name_per_text && replies_text) {
    Add(PartKind::kSchema, rules.schema_per_text + Tokens(request_.format.name));
  }
}

void PromptCounter::ChatChoice() {
  if (request_.functions.empty()) return;
  const ChatRules& rules = family_.chat;
  const ToolChoice& choice = request_.tool_choice;
  if (choice.kind == ToolChoice::Kind::kNone) Add(PartKind::kTools, rules.choice_none);
  if (choice.kind == ToolChoice::Kind::kRequired) Add(PartKind::kTools, rules.choice_required);
  if (choice.kind != ToolChoice::Kind::kNamed || rules.choice_named < 0) return;
  const std::int64_t name = rules.choice_full_name ? FullName(choice.name) : Tokens(choice.name);
  Add(PartKind::kTools, rules.choice_named + name);
}

std::size_t PromptCounter::ChatUnit(std::size_t at) {
  const std::int64_t before = Total();
  std::size_t end = at + 1;
  if (request_.messages[at].has_calls()) {
    end = ChatCalls(at);
  } else {
    ChatMessage(request_.messages[at]);
  }
  CloseUnit(at, end, before);
  return end;
}

void PromptCounter::ChatMessage(const Message& message) {
  const ChatRules& rules = family_.chat;
  // What other makers put into a message of the user's is one of its own in a chat completion.
  for (const ToolResult& result : message.results) {
    Add(PartKind::kHistory, rules.per_message + Tokens(result.text));
  }
  if (!message.results.empty() && message.text.empty() && message.images.empty()) return;
  Add(PartKind::kFraming, rules.per_message);
  Add(PartKind::kText, Tokens(message.text));
  Images(message);
  if (message.role == Role::kAssistant && !message.text.empty()) {
    Add(PartKind::kFraming, rules.assistant_text);
    if (request_.format.kind == ResponseFormat::Kind::kJsonSchema) {
      Add(PartKind::kSchema,
          rules.schema_per_text + (rules.schema_name_per_text ? Tokens(request_.format.name) : 0));
    }
  }
  if (message.name.empty()) return;
  // A name costs itself and 1; one that only repeats the role 1. A function's result: 2 less.
  const bool repeats = message.name == (message.role == Role::kUser        ? "user"
                                        : message.role == Role::kAssistant ? "assistant"
                                                                           : "system");
  const bool replaces = rules.name_framing < 0;
  Add(PartKind::kFraming, repeats && !replaces ? 1 : rules.name_framing + Tokens(message.name));
  if (message.role == Role::kFunction) Add(PartKind::kFraming, -2);
}

// An assistant's calls and the results that follow them.
std::size_t PromptCounter::ChatCalls(std::size_t at) {
  const ChatRules& rules = family_.chat;
  const Message& message = request_.messages[at];
  std::size_t end = at + 1;
  while (end < request_.messages.size() && request_.messages[end].is_result()) ++end;
  if (!message.text.empty()) {
    Add(PartKind::kFraming, rules.per_message + rules.assistant_text);
    Add(PartKind::kText, Tokens(message.text));
  }
  if (!message.name.empty()) {
    Add(PartKind::kFraming, rules.name_framing + Tokens(message.name));
  }
  for (std::size_t i = at + 1; i < end; ++i) Images(request_.messages[i], true);
  if (message.calls.size() > 1) {
    ParallelCalls(message, at + 1, end);
    return end;
  }
  const ToolCall& call = message.calls.front();
  const std::int64_t arguments =
      rules.single_call_compact ? Tokens(RewriteJson(call.arguments, {})) : Tokens(call.arguments);
  const std::int64_t name = rules.call_full_name ? FullName(call.name) : Tokens(call.name);
  Add(PartKind::kHistory, rules.single_call + name + arguments);
  if (at + 1 < end) {
    Add(PartKind::kHistory, Tokens(call.name) + Tokens(request_.messages[at + 1].text));
  } else {
    Add(PartKind::kHistory, -rules.unanswered_call);
  }
  for (std::size_t i = at + 2; i < end; ++i) {
    Add(PartKind::kHistory, rules.per_message + Tokens(request_.messages[i].text));
  }
  return end;
}

// Several calls are one JSON object, their results one list.
void PromptCounter::ParallelCalls(const Message& message, std::size_t first_result,
                                  std::size_t end) {
  const bool escaped = options_.as_of && *options_.as_of < kEscapedResultsUntil;
  const JsonStyle style{.spaces = true, .ascii_only = escaped};
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  std::string results = "[";
  for (std::size_t i = first_result; i < end; ++i) {
    if (i != first_result) results += ", ";
    const std::string_view text = request_.messages[i].text;
    const auto json = ParseJsonLine(text, "", lenient);
    if (json.ok()) {
      AppendJson(json->root(), style, results);
    } else {
      AppendJsonString(text, escaped, results);
    }
  }
  results += ']';
  Add(PartKind::kHistory,
      family_.chat.parallel_calls + Tokens(RenderParallelCalls(message.calls)) + Tokens(results));
}

// --- Responses -----------------------------------------------------------------------------------

void PromptCounter::RunResponses() {
  ResponsesDefinitions();
  ResponsesChoice();
  Add(PartKind::kPriming, family_.responses.reply_priming);
  for (std::size_t at = 0; at < request_.messages.size();) at = ResponsesUnit(at);
}

// Never merged with a message: functions are one of their own, a schema is none.
void PromptCounter::ResponsesDefinitions() {
  const ResponsesRules& rules = family_.responses;
  if (!request_.functions.empty()) {
    const RenderedText rendered =
        RenderFunctions(request_.functions, family_.tool_style, rules.tools_header);
    SayOfSchemas(rendered);
    const bool described = !request_.functions.front().description.empty();
    Add(PartKind::kTools, family_.chat.per_message + Tokens(rendered.text) + kFunctionsSection +
                              rules.with_tools + (described ? 0 : rules.undescribed_first));
  }
  if (request_.format.kind == ResponseFormat::Kind::kJsonSchema) {
    Add(PartKind::kSchema, rules.schema + Tokens(RenderResponseFormat(request_.format)));
  }
}

void PromptCounter::ResponsesChoice() {
  if (request_.functions.empty()) return;
  const ToolChoice& choice = request_.tool_choice;
  if (choice.kind == ToolChoice::Kind::kNone) Add(PartKind::kTools, family_.responses.choice_none);
  // With a single function "required" names it.
  const bool forced =
      choice.kind == ToolChoice::Kind::kNamed ||
      (choice.kind == ToolChoice::Kind::kRequired && request_.functions.size() == 1);
  if (!forced || !family_.responses.choice_named) return;
  const std::string_view name = choice.name.empty() ? request_.functions.front().name : choice.name;
  constexpr int kForcedFunction = 6;
  Add(PartKind::kTools, kForcedFunction + FullName(name));
}

// Reasoning, calls and results belong together until every call has its result.
std::size_t PromptCounter::ResponsesUnit(std::size_t at) {
  const std::int64_t before = Total();
  std::size_t end = at;
  std::size_t open_calls = 0;
  bool acts = false;  // the unit holds a call
  while (end < request_.messages.size()) {
    const Message& item = request_.messages[end];
    const bool starts_anew =
        end > at && item.kind != Message::Kind::kResult && (acts ? open_calls == 0 : false);
    if (starts_anew) break;
    ResponsesItem(end);
    ++end;
    if (item.kind == Message::Kind::kCall) {
      acts = true;
      ++open_calls;
    }
    if (item.kind == Message::Kind::kResult && open_calls > 0) --open_calls;
    const bool alone = item.kind == Message::Kind::kMessage || item.kind == Message::Kind::kOpaque;
    if (alone && open_calls == 0) break;
  }
  CloseUnit(at, end, before);
  return end;
}

void PromptCounter::ResponsesItem(std::size_t at) {
  const Message& item = request_.messages[at];
  switch (item.kind) {
    case Message::Kind::kCall:
      return ResponsesCall(at);
    case Message::Kind::kResult:
      Add(PartKind::kHistory, Tokens(item.text));
      return Images(item);
    case Message::Kind::kReasoning:
      // Dropped when the user speaks again (38 of 38 calls).
      if (at > user_message_after_) Reasoning(item);
      return;
    case Message::Kind::kOpaque:
      return;
    case Message::Kind::kMessage:
      break;
  }
  Add(PartKind::kFraming, family_.chat.per_message);
  Add(PartKind::kText, Tokens(item.text));
  Images(item);
  if (item.text.empty() && !item.images.empty()) {
    Add(PartKind::kImages, family_.responses.lone_image);
  }
  if (item.role == Role::kAssistant && !item.text.empty()) {
    Add(PartKind::kFraming, family_.responses.assistant_text);
  }
}

// Reasoning that is sent back inside a loop of tools costs about its own tokens. What is encrypted
// tells them by its length: fitted on 94 calls of gpt-5, -mini, -nano, 5.5 and 5.6, of 45
// conversations.
void PromptCounter::Reasoning(const Message& item) {
  if (item.hidden_bytes == 0) {
    Say(Certainty::kUnknown, PartKind::kHistory, "reasoning that is sent back to the model");
    return;
  }
  constexpr std::int64_t kHead = 771;  // what the shortest has beside its tokens
  constexpr std::int64_t kMostBytes = 1'000'000;
  const auto bytes = static_cast<std::int64_t>(item.hidden_bytes);
  if (bytes > kMostBytes) {
    Say(Certainty::kUnknown, PartKind::kHistory, "reasoning that is longer than any recorded");
    return;
  }
  const std::int64_t rest = std::max<std::int64_t>(bytes - kHead, 140);
  const std::int64_t tokens = rest * 144 / 1000 + rest * rest * 14 / 10'000'000;
  Label& estimate = estimates_[static_cast<std::size_t>(PartKind::kHistory)];
  const bool first = estimate.certainty != Certainty::kEstimate;
  const std::int64_t spread = tokens / 5 + (first ? 8 : 0);
  estimate = Worse(first ? Label{Certainty::kExact} : estimate,
                   {Certainty::kEstimate, spread, spread, 94});
  Add(PartKind::kHistory, tokens);
}

void PromptCounter::HiddenPrompt(const AddedPrompt& added) {
  if (added.tokens == 0) return;
  Add(PartKind::kFraming, added.tokens);
  estimates_[static_cast<std::size_t>(PartKind::kFraming)] = {Certainty::kEstimate, added.spread,
                                                              added.spread, added.calls};
  Say(Certainty::kExact, PartKind::kFraming,
      absl::StrCat("a prompt that the server adds, about ", added.tokens, " tokens"));
}

void PromptCounter::ResponsesCall(std::size_t at) {
  const ResponsesRules& rules = family_.responses;
  const auto is_call = [this](std::size_t i) {
    return i < request_.messages.size() && request_.messages[i].kind == Message::Kind::kCall;
  };
  const bool follows = at > 0 && is_call(at - 1);
  const bool in_a_row = follows || is_call(at + 1);
  const ToolCall& call = request_.messages[at].calls.front();
  const std::int64_t arguments =
      rules.call_compact ? Tokens(RewriteJson(call.arguments, {})) : Tokens(call.arguments);
  std::int64_t framing = rules.per_call;
  if (in_a_row && rules.parallel_each > 0) {
    framing = rules.parallel_each + (follows ? 0 : rules.parallel_base);
  }
  if (!in_a_row && call.id.starts_with("fc_")) framing += rules.server_id;
  Add(PartKind::kHistory, framing + 2 * FullName(call.name) + arguments);
}

}  // namespace toktally::chat
