// Batches: lines of the output files of OpenAI's and Anthropic's batch APIs, and OpenAI's batch
// objects. All of them are billed at batch rates, and the answers inside do not say so.
//
// Evidence: openai-python e43b422 (batch.py, batch_usage.py), litellm#14884 and #39861 (objects
// that state prompt_tokens: 0 beside input_tokens), anthropic-sdk-python 009b035
// (MessageBatchIndividualResponse).

#include <utility>

#include "usage/formats.h"
#include "usage/formats/response.h"

namespace toktally::usage {
namespace {

class Batch : public Format {
 public:
  std::string_view name() const override { return "batch"; }

  bool Speaks(const JsonValue& value) const override {
    const std::string_view object = TextOf(value, "object");
    if (object == "batch") return true;
    return value.Find("custom_id") &&
           (value.Find("response") || ObjectMember(value, "result") || value.Find("error"));
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Record batch;
    batch.service_tier = "batch";
    const std::size_t before = entries.size();
    if (TextOf(value, "object") == "batch") {
      if (absl::Status status = ReadResponses(value, batch, entries); !status.ok()) return status;
    } else {
      auto answer = ObjectMember(value, "response");
      if (!answer) answer = ObjectMember(value, "result");
      if (answer) {
        if (absl::Status status = ReadResponses(*answer, batch, entries); !status.ok()) {
          return status;
        }
      }
      if (entries.size() == before) {
        Entry failed;
        failed.kind = Entry::Kind::kFailed;
        entries.push_back(std::move(failed));
      }
    }
    const auto counts = ObjectMember(value, "request_counts");
    const auto completed = counts ? counts->Find("completed") : std::nullopt;
    const auto calls = completed ? CountOf(*completed) : absl::NotFoundError("");
    for (std::size_t i = before; i < entries.size(); ++i) {
      entries[i].record.service_tier = "batch";
      for (Record& record : entries[i].also) record.service_tier = "batch";
      if (calls.ok() && *calls > 0) entries[i].record.calls = static_cast<std::uint64_t>(*calls);
    }
    return absl::OkStatus();
  }
};

}  // namespace

const Format& BatchFormat() {
  static const Batch format;
  return format;
}

}  // namespace toktally::usage
