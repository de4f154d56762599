#include "chat/envelope.h"

#include "chat/request_reader.h"

namespace toktally::chat {
namespace {

std::string_view TextOf(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  return found && found->is_string() ? found->text() : std::string_view();
}

std::optional<JsonValue> ObjectOf(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  return found && found->is_object() ? found : std::nullopt;
}

std::optional<std::int64_t> WholeNumberOf(const JsonValue& object, std::string_view key) {
  const auto found = object.Find(key);
  if (!found || !found->is_number()) return std::nullopt;
  const auto number = found->WholeNumber();
  if (!number.ok()) return std::nullopt;
  return *number;
}

std::optional<Endpoint> EndpointNamed(std::string_view name) { return EndpointOfUrl(name); }

}  // namespace

void AddResponse(const JsonValue& response, Envelope& envelope) {
  envelope.response = response;
  for (const std::string_view key : {"usage", "usageMetadata", "usage_metadata"}) {
    if (!envelope.usage) envelope.usage = ObjectOf(response, key);
  }
  if (!envelope.reply) envelope.reply = response;
  if (envelope.model.empty()) envelope.model = TextOf(response, "model");
  for (const std::string_view key : {"created", "created_at"}) {
    if (!envelope.created) envelope.created = WholeNumberOf(response, key);
  }
}

absl::StatusOr<Envelope> OpenEnvelope(const JsonValue& record) {
  Envelope envelope;
  if (!record.is_object()) {
    envelope.request = record;
    return envelope;
  }
  envelope.id = TextOf(record, "custom_id");
  if (envelope.id.empty()) envelope.id = TextOf(record, "id");
  envelope.left_out = TextOf(record, "left_out");
  const auto body = Member(record, "body");
  const auto request = Member(record, "request");
  const auto response = Member(record, "response");
  if (body) {
    if (!body->is_object()) return WrongKind(*body, "a request object");
    envelope.request = body;
    envelope.batch = true;
    envelope.endpoint = EndpointNamed(TextOf(record, "url"));
    return envelope;
  }
  if (request) {
    if (!request->is_object() && !request->is_array()) {
      return WrongKind(*request, "a request object");
    }
    envelope.request = request;
    envelope.endpoint = EndpointNamed(TextOf(record, "endpoint"));
    for (const std::string_view key : {"usage", "usageMetadata", "usage_metadata"}) {
      if (!envelope.usage) envelope.usage = ObjectOf(record, key);
    }
    envelope.reply = record.Find("output");
    envelope.model = TextOf(record, "model");
    envelope.created = WholeNumberOf(record, "created");
    if (response && response->is_object()) AddResponse(*response, envelope);
    return envelope;
  }
  // {"custom_id":…,"response":{"status_code":…,"body":{…}}}
  const bool answers =
      response && record.Find("custom_id") && !record.Find("messages") && !record.Find("input");
  if (answers) {
    envelope.batch = true;
    if (const auto answer = response->is_object() ? ObjectOf(*response, "body") : std::nullopt) {
      AddResponse(*answer, envelope);
    }
    return envelope;
  }
  envelope.request = record;
  return envelope;
}

std::optional<std::int64_t> BilledPrompt(const JsonValue& usage) {
  if (const auto tokens = usage.Find("tokens"); tokens && tokens->is_object()) {
    return BilledPrompt(*tokens);
  }
  for (const std::string_view key :
       {"prompt_tokens", "promptTokenCount", "input_tokens", "inputTokens", "totalTokens"}) {
    const auto tokens = WholeNumberOf(usage, key);
    if (!tokens) continue;
    std::int64_t sum = *tokens;
    // Anthropic and Amazon count them apart.
    for (const std::string_view cached : {"cache_creation_input_tokens", "cache_read_input_tokens",
                                          "cacheReadInputTokens", "cacheWriteInputTokens"}) {
      const bool apart = key == "input_tokens" || key == "inputTokens";
      if (apart) sum += WholeNumberOf(usage, cached).value_or(0);
    }
    return sum;
  }
  return std::nullopt;
}

std::optional<std::int64_t> BilledCompletion(const JsonValue& usage) {
  for (const std::string_view key :
       {"completion_tokens", "output_tokens", "candidatesTokenCount", "outputTokens"}) {
    if (const auto tokens = WholeNumberOf(usage, key)) return tokens;
  }
  return std::nullopt;
}

}  // namespace toktally::chat
