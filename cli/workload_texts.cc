#include "cli/workload_texts.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "chat/count.h"
#include "chat/request.h"
#include "cli/text.h"
#include "data/strict_json.h"

namespace toktally::cli {
namespace {

bool HasText(const TokenSource& source) {
  return source.kind != TokenSource::Kind::kNone && source.kind != TokenSource::Kind::kTokens;
}

bool SameWay(const TokenSource& source, const CountingWay& a, const CountingWay& b) {
  return source.kind == TokenSource::Kind::kRequest ? a.model == b.model : a.encoding == b.encoding;
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

std::string RemarkOf(const chat::Prediction& prediction) {
  if (!prediction.unknown.empty()) {
    return Concat("the request holds what cannot be counted (", prediction.unknown.front(),
                  "): its tokens are a lower bound");
  }
  switch (prediction.label.certainty) {
    case chat::Certainty::kExact:
      return "";
    case chat::Certainty::kModelled:
      return Concat("the request's tokens are modelled, within ", prediction.label.bound);
    default:
      return "the request's tokens are assumed: no recorded calls of this model";
  }
}

// Counts the request in `text` by the rules of the way's model.
absl::StatusOr<CountedText> CountRequest(const std::string& text, const std::string& name,
                                         const CountingWay& way) {
  const auto document = JsonDocument::Parse(text, name);
  if (!document.ok()) return document.status();
  const auto request = chat::ParseRequest(document->root());
  if (!request.ok()) return request.status();
  chat::CountOptions options;
  options.model = way.model;
  const auto prediction = chat::Counter().Count(*request, options);
  if (!prediction.ok()) return prediction.status();
  return CountedText{prediction->prompt_tokens, RemarkOf(*prediction)};
}

}  // namespace

WorkloadTexts::Key WorkloadTexts::KeyOf(const TokenSource& source) {
  return {source.kind, source.kind == TokenSource::Kind::kText ? source.text : source.path};
}

void WorkloadTexts::Want(const TokenSource& source, const CountingWay& way) {
  if (!HasText(source)) return;
  Task& task = tasks_[KeyOf(source)];
  if (task.source == nullptr) task.source = &source;
  const bool known = std::any_of(task.ways.begin(), task.ways.end(), [&](const CountingWay& other) {
    return SameWay(source, way, other);
  });
  if (!known) task.ways.push_back(way);
}

bool WorkloadTexts::Run(PlanError& error) {
  std::vector<Task*> queue;
  for (auto& [key, task] : tasks_) queue.push_back(&task);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < queue.size(); i = next++) Count(*queue[i]);
  };
  std::vector<std::thread> helpers;
  const std::size_t wanted =
      std::min<std::size_t>(queue.size() / 2, std::max(1U, std::thread::hardware_concurrency()));
  for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  for (const Task* task : queue) {
    if (task->error.message.empty()) continue;
    error = task->error;
    return false;
  }
  return true;
}

void WorkloadTexts::Count(Task& task) const {
  const TokenSource& source = *task.source;
  std::string text = source.text;
  std::string name = source.path;
  if (source.kind != TokenSource::Kind::kText) {
    const std::string path = RelativeTo(file_.name, source.path);
    name = DisplayName(path);
    auto read = input_.ReadAll(path);
    if (!read.ok()) {
      task.error.message = Concat(source.where, ": ", name, ": ", Message(read.status()));
      return;
    }
    text = *std::move(read);
  }
  for (const CountingWay& way : task.ways) {
    if (source.kind != TokenSource::Kind::kRequest) {
      task.counts.push_back({static_cast<std::int64_t>(way.encoding->Count(text)), ""});
      continue;
    }
    auto counted = CountRequest(text, name, way);
    if (!counted.ok()) {
      const bool unknown = counted.status().code() != absl::StatusCode::kInvalidArgument;
      task.error = {Concat(source.where, ": ", Message(counted.status())),
                    unknown ? ExitCode::kUnknownModel : ExitCode::kUsage};
      return;
    }
    task.counts.push_back(*std::move(counted));
  }
}

CountedText WorkloadTexts::Of(const TokenSource& source, const CountingWay& way) const {
  if (!HasText(source)) return {source.tokens, ""};
  const Task& task = tasks_.at(KeyOf(source));
  for (std::size_t i = 0; i < task.counts.size(); ++i) {
    if (SameWay(source, way, task.ways[i])) return task.counts[i];
  }
  return {};
}

}  // namespace toktally::cli
