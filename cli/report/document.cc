#include "cli/report/document.h"

#include "bpe/encoding.h"
#include "cli/version.h"

namespace toktally::cli {
namespace {

// Raised when a key changes its meaning; added keys do not raise it.
constexpr int kSchemaVersion = 1;

void WriteText(JsonWriter& json, std::string_view key, std::string_view value) {
  json.Key(key);
  if (value.empty()) {
    json.Null();
  } else {
    json.String(value);
  }
}

}  // namespace

void WriteHead(const DocumentHead& head, JsonWriter& json) {
  json.Key("schema_version").Uint(kSchemaVersion);
  json.Key("tool_version").String(kVersion);
  json.Key("command").String(head.command);
  WriteText(json, "encoding", head.encoding == nullptr ? "" : head.encoding->name());
  WriteText(json, "vocabulary_sha256",
            head.encoding == nullptr ? "" : head.encoding->vocabulary_sha256());
  WriteText(json, "prices_as_of", head.prices_as_of.value_or(""));
  if (head.prices_age_days) {
    json.Key("prices_age_days").Uint(static_cast<std::uint64_t>(*head.prices_age_days));
  }
  json.Key("assumptions").BeginArray();
  for (const std::string& assumption : head.assumptions) json.String(assumption);
  json.EndArray();
}

}  // namespace toktally::cli
