#include "cli/report/table.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 12;  // of a column that shrinks

}  // namespace

Cell Cell::Number(std::uint64_t n, Style style) {
  return Cell(GroupDigits(n), std::to_string(n), style);
}

void Table::AddRow(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::AddRule() { rule_ = rows_.size(); }

void Table::Print(Format format, Output& output) const {
  if (format == Format::kCsv) return PrintCsv(output);
  if (format == Format::kMarkdown) return PrintMarkdown(output);
  PrintForPeople(output);
}

void Table::PrintForPeople(Output& output) const {
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    widths[c] = DisplayWidth(EscapeForTerminal(columns_[c].title));
  }
  for (const std::vector<Cell>& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], DisplayWidth(EscapeForTerminal(row[c].text)));
    }
  }
  if (output.terminal().output_is_terminal) {
    const std::size_t all = std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
                            kGap * (columns_.size() - 1);
    const std::size_t room = output.terminal().width;
    for (std::size_t c = 0; c < columns_.size() && all > room; ++c) {
      if (!columns_[c].shrinks) continue;
      const std::size_t others = all - widths[c];
      widths[c] = std::max(room > others ? room - others : 0, std::min(widths[c], kNarrowest));
      break;
    }
  }
  // Styles go around the text only, and nothing is printed behind the last text of a line.
  std::string spaces;
  const auto print_cell = [&](std::size_t c, std::string_view text, Style style) {
    const std::string shown = columns_[c].shrinks
                                  ? ShortenMiddle(text, widths[c], output.unicode() ? "…" : "...")
                                  : std::string(text);
    const std::size_t used = DisplayWidth(shown);
    const std::size_t padding = widths[c] > used ? widths[c] - used : 0;
    const bool right = columns_[c].align == Align::kRight;
    if (right) spaces.append(padding, ' ');
    if (!shown.empty()) {
      output.Print(spaces);
      output.Print(shown, style);
      spaces.clear();
    }
    if (!right) spaces.append(padding, ' ');
    spaces.append(kGap, ' ');
    if (c + 1 < columns_.size()) return;
    output.Print("\n");
    spaces.clear();
  };
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  for (std::size_t c = 0; titled && c < columns_.size(); ++c) {
    print_cell(c, EscapeForTerminal(columns_[c].title), Style::kDim);
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (r == rule_) {
      std::string line;
      const std::size_t length = RuleLength(widths);
      for (std::size_t i = 0; i < length; ++i) line += output.unicode() ? "─" : "-";
      output.Print(line, Style::kDim);
      output.Print("\n");
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      print_cell(c, EscapeForTerminal(rows_[r][c].text), rows_[r][c].style);
    }
  }
}

// Under the numbers that stand before the first name; under everything where none do.
std::size_t Table::RuleLength(const std::vector<std::size_t>& widths) const {
  std::size_t numbers = 0;
  while (numbers < columns_.size() && columns_[numbers].align == Align::kRight) ++numbers;
  if (numbers == 0) numbers = columns_.size();
  const auto end = widths.begin() + static_cast<std::ptrdiff_t>(numbers);
  return std::accumulate(widths.begin(), end, kGap * (numbers - 1));
}

void Table::PrintCsv(Output& output) const {
  std::string line;
  for (const Column& column : columns_) {
    if (!column.key.empty()) line += Concat(line.empty() ? "" : ",", EscapeForCsv(column.key));
  }
  output.Print(line + "\r\n");
  for (std::size_t r = 0; r < std::min(rows_.size(), rule_); ++r) {
    bool first = true;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].key.empty()) continue;
      if (!first) output.Print(",");
      output.Print(EscapeForCsv(rows_[r][c].raw));
      first = false;
    }
    output.Print("\r\n");
  }
}

void Table::PrintMarkdown(Output& output) const {
  std::string line = "|";
  std::string rule = "|";
  for (const Column& column : columns_) {
    line += Concat(' ', EscapeForMarkdown(column.title), " |");
    rule += column.align == Align::kRight ? "---:|" : "---|";
  }
  output.Print(Concat(line, '\n', rule, '\n'));
  for (const std::vector<Cell>& row : rows_) {
    output.Print("|");
    for (const Cell& cell : row) output.Print(Concat(' ', EscapeForMarkdown(cell.text), " |"));
    output.Print("\n");
  }
}

}  // namespace toktally::cli
