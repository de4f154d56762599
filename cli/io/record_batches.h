// Records on several threads: read one after the other, worked on side by side, their results
// handed back in the order of the file.

#ifndef TOKTALLY_CLI_IO_RECORD_BATCHES_H_
#define TOKTALLY_CLI_IO_RECORD_BATCHES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cli/io/records.h"
#include "cli/io/side_by_side.h"

namespace toktally::cli {

// Some records, in memory of their own.
class RecordBatch {
 public:
  // Reads records until they are a piece of work. False if there is none and no error left. Where a
  // record could not be read the batch ends with its error. `lines`: see RecordReader::NextLine.
  bool Read(RecordReader& reader, bool lines);

  std::size_t size() const { return records_.size(); }
  Record operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : records_[i - 1].end;
    return {std::string_view(text_).substr(begin, records_[i].end - begin), records_[i].line};
  }
  // What ended the batch, with the number of the line; not OK only for what could not be read.
  const absl::Status& error() const { return error_; }
  int error_line() const { return error_line_; }

 private:
  struct One {
    std::size_t end;
    int line;
  };
  std::string text_;
  std::vector<One> records_;
  absl::Status error_;
  int error_line_ = 0;
};

// Calls work(batch) on `threads` threads and then done(batch, result), on the caller's, for every
// batch in order. Reading ends after an error that is not ResourceExhausted (a record too long).
template <typename Result>
void ForEachBatch(RecordReader& reader, bool lines, unsigned threads,
                  const std::function<Result(const RecordBatch&)>& work,
                  const std::function<void(const RecordBatch&, Result)>& done) {
  const std::size_t at_once = threads > 1 ? std::size_t{threads} * 4 : 1;
  std::vector<RecordBatch> batches(at_once);
  std::vector<Result> results(at_once);
  bool more = true;
  while (more) {
    std::size_t filled = 0;
    while (filled < at_once && (more = batches[filled].Read(reader, lines))) {
      const absl::Status& error = batches[filled++].error();
      more = error.ok() || absl::IsResourceExhausted(error);
      if (!more) break;
    }
    RunSideBySide(threads, filled, [&](std::size_t i) { results[i] = work(batches[i]); });
    for (std::size_t i = 0; i < filled; ++i) done(batches[i], std::move(results[i]));
  }
}

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_RECORD_BATCHES_H_
