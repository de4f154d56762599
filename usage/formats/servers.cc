// Bedrock's model invocation logs and Ollama's own answers.
//
// Evidence: AWS "Monitor model invocation using CloudWatch Logs" (schemaType ModelInvocationLog,
// modelId, input.inputTokenCount, output.outputTokenCount, cacheReadInputTokenCount,
// cacheWriteInputTokenCount, identity.arn); ollama docs/api.md (prompt_eval_count, eval_count).

#include <utility>

#include "usage/formats.h"

namespace toktally::usage {
namespace {

class BedrockLog : public Format {
 public:
  std::string_view name() const override { return "bedrock-log"; }

  bool Speaks(const JsonValue& value) const override {
    const auto input = ObjectMember(value, "input");
    return TextOf(value, "schemaType") == "ModelInvocationLog" ||
           (value.Find("modelId") && input && input->Find("inputTokenCount"));
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Entry entry;
    ReadSurroundings(value, entry.record);
    if (const auto identity = ObjectMember(value, "identity"); identity) {
      entry.record.key = std::string(TextOf(*identity, "arn"));
    }
    Counts counts;
    counts.cached_beside = true;
    for (const std::string_view side : {"input", "output"}) {
      const auto holder = ObjectMember(value, side);
      for (auto member = holder ? holder->first() : std::nullopt; member; member = member->next()) {
        const auto role = RoleOf(Place::kTop, member->key());
        if (!role || !member->is_number()) continue;
        const auto count = CountOf(*member);
        if (!count.ok()) return count.status();
        counts.Set(*role, *count);
      }
    }
    entry.kind = counts.any()              ? Entry::Kind::kCall
                 : value.Find("errorCode") ? Entry::Kind::kFailed
                                           : Entry::Kind::kNothing;
    if (absl::Status status = Settle(counts, Dialect::kByShape, entry.record); !status.ok()) {
      return value.Error(std::string_view(status.message().data(), status.message().size()));
    }
    entry.id = std::string(TextOf(value, "requestId"));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

class Ollama : public Format {
 public:
  std::string_view name() const override { return "ollama"; }

  bool Speaks(const JsonValue& value) const override {
    return value.Find("eval_count") || value.Find("prompt_eval_count");
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Entry entry;
    ReadSurroundings(value, entry.record);
    Counts counts;
    for (auto [key, role] :
         {std::pair{"prompt_eval_count", Role::kInput}, std::pair{"eval_count", Role::kOutput}}) {
      const auto number = PresentMember(value, key);
      if (!number) continue;
      const auto count = CountOf(*number);
      if (!count.ok()) return count.status();
      counts.Set(role, *count);
    }
    entry.kind = Entry::Kind::kCall;
    entry.record.finish_reason = FinishReason(TextOf(value, "done_reason"));
    if (absl::Status status = Settle(counts, Dialect::kByShape, entry.record); !status.ok()) {
      return status;
    }
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& BedrockLogFormat() {
  static const BedrockLog format;
  return format;
}
const Format& OllamaFormat() {
  static const Ollama format;
  return format;
}

}  // namespace toktally::usage
