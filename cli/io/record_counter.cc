#include "cli/io/record_counter.h"

#include <algorithm>
#include <utility>

#include "base/json_lines.h"
#include "chat/workspaces.h"

namespace toktally::cli {
namespace {

JsonOptions Lenient(int first_line) {
  JsonOptions options;
  options.allow_duplicate_keys = true;
  options.first_line = first_line;
  return options;
}

}  // namespace

std::vector<std::string> SplitKeys(std::string_view field) {
  std::vector<std::string> keys;
  for (std::size_t begin = 0; begin <= field.size();) {
    const std::size_t dot = std::min(field.find('.', begin), field.size());
    if (dot == begin) return {};
    keys.emplace_back(field.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return keys;
}

struct RecordCounter::Worker {
  JsonLineReader reader;
  chat::Workspaces workspaces;
};

void RecordSums::Add(const RecordSums& other) {
  tokens += other.tokens;
  records += other.records;
  texts += other.texts;
  without += other.without;
  bytes += other.bytes;
  documents.Add(other.documents);
}

RecordCounter::RecordCounter(const Encoding& encoding, std::vector<std::string> keys)
    : encoding_(encoding), keys_(std::move(keys)) {}

RecordCounter::~RecordCounter() = default;

std::unique_ptr<RecordCounter::Worker> RecordCounter::Take() const {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<Worker>();
  std::unique_ptr<Worker> worker = std::move(free_.back());
  free_.pop_back();
  return worker;
}

CountedRecords RecordCounter::Count(const RecordBatch& batch) const {
  std::unique_ptr<Worker> worker = Take();
  CountedRecords counted;
  RecordSums& sums = counted.sums;
  const auto use = [&](const JsonValue& value) {
    ++sums.records;
    const std::uint64_t texts = sums.texts;
    CountAt(value, 0, *worker, sums);
    if (sums.texts == texts) ++sums.without;
  };
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record record = batch[i];
    if (keys_.empty()) {
      ++sums.records;
      CountText(record.text, *worker, sums);
      continue;
    }
    const auto root = worker->reader.Read(record.text, "", Lenient(record.line));
    if (!root.ok()) {
      counted.broken.push_back(i);
    } else if (root->is_array()) {
      for (auto value = root->first(); value; value = value->next()) use(*value);
    } else {
      use(*root);
    }
  }
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(worker));
  return counted;
}

absl::Status RecordCounter::Explain(const Record& record, const std::string& name, int first_line) {
  JsonLineReader reader;
  return reader.Read(record.text, name, Lenient(first_line)).status();
}

// The depth is bounded by the parser's.
void RecordCounter::CountAt(const JsonValue& value, std::size_t key, Worker& worker,
                            RecordSums& sums) const {
  if (value.is_array()) {
    for (auto element = value.first(); element; element = element->next()) {
      CountAt(*element, key, worker, sums);
    }
    return;
  }
  if (key < keys_.size()) {
    const auto member = value.Find(keys_[key]);
    if (member) CountAt(*member, key + 1, worker, sums);
    return;
  }
  if (value.is_string()) CountText(value.text(), worker, sums);
}

void RecordCounter::CountText(std::string_view text, Worker& worker, RecordSums& sums) const {
  const std::uint64_t tokens = worker.workspaces.Count(encoding_, text);
  ++sums.texts;
  sums.tokens += tokens;
  sums.bytes += text.size();
  sums.documents.Add(tokens);
}

}  // namespace toktally::cli
