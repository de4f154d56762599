// How calls are put together from what a log says of them.

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "usage/format.h"
#include "usage/held_records.h"

namespace toktally::usage {
namespace {

class CallState : public FormatState {
 public:
  void BeginFile(std::string_view /*name*/) override { context_ = Record(); }

  absl::Status Take(Entry entry, Emitter& out) override {
    switch (entry.kind) {
      case Entry::Kind::kContext:
        context_ = std::move(entry.record);
        out.Nothing();
        break;
      case Entry::Kind::kCall:
        Fill(entry.record.model, context_.model);
        Fill(entry.record.session, context_.session);
        Fill(entry.record.project, context_.project);
        if (entry.id.empty()) {
          Emit(entry, out);
        } else {
          TakeCopy(entry, out);
        }
        break;
      default:
        out.Nothing();
    }
    return absl::OkStatus();
  }

 private:
  static void Fill(std::string& text, const std::string& from) {
    if (text.empty()) text = from;
  }

  static void Emit(const Entry& entry, Emitter& out) {
    out.Emit(entry.record);
    for (const Record& record : entry.also) out.Emit(record);
  }

  void TakeCopy(const Entry& entry, Emitter& out) {
    const std::uint64_t id = Hash(entry.id);
    const std::uint64_t copy = entry.copy.empty() ? 0 : Hash(entry.copy);
    const auto [first, is_new] = first_.try_emplace(id, HeldRecords::kNone);
    if (is_new) {
      first->second = held_.Add(copy, entry.rank, entry.record, entry.also, HeldRecords::kNone);
      return Emit(entry, out);
    }
    const int rank = held_.rank(first->second);
    if (entry.rank < rank) return out.Duplicate();
    if (entry.rank > rank) {
      // All copies of a call have one rank: the highest that was seen.
      for (auto at = first->second; at != HeldRecords::kNone; at = held_.next(at)) {
        TakeBack(at, out);
        out.Duplicate();
      }
      first->second = held_.Add(copy, entry.rank, entry.record, entry.also, HeldRecords::kNone);
      return Emit(entry, out);
    }
    for (auto at = first->second; at != HeldRecords::kNone; at = held_.next(at)) {
      const bool same = !entry.apart || copy == 0 || held_.copy(at) == 0 || held_.copy(at) == copy;
      if (!same) continue;
      out.Duplicate();
      if (SizeOf(entry.record) <= held_.size(at)) return;
      TakeBack(at, out);
      held_.Replace(at, entry.record, entry.also);
      return Emit(entry, out);
    }
    first->second = held_.Add(copy, entry.rank, entry.record, entry.also, first->second);
    Emit(entry, out);
  }

  void TakeBack(HeldRecords::Place at, Emitter& out) {
    out.TakeBack(held_.record(at));
    for (const Record& record : held_.also(at)) out.TakeBack(record);
  }

  static std::int64_t SizeOf(const Record& record) {
    return record.tokens.PromptTokens() + record.tokens.OutputTokens();
  }

  static std::uint64_t Hash(std::string_view text) {
    const std::uint64_t hash = std::hash<std::string_view>()(text);
    return hash == 0 ? 1 : hash;
  }

  Record context_;  // what holds for the calls that follow
  HeldRecords held_;
  std::unordered_map<std::uint64_t, HeldRecords::Place> first_;  // of each call
};

// What the newer usage says, and what only the older one split.
pricing::Usage MergeUsage(const pricing::Usage& older, const pricing::Usage& newer) {
  pricing::Usage merged = newer;
  const auto written = [](const pricing::Usage& usage) {
    return usage.cache_write_short + usage.cache_write_long;
  };
  const bool lacks_cache = newer.cached_input == 0 && written(newer) == 0 &&
                           newer.uncached_input == older.uncached_input;
  if (newer.PromptTokens() == 0 || lacks_cache) {
    merged = older;
    merged.output = newer.output;
    merged.reasoning_output = newer.reasoning_output;
    merged.audio_output = newer.audio_output;
    merged.image_output = newer.image_output;
  } else if (written(newer) == written(older) && newer.cache_write_long == 0) {
    merged.cache_write_short = older.cache_write_short;
    merged.cache_write_long = older.cache_write_long;
  } else if (newer.cache_write_long == 0 && written(newer) > written(older)) {
    merged.cache_write_long = older.cache_write_long;
    merged.cache_write_short = newer.cache_write_short - older.cache_write_long;
  }
  return merged;
}

class StreamState : public FormatState {
 public:
  void BeginFile(std::string_view name) override {
    streams_.clear();
    calls_->BeginFile(name);
  }

  absl::Status Take(Entry entry, Emitter& out) override {
    if (entry.kind != Entry::Kind::kPart) return calls_->Take(std::move(entry), out);
    absl::Status status;
    if (entry.begins) {
      if (const auto open = streams_.find(entry.id); open != streams_.end()) {
        status = End(open->second, out);
        streams_.erase(open);
      }
    }
    const bool ends = entry.ends;
    const std::string id = entry.id;
    const auto [at, is_new] = streams_.try_emplace(id);
    is_new ? void(at->second = std::move(entry)) : Merge(std::move(entry), at->second);
    if (ends && status.ok()) {
      status = End(at->second, out);
      streams_.erase(at);
    }
    return status;
  }

  absl::Status EndStreams(Emitter& out) override {
    absl::Status status;
    for (auto& [id, stream] : streams_) {
      absl::Status ended = End(stream, out);
      if (status.ok()) status = std::move(ended);
    }
    streams_.clear();
    return status;
  }

 private:
  static void Take(std::string& from, std::string& to) {
    if (!from.empty()) to = std::move(from);
  }

  static void Merge(Entry piece, Entry& stream) {
    Record& record = stream.record;
    if (record.model.empty()) record.model = std::move(piece.record.model);
    if (record.session.empty()) record.session = std::move(piece.record.session);
    if (record.day.empty()) {
      record.day = std::move(piece.record.day);
      record.time = piece.record.time;
    }
    Take(piece.record.service_tier, record.service_tier);
    Take(piece.record.finish_reason, record.finish_reason);
    Take(piece.record.region, record.region);
    record.fast = record.fast || piece.record.fast;
    stream.text += piece.text;
    stream.calls += piece.calls;
    if (!piece.has_usage) return;
    record.tokens =
        stream.has_usage ? MergeUsage(record.tokens, piece.record.tokens) : piece.record.tokens;
    record.not_billed = std::move(piece.record.not_billed);
    record.incomplete = std::move(piece.record.incomplete);
    record.doubts = std::move(piece.record.doubts);
    if (piece.record.recorded_cost) record.recorded_cost = piece.record.recorded_cost;
    stream.also = std::move(piece.also);
    stream.has_usage = true;
  }

  absl::Status End(Entry& stream, Emitter& out) {
    if (!stream.has_usage) {
      if (stream.text.empty() && stream.calls.empty()) {
        out.Nothing();
        return absl::OkStatus();
      }
      const auto tokens = out.CountReply(stream.record, stream.text, stream.calls);
      if (!tokens.ok()) return tokens.status();
      stream.record.tokens.output = *tokens;
      stream.record.counted = true;
    }
    Entry call = std::move(stream);
    call.kind = Entry::Kind::kCall;
    call.id = call.copy;
    call.copy.clear();
    return calls_->Take(std::move(call), out);
  }

  std::map<std::string, Entry> streams_;  // of this file
  std::unique_ptr<FormatState> calls_ = NewCallState();
};

}  // namespace

std::unique_ptr<FormatState> NewCallState() { return std::make_unique<CallState>(); }
std::unique_ptr<FormatState> NewStreamState() { return std::make_unique<StreamState>(); }

}  // namespace toktally::usage
