#include "usage/log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "usage/formats.h"

namespace toktally::usage {

ReadValue ReadLogValue(const JsonValue& value) {
  ReadValue read;
  if (!value.is_object()) {
    read.status = value.Error("expected an object");
    return read;
  }
  const auto formats = Formats();
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (!formats[i]->Speaks(value)) continue;
    read.status = formats[i]->Read(value, read.entries);
    for (Entry& entry : read.entries) entry.format = static_cast<std::uint8_t>(i);
    break;
  }
  return read;
}

void Log::BeginFile(std::string_view name) {
  file_ = std::string(name);
  for (const auto& state : states_) {
    if (state) state->BeginFile(file_);
  }
}

FormatState& Log::StateOf(std::uint8_t format) {
  if (states_.empty()) states_.resize(Formats().size());
  auto& state = states_[format];
  if (!state) {
    state = Formats()[format]->NewState();
    state->BeginFile(file_);
  }
  return *state;
}

absl::Status Log::Add(const JsonValue& value) { return Take(ReadLogValue(value)); }

absl::Status Log::Take(ReadValue value) {
  if (!value.status.ok()) return value.status;
  if (value.entries.empty()) Nothing();
  absl::Status status;
  for (Entry& entry : value.entries) {
    if (entry.kind == Entry::Kind::kFailed) {
      ++notes_.failed;
      continue;
    }
    if (entry.record.source.empty()) entry.record.source = file_;
    for (Record& record : entry.also) record.source = file_;
    FormatState& state = StateOf(entry.format);
    absl::Status taken = state.Take(std::move(entry), *this);
    if (status.ok()) status = std::move(taken);
  }
  return status;
}

absl::Status Log::EndStreams() {
  absl::Status status;
  for (const auto& state : states_) {
    absl::Status ended = state ? state->EndStreams(*this) : absl::OkStatus();
    if (status.ok()) status = std::move(ended);
  }
  return status;
}

void Log::Emit(const Record& record) { sink_.Add(record); }

void Log::TakeBack(const Record& record) { sink_.TakeBack(record); }

absl::StatusOr<std::int64_t> Log::CountReply(const Record& record, std::string_view text,
                                             std::string_view calls) {
  const auto model = counter_.FindModel(record.model);
  if (!model.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a stream without usage, and its reply cannot be counted: ", model.status().message()));
  }
  const Encoding& encoding = *(*model)->encoding;
  chat::Workspaces& workspaces = counter_.workspaces();
  return static_cast<std::int64_t>(workspaces.Count(encoding, text) +
                                   workspaces.Count(encoding, calls));
}

}  // namespace toktally::usage
