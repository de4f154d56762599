// Gemini's and Vertex AI's answers and streams, as the wire and as the Python SDK write them, lines
// of their batch output, and Qwen Code's logs, which keep the same object.
//
// Evidence: googleapis/python-genai 6680718 (GenerateContentResponseUsageMetadata); Vertex batch
// prediction output ({"status", "processed_time", "request", "response"}) and the Gemini API's
// ({"key", "response"}); ccusage 5816e64 (adapter/qwen).

#include <utility>

#include "absl/strings/str_cat.h"
#include "usage/fees.h"
#include "usage/formats.h"
#include "usage/formats/response.h"

namespace toktally::usage {
namespace {

std::optional<JsonValue> Metadata(const JsonValue& value) {
  if (const auto usage = ObjectMember(value, "usageMetadata")) return usage;
  const auto usage = ObjectMember(value, "usage_metadata");
  const bool gemini =
      usage && (usage->Find("prompt_token_count") || usage->Find("candidates_token_count") ||
                usage->Find("total_token_count"));
  return gemini ? usage : std::nullopt;
}

// Searches that grounded the answer.
std::int64_t Queries(const JsonValue& candidate) {
  for (const std::string_view name : {"groundingMetadata", "grounding_metadata"}) {
    const auto grounding = ObjectMember(candidate, name);
    if (!grounding) continue;
    for (const std::string_view list : {"webSearchQueries", "web_search_queries"}) {
      const auto queries = grounding->Find(list);
      if (queries && queries->is_array()) return static_cast<std::int64_t>(queries->size());
    }
  }
  return 0;
}

class Gemini : public Format {
 public:
  std::string_view name() const override { return "gemini"; }

  bool Speaks(const JsonValue& value) const override {
    if (Metadata(value)) return true;
    const auto response = ObjectMember(value, "response");
    return response && Metadata(*response);
  }

  std::unique_ptr<FormatState> NewState() const override { return NewStreamState(); }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const auto response = ObjectMember(value, "response");
    const bool wrapped = !Metadata(value);
    const JsonValue holder = wrapped ? *response : value;
    Entry entry;
    ReadSurroundings(holder, entry.record);
    ReadSurroundings(value, entry.record);
    if (wrapped && (value.Find("processed_time") || value.Find("key"))) {
      entry.record.service_tier = "batch";
    }
    if (absl::Status status = ReadCall(*Metadata(holder), Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    const auto candidates = holder.Find("candidates");
    std::int64_t queries = 0;
    for (auto candidate = candidates ? candidates->first() : std::nullopt; candidate;
         candidate = candidate->next()) {
      const auto reason = FirstText(*candidate, {"finishReason", "finish_reason"});
      if (!reason.empty()) entry.record.finish_reason = FinishReason(reason);
      queries += Queries(*candidate);
    }
    AddFee(Fee::kGroundedQuery, queries, "webSearchQueries", entry.record);
    const std::string_view id = FirstText(holder, {"responseId", "response_id"});
    const std::string_view uuid = TextOf(holder, "uuid");  // Qwen Code
    if (!id.empty()) {
      // A stream repeats the object under one id; the last one counts.
      entry.kind = Entry::Kind::kPart;
      entry.id = std::string(id);
      entry.copy = entry.id;
    } else if (!uuid.empty()) {
      entry.id = std::string(uuid);
    }
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& GeminiFormat() {
  static const Gemini format;
  return format;
}

}  // namespace toktally::usage
