#include "cli/workload_texts.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json.h"
#include "chat/request.h"
#include "cli/io/side_by_side.h"
#include "cli/io/text_counter.h"
#include "cli/io/walk.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// Texts from this size on are counted one after the other by all threads, smaller ones side by
// side.
constexpr std::uint64_t kLargeText = 2 << 20;

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

// Remembers what the thread has counted.
chat::Counter& ThreadCounter() {
  thread_local chat::Counter counter;
  return counter;
}

}  // namespace

WorkloadTexts::Ticket WorkloadTexts::Want(const TokenSource& source, const CountingWay& way) {
  const auto [place, added] = known_[source.kind].emplace(source.text(), texts_.size());
  if (added) texts_.push_back({source, {}, {}, {}, {}});
  std::vector<CountingWay>& ways = texts_[place->second].ways;
  auto same = std::find_if(ways.begin(), ways.end(),
                           [&](const CountingWay& other) { return SameWay(source, way, other); });
  if (same == ways.end()) same = ways.insert(ways.end(), way);
  return {place->second, static_cast<std::size_t>(same - ways.begin())};
}

bool WorkloadTexts::Run(PlanError& error) {
  const unsigned threads = DefaultThreads();
  std::vector<Text*> wanted;
  for (Text& text : texts_) {
    if (text.counts.size() < text.ways.size()) wanted.push_back(&text);
  }
  RunSideBySide(threads, wanted.size(), [&](std::size_t i) {
    if (Count(*wanted[i], 1, kLargeText)) wanted[i] = nullptr;
  });
  for (Text* text : wanted) {
    if (text != nullptr) Count(*text, threads, UINT64_MAX);
  }
  for (const Text& text : texts_) {
    if (text.error.message.empty()) continue;
    error = text.error;
    return false;
  }
  return true;
}

bool WorkloadTexts::Count(Text& text, unsigned threads, std::uint64_t most) const {
  if (text.source.kind != TokenSource::Kind::kRequest) return CountPlain(text, threads, most);
  CountRequest(text);
  return true;
}

std::string WorkloadTexts::PathOf(const Text& text) const {
  return RelativeTo(file_.name, std::string(text.source.text()));
}

std::string WorkloadTexts::NameOf(const Text& text) const {
  if (text.source.kind == TokenSource::Kind::kText) return text.source.value->Path();
  return DisplayName(PathOf(text));
}

void WorkloadTexts::Fail(Text& text, std::string_view why, ExitCode code) const {
  text.error = {Concat(text.source.value->Where(), ": ", why), code};
}

absl::StatusOr<std::unique_ptr<ByteSource>> WorkloadTexts::Open(Text& text) const {
  if (text.source.kind == TokenSource::Kind::kText) return MakeMemorySource(text.source.text());
  if (text.kept) return MakeMemorySource(*text.kept);
  auto source = input_.Open(PathOf(text));
  if (!source.ok() || (*source)->SizeHint()) return source;
  auto content = ReadRest(**source);
  if (!content.ok()) return content.status();
  text.kept = *std::move(content);
  return MakeMemorySource(*text.kept);
}

bool WorkloadTexts::CountPlain(Text& text, unsigned threads, std::uint64_t most) const {
  TextOptions options;
  options.has_force = false;
  while (text.counts.size() < text.ways.size()) {
    const auto source = Open(text);
    if (source.ok() && (*source)->SizeHint().value_or(0) > most) return false;
    const TextCounter counter(*text.ways[text.counts.size()].encoding, options, nullptr);
    const auto count = source.ok() ? counter.Count(**source, threads, /*skip_binary=*/false)
                                   : absl::StatusOr<TextCount>(source.status());
    if (!count.ok()) {
      Fail(text, Concat(NameOf(text), ": ", Message(count.status())), ExitCode::kUsage);
      return true;
    }
    CountedText counted{static_cast<std::int64_t>(count->tokens), ""};
    if (count->first_ill_formed) {
      counted.remark = Concat(NameOf(text), ": byte ", GroupDigits(*count->first_ill_formed),
                              " is not UTF-8: counted as U+FFFD, as an API reads it");
    }
    text.counts.push_back(std::move(counted));
  }
  return true;
}

void WorkloadTexts::CountRequest(Text& text) const {
  const std::string name = NameOf(text);
  const auto source = Open(text);
  auto content = source.ok() ? ReadRest(**source) : absl::StatusOr<std::string>(source.status());
  if (!content.ok()) {
    return Fail(text, Concat(name, ": ", Message(content.status())), ExitCode::kUsage);
  }
  const auto document = JsonDocument::ParseOwned(*std::move(content), name);
  if (!document.ok()) return Fail(text, Message(document.status()), ExitCode::kUsage);
  const auto request = chat::ParseRequest(document->root());
  if (!request.ok()) return Fail(text, Message(request.status()), ExitCode::kUsage);
  while (text.counts.size() < text.ways.size()) {
    chat::CountOptions options;
    options.model = text.ways[text.counts.size()].model;
    const auto prediction = ThreadCounter().Count(*request, options);
    if (!prediction.ok()) {
      const bool unknown = prediction.status().code() != absl::StatusCode::kInvalidArgument;
      return Fail(text, Message(prediction.status()),
                  unknown ? ExitCode::kUnknownModel : ExitCode::kUsage);
    }
    text.counts.push_back({prediction->prompt_tokens, RemarkOf(*prediction)});
  }
}

}  // namespace toktally::cli
