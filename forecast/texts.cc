#include "forecast/texts.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "bpe/encoding.h"
#include "chat/count.h"
#include "chat/request.h"
#include "forecast/json_values.h"

namespace toktally::forecast {
namespace {

// Texts from this size on are counted one after the other, smaller ones side by side.
constexpr std::size_t kLargeText = 2 << 20;

bool SameWay(const TokenSource& source, const CountingWay& a, const CountingWay& b) {
  return source.kind == TokenSource::Kind::kRequest ? a.model == b.model : a.encoding == b.encoding;
}

std::string RemarkOf(const chat::Prediction& prediction) {
  if (!prediction.unknown.empty()) {
    return absl::StrCat("the request holds what cannot be counted (", prediction.unknown.front(),
                        "): its tokens are a lower bound");
  }
  switch (prediction.label.certainty) {
    case chat::Certainty::kExact:
    case chat::Certainty::kReconstructed:
      return "";
    case chat::Certainty::kEstimate:
      return absl::StrCat("the request's tokens are an estimate, 90 % within -",
                          prediction.label.below, " … +", prediction.label.bound, " on ",
                          prediction.label.calls, " recorded calls or texts");
    case chat::Certainty::kModelled:
      return absl::StrCat("the request's tokens are modelled, within ", prediction.label.bound);
    default:
      return "the request's tokens are assumed: no recorded calls of this model";
  }
}

// Remembers what the thread has counted.
chat::Counter& ThreadCounter() {
  thread_local chat::Counter counter;
  return counter;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

absl::StatusOr<std::string> TextAccess::Read(const std::string& path) const {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return absl::NotFoundError(std::strerror(errno));
  std::string text;
  char buffer[65536];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, size);
  }
  if (std::ferror(file.get()) != 0) return absl::UnavailableError(std::strerror(errno));
  return text;
}

absl::StatusOr<TextAccess::PlainCount> TextAccess::Count(std::string_view text,
                                                         const Encoding& encoding,
                                                         bool /*alone*/) const {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError("is UTF-16; texts are UTF-8");
  }
  PlainCount count{static_cast<std::int64_t>(encoding.Count(text)), std::nullopt};
  const std::size_t well_formed = ValidPrefix(text);
  if (well_formed < text.size()) count.first_ill_formed = well_formed;
  return count;
}

void TextAccess::ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const {
  for (std::size_t i = 0; i < count; ++i) work(i);
}

WorkloadTexts::Ticket WorkloadTexts::Want(const TokenSource& source, const CountingWay& way) {
  const auto [place, added] = known_[source.kind].emplace(source.text(), texts_.size());
  if (added) texts_.push_back({&source, {}, {}, {}});
  std::vector<CountingWay>& ways = texts_[place->second].ways;
  auto same = std::find_if(ways.begin(), ways.end(),
                           [&](const CountingWay& other) { return SameWay(source, way, other); });
  if (same == ways.end()) same = ways.insert(ways.end(), way);
  return {place->second, static_cast<std::size_t>(same - ways.begin())};
}

void WorkloadTexts::Run() {
  std::vector<Text*> wanted;
  for (Text& text : texts_) {
    if (text.counts.size() < text.ways.size()) wanted.push_back(&text);
  }
  access_.ForEach(wanted.size(), [&](std::size_t i) {
    if (Count(*wanted[i], /*alone=*/false)) wanted[i] = nullptr;
  });
  for (Text* text : wanted) {
    if (text != nullptr) Count(*text, /*alone=*/true);
  }
}

bool WorkloadTexts::Count(Text& text, bool alone) const {
  if (text.source->kind != TokenSource::Kind::kRequest) return CountPlain(text, alone);
  CountRequest(text);
  return true;
}

std::string WorkloadTexts::NameOf(const Text& text) const {
  if (text.source->kind == TokenSource::Kind::kText) return text.source->value->Path();
  return access_.DisplayName(text.source->path);
}

// Every way that is still missing fails for this reason.
void WorkloadTexts::Fail(Text& text, std::string_view why, absl::StatusCode code) {
  while (text.counts.size() < text.ways.size()) {
    text.counts.push_back(
        {0, "", absl::Status(code, absl::StrCat(text.source->value->Where(), ": ", ToAbsl(why)))});
  }
}

absl::Status WorkloadTexts::Load(Text& text) const {
  if (text.source->kind == TokenSource::Kind::kText || text.content) return absl::OkStatus();
  auto content = access_.Read(text.source->path);
  if (!content.ok()) return content.status();
  text.content = *std::move(content);
  return absl::OkStatus();
}

bool WorkloadTexts::CountPlain(Text& text, bool alone) const {
  absl::Status status = Load(text);
  while (status.ok() && text.counts.size() < text.ways.size()) {
    const std::string_view content = text.content ? *text.content : text.source->text();
    if (!alone && content.size() >= kLargeText) return false;
    const auto count = access_.Count(content, *text.ways[text.counts.size()].encoding, alone);
    status = count.status();
    if (!status.ok()) break;
    CountedText counted{count->tokens, "", {}};
    if (count->first_ill_formed) {
      counted.remark = absl::StrCat(
          NameOf(text), ": byte ", pricing::WithThousands(std::to_string(*count->first_ill_formed)),
          " is not UTF-8: counted as U+FFFD, as an API reads it");
    }
    text.counts.push_back(std::move(counted));
  }
  if (!status.ok()) {
    Fail(text, absl::StrCat(NameOf(text), ": ", Message(status)),
         absl::StatusCode::kInvalidArgument);
  }
  return true;
}

void WorkloadTexts::CountRequest(Text& text) const {
  const std::string name = NameOf(text);
  if (const absl::Status status = Load(text); !status.ok()) {
    return Fail(text, absl::StrCat(name, ": ", Message(status)),
                absl::StatusCode::kInvalidArgument);
  }
  const auto document = JsonDocument::ParseInPlace(*text.content, name);
  if (!document.ok()) {
    return Fail(text, Message(document.status()), absl::StatusCode::kInvalidArgument);
  }
  const auto request = chat::ParseRequest(document->root());
  if (!request.ok()) {
    return Fail(text, Message(request.status()), absl::StatusCode::kInvalidArgument);
  }
  while (text.counts.size() < text.ways.size()) {
    chat::CountOptions options;
    options.model = text.ways[text.counts.size()].model;
    const auto prediction = ThreadCounter().Count(*request, options);
    if (!prediction.ok()) {
      const bool unknown = prediction.status().code() != absl::StatusCode::kInvalidArgument;
      return Fail(text, Message(prediction.status()),
                  unknown ? absl::StatusCode::kNotFound : absl::StatusCode::kInvalidArgument);
    }
    text.counts.push_back({prediction->prompt_tokens, RemarkOf(*prediction), {}});
  }
}

}  // namespace toktally::forecast
