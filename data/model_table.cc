#include "data/model_table.h"

#include <algorithm>
#include <cstddef>

#include "data/table_text.h"
#include "model_table_text.inc"

namespace toktally {
namespace {

constexpr std::string_view Cell(std::string_view text) { return text == "-" ? "" : text; }

constexpr ModelFact Fact(std::string_view text) {
  if (!text.ends_with('?')) return {Cell(text), false};
  text.remove_suffix(1);
  return {text, true};
}

constexpr ModelRow ReadRow(std::string_view line) {
  ModelRow row;
  row.name = TakeUntil('\t', &line);
  row.takes_tails = row.name.ends_with('*');
  row.any_before = row.name.starts_with('%');
  row.any_behind = row.name.ends_with('%');
  if (row.any_before) row.name.remove_prefix(1);
  if (row.takes_tails || row.any_behind) row.name.remove_suffix(1);
  row.tails = Cell(TakeUntil('\t', &line));
  row.encoding = Fact(TakeUntil('\t', &line));
  row.family = Fact(TakeUntil('\t', &line));
  row.pictures = Fact(TakeUntil('\t', &line));
  row.why = Cell(TakeUntil('\t', &line));
  row.stored = Fact(TakeUntil('\t', &line));
  return row;
}

constexpr auto kRows = ReadTable<CountTableRows(kModelTableText)>(kModelTableText, ReadRow);

// A row counts or says why it does not, never both; only the latter match any text.
static_assert(std::all_of(kRows.begin(), kRows.end(), [](const ModelRow& row) {
  const bool any = row.any_before || row.any_behind;
  return !row.name.empty() && row.encoding.value.empty() != row.why.empty() &&
         any == row.encoding.value.empty() && !(any && row.takes_tails);
}));

bool IsDigits(std::string_view text, std::size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (TakeUntil(' ', &words) == word) return true;
  }
  return false;
}

// "-mini-2024-07-18": words of `words`, dates and days (0613), each behind a hyphen.
bool IsTail(std::string_view tail, std::string_view words) {
  if (!tail.starts_with('-') || tail.ends_with('-')) return false;
  tail.remove_prefix(1);
  while (!tail.empty()) {
    const std::string_view word = TakeUntil('-', &tail);
    if (HasWord(words, word)) continue;
    if (!IsDigits(word, 4)) return false;
    // A year goes on with month and day.
    if (!word.starts_with("20")) continue;
    const std::string_view month = TakeUntil('-', &tail);
    const std::string_view day = TakeUntil('-', &tail);
    if (!IsDigits(month, 2) || !IsDigits(day, 2)) return false;
  }
  return true;
}

}  // namespace

std::span<const ModelRow> ModelRows() { return kRows; }

const ModelRow* FindModelRow(std::string_view spelling) {
  const ModelRow* best = nullptr;
  for (const ModelRow& row : kRows) {
    if (row.encoding.value.empty() || !spelling.starts_with(row.name)) continue;
    if (spelling.size() == row.name.size()) {
      if (!row.takes_tails) return &row;
      best = &row;  // no longer name can be a beginning of it
      continue;
    }
    const bool is_form = row.takes_tails && IsTail(spelling.substr(row.name.size()), row.tails);
    if (is_form && (best == nullptr || row.name.size() > best->name.size())) best = &row;
  }
  return best;
}

const ModelRow* FindUncountedRow(std::string_view spelling) {
  for (const ModelRow& row : kRows) {
    if (row.why.empty()) continue;
    const std::size_t at = spelling.find(row.name);
    if (at == 0 || (row.any_before && at != std::string_view::npos)) return &row;
  }
  return nullptr;
}

}  // namespace toktally
