#include "usage/log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace toktally::usage {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::optional<JsonValue> ObjectMember(const JsonValue& object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->is_object() ? member : std::nullopt;
}

// Deep enough for OTLP: resourceSpans, scopeSpans, spans.
constexpr int kSpanNesting = 8;

bool IsAnthropicUsage(const JsonValue& usage) {
  return usage.Find("cache_read_input_tokens") || usage.Find("cache_creation_input_tokens") ||
         usage.Find("server_tool_use");
}

std::string FinishReason(const JsonValue& response) {
  const auto choices = response.Find("choices");
  const auto choice = choices ? choices->first() : std::nullopt;
  if (choice) return std::string(TextOf(*choice, "finish_reason"));
  const auto details = ObjectMember(response, "incomplete_details");
  const std::string_view reason = details ? TextOf(*details, "reason") : std::string_view();
  if (reason == "max_output_tokens") return "length";
  if (!reason.empty()) return std::string(reason);
  const std::string_view status = TextOf(response, "status");
  return status == "completed" ? "stop" : std::string(status);
}

std::string AnthropicReason(std::string_view reason) {
  if (reason == "max_tokens") return "length";
  if (reason == "refusal") return "content_filter";
  return std::string(reason == "end_turn" ? std::string_view("stop") : reason);
}

std::string GeminiReason(std::string_view reason) {
  if (reason == "MAX_TOKENS") return "length";
  if (reason == "STOP") return "stop";
  const bool filtered = reason == "SAFETY" || reason == "PROHIBITED_CONTENT" ||
                        reason == "BLOCKLIST" || reason == "SPII" || reason == "RECITATION";
  return filtered ? "content_filter" : std::string(reason);
}

bool LooksLikeSpend(const JsonValue& value) {
  return value.Find("prompt_tokens") && value.Find("completion_tokens") && value.Find("model");
}

}  // namespace

void Log::BeginFile(std::string_view name) {
  file_ = std::string(name);
  session_ = Session();
  streams_.clear();
}

void Log::Emit(Record record) {
  if (record.source.empty()) record.source = file_;
  sink_(record);
}

absl::Status Log::Nothing() {
  ++notes_.without_usage;
  return absl::OkStatus();
}

// The most telling keys first: session logs wrap what would look like a response.
absl::Status Log::Add(const JsonValue& value) {
  if (!value.is_object()) return value.Error("expected an object");
  const std::string_view type = TextOf(value, "type");
  const std::string_view object = TextOf(value, "object");
  if (value.Find("resourceSpans") || value.Find("scopeSpans")) return AddSpans(value, 0);
  if (const auto attributes = PresentMember(value, "attributes")) {
    return AddSpan(value, *attributes);
  }
  if (const auto payload = ObjectMember(value, "payload")) return AddCodex(value, *payload);
  if (value.Find("usageMetadata")) return AddGemini(value);
  const auto data = ObjectMember(value, "data");
  const auto nested = data ? ObjectMember(*data, "message") : std::nullopt;
  if (const auto message = ObjectMember(value, "message"); message || nested) {
    if (type == "message_start") return AddAnthropicEvent(value, type);
    const JsonValue inner = message ? *message : *nested;
    // Progress lines carry a whole line in `message`.
    const auto deeper = ObjectMember(inner, "message");
    return AddClaudeCode(value, deeper ? *deeper : inner);
  }
  if (type == "message_delta") return AddAnthropicEvent(value, type);
  if (object == "chat.completion.chunk") return AddChunk(value);
  if (type.starts_with("response.")) return AddResponsesEvent(value, type);
  if (value.Find("custom_id")) return AddBatchLine(value);
  if (const auto usage = ObjectMember(value, "usage")) {
    const auto response = ObjectMember(value, "response");
    return AddResponse(response && ObjectMember(*response, "usage") ? *response : value, "", false);
  }
  if (const auto response = ObjectMember(value, "response")) {
    if (!LooksLikeSpend(value)) return AddResponse(*response, "", false);
  }
  if (LooksLikeSpend(value)) return AddSpend(value);
  if (value.Find("gen_ai.response.model") || value.Find("gen_ai.request.model")) {
    return AddSpan(value, value);
  }
  if (value.Find("error") && !value.Find("error")->is_null()) {
    ++notes_.failed;
    return absl::OkStatus();
  }
  return Nothing();
}

// --- responses
// ------------------------------------------------------------------------------------

// A response of OpenAI's, or a message of Anthropic's.
absl::Status Log::AddResponse(const JsonValue& value, std::string_view time_key, bool batch) {
  const auto usage = ObjectMember(value, "usage");
  if (!usage) return Nothing();
  Record record;
  record.model = std::string(TextOf(value, "model"));
  record.service_tier = batch ? "batch" : std::string(TextOf(value, "service_tier"));
  for (const std::string_view key :
       {time_key, std::string_view("created"), std::string_view("created_at"),
        std::string_view("timestamp")}) {
    if (record.day.empty() && !key.empty()) record.day = DayOf(value.Find(key));
  }
  if (TextOf(value, "type") == "message" || IsAnthropicUsage(*usage)) {
    return AddAnthropicMessage(value, record);
  }
  const auto tokens = ReadOpenAiUsage(*usage);
  if (!tokens.ok()) return tokens.status();
  record.tokens = *tokens;
  record.finish_reason = FinishReason(value);
  Emit(record);
  return absl::OkStatus();
}

// {"custom_id", "response": {"status_code", "body"}, "error"}: billed at batch rates.
absl::Status Log::AddBatchLine(const JsonValue& value) {
  const auto response = ObjectMember(value, "response");
  const auto body = response ? ObjectMember(*response, "body") : std::nullopt;
  if (body && ObjectMember(*body, "usage")) return AddResponse(*body, "", true);
  ++notes_.failed;
  return absl::OkStatus();
}

// --- streams
// --------------------------------------------------------------------------------------

absl::Status Log::AddChunk(const JsonValue& value) {
  Stream& stream = streams_[std::string(TextOf(value, "id"))];
  Record& record = stream.record;
  if (record.model.empty()) record.model = std::string(TextOf(value, "model"));
  if (record.day.empty()) record.day = DayOf(value.Find("created"));
  if (const auto tier = TextOf(value, "service_tier"); !tier.empty()) {
    record.service_tier = std::string(tier);
  }
  const auto choices = value.Find("choices");
  for (auto choice = choices ? choices->first() : std::nullopt; choice; choice = choice->next()) {
    if (const auto reason = TextOf(*choice, "finish_reason"); !reason.empty()) {
      record.finish_reason = std::string(reason);
    }
    const auto delta = ObjectMember(*choice, "delta");
    if (!delta) continue;
    stream.text += TextOf(*delta, "content");
    const auto calls = delta->Find("tool_calls");
    for (auto call = calls ? calls->first() : std::nullopt; call; call = call->next()) {
      const auto function = ObjectMember(*call, "function");
      if (!function) continue;
      stream.calls += TextOf(*function, "name");
      stream.calls += TextOf(*function, "arguments");
    }
  }
  const auto usage = ObjectMember(value, "usage");
  if (!usage) return absl::OkStatus();
  const auto tokens = ReadOpenAiUsage(*usage);
  if (!tokens.ok()) return tokens.status();
  record.tokens = *tokens;
  stream.has_usage = true;
  return absl::OkStatus();
}

absl::Status Log::AddResponsesEvent(const JsonValue& value, std::string_view type) {
  const auto response = ObjectMember(value, "response");
  const bool last = type == "response.completed" || type == "response.incomplete" ||
                    type == "response.failed" || type == "response.done";
  if (last && response) {
    streams_.erase("response");
    return AddResponse(*response, "", false);
  }
  // One response at a time: its deltas do not say which one they belong to.
  Stream& stream = streams_["response"];
  if (response) {
    stream.record.model = std::string(TextOf(*response, "model"));
    stream.record.day = DayOf(response->Find("created_at"));
  }
  if (type == "response.output_text.delta") stream.text += TextOf(value, "delta");
  if (type == "response.function_call_arguments.delta") stream.calls += TextOf(value, "delta");
  return absl::OkStatus();
}

// message_start carries the input, message_delta what the reply came to; the last one counts.
absl::Status Log::AddAnthropicEvent(const JsonValue& value, std::string_view type) {
  Stream& stream = streams_["message"];
  if (type == "message_start") {
    if (stream.has_usage) Emit(stream.record);
    stream = Stream();
    const JsonValue message = *value.Find("message");
    stream.record.model = std::string(TextOf(message, "model"));
    const auto usage = ObjectMember(message, "usage");
    if (!usage) return Nothing();
    const auto tokens = ReadAnthropicUsage(*usage);
    if (!tokens.ok()) return tokens.status();
    stream.record.tokens = *tokens;
    stream.record.service_tier = std::string(TextOf(*usage, "service_tier"));
    stream.has_usage = true;
    return absl::OkStatus();
  }
  if (const auto delta = ObjectMember(value, "delta")) {
    stream.record.finish_reason = AnthropicReason(TextOf(*delta, "stop_reason"));
  }
  const auto usage = ObjectMember(value, "usage");
  if (!usage) return Nothing();
  const auto tokens = ReadAnthropicUsage(*usage);
  if (!tokens.ok()) return tokens.status();
  stream.record.tokens.output = tokens->output;
  stream.record.tokens.reasoning_output = tokens->reasoning_output;
  if (usage->Find("input_tokens")) stream.record.tokens = *tokens;
  stream.has_usage = true;
  return absl::OkStatus();
}

absl::Status Log::EndStreams() {
  absl::Status status;
  for (auto& [id, stream] : streams_) {
    const absl::Status ended = EndStream(stream);
    if (status.ok()) status = ended;
  }
  streams_.clear();
  return status;
}

absl::Status Log::EndFile() { return EndStreams(); }

absl::Status Log::EndStream(Stream& stream) {
  Record& record = stream.record;
  if (!stream.has_usage) {
    if (stream.text.empty() && stream.calls.empty()) return Nothing();
    const auto model = counter_.FindModel(record.model);
    if (!model.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a stream without usage, and its reply cannot be counted: ", model.status().message()));
    }
    const Encoding& encoding = *(*model)->encoding;
    chat::Workspaces& workspaces = counter_.workspaces();
    record.tokens.output = static_cast<std::int64_t>(workspaces.Count(encoding, stream.text) +
                                                     workspaces.Count(encoding, stream.calls));
    record.counted = true;
  }
  Emit(record);
  return absl::OkStatus();
}

// --- other vendors
// --------------------------------------------------------------------------------

absl::Status Log::AddAnthropicMessage(const JsonValue& message, const Record& base) {
  const JsonValue usage = *ObjectMember(message, "usage");
  const auto tokens = ReadAnthropicUsage(usage);
  if (!tokens.ok()) return tokens.status();
  Record record = base;
  record.tokens = *tokens;
  if (const auto tier = TextOf(usage, "service_tier"); !tier.empty() && base.service_tier.empty()) {
    record.service_tier = std::string(tier);
  }
  record.finish_reason = AnthropicReason(TextOf(message, "stop_reason"));
  Emit(record);
  return absl::OkStatus();
}

// A stream repeats usageMetadata under one responseId; the last one counts.
absl::Status Log::AddGemini(const JsonValue& value) {
  const auto usage = ObjectMember(value, "usageMetadata");
  if (!usage) return Nothing();
  const auto tokens = ReadGeminiUsage(*usage);
  if (!tokens.ok()) return tokens.status();
  Stream stream;
  stream.has_usage = true;
  stream.record.tokens = *tokens;
  stream.record.model = std::string(TextOf(value, "modelVersion"));
  stream.record.day = DayOf(value.Find("createTime"));
  const auto candidates = value.Find("candidates");
  if (const auto candidate = candidates ? candidates->first() : std::nullopt) {
    stream.record.finish_reason = GeminiReason(TextOf(*candidate, "finishReason"));
  }
  const std::string_view id = TextOf(value, "responseId");
  if (id.empty()) return EndStream(stream);
  streams_.insert_or_assign(absl::StrCat("gemini ", View(id)), std::move(stream));
  return absl::OkStatus();
}

// A row of LiteLLM's spend logs. What the cache held stands only in the response or the metadata.
absl::Status Log::AddSpend(const JsonValue& value) {
  Record record;
  record.model = std::string(TextOf(value, "model"));
  const std::string_view provider = TextOf(value, "custom_llm_provider");
  if (!provider.empty() && record.model.find('/') == std::string::npos) {
    record.model = absl::StrCat(View(provider), "/", record.model);
  }
  record.day = DayOf(value.Find("startTime"));
  auto usage = value;
  for (const std::string_view holder : {"response", "metadata"}) {
    const auto object = ObjectMember(value, holder);
    if (!object) continue;
    for (const std::string_view key : {"usage", "usage_object"}) {
      if (const auto inner = ObjectMember(*object, key)) usage = *inner;
    }
  }
  const auto tokens = ReadOpenAiUsage(usage);
  if (!tokens.ok()) return tokens.status();
  record.tokens = *tokens;
  Emit(record);
  return absl::OkStatus();
}

// --- session logs
// ---------------------------------------------------------------------------------

// One message is written several times while it grows, and again in the log of a sub-agent under a
// new request: the largest copy of each message counts.
absl::Status Log::AddClaudeCode(const JsonValue& line, const JsonValue& message) {
  const auto usage = ObjectMember(message, "usage");
  const std::string_view model = TextOf(message, "model");
  if (!usage || model == "<synthetic>") return Nothing();
  const auto tokens = ReadAnthropicUsage(*usage);
  if (!tokens.ok()) return tokens.status();
  Claude claude;
  claude.record.model = std::string(model);
  claude.record.tokens = *tokens;
  claude.record.day = DayOf(line.Find("timestamp"));
  claude.record.source = file_;
  claude.record.finish_reason = AnthropicReason(TextOf(message, "stop_reason"));
  const bool fast = TextOf(*usage, "speed") == "fast" || TextOf(message, "speed") == "fast";
  claude.record.service_tier = fast ? "fast" : std::string(TextOf(*usage, "service_tier"));
  claude.request_id = std::string(TextOf(line, "requestId"));
  const std::string_view id = TextOf(message, "id");
  if (id.empty()) {
    Emit(claude.record);
    return absl::OkStatus();
  }
  auto& copies = claude_[std::string(id)];
  const auto sidechain = line.Find("isSidechain");
  const auto same = copies.find(claude.request_id);
  const bool replay = same == copies.end() && !copies.empty() && sidechain && sidechain->boolean();
  if (same == copies.end() && !replay) {
    copies.emplace(claude.request_id, std::move(claude));
    return absl::OkStatus();
  }
  ++notes_.duplicates;
  if (replay) return absl::OkStatus();
  const auto size = [](const pricing::Usage& counts) {
    return counts.PromptTokens() + counts.OutputTokens();
  };
  if (size(claude.record.tokens) > size(same->second.record.tokens)) {
    same->second = std::move(claude);
  }
  return absl::OkStatus();
}

void Log::Finish() {
  for (const auto& [id, copies] : claude_) {
    for (const auto& [request, claude] : copies) Emit(claude.record);
  }
  claude_.clear();
}

absl::Status Log::AddCodex(const JsonValue& line, const JsonValue& payload) {
  const std::string_view type = TextOf(line, "type");
  // The log of a sub-agent begins with its parent's history, all within one second.
  if (type == "session_meta") {
    const auto source = ObjectMember(payload, "source");
    const auto inner = source ? ObjectMember(*source, "subagent") : std::nullopt;
    const bool spawned = payload.Find("thread_spawn") || (source && source->Find("thread_spawn")) ||
                         (inner && inner->Find("thread_spawn"));
    constexpr std::size_t kToTheSecond = 19;  // 2026-11-22T10:00:00
    if (spawned) {
      session_.replayed_second = std::string(TextOf(line, "timestamp").substr(0, kToTheSecond));
    }
    return Nothing();
  }
  if (type == "turn_context") {
    session_.model = std::string(TextOf(payload, "model"));
    return Nothing();
  }
  const auto info = ObjectMember(payload, "info");
  if (type != "event_msg" || TextOf(payload, "type") != "token_count" || !info) return Nothing();
  return AddCodexTokens(line, *info);
}

absl::Status Log::AddCodexTokens(const JsonValue& line, const JsonValue& info) {
  pricing::Usage total = session_.total;
  if (const auto usage = ObjectMember(info, "total_token_usage")) {
    const auto tokens = ReadOpenAiUsage(*usage);
    if (!tokens.ok()) return tokens.status();
    total = *tokens;
  }
  Record record;
  record.model = session_.model;
  const std::string_view timestamp = TextOf(line, "timestamp");
  record.day = DayOfText(timestamp);
  if (const auto usage = ObjectMember(info, "last_token_usage")) {
    const auto tokens = ReadOpenAiUsage(*usage);
    if (!tokens.ok()) return tokens.status();
    record.tokens = *tokens;
  } else {
    // Totals only grow; smaller ones are those of a new count.
    const bool anew = total.PromptTokens() < session_.total.PromptTokens() ||
                      total.output < session_.total.output ||
                      total.cached_input < session_.total.cached_input ||
                      total.uncached_input < session_.total.uncached_input;
    const pricing::Usage before = anew ? pricing::Usage() : session_.total;
    record.tokens.uncached_input = total.uncached_input - before.uncached_input;
    record.tokens.cached_input = total.cached_input - before.cached_input;
    record.tokens.output = total.output - before.output;
    record.tokens.reasoning_output =
        std::max<std::int64_t>(total.reasoning_output - before.reasoning_output, 0);
    record.tokens.reasoning_output = std::min(record.tokens.reasoning_output, record.tokens.output);
  }
  session_.total = total;
  const bool replayed =
      !session_.replayed_second.empty() && timestamp.starts_with(session_.replayed_second);
  const pricing::Usage& tokens = record.tokens;
  std::string key = absl::StrCat(View(timestamp), " ", record.model, " ", tokens.uncached_input,
                                 " ", tokens.cached_input, " ", tokens.output);
  if (replayed || !codex_seen_.insert(std::move(key)).second) {
    ++notes_.duplicates;
    return absl::OkStatus();
  }
  if (record.tokens == pricing::Usage()) return Nothing();
  Emit(record);
  return absl::OkStatus();
}

// --- OpenTelemetry
// --------------------------------------------------------------------------------

absl::Status Log::AddSpans(const JsonValue& value, int depth) {
  if (depth > kSpanNesting) return absl::OkStatus();
  for (const std::string_view key : {"resourceSpans", "scopeSpans", "spans"}) {
    const auto list = value.Find(key);
    for (auto entry = list ? list->first() : std::nullopt; entry; entry = entry->next()) {
      const auto attributes = PresentMember(*entry, "attributes");
      absl::Status status =
          key == "spans" && attributes ? AddSpan(*entry, *attributes) : AddSpans(*entry, depth + 1);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Log::AddSpan(const JsonValue& span, const JsonValue& attributes) {
  auto record = ReadSpanAttributes(attributes);
  if (!record.ok()) return record.status();
  if (!*record) return Nothing();
  for (const std::string_view key : {"startTimeUnixNano", "start_time", "timestamp"}) {
    const auto time = span.Find(key);
    if (!time || !(*record)->day.empty()) continue;
    (*record)->day = key == "startTimeUnixNano" ? DayOfNanoseconds(time->text()) : DayOf(time);
  }
  Emit(**record);
  return absl::OkStatus();
}

}  // namespace toktally::usage
