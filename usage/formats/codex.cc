// Codex CLI: ~/.codex/sessions/**.jsonl and archived_sessions ($CODEX_HOME), and `codex exec
// --json`.
//
// Evidence: ryoppippi/ccusage 5816e64 (rust/crates/ccusage/src/adapter/codex): `last_token_usage`
// is new, `total_token_usage` cumulative; an event whose total has not moved is the same event
// again (ccusage#876, #1288: 30 to 67 % too much); cached is inside of input and reasoning inside
// of output; the log of a sub-agent begins with its parent's history, all within one second.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "usage/formats.h"
#include "usage/time.h"

namespace toktally::usage {
namespace {

constexpr std::size_t kToTheSecond = 19;  // 2026-11-22T10:00:00

// What was added from `before` to `after`; a smaller sum is that of a new count.
pricing::Usage Difference(const pricing::Usage& after, const pricing::Usage& before) {
  if (after.PromptTokens() < before.PromptTokens() || after.output < before.output ||
      after.cached_input < before.cached_input || after.uncached_input < before.uncached_input) {
    return after;
  }
  pricing::Usage added;
  added.uncached_input = after.uncached_input - before.uncached_input;
  added.cached_input = after.cached_input - before.cached_input;
  added.output = after.output - before.output;
  added.reasoning_output = std::min(
      std::max<std::int64_t>(after.reasoning_output - before.reasoning_output, 0), added.output);
  return added;
}

class CodexState : public FormatState {
 public:
  void BeginFile(std::string_view name) override {
    total_.reset();
    spawned_ = false;
    replayed_.clear();
    first_.reset();
    model_.clear();
    session_ = Record();
    calls_->BeginFile(name);
  }

  absl::Status Take(Entry entry, Emitter& out) override {
    if (entry.kind == Entry::Kind::kContext) {
      if (!entry.record.model.empty()) model_ = entry.record.model;
      if (!entry.record.session.empty()) session_ = entry.record;
      if (entry.begins) spawned_ = true;
      if (entry.begins) replayed_ = entry.second;
      out.Nothing();
      return absl::OkStatus();
    }
    if (entry.kind != Entry::Kind::kCall) return calls_->Take(std::move(entry), out);
    Record& record = entry.record;
    if (record.model.empty()) record.model = model_;
    if (record.session.empty()) record.session = session_.session;
    if (record.project.empty()) record.project = session_.project;
    if (!TakeTotal(entry)) {
      out.Duplicate();
      return absl::OkStatus();
    }
    if (IsReplayed(entry, out)) {
      out.Duplicate();
      return absl::OkStatus();
    }
    if (record.tokens == pricing::Usage()) {
      out.Nothing();
      return absl::OkStatus();
    }
    if (!entry.second.empty()) {
      entry.id = absl::StrCat(entry.id, " ", record.model, " ", record.tokens.uncached_input, " ",
                              record.tokens.cached_input, " ", record.tokens.output);
    }
    return calls_->Take(std::move(entry), out);
  }

 private:
  // Takes what is new from the totals where the event does not say it. False if nothing moved.
  bool TakeTotal(Entry& entry) {
    if (!entry.total) return true;
    const bool moved = !total_ || *total_ != *entry.total;
    if (!entry.has_usage) {
      entry.record.tokens = Difference(*entry.total, total_.value_or(pricing::Usage()));
    }
    total_ = entry.total;
    return moved;
  }

  // The history that a sub-agent's log begins with: the second of its head, or the one second that
  // its first events share.
  bool IsReplayed(const Entry& entry, Emitter& out) {
    if (!spawned_ || entry.second.empty()) return false;
    if (!replayed_.empty() && entry.second == replayed_) return true;
    if (!first_) {
      first_ = entry;
      return false;
    }
    if (!first_->second.empty() && first_->second == entry.second) {
      out.TakeBack(first_->record);
      out.Duplicate();
      replayed_ = entry.second;
      first_->second.clear();
      return true;
    }
    spawned_ = false;
    return false;
  }

  std::unique_ptr<FormatState> calls_ = NewCallState();
  std::optional<pricing::Usage> total_;
  Record session_;
  std::string model_;
  bool spawned_ = false;
  std::string replayed_;
  std::optional<Entry> first_;
};

bool IsExec(std::string_view type) {
  return type.starts_with("turn.") || type.starts_with("thread.") || type.starts_with("item.");
}

class Codex : public Format {
 public:
  std::string_view name() const override { return "codex"; }

  bool Speaks(const JsonValue& value) const override {
    return ObjectMember(value, "payload").has_value() || IsExec(TextOf(value, "type"));
  }

  std::unique_ptr<FormatState> NewState() const override { return std::make_unique<CodexState>(); }

  absl::Status Read(const JsonValue& value, std::vector<Entry>& entries) const override {
    const auto payload = ObjectMember(value, "payload");
    const std::string_view type = TextOf(value, "type");
    if (!payload) return ReadExec(value, type, entries);
    if (type == "session_meta") return ReadMeta(value, *payload, entries);
    if (type == "turn_context") {
      Entry entry;
      entry.kind = Entry::Kind::kContext;
      entry.record.model = ModelOf(*payload);
      entries.push_back(std::move(entry));
      return absl::OkStatus();
    }
    const auto info = ObjectMember(*payload, "info");
    if (type != "event_msg" || TextOf(*payload, "type") != "token_count" || !info) {
      return absl::OkStatus();
    }
    return ReadTokens(value, *payload, *info, entries);
  }

 private:
  static std::string ModelOf(const JsonValue& object) {
    if (const auto model = FirstText(object, {"model", "model_name"}); !model.empty()) {
      return std::string(model);
    }
    const auto metadata = ObjectMember(object, "metadata");
    return metadata ? std::string(TextOf(*metadata, "model")) : "";
  }

  static absl::Status ReadMeta(const JsonValue& value, const JsonValue& payload,
                               std::vector<Entry>& entries) {
    Entry entry;
    entry.kind = Entry::Kind::kContext;
    entry.record.session = std::string(TextOf(payload, "id"));
    entry.record.project = std::string(TextOf(payload, "cwd"));
    const auto source = ObjectMember(payload, "source");
    const auto inner = source ? ObjectMember(*source, "subagent") : std::nullopt;
    entry.begins = payload.Find("thread_spawn") || (source && source->Find("thread_spawn")) ||
                   (inner && inner->Find("thread_spawn"));
    entry.second = std::string(TextOf(value, "timestamp").substr(0, kToTheSecond));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  static absl::Status ReadTokens(const JsonValue& value, const JsonValue& payload,
                                 const JsonValue& info, std::vector<Entry>& entries) {
    Entry entry;
    Record& record = entry.record;
    record.model = ModelOf(payload);
    if (record.model.empty()) record.model = ModelOf(info);
    if (const auto usage = ObjectMember(info, "total_token_usage")) {
      Entry whole;
      if (absl::Status status = ReadCall(*usage, Dialect::kByShape, whole); !status.ok()) {
        return status;
      }
      entry.total = whole.record.tokens;
      entry.kind = Entry::Kind::kCall;
    }
    if (const auto usage = ObjectMember(info, "last_token_usage")) {
      if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
        return status;
      }
    }
    if (entry.kind != Entry::Kind::kCall) return absl::OkStatus();
    const auto timestamp = value.Find("timestamp");
    SetTime(timestamp, record);
    if (timestamp) entry.id = std::string(timestamp->text());
    entry.second = entry.id.substr(0, kToTheSecond);
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  static absl::Status ReadExec(const JsonValue& value, std::string_view type,
                               std::vector<Entry>& entries) {
    Entry entry;
    if (type == "turn.failed") {
      entry.kind = Entry::Kind::kFailed;
    } else if (const auto usage = ObjectMember(value, "usage")) {
      ReadSurroundings(value, entry.record);
      if (absl::Status status = ReadCall(*usage, Dialect::kByShape, entry); !status.ok()) {
        return status;
      }
    } else if (type == "thread.started") {
      entry.kind = Entry::Kind::kContext;
      entry.record.session = std::string(TextOf(value, "thread_id"));
    } else {
      return absl::OkStatus();
    }
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  }
};

}  // namespace

const Format& CodexFormat() {
  static const Codex format;
  return format;
}

}  // namespace toktally::usage
