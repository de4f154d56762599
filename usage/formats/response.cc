// Any object that holds a usage object, wherever it stands: answers of OpenAI's APIs (Chat
// Completions, Responses, Embeddings, Images, Transcription), of those that speak like them,
// Anthropic messages, Bedrock Converse, Cohere, Vercel's AI SDK 4 to 6, LangChain's messages, and
// the wrappers that logs put around them (`response`, `body`, `data`, `result` …).
//
// Evidence: openai-python e43b422, anthropic-sdk-python 009b035, vercel/ai packages/provider
// (LanguageModelV2Usage, V3Usage), langchain-core UsageMetadata, cohere-python BilledUnits,
// AWS Bedrock Converse TokenUsage, xAI and Moonshot API references.

#include "usage/formats/response.h"

#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "usage/fees.h"
#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

constexpr int kDeepestUsage = 8;

// The names that usage objects go by; what sums up a whole run comes first.
constexpr std::string_view kUsageNames[] = {"totalUsage",
                                            "total_usage",
                                            "usage",
                                            "usageMetadata",
                                            "usage_metadata",
                                            "token_usage",
                                            "tokenUsage",
                                            "usage_object",
                                            "usageDetails",
                                            "usage_details",
                                            "amazon-bedrock-invocationMetrics"};

// Where a value says its usage, without looking below what holds it.
std::optional<JsonValue> UsageOf(const JsonValue& holder) {
  std::optional<JsonValue> found;
  for (const std::string_view name : kUsageNames) {
    const auto usage = ObjectMember(holder, name);
    if (!usage) continue;
    if (LooksLikeUsage(*usage)) return usage;
    if (!found) found = usage;
  }
  // Groq's streams, Cohere's first version.
  for (const std::string_view name : {"x_groq", "meta", "llm_output", "response_metadata"}) {
    const auto inner = ObjectMember(holder, name);
    if (!inner) continue;
    if (name == "meta" && ObjectMember(*inner, "billed_units")) return inner;
    for (const std::string_view usage_name : {"usage", "token_usage", "tokenUsage"}) {
      const auto usage = ObjectMember(*inner, usage_name);
      if (usage && LooksLikeUsage(*usage)) return usage;
    }
  }
  return found;
}

std::string ReasonOf(const JsonValue& holder) {
  const auto choices = holder.Find("choices");
  const auto choice = choices ? choices->first() : std::nullopt;
  if (choice) return FinishReason(TextOf(*choice, "finish_reason"));
  const auto details = ObjectMember(holder, "incomplete_details");
  const std::string_view why = details ? TextOf(*details, "reason") : std::string_view();
  if (!why.empty()) return FinishReason(why);
  return FinishReason(
      FirstText(holder, {"stop_reason", "stopReason", "finish_reason", "finishReason", "status"}));
}

// Calls of tools that the service runs, in the output of a response.
void CountServerTools(const JsonValue& holder, Record& record) {
  const auto output = holder.Find("output");
  if (!output || !output->is_array()) return;
  struct Tool {
    std::string_view type;
    std::int64_t calls = 0;
  };
  Tool tools[] = {{"web_search_call"}, {"file_search_call"}, {"code_interpreter_call"}};
  for (auto item = output->first(); item; item = item->next()) {
    const std::string_view type = item->is_object() ? TextOf(*item, "type") : std::string_view();
    for (Tool& tool : tools) tool.calls += type == tool.type;
  }
  AddFee(Fee::kWebSearch, tools[0].calls, tools[0].type, record);
  AddFee(Fee::kFileSearch, tools[1].calls, tools[1].type, record);
  AddFee(Fee::kCodeSession, tools[2].calls, tools[2].type, record);
}

Dialect DialectOf(const JsonValue& holder, const JsonValue& usage) {
  const auto data = holder.Find("data");
  const bool list = data && data->is_array() && !holder.Find("choices");
  if (list && ObjectMember(usage, "input_tokens_details")) return Dialect::kImageOutput;
  const bool embedding = list || holder.Find("embeddings") || holder.Find("embedding");
  return embedding ? Dialect::kTotalOnly : Dialect::kByShape;
}

// A row that states tokens beside its other columns: an input and an output, or either and a model.
bool IsFlat(const JsonValue& value) {
  int sides = 0;
  for (auto member = value.first(); member; member = member->next()) {
    if (member->is_null() || member->key().find("oken") == std::string_view::npos) continue;
    const auto role = RoleOf(Place::kTop, member->key());
    sides += role == Role::kInput || role == Role::kOutput;
  }
  Record record;
  ReadSurroundings(value, record);
  return sides > 1 || (sides == 1 && !record.model.empty());
}

class Response : public Format {
 public:
  std::string_view name() const override { return "response"; }
  bool Speaks(const JsonValue& /*value*/) const override { return true; }
  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const std::size_t before = entries.size();
    absl::Status status = ReadResponses(value, Record(), entries);
    if (status.ok() && entries.size() == before && IsFlat(value)) {
      status = ReadResponse(value, value, Record(), entries);
      if (status.ok()) entries.back().record.not_billed.clear();  // what else a row holds
    }
    if (status.ok() && entries.size() == before && PresentMember(value, "error")) {
      Entry failed;
      failed.kind = Entry::Kind::kFailed;
      entries.push_back(std::move(failed));
    }
    return status;
  }
};

absl::Status ReadBelow(const JsonValue& value, const Record& around, int depth,
                       std::vector<Entry>& entries) {
  if (depth > kDeepestUsage) return absl::OkStatus();
  if (value.is_object()) {
    if (const auto usage = UsageOf(value)) return ReadResponse(value, *usage, around, entries);
  }
  Record here = around;
  if (value.is_object()) ReadSurroundings(value, here);
  for (auto member = value.first(); member; member = member->next()) {
    if (!member->is_object() && !member->is_array()) continue;
    if (absl::Status status = ReadBelow(*member, here, depth + 1, entries); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadResponse(const JsonValue& holder, const JsonValue& usage, const Record& around,
                          std::vector<Entry>& entries) {
  Entry entry;
  Record& record = entry.record;
  ReadSurroundings(holder, record);
  for (const std::string_view name : {"response_metadata", "metadata", "response", "modelUsed"}) {
    const auto inner = ObjectMember(holder, name);
    if (inner && record.model.empty()) ReadSurroundings(*inner, record);
  }
  MergeSurroundings(around, record);
  if (absl::Status status = ReadCall(usage, DialectOf(holder, usage), entry); !status.ok()) {
    return status;
  }
  record.finish_reason = ReasonOf(holder);
  CountServerTools(holder, record);
  const std::string_view id = FirstText(holder, {"id", "responseId", "response_id"});
  if (!id.empty()) {
    // The same answer, logged twice: made-up ids of tests and mocks do not share all of this.
    const pricing::Usage& tokens = record.tokens;
    entry.id = absl::StrCat(std::string(id), " ", record.model, " ", record.time.value_or(0), " ",
                            tokens.PromptTokens(), " ", tokens.OutputTokens());
  }
  entries.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status ReadResponses(const JsonValue& value, const Record& around,
                           std::vector<Entry>& entries) {
  return ReadBelow(value, around, 0, entries);
}

void MergeSurroundings(const Record& around, Record& record) {
  const auto fill = [](const std::string& from, std::string& to) {
    if (to.empty()) to = from;
  };
  fill(around.model, record.model);
  fill(around.service_tier, record.service_tier);
  fill(around.session, record.session);
  fill(around.project, record.project);
  fill(around.key, record.key);
  if (record.day.empty()) {
    record.day = around.day;
    record.time = around.time;
  }
}

const Format& ResponseFormat() {
  static const Response format;
  return format;
}

}  // namespace toktally::usage
