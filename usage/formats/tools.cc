// What coding tools keep: opencode's messages, Gemini CLI's sessions.
//
// Evidence: ccusage 5816e64: adapter/opencode (storage/message/**.json and the `message` table of
// opencode.db: providerID, modelID, tokens {input, output, reasoning, cache {read, write}}, cost,
// time.created) and adapter/gemini (~/.gemini/tmp/*/chats/session-*.json: messages of type
// "gemini" with tokens {input, output, cached, thoughts, tool, total}; stats.models of
// --output-format json).

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

class OpenCode : public Format {
 public:
  std::string_view name() const override { return "opencode"; }

  bool Speaks(const JsonValue& value) const override {
    return ObjectMember(value, "tokens") && (value.Find("modelID") || value.Find("providerID"));
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const JsonValue tokens = *ObjectMember(value, "tokens");
    Entry entry;
    Record& record = entry.record;
    const std::string_view model = TextOf(value, "modelID");
    const std::string_view provider = TextOf(value, "providerID");
    record.model = provider.empty() || model.find('/') != std::string_view::npos
                       ? std::string(model)
                       : absl::StrCat(ToAbsl(provider), "/", ToAbsl(model));
    if (const auto time = ObjectMember(value, "time")) SetTime(time->Find("created"), record);
    const auto path = ObjectMember(value, "path");
    if (path) record.project = std::string(FirstText(*path, {"root", "cwd"}));
    ReadSurroundings(value, record);
    if (absl::Status status = ReadOpenCodeTokens(tokens, entry); !status.ok()) return status;
    if (const auto cost = PresentMember(value, "cost")) record.recorded_cost = DollarsOf(*cost);
    record.finish_reason = FinishReason(TextOf(value, "finish"));
    entry.id = std::string(TextOf(value, "id"));
    if (record.tokens == pricing::Usage()) entry.kind = Entry::Kind::kNothing;
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

 private:
  // `input` is what no cache gave, whatever the provider.
  static absl::Status ReadOpenCodeTokens(const JsonValue& tokens, Entry& entry) {
    Counts counts;
    const auto count = [&](const std::optional<JsonValue>& number, Role role) -> absl::Status {
      if (!number) return absl::OkStatus();
      const auto value = CountOf(*number);
      if (!value.ok()) return value.status();
      counts.Set(role, *value);
      return absl::OkStatus();
    };
    const auto cache = ObjectMember(tokens, "cache");
    for (const absl::Status& status :
         {count(PresentMember(tokens, "input"), Role::kUncached),
          count(PresentMember(tokens, "output"), Role::kOutput),
          count(PresentMember(tokens, "reasoning"), Role::kReasoning),
          count(PresentMember(tokens, "total"), Role::kTotal),
          count(cache ? PresentMember(*cache, "read") : std::nullopt, Role::kCached),
          count(cache ? PresentMember(*cache, "write") : std::nullopt, Role::kWritten)}) {
      if (!status.ok()) return status;
    }
    if (!counts.any()) return tokens.Error("states no tokens under a name that is known here");
    entry.kind = Entry::Kind::kCall;
    return Settle(counts, Dialect::kByShape, entry.record);
  }
};

class GeminiCli : public Format {
 public:
  std::string_view name() const override { return "gemini-cli"; }

  bool Speaks(const JsonValue& value) const override {
    if (TextOf(value, "type") == "gemini" && ObjectMember(value, "tokens")) return true;
    const auto messages = value.Find("messages");
    if (messages && messages->is_array() && value.Find("sessionId") &&
        (value.Find("projectHash") || value.Find("lastUpdated"))) {
      return true;
    }
    const auto stats = ObjectMember(value, "stats");
    return stats && ObjectMember(*stats, "models");
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    Record around;
    around.session = std::string(FirstText(value, {"sessionId", "session_id"}));
    around.project = std::string(TextOf(value, "projectHash"));
    const auto stats = ObjectMember(value, "stats");
    if (const auto models = stats ? ObjectMember(*stats, "models") : std::nullopt) {
      for (auto model = models->first(); model; model = model->next()) {
        around.model = std::string(model->key());
        if (absl::Status status = ReadTokens(*model, around, entries); !status.ok()) return status;
      }
      return absl::OkStatus();
    }
    if (TextOf(value, "type") == "gemini") return ReadTokens(value, around, entries);
    const auto messages = value.Find("messages");
    for (auto message = messages ? messages->first() : std::nullopt; message;
         message = message->next()) {
      if (!message->is_object() || TextOf(*message, "type") != "gemini") continue;
      if (absl::Status status = ReadTokens(*message, around, entries); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status ReadTokens(const JsonValue& message, const Record& around,
                                 std::vector<Entry>& entries) {
    const auto tokens = ObjectMember(message, "tokens");
    if (!tokens) return absl::OkStatus();
    Entry entry;
    entry.record = around;
    SetTime(message.Find("timestamp"), entry.record);
    ReadSurroundings(message, entry.record);
    if (absl::Status status = ReadCall(*tokens, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    const auto api = ObjectMember(message, "api");
    const auto requests = api ? api->Find("totalRequests") : std::nullopt;
    const auto calls = requests ? CountOf(*requests) : absl::NotFoundError("");
    if (calls.ok()) entry.record.calls = static_cast<std::uint64_t>(*calls);
    const std::string_view id = TextOf(message, "id");
    if (!id.empty()) entry.id = absl::StrCat(entry.record.session, " ", ToAbsl(id));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& OpenCodeFormat() {
  static const OpenCode format;
  return format;
}
const Format& GeminiCliFormat() {
  static const GeminiCli format;
  return format;
}

}  // namespace toktally::usage
