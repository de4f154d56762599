#include "cli/io/records.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/absl_text.h"
#include "base/json_lines.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr std::string_view kRecordBlanks = " \t\r\n";

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(kRecordBlanks) == std::string_view::npos;
}

// A line after which a JSON document goes on: `{`, `[`, or a member and its comma.
bool OpensDocument(std::string_view line) {
  const std::size_t last = line.find_last_not_of(kRecordBlanks);
  return last != std::string_view::npos &&
         std::string_view("{[,:").find(line[last]) != std::string_view::npos;
}

}  // namespace

// Reads one more chunk behind what is in the buffer. False at the end.
absl::StatusOr<bool> RecordReader::Fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  searched_ -= at_;
  at_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kChunk);
  const auto read = source_.Read(std::span<char>(buffer_.data() + size, kChunk));
  buffer_.resize(size + (read.ok() ? *read : 0));
  if (!read.ok()) return read.status();
  ended_ = *read == 0;
  return !ended_;
}

absl::Status RecordReader::TooLong() {
  return absl::ResourceExhaustedError(Concat(line_, ": longer than ", FormatSize(most_bytes_),
                                             "B; no API takes a request like that"));
}

absl::StatusOr<std::optional<Record>> RecordReader::Next() {
  while (true) {
    auto record = NextLine();
    if (!record.ok() || !*record) return record;
    if (IsBlank((*record)->text)) continue;
    const bool document = std::exchange(first_, false) && OpensDocument((*record)->text);
    if (!document) return record;
    return WholeDocument(static_cast<std::size_t>((*record)->text.data() - buffer_.data()));
  }
}

absl::StatusOr<std::optional<Record>> RecordReader::NextLine() {
  line_ = next_line_;
  while (true) {
    const std::size_t newline = buffer_.find('\n', searched_);
    if (newline != std::string::npos) {
      const Record record{std::string_view(buffer_).substr(at_, newline - at_), line_};
      at_ = searched_ = newline + 1;
      ++next_line_;
      if (!std::exchange(dropping_, false)) {
        if (record.text.size() <= most_bytes_) return record;
        first_ = false;
        return TooLong();
      }
      line_ = next_line_;
      continue;
    }
    searched_ = buffer_.size();
    if (dropping_) at_ = searched_;
    if (buffer_.size() - at_ > most_bytes_) {
      dropping_ = true;
      first_ = false;
      at_ = searched_;
      return TooLong();
    }
    const absl::StatusOr<bool> more = Fill();
    if (!more.ok()) return more.status();
    if (*more) continue;
    const bool rest = at_ < buffer_.size();
    const Record record{std::string_view(buffer_).substr(at_), line_};
    at_ = searched_ = buffer_.size();
    if (!rest) return std::optional<Record>();
    return record;
  }
}

// All there is, from the line that opened the document.
absl::StatusOr<std::optional<Record>> RecordReader::WholeDocument(std::size_t begin) {
  at_ = searched_ = begin;
  while (true) {
    const absl::StatusOr<bool> more = Fill();
    if (!more.ok()) return more.status();
    if (buffer_.size() > most_bytes_) {
      ended_ = true;
      at_ = searched_ = buffer_.size();
      return TooLong();
    }
    if (*more) continue;
    const Record record{std::string_view(buffer_), line_};
    at_ = searched_ = buffer_.size();
    return record;
  }
}

bool ForEachRecord(const std::string& path, const Input& input, const JsonOptions& options,
                   const UseRecord& use, const FailRecord& fail,
                   bool (*is_one)(const JsonValue& array)) {
  const std::string name = DisplayName(path);
  const auto source = input.Open(path);
  if (!source.ok()) {
    fail(absl::InvalidArgumentError(Concat(name, ": ", MessageOf(source.status()))));
    return false;
  }
  return ForEachRecordOf(**source, name, 0, options, use, fail, is_one);
}

bool ForEachRecordOf(ByteSource& source, const std::string& name, int lines_before,
                     const JsonOptions& options, const UseRecord& use, const FailRecord& fail,
                     bool (*is_one)(const JsonValue& array)) {
  RecordReader reader(source, kMostRecordBytes, lines_before);
  while (true) {
    const auto record = reader.Next();
    if (!record.ok()) {
      const bool long_line = record.status().code() == absl::StatusCode::kResourceExhausted;
      const absl::Status named(record.status().code(),
                               Concat(name, long_line ? ":" : ": ", MessageOf(record.status())));
      if (!fail(named) || !long_line) return false;
      continue;
    }
    if (!*record) return true;
    JsonOptions here = options;
    here.first_line = (*record)->line;
    const auto document = ParseJsonLine((*record)->text, name, here);
    if (!document.ok()) {
      if (!fail(document.status())) return false;
      continue;
    }
    const JsonValue root = document->root();
    const bool many = root.is_array() && (is_one == nullptr || !is_one(root));
    for (auto value = many ? root.first() : root; value;
         value = many ? value->next() : std::nullopt) {
      const absl::Status status = use(*value, value->line());
      if (!status.ok() && !fail(status)) return false;
    }
  }
}

}  // namespace toktally::cli
