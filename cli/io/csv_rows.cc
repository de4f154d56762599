#include "cli/io/csv_rows.h"

#include <algorithm>
#include <utility>

#include "base/json_lines.h"
#include "cli/report/json_writer.h"

namespace toktally::cli {
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

bool HasOddQuotes(std::string_view line) {
  return std::count(line.begin(), line.end(), '"') % 2 != 0;
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

bool CsvRows::IsHeader(std::string_view line) {
  const std::vector<std::string> names = Cells(line);
  const auto has = [&names](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has("model") && has("prompt_tokens") && has("completion_tokens");
}

CsvRows::CsvRows(std::string_view header) : names_(Cells(header)) {}

std::optional<std::string> CsvRows::Add(std::string_view line) {
  if (!open_row_.empty()) open_row_ += '\n';
  open_row_ += line;
  // Each line is looked at once: a cell of a thousand lines must not be searched a thousand times.
  if (HasOddQuotes(line)) in_quotes_ = !in_quotes_;
  if (in_quotes_ && open_row_.size() < kMostRowBytes) return std::nullopt;
  in_quotes_ = false;
  const std::vector<std::string> cells = Cells(std::exchange(open_row_, ""));
  std::string json = "{";
  for (std::size_t i = 0; i < std::min(cells.size(), names_.size()); ++i) {
    const std::string& cell = cells[i];
    if (cell.empty()) continue;
    if (json.size() > 1) json += ',';
    json += cli::JsonQuote(names_[i]);
    json += ':';
    json += IsCount(cell) || IsJsonObject(cell) ? cell : cli::JsonQuote(cell);
  }
  return json + "}";
}

}  // namespace toktally::cli
