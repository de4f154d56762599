// Rows as a database hands them to a program on its standard input and takes them back:
// ClickHouse's TabSeparated, JSONEachRow and RowBinary, which Spark's pipe, Hadoop streaming and
// any script can speak too.

#ifndef TOKTALLY_CLI_IO_ROW_FORMAT_H_
#define TOKTALLY_CLI_IO_ROW_FORMAT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "base/json_lines.h"
#include "cli/io/input.h"

namespace toktally::cli {

enum class RowFormat {
  kTabSeparated,  // a line a row; \t between fields, \\ \t \n … escaped, \N is NULL
  kJsonEachRow,   // an object a row, whose members are the fields in order
  kRowBinary,     // no delimiters: lengths in LEB128, numbers as they lie in memory (little-endian)
};

enum class FieldType { kString, kUint64 };

struct Field {
  bool null = false;
  std::string_view text;     // of kString: the bytes; good until the next row
  std::uint64_t number = 0;  // of kUint64
};

struct RowLayout {
  RowFormat format = RowFormat::kTabSeparated;
  std::vector<FieldType> fields;
  bool nullable = false;      // of kRowBinary: a byte before each field says whether it is NULL
  bool chunk_header = false;  // a line with the number of rows stands before each block
};

// Rows of a source, in memory that goes by the longest row.
class RowReader {
 public:
  // `before_wait` is called whenever more has to be read: what was answered must have gone out by
  // then, since whoever sends rows may wait for it.
  RowReader(ByteSource& source, RowLayout layout, std::function<void()> before_wait);

  // The next row's fields; nullopt at the end. InvalidArgument, to read on from "row N: ", for what
  // is no such row and for an end in the middle of one; other errors are the source's. Nothing can
  // be read after an error.
  absl::StatusOr<const std::vector<Field>*> Next();
  // The number of the last row, from 1 on.
  std::uint64_t row() const { return row_; }

 private:
  // Sees to it that `size` bytes lie behind at_. False if the source ends before.
  absl::StatusOr<bool> Have(std::size_t size);
  // A line without its newline; nullopt at the end.
  absl::StatusOr<std::optional<std::string_view>> Line();
  absl::StatusOr<bool> BeginRow();
  absl::Status ReadTabSeparated(std::string_view line);
  absl::Status ReadJson(std::string_view line);
  absl::Status ReadBinary();
  absl::StatusOr<std::uint64_t> ReadLength();
  absl::Status SetNumber(std::string_view text, Field& field) const;

  ByteSource& source_;
  const RowLayout layout_;
  const std::function<void()> before_wait_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
  std::uint64_t row_ = 0;
  std::uint64_t left_ = 0;  // rows of the block
  std::vector<Field> fields_;
  std::vector<std::size_t> offsets_;    // of strings in buffer_, while a row is being read
  std::vector<std::string> unescaped_;  // of each field, where that is needed
  JsonLineReader json_;
};

// Results, one a row. `nullable`: of kRowBinary, a byte says whether it is NULL.
class RowWriter {
 public:
  RowWriter(RowFormat format, bool nullable, std::string name)
      : format_(format), nullable_(nullable), name_(std::move(name)) {}

  void Null(std::string& out) const;
  void Uint(std::uint64_t value, std::string& out) const;
  void Uints(const std::vector<std::uint32_t>& values, std::string& out) const;
  void String(std::string_view value, std::string& out) const;
  // Decimal(38, 18): units of 10^-18, and the same as text.
  void Decimal(absl::int128 units, std::string_view text, std::string& out) const;

 private:
  void Begin(std::string& out) const;
  void End(std::string& out) const;

  const RowFormat format_;
  const bool nullable_;
  const std::string name_;  // of the member in kJsonEachRow
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_ROW_FORMAT_H_
