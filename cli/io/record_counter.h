// Counts the texts that stand in the records of files.

#ifndef TOKTALLY_CLI_IO_RECORD_COUNTER_H_
#define TOKTALLY_CLI_IO_RECORD_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"
#include "base/json.h"
#include "bpe/encoding.h"
#include "cli/io/record_batches.h"

namespace toktally::cli {

// The keys of "body.messages.content"; none where one of them is empty.
std::vector<std::string> SplitKeys(std::string_view field);

struct RecordSums {
  std::uint64_t tokens = 0;
  std::uint64_t records = 0;
  std::uint64_t texts = 0;
  std::uint64_t without = 0;  // records that have no text there
  std::uint64_t bytes = 0;    // of the texts
  Histogram documents;        // tokens of each text

  void Add(const RecordSums& other);
};

// Of one batch.
struct CountedRecords {
  RecordSums sums;
  std::vector<std::size_t> broken;  // records that are no JSON
};

// Thread-safe: each call takes memory of its own from a common store.
class RecordCounter {
 public:
  // `keys` lead to the texts; none: the record itself is the text. The encoding must outlive it.
  RecordCounter(const Encoding& encoding, std::vector<std::string> keys);
  ~RecordCounter();

  CountedRecords Count(const RecordBatch& batch) const;
  // Why a record is no JSON; `first_line` is its line in the file of this name.
  static absl::Status Explain(const Record& record, const std::string& name, int first_line);

 private:
  struct Worker;
  std::unique_ptr<Worker> Take() const;
  void CountAt(const JsonValue& value, std::size_t key, Worker& worker, RecordSums& sums) const;
  void CountText(std::string_view text, Worker& worker, RecordSums& sums) const;

  const Encoding& encoding_;
  const std::vector<std::string> keys_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Worker>> free_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_RECORD_COUNTER_H_
