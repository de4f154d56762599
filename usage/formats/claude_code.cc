// Claude Code: ~/.claude/projects/**.jsonl (also $XDG_CONFIG_HOME/claude/projects and
// $CLAUDE_CONFIG_DIR), and what `claude -p --output-format json` or stream-json prints.
//
// Evidence: ryoppippi/ccusage 5816e64 (rust/crates/ccusage/src/adapter/claude), and its tests: one
// message is written several times while it grows; a sidechain repeats messages of its parent under
// requests of its own; `<synthetic>` models are no calls; progress lines nest a line in
// data.message. ccusage#876, #1288.

#include <map>
#include <utility>

#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

constexpr int kSidechain = 0;
constexpr int kMain = 1;

bool IsResult(const JsonValue& value) {
  return TextOf(value, "type") == "result" &&
         (value.Find("total_cost_usd") || ObjectMember(value, "modelUsage"));
}

// The line that a progress line wraps.
std::optional<JsonValue> WrappedLine(const JsonValue& value) {
  const auto data = ObjectMember(value, "data");
  const auto inner = data ? ObjectMember(*data, "message") : std::nullopt;
  return inner && ObjectMember(*inner, "message") ? inner : std::nullopt;
}

class ClaudeCodeState : public FormatState {
 public:
  void BeginFile(std::string_view name) override {
    printed_.clear();
    calls_->BeginFile(name);
  }

  absl::Status Take(Entry entry, Emitter& out) override {
    if (entry.kind != Entry::Kind::kCall) return calls_->Take(std::move(entry), out);
    if (entry.begins) return TakeResult(entry, out);
    const std::string& session = entry.record.session;
    if (entry.ends) {  // printed by `claude -p`: a result will sum it up
      printed_[session].push_back(entry);
      return absl::OkStatus();
    }
    // What the session's own log says replaces the sum of a run.
    if (!session.empty() && logged_.try_emplace(session, true).second) {
      for (const Record& record : results_[session]) {
        out.TakeBack(record);
        out.Duplicate();
      }
      results_.erase(session);
    }
    return calls_->Take(std::move(entry), out);
  }

  absl::Status EndStreams(Emitter& out) override {
    for (auto& [session, entries] : printed_) {
      for (Entry& entry : entries) {
        if (absl::Status status = calls_->Take(std::move(entry), out); !status.ok()) return status;
      }
    }
    printed_.clear();
    return absl::OkStatus();
  }

 private:
  absl::Status TakeResult(Entry& entry, Emitter& out) {
    const std::string& session = entry.record.session;
    if (const auto messages = printed_.find(session); messages != printed_.end()) {
      for (std::size_t i = 0; i < messages->second.size(); ++i) out.Duplicate();
      printed_.erase(messages);
    }
    if (!session.empty() && logged_.contains(session)) {
      out.Duplicate();
      return absl::OkStatus();
    }
    std::vector<Record>& before = results_[session];
    // modelUsage sums up the whole process, so a later result holds the former one.
    if (entry.has_usage && !session.empty() && Holds(entry, before)) {
      for (const Record& record : before) out.TakeBack(record);
      if (!before.empty()) out.Duplicate();
      before.clear();
    }
    for (const Record& record : entry.also) {
      out.Emit(record);
      before.push_back(record);
    }
    return absl::OkStatus();
  }

  static bool Holds(const Entry& entry, const std::vector<Record>& before) {
    const auto sum = [](const std::vector<Record>& records) {
      std::int64_t tokens = 0;
      for (const Record& record : records) {
        tokens += record.tokens.PromptTokens() + record.tokens.OutputTokens();
      }
      return tokens;
    };
    return sum(entry.also) >= sum(before);
  }

  std::unique_ptr<FormatState> calls_ = NewCallState();
  std::map<std::string, std::vector<Entry>> printed_;  // of this file, by session
  std::map<std::string, std::vector<Record>> results_;
  std::map<std::string, bool> logged_;  // sessions whose own log was read
};

class ClaudeCode : public Format {
 public:
  std::string_view name() const override { return "claude-code"; }

  bool Speaks(const JsonValue& value) const override {
    if (IsResult(value) || WrappedLine(value)) return true;
    const auto message = ObjectMember(value, "message");
    if (!message || TextOf(value, "type") == "message_start") return false;
    return value.Find("sessionId") || value.Find("requestId") || value.Find("isSidechain") ||
           value.Find("session_id") || value.Find("uuid") || ObjectMember(*message, "usage");
  }

  std::unique_ptr<FormatState> NewState() const override {
    return std::make_unique<ClaudeCodeState>();
  }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    if (IsResult(value)) return ReadResult(value, entries);
    const auto wrapped = WrappedLine(value);
    const JsonValue line = wrapped.value_or(value);
    const JsonValue message = *ObjectMember(line, "message");
    const auto usage = ObjectMember(message, "usage");
    if (!usage || TextOf(message, "model") == "<synthetic>") return absl::OkStatus();
    Entry entry;
    Record& record = entry.record;
    ReadSurroundings(message, record);
    if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
      return status;
    }
    SetTime(line.Find("timestamp"), record);
    SetTime(value.Find("timestamp"), record);
    ReadSurroundings(line, record);
    ReadSurroundings(value, record);
    record.finish_reason = FinishReason(TextOf(message, "stop_reason"));
    if (TextOf(message, "speed") == "fast") record.fast = true;
    if (const auto cost = PresentMember(line, "costUSD")) record.recorded_cost = DollarsOf(*cost);
    entry.id = std::string(TextOf(message, "id"));
    entry.copy = std::string(FirstText(line, {"requestId", "request_id"}));
    const auto sidechain = line.Find("isSidechain");
    entry.rank = sidechain && sidechain->boolean() ? kSidechain : kMain;
    entry.apart = entry.rank == kMain;
    entry.ends = line.Find("session_id") && !line.Find("sessionId");
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

 private:
  static absl::Status ReadResult(const JsonValue& value, std::vector<Entry>& entries) {
    Entry entry;
    entry.begins = true;
    Record base;
    ReadSurroundings(value, base);
    if (const auto models = ObjectMember(value, "modelUsage"); models && models->size() > 0) {
      entry.has_usage = true;
      for (auto model = models->first(); model; model = model->next()) {
        Record record = base;
        record.model = std::string(model->key());
        record.calls = entry.also.empty() ? 1 : 0;
        if (absl::Status status = ReadUsage(*model, Dialect::kByShape, record, entry.also);
            !status.ok()) {
          return status;
        }
        entry.also.push_back(std::move(record));
      }
    } else {
      const auto usage = ObjectMember(value, "usage");
      if (!usage) return absl::OkStatus();
      Record record = base;
      if (absl::Status status = ReadUsage(*usage, Dialect::kByShape, record, entry.also);
          !status.ok()) {
        return status;
      }
      const auto cost = PresentMember(value, "total_cost_usd");
      if (cost) record.recorded_cost = DollarsOf(*cost);
      entry.also.push_back(std::move(record));
    }
    entry.kind = Entry::Kind::kCall;
    entry.record = base;
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& ClaudeCodeFormat() {
  static const ClaudeCode format;
  return format;
}

}  // namespace toktally::usage
