#include "usage/csv_rows.h"

#include <algorithm>
#include <utility>

#include "base/json_lines.h"
#include "usage/counts.h"

namespace toktally::usage {
namespace {

// A quoted field may hold megabytes of messages, not more.
constexpr std::size_t kMostRowBytes = std::size_t{64} << 20;

std::vector<std::string> Cells(std::string_view row) {
  if (row.ends_with('\r')) row.remove_suffix(1);
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (c == '"' && quoted && row.substr(i + 1).starts_with('"')) {
      cells.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

bool IsCount(std::string_view cell) {
  return cell.size() <= 15 &&
         std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         (cell.size() == 1 || cell.front() != '0');
}

bool IsJsonObject(std::string_view cell) {
  if (!cell.starts_with('{')) return false;
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  return ParseJsonLine(cell, "", lenient).ok();
}

}  // namespace

// A column of what went in and one of what came out, under any of their names.
bool CsvRows::IsHeader(std::string_view line) {
  if (line.starts_with('{') || line.starts_with('[') || line.find(',') == std::string_view::npos)
    return false;
  bool input = false;
  bool output = false;
  for (const std::string& name : Cells(line)) {
    const auto role = RoleOf(Place::kTop, name);
    input = input || role == Role::kInput || role == Role::kUncached;
    output = output || role == Role::kOutput;
  }
  return input && output;
}

CsvRows::CsvRows(std::string_view header) : names_(Cells(header)) {}

std::optional<std::string> CsvRows::Add(std::string_view line) {
  if (open_) row_ += '\n';
  row_ += line;
  if (std::count(line.begin(), line.end(), '"') % 2 != 0) open_ = !open_;
  if (open_ && row_.size() < kMostRowBytes) return std::nullopt;
  open_ = false;
  const std::vector<std::string> cells = Cells(std::exchange(row_, ""));
  if (cells.size() == 1 && cells[0].empty()) return std::nullopt;
  std::string json = "{";
  for (std::size_t i = 0; i < std::min(cells.size(), names_.size()); ++i) {
    const std::string& cell = cells[i];
    if (cell.empty()) continue;
    if (json.size() > 1) json += ',';
    json += JsonQuote(names_[i]);
    json += ':';
    json += IsCount(cell) || IsJsonObject(cell) ? cell : JsonQuote(cell);
  }
  return json + "}";
}

}  // namespace toktally::usage
