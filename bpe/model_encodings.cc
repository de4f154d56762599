#include "bpe/model_encodings.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/nearest.h"
#include "bpe/encodings.h"
#include "data/model_name.h"
#include "data/model_table.h"

namespace toktally {
namespace {

std::string Quoted(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  if (name.size() > kLongest)
    return absl::StrCat("\"", std::string(name.substr(0, kLongest)), "…\"");
  return absl::StrCat("\"", std::string(name), "\"");
}

std::string_view TakeWord(std::string_view* words) {
  const std::string_view word = words->substr(0, words->find(' '));
  words->remove_prefix(std::min(word.size() + 1, words->size()));
  return word;
}

absl::Status UnknownModel(std::string_view model) {
  std::vector<std::string_view> known;
  for (const ModelRow& row : ModelRows()) {
    if (!row.encoding.value.empty()) known.push_back(row.name);
  }
  std::string message = absl::StrCat("unknown model ", Quoted(model));
  const char* before = "; did you mean ";
  for (const std::string_view near : NearestNames(ModelNameSpellings(model).back().name, known)) {
    absl::StrAppend(&message, before, std::string(near));
    before = ", ";
  }
  if (message.find(';') != std::string::npos) message += '?';
  return absl::NotFoundError(message);
}

}  // namespace

std::optional<std::string_view> WhyNoEncoding(std::string_view spelling) {
  const ModelRow* row = FindUncountedRow(spelling);
  if (row == nullptr) return std::nullopt;
  return row->why;
}

std::optional<OthersTokenizer> TokenizerOfOthers(std::string_view model) {
  for (const ModelNameSpelling& spelling : ModelNameSpellings(model)) {
    const ModelRow* const row = FindUncountedRow(spelling.name);
    if (row == nullptr || row->stored.value.empty()) continue;
    std::string_view rest = row->stored.value;
    OthersTokenizer tokenizer;
    tokenizer.name = TakeWord(&rest);
    tokenizer.source = TakeWord(&rest);
    tokenizer.assumed = row->stored.assumed;
    tokenizer.instead = TakeWord(&rest) == "instead";
    return tokenizer;
  }
  return std::nullopt;
}

absl::StatusOr<ModelEncoding> EncodingForModel(std::string_view model) {
  const std::vector<ModelNameSpelling> spellings = ModelNameSpellings(model);
  for (const ModelNameSpelling& spelling : spellings) {
    const ModelRow* row = FindModelRow(spelling.name);
    if (row == nullptr) continue;
    std::string how =
        spelling.name == row->name ? "exact name" : "prefix " + std::string(row->name);
    if (!spelling.how.empty()) how = spelling.how + ", " + how;
    return ModelEncoding{FindEncoding(row->encoding.value), spelling.name, std::move(how),
                         !row->encoding.assumed};
  }
  for (const ModelNameSpelling& spelling : spellings) {
    const std::optional<std::string_view> why = WhyNoEncoding(spelling.name);
    if (!why.has_value()) continue;
    return absl::FailedPreconditionError(absl::StrCat(Quoted(model), " ", std::string(*why)));
  }
  return UnknownModel(model);
}

}  // namespace toktally
