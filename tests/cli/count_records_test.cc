#include "cli/commands/count_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;

Ran Count(const std::string& field, const std::string& input,
          std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"count", "--jsonl-field", field});
  return RunInMemory(arguments, input);
}

TEST(CountRecords, PrintsOneNumber) {
  const Ran ran = Count("content", "{\"content\":\"Hello\"}\n{\"content\":\"Hello Hello\"}\n");
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out, "3\n");
}

TEST(CountRecords, FollowsKeysAndArrays) {
  EXPECT_EQ(Count("body.messages.content",
                  R"({"body":{"messages":[{"content":"Hello"},{"content":["Hello",1]}]}})")
                .out,
            "2\n");
}

TEST(CountRecords, SaysWhatIsMissingOrBroken) {
  const Ran ran = Count("a", "{\"b\":1}\n{\"a\":\"Hello\"}\n{oops\n{\"a\":\"Hello\"}\n");
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_EQ(ran.out, "2\n");
  EXPECT_THAT(ran.err, HasSubstr("standard input:3:2: expected a key in quotes"));
  EXPECT_THAT(ran.err, HasSubstr("1 of 3 records have no text at a"));
  EXPECT_EQ(Count("a..b", "{}").code, ExitCode::kUsage);
}

// Never 0 by a key that is not there.
TEST(CountRecords, AFieldThatNoRecordHasIsAnError) {
  for (const std::vector<std::string>& how :
       {std::vector<std::string>{}, {"--jsonl"}, {"--format", "csv"}}) {
    const Ran ran = Count("contents", "{\"content\":\"Hello\"}\n{\"content\":1}\n", how);
    EXPECT_EQ(ran.code, ExitCode::kInput);
    EXPECT_THAT(ran.err, HasSubstr("none of 2 records have a text at contents"));
  }
  EXPECT_EQ(Count("contents", "{\"content\":\"Hello\"}").out, "");
  EXPECT_EQ(Count("content", "").out, "0\n");
  EXPECT_EQ(Count("content", "", {"--files-from", "list"}).code, ExitCode::kInput);
}

TEST(CountRecords, WritesJson) {
  EXPECT_THAT(Count("a", R"({"a":"Hello"})", {"--jsonl"}).out,
              HasSubstr(R"("tokens":1,"records":1,"texts":1,"without":0)"));
}

}  // namespace
}  // namespace toktally::cli
