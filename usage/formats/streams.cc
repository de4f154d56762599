// Streams: Chat Completions chunks, events of the Responses and Realtime APIs, Anthropic's events,
// and the parts that Vercel's AI SDK makes of all of them.
//
// Evidence: openai-python e43b422 (chunks, ResponseStreamEvent, realtime server events),
// anthropic-sdk-python 009b035 (message_start states the input, message_delta what it came to; the
// delta lacks the split of cache writes), Groq's x_groq.usage, vercel/ai TextStreamPart.

#include <utility>

#include "usage/formats.h"
#include "usage/formats/response.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

class OpenAiStream : public Format {
 public:
  std::string_view name() const override { return "openai-stream"; }

  bool Speaks(const JsonValue& value) const override {
    const std::string_view type = TextOf(value, "type");
    return TextOf(value, "object") == "chat.completion.chunk" || type.starts_with("response.") ||
           type.starts_with("session.");
  }

  std::unique_ptr<FormatState> NewState() const override { return NewStreamState(); }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const std::string_view type = TextOf(value, "type");
    if (type.starts_with("session.")) return ReadSession(value, entries);
    return type.empty() ? ReadChunk(value, entries) : ReadEvent(value, type, entries);
  }

 private:
  // The model of a realtime session stands only here.
  static absl::Status ReadSession(const JsonValue& value, std::vector<Entry>& entries) {
    const auto session = ObjectMember(value, "session");
    Entry entry;
    if (session && !TextOf(*session, "model").empty()) {
      entry.kind = Entry::Kind::kContext;
      entry.record.model = std::string(TextOf(*session, "model"));
      entry.record.session = std::string(TextOf(*session, "id"));
    }
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  static absl::Status ReadChunk(const JsonValue& value, std::vector<Entry>& entries) {
    Entry entry;
    entry.id = std::string(TextOf(value, "id"));
    ReadSurroundings(value, entry.record);
    const auto choices = value.Find("choices");
    for (auto choice = choices ? choices->first() : std::nullopt; choice; choice = choice->next()) {
      ReadChoice(*choice, entry);
    }
    auto usage = ObjectMember(value, "usage");
    const auto groq = ObjectMember(value, "x_groq");
    if (!usage && groq) usage = ObjectMember(*groq, "usage");
    if (usage) {
      if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
        return status;
      }
    }
    entry.kind = Entry::Kind::kPart;
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  static void ReadChoice(const JsonValue& choice, Entry& entry) {
    if (const auto reason = TextOf(choice, "finish_reason"); !reason.empty()) {
      entry.record.finish_reason = FinishReason(reason);
    }
    const auto delta = ObjectMember(choice, "delta");
    if (!delta) return;
    entry.text += TextOf(*delta, "content");
    const auto calls = delta->Find("tool_calls");
    for (auto call = calls ? calls->first() : std::nullopt; call; call = call->next()) {
      const auto function = ObjectMember(*call, "function");
      if (!function) continue;
      entry.calls += TextOf(*function, "name");
      entry.calls += TextOf(*function, "arguments");
    }
  }

  // One response at a time: its deltas do not say which one they belong to.
  static absl::Status ReadEvent(const JsonValue& value, std::string_view type,
                                std::vector<Entry>& entries) {
    const auto response = ObjectMember(value, "response");
    const bool last = type == "response.completed" || type == "response.incomplete" ||
                      type == "response.failed" || type == "response.done";
    if (last && response) {
      if (const auto usage = ObjectMember(*response, "usage")) {
        if (absl::Status status = ReadResponse(*response, *usage, Record(), entries);
            !status.ok()) {
          return status;
        }
        Entry& entry = entries.back();
        entry.kind = Entry::Kind::kPart;
        entry.copy = std::exchange(entry.id, "response");
        entry.ends = true;
        return absl::OkStatus();
      }
    }
    Entry entry;
    entry.kind = Entry::Kind::kPart;
    entry.id = "response";
    if (response) ReadSurroundings(*response, entry.record);
    if (type == "response.output_text.delta") entry.text = std::string(TextOf(value, "delta"));
    if (type == "response.function_call_arguments.delta") {
      entry.calls = std::string(TextOf(value, "delta"));
    }
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

class AnthropicStream : public Format {
 public:
  std::string_view name() const override { return "anthropic-stream"; }

  bool Speaks(const JsonValue& value) const override {
    const std::string_view type = TextOf(value, "type");
    return (type == "message_start" && ObjectMember(value, "message")) || type == "message_delta" ||
           type == "message_stop" || type == "ping" || type.starts_with("content_block_") ||
           type == "message-end";
  }

  std::unique_ptr<FormatState> NewState() const override { return NewStreamState(); }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const std::string_view type = TextOf(value, "type");
    Entry entry;
    std::optional<JsonValue> usage;
    if (type == "message_start") {
      const JsonValue message = *ObjectMember(value, "message");
      ReadSurroundings(message, entry.record);
      entry.copy = std::string(TextOf(message, "id"));
      entry.begins = true;
      usage = ObjectMember(message, "usage");
    } else if (type == "message_delta" || type == "message-end") {
      const auto delta = ObjectMember(value, "delta");
      if (delta) {
        entry.record.finish_reason =
            FinishReason(FirstText(*delta, {"stop_reason", "finish_reason"}));
      }
      usage = ObjectMember(value, "usage");
      if (!usage && delta) usage = ObjectMember(*delta, "usage");  // Cohere's message-end
    }
    if (!usage) return absl::OkStatus();
    if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    entry.kind = Entry::Kind::kPart;
    entry.id = "message";
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

// `finish` sums up the steps before it.
class AiSdkState : public FormatState {
 public:
  void BeginFile(std::string_view name) override {
    steps_.clear();
    calls_->BeginFile(name);
  }
  absl::Status Take(Entry entry, Emitter& out) override {
    if (entry.kind != Entry::Kind::kCall) return calls_->Take(std::move(entry), out);
    if (!entry.ends) {
      steps_.push_back(entry.record);
      out.Emit(entry.record);
      return absl::OkStatus();
    }
    if (!steps_.empty()) {
      steps_.clear();
      out.Duplicate();
      return absl::OkStatus();
    }
    return calls_->Take(std::move(entry), out);
  }

 private:
  std::unique_ptr<FormatState> calls_ = NewCallState();
  std::vector<Record> steps_;  // since the last finish
};

class AiSdkStream : public Format {
 public:
  std::string_view name() const override { return "ai-sdk-stream"; }

  bool Speaks(const JsonValue& value) const override {
    const std::string_view type = TextOf(value, "type");
    return type == "finish-step" || type == "step-finish" || type == "finish";
  }

  std::unique_ptr<FormatState> NewState() const override { return std::make_unique<AiSdkState>(); }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const std::size_t before = entries.size();
    if (absl::Status status = ReadResponses(value, Record(), entries); !status.ok()) return status;
    for (std::size_t i = before; i < entries.size(); ++i) {
      entries[i].ends = TextOf(value, "type") == "finish";
      entries[i].id.clear();
    }
    return absl::OkStatus();
  }
};

}  // namespace

const Format& OpenAiStreamFormat() {
  static const OpenAiStream format;
  return format;
}
const Format& AnthropicStreamFormat() {
  static const AnthropicStream format;
  return format;
}
const Format& AiSdkStreamFormat() {
  static const AiSdkStream format;
  return format;
}

}  // namespace toktally::usage
