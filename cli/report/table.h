// Rows and columns, for people (aligned, thousands grouped, numbers never cut), as CSV (RFC 4180)
// or as a Markdown table.

#ifndef TOKTALLY_CLI_REPORT_TABLE_H_
#define TOKTALLY_CLI_REPORT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/io/output.h"

namespace toktally::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;  // of the table for people and of Markdown
  std::string key;    // of CSV: stable, lower_snake; empty: the column is for people only
  Align align = Align::kRight;
  bool shrinks = false;  // a name, which is shortened in its middle where the terminal is narrow
  // Stays on the narrowest terminal, as the first column and the one that shrinks do. The others go
  // where there is no room for them, the last first, and a line below says which.
  bool stays = false;
  // Goes only when no column is left that may go before it.
  bool goes_last = false;
};

// A column of amounts: what somebody signs goes last.
inline Column MoneyColumn(std::string title, std::string key) {
  return {std::move(title), std::move(key), Align::kRight, false, false, true};
}

// What stands in one place: for people, and for machines.
struct Cell {
  std::string text;
  std::string raw;
  Style style = Style::kPlain;

  Cell() = default;
  // The same for both. The raw form may hold any bytes; the text is escaped when it is printed.
  Cell(std::string value) : text(value), raw(std::move(value)) {}  // NOLINT: values are cells
  Cell(const char* value) : Cell(std::string(value)) {}            // NOLINT: values are cells
  Cell(std::string for_people, std::string for_machines, Style with = Style::kPlain)
      : text(std::move(for_people)), raw(std::move(for_machines)), style(with) {}
  // "1,234" and "1234".
  static Cell Number(std::uint64_t n, Style style = Style::kPlain);
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns.
  void AddRow(std::vector<Cell> cells);
  // A line; what follows it (totals) is not part of CSV.
  void AddRule();

  // In the format, which is kTable, kCsv or kMarkdown.
  void Print(Format format, Output& output) const;

 private:
  // What of the table is shown, and how wide.
  struct Layout {
    std::vector<std::size_t> columns;  // those that are shown
    std::vector<std::size_t> widths;   // of all
    std::vector<std::size_t> dropped;
  };
  Layout Fit(const Output& output) const;
  void PrintForPeople(Output& output) const;
  void PrintDropped(const Layout& layout, Output& output) const;
  // The texts of a column in its width, no two of them the same that are not.
  std::vector<std::string> Shown(std::size_t column, std::size_t width, bool unicode) const;
  std::size_t RuleLength(const Layout& layout) const;
  void PrintCsv(Output& output) const;
  void PrintMarkdown(Output& output) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
  std::size_t rule_ = SIZE_MAX;  // the row that the line stands above
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_TABLE_H_
