// The calls of a log, as a test sees them.

#ifndef TOKTALLY_TESTS_USAGE_COLLECT_H_
#define TOKTALLY_TESTS_USAGE_COLLECT_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "chat/count.h"
#include "usage/log.h"
#include "usage/reader.h"

namespace toktally::usage {

class Collected : public RecordSink {
 public:
  void Add(const Record& record) override { records.push_back(record); }
  void TakeBack(const Record& record) override {
    const auto same = std::find_if(records.begin(), records.end(), [&](const Record& other) {
      return other.model == record.model && other.tokens == record.tokens &&
             other.session == record.session && other.source == record.source;
    });
    if (same == records.end()) {
      ADD_FAILURE() << "a record that was not added is taken back";
    } else {
      records.erase(same);
    }
  }

  // "model in/cached/written/out/reasoning" of each call.
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const Record& record : records) {
      const pricing::Usage& tokens = record.tokens;
      std::string text = record.model;
      const char* separator = " ";
      for (const std::int64_t n : {tokens.PromptTokens(), tokens.cached_input,
                                   tokens.cache_write_short + tokens.cache_write_long,
                                   tokens.OutputTokens(), tokens.reasoning_output}) {
        text += separator + std::to_string(n);
        separator = "/";
      }
      texts.push_back(text);
    }
    return texts;
  }

  std::vector<Record> records;
  std::vector<std::string> errors;
  LogNotes notes;
  std::uint64_t unfinished = 0;
};

struct LogFile {
  std::string name;
  std::string text;
};

// Reads the files one after the other, in bites.
inline Collected ReadLogs(const std::vector<LogFile>& files, std::size_t bite = 1 << 20,
                          LogReaderOptions options = {}) {
  Collected collected;
  chat::Counter counter;
  Log log(counter, collected);
  options.fail = [&](const absl::Status& status) {
    collected.errors.emplace_back(status.message());
  };
  LogReader reader(log, options);
  for (const LogFile& file : files) {
    reader.BeginFile(file.name);
    for (std::size_t at = 0; at < file.text.size(); at += bite) {
      reader.Add(std::string_view(file.text).substr(at, bite));
    }
    reader.EndFile();
  }
  collected.notes = log.notes();
  collected.unfinished = reader.unfinished();
  return collected;
}

inline Collected ReadLog(std::string text) { return ReadLogs({{"log", std::move(text)}}); }

using Texts = std::vector<std::string>;

}  // namespace toktally::usage

#endif  // TOKTALLY_TESTS_USAGE_COLLECT_H_
