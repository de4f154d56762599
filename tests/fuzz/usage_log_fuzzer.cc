// Any JSON as a line of a log: it is refused, passed over or read into counts that add up.

#include <string>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_from_bytes.h"
#include "usage/log.h"

using toktally::testing::FuzzCheck;
namespace chat = toktally::chat;
namespace usage = toktally::usage;

namespace {

void ReadLine(std::string_view text, usage::Log& log) {
  toktally::JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  const auto document = toktally::JsonDocument::Parse(text, "fuzz", lenient);
  if (!document.ok()) return;
  (void)log.Add(document->root());
}

class Checker : public usage::RecordSink {
 public:
  void Add(const usage::Record& record) override {
    FuzzCheck(record.tokens.uncached_input >= 0 && record.tokens.output >= 0, "no count below 0");
    FuzzCheck(record.tokens.reasoning_output <= record.tokens.output, "reasoning is output");
    ++records_;
  }
  void TakeBack(const usage::Record& /*record*/) override {
    FuzzCheck(records_ > 0, "only what was added is taken back");
    --records_;
  }

 private:
  int records_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  chat::Counter counter;
  Checker checker;
  usage::Log log(counter, checker);
  log.BeginFile("fuzz");
  ReadLine(copy.view(), log);
  toktally::testing::JsonFromBytes json(copy.view());
  for (int i = 0; i < 4; ++i) ReadLine(json.Make(), log);
  const std::string inner = json.Make();
  for (const std::string_view key :
       {"usage", "message", "payload", "response", "attributes", "usageMetadata"}) {
    ReadLine("{\"" + std::string(key) + "\":" + inner + "}", log);
  }
  (void)log.EndFile();
  return 0;
}
