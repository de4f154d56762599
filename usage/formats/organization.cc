// Pages and buckets of the organisation APIs: what an account used and what it was billed.
//   OpenAI     GET /v1/organization/usage/…   buckets {start_time, results [{input_tokens, …}]}
//              GET /v1/organization/costs      results [{amount {value, currency}, line_item}]
//   Anthropic  usage_report/messages          buckets {starting_at, results
//   [{uncached_input_tokens}]}
//              cost_report                     results [{amount in cents, currency, description}]
//
// Evidence: openai/openai-openapi f85dbe2 (UsageCompletionsResult, CostsResult), Anthropic's Admin
// API reference (MessagesUsageReport, CostReport: "amount in lowest units (e.g. cents)").

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

bool IsBucket(const JsonValue& value) {
  const auto results = value.Find("results");
  return results && results->is_array() && (value.Find("start_time") || value.Find("starting_at"));
}

class Organization : public Format {
 public:
  std::string_view name() const override { return "organization"; }

  bool Speaks(const JsonValue& value) const override {
    if (IsBucket(value)) return true;
    const auto data = value.Find("data");
    const auto first = data ? data->first() : std::nullopt;
    return first && first->is_object() && IsBucket(*first);
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    if (IsBucket(value)) return ReadBucket(value, entries);
    const auto data = value.Find("data");
    for (auto bucket = data->first(); bucket; bucket = bucket->next()) {
      if (!bucket->is_object()) continue;
      if (absl::Status status = ReadBucket(*bucket, entries); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status ReadBucket(const JsonValue& bucket, std::vector<Entry>& entries) {
    const auto results = bucket.Find("results");
    for (auto result = results ? results->first() : std::nullopt; result; result = result->next()) {
      if (!result->is_object()) continue;
      Entry entry;
      for (const std::string_view key : {"start_time", "starting_at"}) {
        SetTime(bucket.Find(key), entry.record);
      }
      absl::Status status = ReadResult(*result, entry);
      if (!status.ok()) return status;
      entries.push_back(std::move(entry));
    }
    return absl::OkStatus();
  }

  static absl::Status ReadResult(const JsonValue& result, Entry& entry) {
    Record& record = entry.record;
    ReadSurroundings(result, record);
    if (record.project.empty()) record.project = std::string(TextOf(result, "workspace_id"));
    if (const auto amount = PresentMember(result, "amount"))
      return ReadAmount(result, *amount, entry);
    if (const auto batch = result.Find("batch"); batch && batch->boolean()) {
      record.service_tier = "batch";
    }
    if (absl::Status status = ReadCall(result, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    const auto requests = PresentMember(result, "num_model_requests");
    const auto calls = requests ? CountOf(*requests) : absl::NotFoundError("");
    if (calls.ok()) record.calls = static_cast<std::uint64_t>(*calls);
    record.not_billed.clear();  // the numbers of requests, which the result has beside the tokens
    return absl::OkStatus();
  }

  // A bill: money and no tokens.
  static absl::Status ReadAmount(const JsonValue& result, const JsonValue& amount, Entry& entry) {
    Record& record = entry.record;
    const bool object = amount.is_object();
    const std::string_view currency = TextOf(object ? amount : result, "currency");
    if (!currency.empty() && currency != "usd" && currency != "USD") {
      return result.Error(absl::StrCat("a bill in ", ToAbsl(currency), "; only USD is read"));
    }
    const auto value = object ? amount.Find("value") : amount;
    const auto money = value ? DollarsOf(*value) : std::nullopt;
    if (!money) return amount.Error("expected an amount of money");
    record.recorded_cost = *money;
    if (!object) {  // Anthropic's are cents
      record.recorded_cost = pricing::Money::FromUnits(money->units() / 100);
    }
    if (record.model.empty()) {
      record.model = std::string(FirstText(result, {"line_item", "description", "cost_type"}));
    }
    record.calls = 0;
    entry.kind = Entry::Kind::kCall;
    record.bill = true;
    return absl::OkStatus();
  }
};

}  // namespace

const Format& OrganizationFormat() {
  static const Organization format;
  return format;
}

}  // namespace toktally::usage
