// Model families: how each one turns a request into prompt tokens, one row per family.
//
// OpenAI publishes none of this. The constants were fitted on recorded calls (request bodies and
// the usage that the API returned, 2023 to August 2026); family.cc names the evidence beside each
// row. A new family is a new row and, where it differs from every other, a new column; no code asks
// for a family by name.

#ifndef TOKTALLY_CHAT_FAMILY_H_
#define TOKTALLY_CHAT_FAMILY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chat/label.h"

namespace toktally::chat {

// How the definitions of functions are written into the prompt; see chat/tools.h.
enum class ToolStyle {
  kNamespace,  // "# Tools\n\n## functions\n\nnamespace functions {…": gpt-3.5-turbo-1106 and later
  kEarly,      // gpt-4-0613 and its time: no titles, defaults or comments of the parameters
};

// What Chat Completions adds to the text of a request. Tokens, unless the name says otherwise.
struct ChatRules {
  int per_message;           // framing and role of each message
  int reply_priming;         // once
  int name_framing;          // beside the tokens of a message's `name`
  int assistant_text;        // more for every assistant message with text: a channel marker
  bool instructions_header;  // definitions stand under "# Instructions\n\n"
  int with_tools;            // once when there are functions
  int undescribed_first;     // once more when the first function has no description
  int tools_and_schema;      // once more when there are functions and a json_schema
  int choice_none;
  int choice_required;
  int choice_named;           // -1: nothing at all; else this and the tokens of the name
  bool choice_full_name;      // the name is counted as "functions.NAME"
  int single_call;            // one call with its result, beside names, arguments and result
  bool call_full_name;        // of its two names one is counted as "functions.NAME"
  int unanswered_call;        // less for a call without a result
  bool single_call_compact;   // arguments are written anew without spaces
  int parallel_calls;         // several calls in one message, beside the wrapper
  bool schema_name_per_text;  // a json_schema's name is paid with every assistant text
  int schema_per_text;        // and so many tokens more
};

// What the Responses API adds.
struct ResponsesRules {
  int reply_priming;
  int with_tools;  // once when there are functions
  int assistant_text;
  bool tools_header;  // "# Tools\n\n## functions\n\n" stands before the namespace
  int undescribed_first;
  int choice_none;
  bool choice_named;  // a forced function: 6 and the tokens of "functions.NAME"
  int per_call;       // beside twice "functions.NAME", the arguments and the result
  bool call_compact;  // arguments are written anew without spaces
  int server_id;  // more for a call that is alone and carries the id "fc_…" the server gave it
  int parallel_base;  // for n calls in a row, once; with parallel_each per call instead of per_call
  int parallel_each;  // 0: calls in a row cost per_call like any other
  int schema;         // once with a json_schema
  int lone_image;     // more for a message of images without text
};

// What the reply costs beside its text; see chat/completion.h. First without, then with reasoning.
struct CompletionRules {
  int text[2];
  int text_with_tools;  // more when the request has functions
  int call[2];
  int parallel[2];
  bool named_choice_is_arguments;  // a forced function: the prompt paid for its name
  bool schema_name_with_text;      // a json_schema's name is paid even without functions
  int responses_text[2];
  int responses_text_with_tools;
  int responses_call[2];
};

// What a class of requests consists of beside plain messages, in the order of the labels below.
enum class Aspect { kText, kTools, kHistory, kSchema, kImages };
inline constexpr int kAspects = 5;
std::string_view AspectName(Aspect aspect);

// Tokens that a server adds to a prompt, by what was seen.
struct AddedPrompt {
  int tokens = 0;  // 0: none
  int spread = 0;  // 90 % of the calls lie within it, either way
  int calls = 0;
};

struct ModelFamily {
  std::string_view name;
  std::string_view encoding;  // of bpe/encodings.h
  ToolStyle tool_style;
  ChatRules chat;
  ResponsesRules responses;
  CompletionRules completion;
  Label chat_labels[kAspects];
  Label responses_labels[kAspects];
  // What the server adds and nobody can count, where it adds anything.
  AddedPrompt hidden_prompt = {};
  // The family whose rules a request with functions follows, where it is another; "" else.
  std::string_view with_functions = {};
};

std::span<const ModelFamily> ModelFamilies();

// The family of this name, or null.
const ModelFamily* FamilyNamed(std::string_view name);

struct FamilyMatch {
  const ModelFamily* family = nullptr;
  std::string matched;   // the spelling that was found in the table
  bool assumed = false;  // the model has no recorded calls: the nearest family's rules
};

// The family of a model, by data/models.tsv, under each spelling of data/model_name.h. Errors are
// those of EncodingForModel.
absl::StatusOr<FamilyMatch> FindModelFamily(std::string_view model);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_FAMILY_H_
