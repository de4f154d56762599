#include "cli/io/record_batches.h"

#include <optional>

#include "absl/status/statusor.h"

namespace toktally::cli {
namespace {

// Long enough that handing it over costs nothing beside it.
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

}  // namespace

bool RecordBatch::Read(RecordReader& reader, bool lines) {
  text_.clear();
  records_.clear();
  error_ = absl::OkStatus();
  while (text_.size() < kBatchBytes) {
    const absl::StatusOr<std::optional<Record>> record = lines ? reader.NextLine() : reader.Next();
    if (!record.ok()) {
      error_ = record.status();
      error_line_ = reader.line();
      return true;
    }
    if (!*record) break;
    text_ += (*record)->text;
    records_.push_back({text_.size(), (*record)->line});
  }
  return !records_.empty();
}

}  // namespace toktally::cli
