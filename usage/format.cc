#include "usage/format.h"

#include <utility>

#include "usage/time.h"

namespace toktally::usage {

std::unique_ptr<FormatState> Format::NewState() const { return NewCallState(); }

absl::Status ReadCall(const JsonValue& usage, Dialect dialect, Entry& entry) {
  if (absl::Status status = ReadUsage(usage, dialect, entry.record, entry.also); !status.ok()) {
    return status;
  }
  entry.kind = Entry::Kind::kCall;
  entry.has_usage = true;
  return absl::OkStatus();
}

namespace {

void SetText(std::string_view text, std::string& target) {
  if (target.empty()) target = std::string(text);
}

}  // namespace

void ReadSurroundings(const JsonValue& object, Record& record) {
  SetText(FirstText(object, {"model", "modelVersion", "model_version", "model_name", "modelName",
                             "modelId", "model_id", "modelID"}),
          record.model);
  for (const std::string_view key :
       {"created", "created_at", "timestamp", "createTime", "create_time", "startTime",
        "start_time", "createdAt", "completed_at", "time", "date"}) {
    SetTime(object.Find(key), record);
  }
  SetText(FirstText(object, {"session_id", "sessionId", "sessionID", "conversation_id",
                             "conversationId", "thread_id"}),
          record.session);
  SetText(FirstText(object, {"project", "project_id", "projectId", "cwd"}), record.project);
  SetText(
      FirstText(object, {"api_key_id", "api_key_alias", "api_key", "user_id", "userId", "user"}),
      record.key);
  SetText(FirstText(object, {"service_tier", "serviceTier"}), record.service_tier);
}

std::string FinishReason(std::string_view reason) {
  struct Word {
    std::string_view theirs;
    std::string_view ours;
  };
  constexpr Word kWords[] = {
      {"end_turn", "stop"},
      {"stop_sequence", "stop"},
      {"completed", "stop"},
      {"STOP", "stop"},
      {"COMPLETE", "stop"},
      {"max_tokens", "length"},
      {"max_output_tokens", "length"},
      {"MAX_TOKENS", "length"},
      {"refusal", "content_filter"},
      {"SAFETY", "content_filter"},
      {"BLOCKLIST", "content_filter"},
      {"PROHIBITED_CONTENT", "content_filter"},
      {"SPII", "content_filter"},
      {"RECITATION", "content_filter"},
      {"guardrail_intervened", "content_filter"},
      {"content_filtered", "content_filter"},
      {"content-filter", "content_filter"},
      {"ERROR_TOXIC", "content_filter"},
      {"tool_use", "tool_calls"},
      {"tool-calls", "tool_calls"},
  };
  for (const Word& word : kWords) {
    if (word.theirs == reason) return std::string(word.ours);
  }
  return std::string(reason);
}

}  // namespace toktally::usage
