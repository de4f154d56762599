// What gateways and observability tools keep of each call: LiteLLM's spend logs and daily sums,
// Helicone's requests, Langfuse's observations.
//
// Evidence: litellm schema.prisma 029f645 (LiteLLM_SpendLogs, LiteLLM_DailyUserSpend …; exports
// hold metadata as text; litellm#42663), Helicone's request export (prompt_tokens,
// prompt_cache_read_tokens, cost/cost_usd), Langfuse's observation API (usageDetails,
// costDetails, calculatedTotalCost; older: usage {input, output, total}, promptTokens).

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "usage/formats.h"
#include "usage/formats/response.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

std::string WithProvider(std::string_view provider, std::string_view model) {
  if (provider.empty() || model.find('/') != std::string_view::npos) return std::string(model);
  return absl::StrCat(ToAbsl(provider), "/", ToAbsl(model));
}

// `text` as a document of its own; the value lives as long as the document.
absl::StatusOr<JsonDocument> Embedded(const JsonValue& value) {
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  return ParseJsonLine(value.text(), "", lenient);
}

class LiteLlm : public Format {
 public:
  std::string_view name() const override { return "litellm"; }

  bool Speaks(const JsonValue& value) const override {
    return value.Find("prompt_tokens") && value.Find("completion_tokens") && value.Find("model") &&
           !value.Find("response_created_at") && !value.Find("prompt_cache_read_tokens");
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Entry entry;
    Record& record = entry.record;
    record.model = WithProvider(TextOf(value, "custom_llm_provider"), TextOf(value, "model"));
    SetTime(value.Find("startTime"), record);
    SetTime(value.Find("date"), record);
    ReadSurroundings(value, record);
    if (record.project.empty()) record.project = std::string(TextOf(value, "team_id"));
    if (const auto spend = PresentMember(value, "spend")) record.recorded_cost = DollarsOf(*spend);
    if (absl::Status status = ReadTokens(value, entry); !status.ok()) return status;
    const auto requests = PresentMember(value, "api_requests");  // a day's sum
    const auto calls = requests ? CountOf(*requests) : absl::NotFoundError("");
    if (calls.ok()) record.calls = static_cast<std::uint64_t>(*calls);
    record.not_billed.clear();  // durations, counts of requests and the like
    entry.id = std::string(TextOf(value, "request_id"));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

 private:
  // What the cache held stands only in the response or the metadata, which may be text.
  static absl::Status ReadTokens(const JsonValue& row, Entry& entry) {
    for (const std::string_view name : {"metadata", "response"}) {
      const auto holder = PresentMember(row, name);
      if (!holder) continue;
      if (holder->is_object()) {
        if (const auto usage = UsageIn(*holder)) return ReadInside(*usage, entry);
      } else if (holder->is_string() && holder->text().find("usage") != std::string_view::npos) {
        const auto document = Embedded(*holder);
        if (!document.ok() || !document->root().is_object()) continue;
        if (const auto usage = UsageIn(document->root())) return ReadInside(*usage, entry);
      }
    }
    return ReadInside(row, entry);
  }

  static std::optional<JsonValue> UsageIn(const JsonValue& holder) {
    for (const std::string_view key : {"usage_object", "usage"}) {
      const auto usage = ObjectMember(holder, key);
      if (usage && LooksLikeUsage(*usage)) return usage;
    }
    return std::nullopt;
  }

  static absl::Status ReadInside(const JsonValue& usage, Entry& entry) {
    const auto cost = entry.record.recorded_cost;
    absl::Status status = ReadCall(usage, Dialect::kByShape, entry);
    entry.record.recorded_cost = cost;
    return status;
  }
};

class Helicone : public Format {
 public:
  std::string_view name() const override { return "helicone"; }

  bool Speaks(const JsonValue& value) const override {
    return value.Find("prompt_tokens") && value.Find("completion_tokens") &&
           (value.Find("response_created_at") || value.Find("request_created_at") ||
            value.Find("prompt_cache_read_tokens"));
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Entry entry;
    Record& record = entry.record;
    record.model =
        std::string(FirstText(value, {"response_model", "request_model", "model_override"}));
    for (const std::string_view key : {"request_created_at", "response_created_at"}) {
      SetTime(value.Find(key), record);
    }
    ReadSurroundings(value, record);
    const auto session = ObjectMember(value, "request_properties");
    if (session && record.session.empty()) {
      record.session = std::string(TextOf(*session, "Helicone-Session-Id"));
    }
    if (absl::Status status = ReadCall(value, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    if (const auto cost = PresentMember(value, "cost_usd")) record.recorded_cost = DollarsOf(*cost);
    record.not_billed.clear();  // latencies, status codes and scores of the row
    entry.id = std::string(FirstText(value, {"request_id", "response_id"}));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

class Langfuse : public Format {
 public:
  std::string_view name() const override { return "langfuse"; }

  bool Speaks(const JsonValue& value) const override {
    return value.Find("usageDetails") || value.Find("calculatedTotalCost") ||
           (value.Find("traceId") && (value.Find("promptTokens") || value.Find("usage")));
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Entry entry;
    Record& record = entry.record;
    SetTime(value.Find("startTime"), record);
    ReadSurroundings(value, record);
    if (record.session.empty()) record.session = std::string(TextOf(value, "traceId"));
    std::optional<JsonValue> usage;
    for (const std::string_view key : {"usageDetails", "usage"}) {
      const auto object = ObjectMember(value, key);
      if (!usage && object && LooksLikeUsage(*object)) usage = object;
    }
    if (!usage && (value.Find("promptTokens") || value.Find("completionTokens"))) usage = value;
    if (!usage) return absl::OkStatus();
    const bool row = usage->begin() == value.begin();
    if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    if (row) record.not_billed.clear();
    for (const std::string_view key : {"calculatedTotalCost", "totalCost"}) {
      if (const auto cost = PresentMember(value, key)) record.recorded_cost = DollarsOf(*cost);
    }
    entry.id = std::string(TextOf(value, "id"));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& LiteLlmFormat() {
  static const LiteLlm format;
  return format;
}
const Format& HeliconeFormat() {
  static const Helicone format;
  return format;
}
const Format& LangfuseFormat() {
  static const Langfuse format;
  return format;
}

}  // namespace toktally::usage
