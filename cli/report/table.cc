#include "cli/report/table.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <map>

#include "cli/report/escape.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestColumn = 12;  // of a column that shrinks

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

Table::Layout Table::Fit(const Output& output) const {
  Layout layout;
  layout.widths.resize(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    layout.columns.push_back(c);
    layout.widths[c] = DisplayWidth(EscapeForTerminal(columns_[c].title));
    for (const std::vector<Cell>& row : rows_) {
      layout.widths[c] = std::max(layout.widths[c], DisplayWidth(EscapeForTerminal(row[c].text)));
    }
  }
  if (!output.terminal().output_is_terminal) return layout;
  const std::size_t room = output.terminal().width;
  const std::vector<std::size_t> wanted = layout.widths;
  while (true) {
    std::size_t all = kGap * (layout.columns.size() - 1);
    std::size_t shrinking = columns_.size();
    for (const std::size_t c : layout.columns) {
      all += wanted[c];
      if (columns_[c].shrinks && shrinking == columns_.size()) shrinking = c;
    }
    layout.widths = wanted;
    if (all > room && shrinking < columns_.size()) {
      const std::size_t others = all - wanted[shrinking];
      std::size_t& width = layout.widths[shrinking];
      width = std::max(room > others ? room - others : 0, std::min(width, kNarrowestColumn));
      all = others + width;
    }
    if (all <= room) return layout;
    const auto last_of = [&](bool goes_last) {
      return std::find_if(
          layout.columns.rbegin(), layout.columns.rend(), [this, goes_last](std::size_t c) {
            const Column& column = columns_[c];
            return c != 0 && !column.stays && !column.shrinks && column.goes_last == goes_last;
          });
    };
    auto last = last_of(false);
    if (last == layout.columns.rend()) last = last_of(true);
    if (last == layout.columns.rend()) return layout;
    layout.dropped.push_back(*last);
    layout.columns.erase(std::next(last).base());
  }
}

std::vector<std::string> Table::Shown(std::size_t column, std::size_t width, bool unicode) const {
  const std::string_view ellipsis = unicode ? "…" : "...";
  std::vector<std::string> shown;
  std::map<std::string, std::vector<std::string>> texts;  // that are shortened to one
  for (const std::vector<Cell>& row : rows_) {
    std::string text = EscapeForTerminal(row[column].text);
    if (!columns_[column].shrinks || DisplayWidth(text) <= width) {
      shown.push_back(std::move(text));
      continue;
    }
    std::string shortened = ShortenMiddle(text, width, ellipsis);
    std::vector<std::string>& same = texts[shortened];
    const auto known = std::find(same.begin(), same.end(), text);
    const auto number = static_cast<std::size_t>(known - same.begin()) + 1;
    if (known == same.end()) same.push_back(text);
    if (number > 1) {
      const std::string suffix = Concat("#", number);
      shortened =
          Concat(ShortenMiddle(text, width - std::min(width, suffix.size()), ellipsis), suffix);
    }
    shown.push_back(std::move(shortened));
  }
  return shown;
}

void Table::PrintForPeople(Output& output) const {
  const Layout layout = Fit(output);
  // Styles go around the text only, and nothing is printed behind the last text of a line.
  std::string spaces;
  const auto print_cell = [&](std::size_t c, std::string_view shown, Style style) {
    const std::size_t used = DisplayWidth(shown);
    const std::size_t padding = layout.widths[c] > used ? layout.widths[c] - used : 0;
    const bool right = columns_[c].align == Align::kRight;
    if (right) spaces.append(padding, ' ');
    if (!shown.empty()) {
      output.Print(spaces);
      output.Print(shown, style);
      spaces.clear();
    }
    if (!right) spaces.append(padding, ' ');
    spaces.append(kGap, ' ');
    if (c != layout.columns.back()) return;
    output.Print("\n");
    spaces.clear();
  };
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  for (std::size_t i = 0; titled && i < layout.columns.size(); ++i) {
    const std::size_t c = layout.columns[i];
    print_cell(c, EscapeForTerminal(columns_[c].title), Style::kDim);
  }
  std::vector<std::vector<std::string>> shown(columns_.size());
  for (const std::size_t c : layout.columns) {
    shown[c] = Shown(c, layout.widths[c], output.unicode());
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (r == rule_) {
      std::string line;
      const std::size_t length = RuleLength(layout);
      for (std::size_t i = 0; i < length; ++i) line += output.unicode() ? "─" : "-";
      output.Print(line, Style::kDim);
      output.Print("\n");
    }
    for (const std::size_t c : layout.columns) print_cell(c, shown[c][r], rows_[r][c].style);
  }
  PrintDropped(layout, output);
}

void Table::PrintDropped(const Layout& layout, Output& output) const {
  std::string titles;
  for (auto c = layout.dropped.rbegin(); c != layout.dropped.rend(); ++c) {
    const bool only_title = std::all_of(rows_.begin(), rows_.end(),
                                        [c](const auto& row) { return row[*c].text.empty(); });
    if (columns_[*c].title.empty()) continue;
    if (only_title) {
      output.PrintLine(Format::kTable, columns_[*c].title, Style::kDim);  // "o200k_base"
    } else {
      titles += Concat(titles.empty() ? "" : ", ", columns_[*c].title);
    }
  }
  if (titles.empty()) return;
  output.PrintLine(Format::kTable, Concat("no room for: ", titles), Style::kDim);
}

// Under the numbers that stand before the first name; under everything where none do.
std::size_t Table::RuleLength(const Layout& layout) const {
  std::size_t numbers = 0;
  while (numbers < layout.columns.size() &&
         columns_[layout.columns[numbers]].align == Align::kRight) {
    ++numbers;
  }
  if (numbers == 0) numbers = layout.columns.size();
  std::size_t length = kGap * (numbers - 1);
  for (std::size_t i = 0; i < numbers; ++i) length += layout.widths[layout.columns[i]];
  return length;
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
