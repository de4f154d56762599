// CSV (RFC 4180) as JSON, a row at a time: what spend logs are exported as.

#ifndef TOKTALLY_USAGE_CSV_ROWS_H_
#define TOKTALLY_USAGE_CSV_ROWS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toktally::usage {

class CsvRows {
 public:
  // True for a line of column names that a spend log has.
  static bool IsHeader(std::string_view line);

  explicit CsvRows(std::string_view header);

  // Takes the next line. A row may take several, where a quoted field holds line breaks; when it is
  // complete it comes back as a JSON object: numbers as numbers, cells that hold a JSON object as
  // that, other cells as texts, empty ones left out.
  std::optional<std::string> Add(std::string_view line);
  // A quoted cell is not closed yet.
  bool open() const { return open_; }

 private:
  std::vector<std::string> names_;
  std::string row_;
  bool open_ = false;
};

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_CSV_ROWS_H_
