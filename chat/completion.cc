#include "chat/completion.h"

#include <utility>

#include "chat/json_text.h"

namespace toktally::chat {
namespace {

// Between these days (2024-12-01 and 2025-06-01) chat replies were billed one token more.
constexpr std::int64_t kStopTokenFrom = 1733011200;
constexpr std::int64_t kStopTokenUntil = 1748736000;

class ReplyReader {
 public:
  explicit ReplyReader(Replies& out) : out_(out) {}

  void ReadChoice(const JsonValue& choice) {
    Reply& reply = out_.replies.emplace_back();
    reply.cut_off = TextMember(choice, "finish_reason") == "length";
    const auto message = choice.Find("message");
    if (!message || !message->is_object()) return;
    reply.text = Text(message->Find("content"));
    if (reply.text.empty()) reply.text = TextMember(*message, "refusal");
    const auto calls = message->Find("tool_calls");
    for (auto call = calls ? calls->first() : std::nullopt; call; call = call->next()) {
      const auto function = call->Find("function");
      if (function) reply.calls.push_back(Call(*function));
    }
    const auto call = message->Find("function_call");
    if (call && call->is_object()) reply.calls.push_back(Call(*call));
  }

  void ReadItems(const JsonValue& items, bool incomplete) {
    Reply& reply = out_.replies.emplace_back();
    reply.cut_off = incomplete;
    std::string text;
    for (auto item = items.first(); item; item = item->next()) {
      const std::string_view type = TextMember(*item, "type");
      if (type == "message") {
        text += Text(item->Find("content"));
      } else if (type == "function_call") {
        reply.calls.push_back(Call(*item));
      } else if (type != "reasoning") {
        out_.other_items = true;
      }
    }
    reply.text = Keep(std::move(text));
  }

 private:
  static ToolCall Call(const JsonValue& function) {
    return {TextMember(function, "id"), TextMember(function, "name"),
            TextMember(function, "arguments")};
  }

  std::string_view Text(const std::optional<JsonValue>& content) {
    if (!content) return {};
    if (content->is_string()) return content->text();
    std::string joined;
    for (auto part = content->first(); part; part = part->next()) {
      joined += TextMember(*part, "text");
      joined += TextMember(*part, "refusal");
    }
    return Keep(std::move(joined));
  }

  std::string_view Keep(std::string text) {
    return *out_.joined.emplace_back(std::make_unique<std::string>(std::move(text)));
  }

  Replies& out_;
};

// The tokens of one reply without its reasoning.
class ReplyCounter {
 public:
  ReplyCounter(const Request& request, const Counter::Model& model, bool reasons,
               const CountOptions& options, Workspaces& workspaces)
      : request_(request),
        rules_(model.match.family->completion),
        encoding_(*model.encoding),
        workspaces_(workspaces),
        reasons_(reasons ? 1 : 0),
        stop_token_(options.as_of && *options.as_of >= kStopTokenFrom &&
                    *options.as_of < kStopTokenUntil) {}

  std::int64_t Count(const Reply& reply) const {
    return request_.endpoint == Endpoint::kResponses ? CountResponse(reply) : CountChoice(reply);
  }

 private:
  std::int64_t Tokens(std::string_view text) const {
    return static_cast<std::int64_t>(workspaces_.Count(encoding_, text));
  }
  std::int64_t CallTokens(const ToolCall& call) const {
    return Tokens("functions." + std::string(call.name)) + Tokens(call.arguments);
  }
  bool HasFunctions() const { return !request_.functions.empty(); }
  bool HasSchema() const { return request_.format.kind == ResponseFormat::Kind::kJsonSchema; }
  std::int64_t SchemaName() const { return HasSchema() ? 2 + Tokens(request_.format.name) : 0; }
  bool IsForced() const {
    const ToolChoice::Kind kind = request_.tool_choice.kind;
    return kind == ToolChoice::Kind::kNamed ||
           (request_.endpoint == Endpoint::kResponses && kind == ToolChoice::Kind::kRequired &&
            request_.functions.size() == 1);
  }

  std::int64_t CountChoice(const Reply& reply) const {
    const int stop = stop_token_ && !reply.cut_off ? 1 : 0;
    if (reply.calls.empty()) {
      const bool named = HasFunctions() || rules_.schema_name_with_text;
      const bool functions = HasFunctions() && !reply.cut_off;
      return Tokens(reply.text) + rules_.text[reasons_] + (functions ? rules_.text_with_tools : 0) +
             (named ? SchemaName() : 0) + stop;
    }
    if (reply.calls.size() > 1) {
      return rules_.parallel[reasons_] + Tokens(RenderParallelCalls(reply.calls)) + stop;
    }
    const ToolCall& call = reply.calls.front();
    if (IsForced() && rules_.named_choice_is_arguments) return Tokens(call.arguments) + stop;
    const std::int64_t beside = reply.text.empty() ? 0 : Tokens(reply.text) + 1;
    return rules_.call[reasons_] + CallTokens(call) + beside + stop;
  }

  std::int64_t CountResponse(const Reply& reply) const {
    std::int64_t tokens = 0;
    if (!reply.text.empty()) {
      const bool functions = HasFunctions() && request_.tool_choice.kind != ToolChoice::Kind::kNone;
      const bool named = HasFunctions() || rules_.schema_name_with_text;
      tokens += Tokens(reply.text) + (named ? SchemaName() : 0);
      if (!reply.cut_off) {
        tokens +=
            rules_.responses_text[reasons_] + (functions ? rules_.responses_text_with_tools : 0);
      }
    }
    const bool forced = IsForced() && rules_.named_choice_is_arguments;
    for (const ToolCall& call : reply.calls) {
      tokens +=
          forced ? 1 + Tokens(call.arguments) : rules_.responses_call[reasons_] + CallTokens(call);
    }
    return tokens;
  }

  const Request& request_;
  const CompletionRules& rules_;
  const Encoding& encoding_;
  Workspaces& workspaces_;
  const std::size_t reasons_;
  const bool stop_token_;
};

}  // namespace

Replies ParseReplies(const JsonValue& response) {
  Replies out;
  ReplyReader reader(out);
  std::optional<JsonValue> choices = response.Find("choices");
  if (response.is_array()) choices = response;
  if (choices && choices->is_array()) {
    const auto first = choices->first();
    const bool items = first && first->Find("type");
    if (items) {
      reader.ReadItems(*choices, false);
      return out;
    }
    for (auto choice = choices->first(); choice; choice = choice->next()) {
      reader.ReadChoice(*choice);
    }
    return out;
  }
  const auto output = response.Find("output");
  if (output && output->is_array()) {
    reader.ReadItems(*output, TextMember(response, "status") == "incomplete");
  }
  return out;
}

absl::StatusOr<CompletionPrediction> PredictCompletion(const Request& request,
                                                       const Replies& replies,
                                                       std::int64_t reasoning_tokens,
                                                       Counter& counter,
                                                       const CountOptions& options) {
  const auto model = counter.FindModel(ModelOf(request, options));
  if (!model.ok()) return model.status();
  const ReplyCounter replies_counter(request, **model, reasoning_tokens > 0, options,
                                     counter.workspaces());
  CompletionPrediction prediction;
  prediction.tokens = reasoning_tokens;
  for (const Reply& reply : replies.replies) prediction.tokens += replies_counter.Count(reply);
  // A single call may be wrapped like several: 13 to 14 more. Responses with functions were billed
  // for text that is not shown: up to 63 more on 8 of 213 calls.
  constexpr int kBound = 15;
  constexpr int kResponsesToolsBound = 63;
  const bool tools = request.endpoint == Endpoint::kResponses && !request.functions.empty();
  prediction.label = {Certainty::kModelled, tools ? kResponsesToolsBound : kBound};
  // A model that reasons may write more than it shows; nothing in the reply tells how much.
  const bool reasons = (*model)->match.family->chat.instructions_header;
  if ((*model)->match.assumed || reasons) prediction.label = {Certainty::kAssumed, 0};
  if (replies.other_items) prediction.label = {Certainty::kUnknown, 0};
  return prediction;
}

}  // namespace toktally::chat
