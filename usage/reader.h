// The bytes of a log -> values: lines of JSON (JSONL), one document that spreads over many lines, a
// stream of server-sent events, or CSV, whichever the text is. In flat memory, however long.
//
//   LogReader reader(log, options);
//   reader.BeginFile("calls.jsonl");
//   reader.Add(bytes);  // as often as there are more
//   reader.EndFile();

#ifndef TOKTALLY_USAGE_READER_H_
#define TOKTALLY_USAGE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/json_lines.h"
#include "usage/csv_rows.h"
#include "usage/log.h"

namespace toktally::usage {

struct LogReaderOptions {
  // What cannot be read: "file:line: …". Reading goes on behind it.
  std::function<void(const absl::Status&)> fail;
  // Runs task(0) … task(n - 1), at once if it can. Empty: one after the other. Only the reading of
  // values is given out; the log is used by the thread that calls Add.
  std::function<void(std::size_t n, const std::function<void(std::size_t)>& task)> run;
  std::size_t threads = 1;                          // how many tasks are worth while
  std::size_t most_bytes = std::size_t{256} << 20;  // of one record
};

// One thread at a time.
class LogReader {
 public:
  // `log` is borrowed.
  LogReader(Log& log, LogReaderOptions options);
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  void BeginFile(std::string_view name);
  void Add(std::string_view bytes);
  void EndFile();

  // Last lines that were cut off because their file is being written.
  std::uint64_t unfinished() const { return unfinished_; }

 private:
  struct Line {
    std::string_view text;
    int number;
  };
  struct Read;

  void TakeLines(std::string_view text);
  void UseLines(const std::vector<Line>& lines);
  void UseCsv(const std::vector<Line>& lines);
  void Take(Read& read);
  Read ReadText(std::string_view text, int line, JsonLineReader& json) const;
  Read ReadLine(std::string_view text, int line, JsonLineReader& json) const;
  void Fail(const absl::Status& status);
  void FailTooLong(int line);

  enum class Form : std::uint8_t { kUnknown, kLines, kDocument, kCsv };

  Log& log_;
  const LogReaderOptions options_;
  std::string name_;
  std::string rest_;  // of a line, or a document, that is not whole yet
  int line_ = 1;
  Form form_ = Form::kUnknown;
  bool dropping_ = false;  // the rest of a line that was too long
  std::uint64_t unfinished_ = 0;
  std::optional<CsvRows> csv_;
  JsonLineReader json_;
  std::vector<std::unique_ptr<JsonLineReader>> readers_;  // of each task
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_READER_H_
