#include "usage/reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "usage/may_matter.h"

namespace toktally::usage {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view StripBlanks(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// A line after which a JSON document goes on: `{`, `[`, or a member and its comma.
bool OpensDocument(std::string_view line) {
  return !line.empty() && std::string_view("{[,:").find(line.back()) != std::string_view::npos;
}

}  // namespace

// What one line, or document, says.
struct LogReader::Read {
  std::vector<ReadValue> values;
  absl::Status status;
  bool done = false;  // the end of a stream
  bool passed_over = false;
};

LogReader::LogReader(Log& log, LogReaderOptions options)
    : log_(log), options_(std::move(options)) {}

LogReader::~LogReader() = default;

void LogReader::Fail(const absl::Status& status) {
  if (options_.fail) options_.fail(status);
}

void LogReader::FailTooLong(int line) {
  Fail(absl::ResourceExhaustedError(absl::StrCat(name_, ":", line, ": longer than ",
                                                 options_.most_bytes >> 20,
                                                 " MiB; no API takes a request like that")));
}

void LogReader::BeginFile(std::string_view name) {
  name_ = std::string(name);
  rest_.clear();
  line_ = 1;
  form_ = Form::kUnknown;
  dropping_ = false;
  csv_.reset();
  log_.BeginFile(name);
}

void LogReader::Add(std::string_view bytes) {
  if (form_ != Form::kDocument) {
    std::size_t last = bytes.rfind('\n');
    if (last != std::string_view::npos) {
      if (rest_.empty()) {
        TakeLines(bytes.substr(0, last + 1));
      } else {
        // The line that began before, and then the others where they lie.
        const std::size_t first = bytes.find('\n');
        rest_ += bytes.substr(0, first + 1);
        const std::string line = std::exchange(rest_, "");
        TakeLines(line);
        if (form_ == Form::kDocument) {
          rest_ += bytes.substr(first + 1);
          last = bytes.size() - 1;
        } else if (first != last) {
          TakeLines(bytes.substr(first + 1, last - first));
        }
      }
      bytes.remove_prefix(last + 1);
    }
  }
  if (dropping_) return;
  rest_ += bytes;
  if (rest_.size() <= options_.most_bytes) return;
  FailTooLong(line_);
  rest_.clear();
  dropping_ = true;
}

// Whole lines.
void LogReader::TakeLines(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline;
    const std::string_view line = text.substr(0, size);
    const int number = line_++;
    const std::string_view rest = text;
    text.remove_prefix(std::min(size + 1, text.size()));
    if (std::exchange(dropping_, false)) continue;
    const std::string_view content = StripBlanks(line);
    if (line.size() > options_.most_bytes) {
      FailTooLong(number);
      form_ = form_ == Form::kUnknown ? Form::kLines : form_;
      continue;
    }
    if (content.empty() && form_ != Form::kCsv) continue;
    if (form_ == Form::kUnknown) {
      if (OpensDocument(content)) {
        form_ = Form::kDocument;
        line_ = number;
        rest_ += rest;
        break;
      }
      form_ = CsvRows::IsHeader(content) ? Form::kCsv : Form::kLines;
      if (form_ == Form::kCsv) {
        csv_.emplace(content);
        continue;
      }
    }
    lines.push_back({form_ == Form::kCsv ? line : content, number});
  }
  form_ == Form::kCsv ? UseCsv(lines) : UseLines(lines);
}

void LogReader::UseLines(const std::vector<Line>& lines) {
  if (lines.empty()) return;
  const std::size_t tasks =
      options_.run ? std::clamp<std::size_t>(lines.size() / 16, 1, options_.threads) : 1;
  std::vector<std::vector<Read>> reads(tasks);
  while (readers_.size() < tasks) readers_.push_back(std::make_unique<JsonLineReader>());
  const auto task = [&](std::size_t i) {
    const std::size_t begin = lines.size() * i / tasks;
    const std::size_t end = lines.size() * (i + 1) / tasks;
    reads[i].reserve(end - begin);
    for (std::size_t at = begin; at < end; ++at) {
      reads[i].push_back(ReadLine(lines[at].text, lines[at].number, *readers_[i]));
    }
  };
  tasks > 1 ? options_.run(tasks, task) : task(0);
  for (std::vector<Read>& part : reads) {
    for (Read& read : part) Take(read);
  }
}

void LogReader::UseCsv(const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    const auto row = csv_->Add(line.text);
    if (!row) continue;
    Read read = ReadText(*row, line.number, json_);
    Take(read);
  }
}

// A line of JSON or of a stream of server-sent events, or a whole document.
LogReader::Read LogReader::ReadText(std::string_view text, int line, JsonLineReader& json) const {
  Read read;
  constexpr std::string_view kData = "data:";
  if (text.starts_with(kData)) {
    text = StripBlanks(text.substr(kData.size()));
    read.done = text == "[DONE]";
    if (read.done || text.empty()) return read;
  }
  for (const std::string_view field : {":", "event:", "id:", "retry:"}) {
    if (text.starts_with(field)) return read;
  }
  JsonOptions how;
  how.allow_duplicate_keys = true;
  how.first_line = line;
  const auto root = json.Read(text, name_, how);
  if (!root.ok()) {
    read.status = root.status();
    return read;
  }
  for (auto value = root->is_array() ? root->first() : *root; value;
       value = root->is_array() ? value->next() : std::nullopt) {
    read.values.push_back(ReadLogValue(*value));
  }
  return read;
}

// Most lines of a session log are conversation: what is between their braces need not be known.
LogReader::Read LogReader::ReadLine(std::string_view text, int line, JsonLineReader& json) const {
  if (text.starts_with('{') && text.ends_with('}') && !MayMatter(text)) {
    Read read;
    read.passed_over = true;
    return read;
  }
  return ReadText(text, line, json);
}

void LogReader::Take(Read& read) {
  if (read.passed_over) return log_.PassOver();
  if (!read.status.ok()) return Fail(read.status);
  if (read.done) {
    if (const absl::Status status = log_.EndStreams(); !status.ok()) Fail(status);
  }
  for (ReadValue& value : read.values) {
    if (const absl::Status status = log_.Take(std::move(value)); !status.ok()) Fail(status);
  }
}

void LogReader::EndFile() {
  const std::string_view text = StripBlanks(rest_);
  if (form_ == Form::kDocument) {
    Read read = ReadText(text, line_, json_);
    Take(read);
  } else if (!text.empty()) {
    const bool first = form_ == Form::kUnknown;
    if (form_ == Form::kCsv) {
      UseCsv({{rest_, line_}});
    } else {
      Read read = ReadText(text, line_, json_);
      // A last line without its end, behind others: the file is being written.
      if (!read.status.ok() && !first && text.starts_with('{')) {
        ++unfinished_;
      } else {
        Take(read);
      }
    }
  }
  rest_.clear();
  if (csv_ && csv_->open()) {
    Fail(absl::InvalidArgumentError(
        absl::StrCat(name_, ":", line_, ": the file ends inside of a quoted cell")));
  }
  if (const absl::Status status = log_.EndFile(); !status.ok()) {
    Fail(absl::InvalidArgumentError(absl::StrCat(name_, ": ", status.message())));
  }
}

}  // namespace toktally::usage
