// JSON that comes in records: JSONL of any length, line by line in flat memory, or one document
// that spreads over many lines.

#ifndef TOKTALLY_CLI_IO_RECORDS_H_
#define TOKTALLY_CLI_IO_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "cli/io/input.h"

namespace toktally::cli {

// More than any API takes as one request.
inline constexpr std::size_t kMostRecordBytes = std::size_t{256} << 20;

struct Record {
  std::string_view text;  // good until the next record is asked for
  int line = 1;           // where it begins
};

class RecordReader {
 public:
  // The first line of `source` has the number behind `lines_before`.
  explicit RecordReader(ByteSource& source, std::size_t most_bytes = kMostRecordBytes,
                        int lines_before = 0)
      : source_(source), most_bytes_(most_bytes), next_line_(lines_before + 1) {}

  // The next record that is not blank; nullopt at the end. ResourceExhausted, with the line, for a
  // record that is too long (the one behind it can be read); other errors are the source's.
  absl::StatusOr<std::optional<Record>> Next();
  // The next line, blank or not, without its newline; otherwise as Next.
  absl::StatusOr<std::optional<Record>> NextLine();
  // The number of the line that the last record, or error, was on.
  int line() const { return line_; }

 private:
  absl::StatusOr<bool> Fill();
  absl::StatusOr<std::optional<Record>> WholeDocument(std::size_t begin);
  absl::Status TooLong();

  ByteSource& source_;
  const std::size_t most_bytes_;
  std::string buffer_;
  std::size_t at_ = 0;        // the next record begins here
  std::size_t searched_ = 0;  // no newline stands between at_ and here
  bool ended_ = false;
  bool first_ = true;
  bool dropping_ = false;  // the rest of a line that was too long
  int line_ = 0;
  int next_line_;
};

using UseRecord = std::function<absl::Status(const JsonValue&, int line)>;
using FailRecord = std::function<bool(const absl::Status&)>;

// Reads `path` record by record and hands every value on: each record, or each element of a
// document that is an array. Parse and read errors, and those that `use` returns, go to `fail` with
// the number of the line; `fail` says whether to go on. Where `is_one` says so of an array, it is
// one record. False if the file could not be read to its end.
bool ForEachRecord(const std::string& path, const Input& input, const JsonOptions& options,
                   const UseRecord& use, const FailRecord& fail,
                   bool (*is_one)(const JsonValue& array) = nullptr);
// The same of a part of the file that is called `name`, before which so many lines stand.
bool ForEachRecordOf(ByteSource& source, const std::string& name, int lines_before,
                     const JsonOptions& options, const UseRecord& use, const FailRecord& fail,
                     bool (*is_one)(const JsonValue& array) = nullptr);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_RECORDS_H_
