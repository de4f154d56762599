#include "chat/family.h"

#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "bpe/encodings.h"
#include "data/model_name.h"
#include "data/model_table.h"

namespace toktally::chat {
namespace {

constexpr Label kExact{Certainty::kExact, 0};
constexpr Label kAssumed{Certainty::kAssumed, 0};
constexpr Label Within(std::int64_t bound) { return {Certainty::kModelled, bound}; }

// Models that do not reason. Chat: 4 a message (3 and the role), 3 for the reply: 2,077 of 2,085
// recorded calls of plain text. A call with its result 12, parallel calls 20: 764 of 768 calls with
// tool history. A named choice 6 and its name; "none" 1; "auto" and "required" nothing.
constexpr ChatRules kChat{.per_message = 4,
                          .reply_priming = 3,
                          .name_framing = 1,
                          .assistant_text = 0,
                          .instructions_header = false,
                          .with_tools = 0,
                          .undescribed_first = 0,
                          .tools_and_schema = 0,
                          .choice_none = 1,
                          .choice_required = 0,
                          .choice_named = 6,
                          .choice_full_name = true,
                          .single_call = 12,
                          .call_full_name = true,
                          .unanswered_call = 0,
                          .single_call_compact = true,
                          .parallel_calls = 20,
                          .schema_name_per_text = true,
                          .schema_per_text = 2};

// gpt-3.5-turbo-0301 and what Azure called gpt-35-turbo in 2024: 5 a message, 69 of 73. A name
// replaces the role: the six messages of OpenAI's cookbook were billed 127.
constexpr ChatRules Chat0301() {
  ChatRules rules = kChat;
  rules.per_message = 5;
  rules.name_framing = -1;
  return rules;
}

// gpt-4-0613 and its time. The choice "required" 2 (3 of 3), a named one 4 and the bare name (14 of
// 14), a call 7 and its result 3, arguments as they stand (6 of 6).
constexpr ChatRules EarlyChat() {
  ChatRules rules = kChat;
  rules.choice_required = 2;
  rules.choice_named = 4;
  rules.choice_full_name = false;
  rules.single_call = 10;
  rules.call_full_name = false;
  rules.unanswered_call = 3;
  rules.single_call_compact = false;
  return rules;
}

// Models that reason: 2 for the reply, and the definitions under "# Instructions". o3-mini: 21 of
// 21 of plain text. 1 more with functions (o3 3 of 3, o4-mini 2 of 2 and 14 of 14 with history).
constexpr ChatRules ReasoningChat() {
  ChatRules rules = kChat;
  rules.reply_priming = 2;
  rules.with_tools = 1;
  rules.instructions_header = true;
  rules.choice_none = 0;
  rules.choice_named = -1;
  rules.undescribed_first = -1;
  rules.tools_and_schema = -1;
  rules.single_call = 18;
  rules.parallel_calls = 26;
  rules.schema_name_per_text = false;
  rules.schema_per_text = 0;
  return rules;
}

// o3-mini: calls as with models that do not reason, 3 of 3.
constexpr ChatRules O3MiniChat() {
  ChatRules rules = ReasoningChat();
  rules.single_call = kChat.single_call;
  rules.parallel_calls = kChat.parallel_calls;
  return rules;
}

// gpt-5: 2 more for an assistant's text, 82 with functions. Text 76 of 76, functions 64 of 65, with
// history 162 of 162.
constexpr ChatRules Gpt5Chat() {
  ChatRules rules = ReasoningChat();
  rules.assistant_text = 2;
  rules.with_tools = 82;
  return rules;
}

// o4-mini: calls as with gpt-5 at OpenAI (6 of 6), 3 less at Azure (8 of 8).
constexpr ChatRules O4MiniChat() {
  ChatRules rules = Gpt5Chat();
  rules.with_tools = ReasoningChat().with_tools;
  return rules;
}

// gpt-5.4 pays 4 more for an earlier assistant text when there is a json_schema: 4 of 4.
constexpr ChatRules Gpt54Chat() {
  ChatRules rules = Gpt5Chat();
  rules.schema_per_text = 4;
  return rules;
}

// o1-mini primes like the models before it: 3 of 3.
constexpr ChatRules O1MiniChat() {
  ChatRules rules = ReasoningChat();
  rules.reply_priming = 3;
  return rules;
}

// Responses, models that do not reason. A call 9 (236 of 243 calls with tool history), 3 more where
// it carries the server's id (101 of 108), a message of images alone 1 more (13 of 13), a forced
// function 6 and its name (33 of 33; "required" with a single function is a forced one).
constexpr ResponsesRules kResponses{.reply_priming = 3,
                                    .with_tools = 0,
                                    .assistant_text = 0,
                                    .tools_header = false,
                                    .undescribed_first = 0,
                                    .choice_none = 1,
                                    .choice_named = true,
                                    .per_call = 9,
                                    .call_compact = false,
                                    .server_id = 3,
                                    .parallel_base = 0,
                                    .parallel_each = 0,
                                    .schema = 1,
                                    .lone_image = 1};

// gpt-4-0613 primes with 2 here: 2 of 2.
constexpr ResponsesRules EarlyResponses() {
  ResponsesRules rules = kResponses;
  rules.reply_priming = 2;
  return rules;
}

constexpr ResponsesRules ReasoningResponses() {
  ResponsesRules rules = kResponses;
  rules.reply_priming = 2;
  rules.tools_header = true;
  rules.undescribed_first = -1;
  rules.choice_none = 0;
  rules.choice_named = false;
  rules.per_call = 15;
  rules.call_compact = true;
  rules.server_id = 0;
  rules.schema = 0;
  rules.lone_image = 0;
  return rules;
}

// gpt-5, -mini and -nano: 15 a call, in a row or not (17 of 19).
constexpr ResponsesRules Gpt5Responses() {
  ResponsesRules rules = ReasoningResponses();
  rules.assistant_text = 2;
  return rules;
}

// o4-mini declares its functions as gpt-4o does, and pays 3 more: 18 of 18.
constexpr ResponsesRules O4MiniResponses() {
  ResponsesRules rules = Gpt5Responses();
  rules.tools_header = false;
  rules.undescribed_first = 0;
  rules.with_tools = 3;
  return rules;
}

// gpt-5.1 and later: 18 a call (70 of 72), n in a row 22 + 12 n (6 of 6, n of 2 and 4).
constexpr ResponsesRules Gpt51Responses() {
  ResponsesRules rules = Gpt5Responses();
  rules.per_call = 18;
  rules.parallel_base = 22;
  rules.parallel_each = 12;
  return rules;
}

// Replies of models that do not reason: plain text its own tokens, 2,061 of 2,360 in the chat and
// nearly all others 1 more (see CompletionOptions::stop_token_billed).
constexpr CompletionRules kCompletion{.text = {0, 0},
                                      .text_with_tools = 1,
                                      .call = {6, 6},
                                      .parallel = {10, 10},
                                      .named_choice_is_arguments = true,
                                      .schema_name_with_text = false,
                                      .responses_text = {1, 1},
                                      .responses_text_with_tools = 1,
                                      .responses_call = {7, 7}};

constexpr CompletionRules kGpt5Completion{.text = {3, 9},
                                          .text_with_tools = 0,
                                          .call = {9, 15},
                                          .parallel = {13, 19},
                                          .named_choice_is_arguments = false,
                                          .schema_name_with_text = true,
                                          .responses_text = {4, 6},
                                          .responses_text_with_tools = 0,
                                          .responses_call = {10, 12}};

// gpt-4-0613 pays 3 less for a call: 9 of 14.
constexpr CompletionRules EarlyCompletion() {
  CompletionRules rules = kCompletion;
  rules.call[0] = 3;
  rules.call[1] = 3;
  return rules;
}

constexpr std::array kFamilies = {
    ModelFamily{.name = "gpt-3.5-turbo-0301",
                .encoding = "cl100k_base",
                .tool_style = ToolStyle::kEarly,
                .chat = Chat0301(),
                .responses = kResponses,
                .completion = kCompletion,
                .chat_labels = {Within(1), kAssumed, kAssumed, kAssumed, kAssumed},
                .responses_labels = {kAssumed, kAssumed, kAssumed, kAssumed, kAssumed},
                // It had none: what is called so and takes them is a later version (18 of 18).
                .with_functions = "gpt-4-turbo"},
    ModelFamily{.name = "gpt-4",
                .encoding = "cl100k_base",
                .tool_style = ToolStyle::kEarly,
                .chat = EarlyChat(),
                .responses = EarlyResponses(),
                .completion = EarlyCompletion(),
                .chat_labels = {kExact, Within(1), Within(1), kAssumed, kAssumed},
                .responses_labels = {kExact, kAssumed, kAssumed, kAssumed, kAssumed}},
    ModelFamily{.name = "gpt-4-turbo",
                .encoding = "cl100k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = kChat,
                .responses = kResponses,
                .completion = kCompletion,
                .chat_labels = {kExact, kExact, kExact, kAssumed, kAssumed},
                .responses_labels = {kExact, kAssumed, kAssumed, kAssumed, kAssumed}},
    ModelFamily{.name = "gpt-4o",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = kChat,
                .responses = kResponses,
                .completion = kCompletion,
                .chat_labels = {kExact, Within(1), Within(1), kExact, Within(1)},
                .responses_labels = {Within(4), kExact, Within(3), kExact, Within(1)}},
    ModelFamily{.name = "gpt-5",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = Gpt5Chat(),
                .responses = Gpt5Responses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, Within(3), kExact, kExact, Within(1)},
                .responses_labels = {Within(2), Within(3), Within(6), kExact, Within(1)}},
    ModelFamily{.name = "gpt-5.1",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = Gpt5Chat(),
                .responses = Gpt51Responses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, Within(3), kExact, kExact, Within(1)},
                .responses_labels = {kExact, Within(3), Within(3), kExact, Within(3)}},
    ModelFamily{.name = "gpt-5.4",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = Gpt54Chat(),
                .responses = Gpt51Responses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, Within(3), kExact, kExact, Within(1)},
                .responses_labels = {Within(1), Within(3), Within(3), kExact, Within(3)}},
    ModelFamily{.name = "o4-mini",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = O4MiniChat(),
                .responses = O4MiniResponses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, kExact, Within(3), kAssumed, kExact},
                .responses_labels = {kExact, kExact, Within(3), kAssumed, kExact}},
    ModelFamily{.name = "o3-mini",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = O3MiniChat(),
                .responses = ReasoningResponses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, Within(1), Within(1), kAssumed, kAssumed},
                .responses_labels = {kExact, kAssumed, kAssumed, kAssumed, kAssumed}},
    ModelFamily{.name = "o3",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = ReasoningChat(),
                .responses = ReasoningResponses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, Within(1), Within(6), kAssumed, kAssumed},
                .responses_labels = {kExact, kAssumed, kAssumed, kAssumed, kAssumed}},
    ModelFamily{.name = "o1-mini",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = O1MiniChat(),
                .responses = ReasoningResponses(),
                .completion = kGpt5Completion,
                .chat_labels = {kExact, kAssumed, kAssumed, kAssumed, kAssumed},
                .responses_labels = {kAssumed, kAssumed, kAssumed, kAssumed, kAssumed}},
    // 24 to 50 tokens more than the text, never the same: 8 calls.
    ModelFamily{.name = "o1-preview",
                .encoding = "o200k_base",
                .tool_style = ToolStyle::kNamespace,
                .chat = O1MiniChat(),
                .responses = ReasoningResponses(),
                .completion = kGpt5Completion,
                .chat_labels = {kAssumed, kAssumed, kAssumed, kAssumed, kAssumed},
                .responses_labels = {kAssumed, kAssumed, kAssumed, kAssumed, kAssumed},
                .hidden_prompt = {.tokens = 37, .spread = 13, .calls = 8}},
};

// For a model without a row: the rules of the usual family of its encoding.
const ModelFamily* UsualFamily(std::string_view encoding) {
  if (encoding == "cl100k_base") return FamilyNamed("gpt-4-turbo");
  if (encoding == "o200k_base") return FamilyNamed("gpt-4o");
  return nullptr;
}

}  // namespace

const ModelFamily* FamilyNamed(std::string_view name) {
  for (const ModelFamily& family : kFamilies) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

std::string_view AspectName(Aspect aspect) {
  constexpr std::string_view kAspectNames[] = {"text", "tools", "history", "schema", "images"};
  return kAspectNames[static_cast<std::size_t>(aspect)];
}

std::span<const ModelFamily> ModelFamilies() { return kFamilies; }

absl::StatusOr<FamilyMatch> FindModelFamily(std::string_view model) {
  for (const ModelNameSpelling& spelling : ModelNameSpellings(model)) {
    const ModelRow* row = FindModelRow(spelling.name);
    if (row == nullptr) continue;
    const ModelFamily* family = FamilyNamed(row->family.value);
    if (family != nullptr) return FamilyMatch{family, spelling.name, row->family.assumed};
    break;
  }
  const absl::StatusOr<ModelEncoding> known = EncodingForModel(model);
  if (!known.ok()) return known.status();
  const ModelFamily* usual = UsualFamily(known->encoding->name());
  if (usual == nullptr) {
    return absl::NotFoundError("no rules are known for requests to " + std::string(model));
  }
  return FamilyMatch{usual, known->matched, true};
}

}  // namespace toktally::chat
