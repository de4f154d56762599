// OpenTelemetry spans and log records of calls to models: OTLP's JSON, spans with a flat object of
// attributes, rows of attributes alone; and the dialects of GenAI conventions: gen_ai.usage.* old
// and new, OpenLLMetry, pydantic-ai's details.*, Vercel's ai.usage.*, OpenInference's
// llm.token_count.*, Gemini CLI's and Copilot's telemetry.
//
// Evidence: open-telemetry/semantic-conventions-genai 002c8a6 (input_tokens includes what was
// cached; real exporters differ), Arize-ai/openinference semantic_conventions.md, ccusage 5816e64
// (adapter/copilot: a trace holds chat spans and a summary span of their sum).

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

// Deep enough for OTLP: resourceSpans, scopeSpans, spans.
constexpr int kDeepest = 8;

// Where the numbers stand: what follows is spelled as in a usage object.
struct Prefix {
  std::string_view text;
  Place place;
};
constexpr Prefix kPrefixes[] = {
    {"gen_ai.usage.details.", Place::kTop},
    {"gen_ai.usage.prompt_tokens_details.", Place::kInput},
    {"gen_ai.usage.completion_tokens_details.", Place::kOutput},
    {"gen_ai.usage.", Place::kTop},
    {"ai.usage.inputTokenDetails.", Place::kInput},
    {"ai.usage.outputTokenDetails.", Place::kOutput},
    {"ai.usage.", Place::kTop},
    {"llm.token_count.prompt_details.", Place::kInput},
    {"llm.token_count.completion_details.", Place::kOutput},
    {"llm.token_count.", Place::kTop},
    {"llm.usage.", Place::kTop},
};

// The name and the value of each attribute, of either form: an object, or OTLP's list of
// {"key", "value": {"intValue": "3"}}.
template <typename Use>
void ForEachAttribute(const JsonValue& attributes, const Use& use) {
  for (auto entry = attributes.first(); entry; entry = entry->next()) {
    if (attributes.is_object()) {
      use(entry->key(), *entry);
      continue;
    }
    if (!entry->is_object()) continue;
    const auto value = entry->Find("value");
    const auto inner = value ? (value->is_object() ? value->first() : value) : std::nullopt;
    if (inner) use(TextOf(*entry, "key"), *inner);
  }
}

// The first text of a value: itself, or of a list, which OTLP wraps once more.
std::string_view FirstTextOf(const JsonValue& value) {
  auto inner = std::optional(value);
  while (inner && !inner->is_string()) inner = inner->first();
  return inner ? inner->text() : std::string_view();
}

// Which attribute says what; of several the one with the most weight.
struct Meaning {
  std::string_view name;
  std::string Record::*target;
  int weight;
};
constexpr Meaning kMeanings[] = {
    {"gen_ai.response.model", &Record::model, 3},
    {"ai.response.model", &Record::model, 3},
    {"llm.model_name", &Record::model, 2},
    {"gen_ai.request.model", &Record::model, 1},
    {"ai.model.id", &Record::model, 1},
    {"llm.request.model", &Record::model, 1},
    {"openai.response.service_tier", &Record::service_tier, 2},
    {"gen_ai.openai.response.service_tier", &Record::service_tier, 2},
    {"gen_ai.response.service_tier", &Record::service_tier, 1},
    {"gen_ai.response.finish_reasons", &Record::finish_reason, 2},
    {"gen_ai.response.finish_reason", &Record::finish_reason, 2},
    {"ai.response.finishReason", &Record::finish_reason, 1},
    {"gen_ai.conversation.id", &Record::session, 3},
    {"session.id", &Record::session, 2},
    {"copilot_chat.session_id", &Record::session, 2},
    {"user.id", &Record::key, 1},
};

// Spans that sum up what spans below them say.
enum Rank : int { kSummary = 0, kLog = 1, kChat = 2 };

struct Attributes {
  Counts counts;
  bool any = false;
  std::string operation;
  std::string event;
  std::optional<pricing::Money> cost;
  absl::Status status;
};

void ReadAttribute(std::string_view name, const JsonValue& value, bool gemini_cli, Record& record,
                   int (&weights)[std::size(kMeanings)], Attributes& read) {
  if (name == "gen_ai.operation.name") read.operation = std::string(FirstTextOf(value));
  if (name == "event.name") read.event = std::string(FirstTextOf(value));
  if (name == "gen_ai.usage.cost" || name == "llm.cost.total") read.cost = DollarsOf(value);
  for (const Meaning& meaning : kMeanings) {
    if (meaning.name != name) continue;
    int& weight = weights[static_cast<std::size_t>(&meaning - kMeanings)];
    int heaviest = 0;
    for (std::size_t i = 0; i < std::size(kMeanings); ++i) {
      if (kMeanings[i].target == meaning.target) heaviest = std::max(heaviest, weights[i]);
    }
    weight = meaning.weight;
    if (weight > heaviest) record.*meaning.target = std::string(FirstTextOf(value));
  }
  Place place = Place::kTop;
  std::string_view key;
  for (const Prefix& prefix : kPrefixes) {
    if (!name.starts_with(prefix.text)) continue;
    place = prefix.place;
    key = name.substr(prefix.text.size());
    break;
  }
  if (key.empty() && gemini_cli) key = name;
  if (key.empty() || (!value.is_number() && !value.is_string())) return;
  const auto role = RoleOf(place, key);
  if (!role || *role == Role::kInformative) return;
  const auto count = CountOf(value);
  if (!count.ok()) {
    if (read.status.ok()) read.status = count.status();
    return;
  }
  read.counts.Set(*role, *count);
  read.any = true;
}

std::string IdOf(const JsonValue& span, std::string_view name) {
  if (const auto id = TextOf(span, name); !id.empty()) return std::string(id);
  for (const std::string_view holder : {"spanContext", "context"}) {
    const auto context = ObjectMember(span, holder);
    if (!context) continue;
    if (const auto id = TextOf(*context, name); !id.empty()) return std::string(id);
  }
  return "";
}

class OpenTelemetry : public Format {
 public:
  std::string_view name() const override { return "opentelemetry"; }

  bool Speaks(const JsonValue& value) const override {
    for (const std::string_view key :
         {"resourceSpans", "scopeSpans", "resourceLogs", "scopeLogs", "attributes"}) {
      const auto member = value.Find(key);
      if (member && (member->is_array() || member->is_object())) return true;
    }
    for (auto member = value.first(); member; member = member->next()) {
      const std::string_view key = member->key();
      if (key.starts_with("gen_ai.") || key.starts_with("llm.token_count.") ||
          key.starts_with("ai.usage.")) {
        return true;
      }
    }
    return false;
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const auto attributes = PresentMember(value, "attributes");
    if (attributes) return ReadSpan(value, *attributes, entries);
    for (const std::string_view key :
         {"resourceSpans", "scopeSpans", "resourceLogs", "scopeLogs"}) {
      if (value.Find(key)) return ReadLists(value, 0, entries);
    }
    return ReadSpan(value, value, entries);
  }

 private:
  static absl::Status ReadLists(const JsonValue& value, int depth, std::vector<Entry>& entries) {
    if (depth > kDeepest) return absl::OkStatus();
    for (const std::string_view key :
         {"resourceSpans", "resourceLogs", "scopeSpans", "scopeLogs", "spans", "logRecords"}) {
      const auto list = value.Find(key);
      for (auto entry = list ? list->first() : std::nullopt; entry; entry = entry->next()) {
        if (!entry->is_object()) continue;
        const auto attributes = PresentMember(*entry, "attributes");
        const bool leaf = key == "spans" || key == "logRecords";
        absl::Status status = leaf && attributes ? ReadSpan(*entry, *attributes, entries)
                                                 : ReadLists(*entry, depth + 1, entries);
        if (!status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

  static absl::Status ReadSpan(const JsonValue& span, const JsonValue& attributes,
                               std::vector<Entry>& entries) {
    Entry entry;
    Record& record = entry.record;
    Attributes read;
    int weights[std::size(kMeanings)] = {};
    const auto name = attributes.is_object() ? TextOf(attributes, "event.name") : "";
    const bool gemini_cli = name.find("api_response") != std::string_view::npos;
    ForEachAttribute(attributes, [&](std::string_view key, const JsonValue& value) {
      ReadAttribute(key, value, gemini_cli, record, weights, read);
    });
    if (!read.status.ok()) return read.status;
    if (!read.any) return absl::OkStatus();
    read.counts.thoughts_beside = gemini_cli;
    if (gemini_cli) ReadSurroundings(attributes, record);
    for (const std::string_view key :
         {"startTimeUnixNano", "timeUnixNano", "start_time", "startTime", "timestamp"}) {
      const auto time = span.Find(key);
      // OpenTelemetry's SDKs for JavaScript write [seconds, nanoseconds].
      SetTime(time && time->is_array() ? time->first() : time, record);
    }
    record.recorded_cost = read.cost;
    record.finish_reason = FinishReason(record.finish_reason);
    if (absl::Status status = Settle(read.counts, Dialect::kAllInside, record); !status.ok()) {
      return attributes.Error(std::string_view(status.message().data(), status.message().size()));
    }
    entry.kind = Entry::Kind::kCall;
    Identify(span, read, entry);
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  // Of a trace the spans of the calls count, not those that sum them up, nor logs of the same.
  static void Identify(const JsonValue& span, const Attributes& read, Entry& entry) {
    entry.id = IdOf(span, "traceId");
    if (entry.id.empty()) entry.id = IdOf(span, "trace_id");
    entry.copy = IdOf(span, "spanId");
    if (entry.copy.empty()) entry.copy = IdOf(span, "span_id");
    if (entry.copy.empty()) entry.id.clear();
    const bool summary = read.operation == "invoke_agent" ||
                         TextOf(span, "name").starts_with("invoke_agent") ||
                         read.event == "copilot_chat.agent.turn";
    const bool log = !read.event.empty() || span.Find("timeUnixNano");
    entry.rank = summary ? kSummary : log ? kLog : kChat;
  }
};

}  // namespace

const Format& OpenTelemetryFormat() {
  static const OpenTelemetry format;
  return format;
}

}  // namespace toktally::usage
