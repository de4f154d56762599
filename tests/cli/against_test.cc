// What `toktally request --against` says of the recorded calls in ../shared, in one command.

#include "cli/commands/against.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

TEST(Against, TheRecordedCallsAreMet) {
  const std::string path = std::string(TOKTALLY_SHARED_DIR) + "/truth/calls.jsonl";
  if (!std::ifstream(path)) GTEST_SKIP() << "../shared/truth/calls.jsonl is not here";
  const Ran ran = RunInMemory({"request", "--against", path, "--format", "csv"});
  ASSERT_EQ(ran.code, ExitCode::kOk) << ran.err;
  const std::map<std::string, double> least = {
      {"chat text", 99},
      {"chat tools", 97},
      {"chat tools with history", 98.5},
      {"chat json_schema", 99.5},
      {"chat images", 86},
      {"chat json_object", 100},
      {"responses text", 97},
      {"responses tools", 99},
      {"responses tools with history", 96},
      // Reasoning items, a tenth of these, are estimates.
      {"responses, all", 89},
      {"embeddings", 99},
  };
  for (const auto& [name, percent] : least) {
    const std::string row = "prompt,\"" + name + "\",";
    std::size_t at = ran.out.find(row);
    const bool quoted = at != std::string::npos;
    if (!quoted) at = ran.out.find("prompt," + name + ",");
    ASSERT_NE(at, std::string::npos) << name << "\n" << ran.out;
    // Behind the name: calls, exact, percent.
    std::size_t field = at + (quoted ? row.size() : name.size() + 8);
    for (int skipped = 0; skipped < 2; ++skipped) field = ran.out.find(',', field) + 1;
    EXPECT_GE(std::strtod(ran.out.c_str() + field, nullptr), percent) << name;
  }
}

// The first is 1 + 4 + 3 tokens; the second has the first, its reply of 19 without 10 of reasoning,
// and 8 of its own; so has the third, but was billed one more.
TEST(Against, ACallGoesOnFromTheEarlierOneOfTheSameLog) {
  const auto call = [](const std::string& request, const std::string& id, int input) {
    return R"({"request":{"model":"gpt-4o-mini",)" + request + R"(},"response":{"id":")" + id +
           R"(","usage":{"input_tokens":)" + std::to_string(input) +
           R"(,"output_tokens":19,"output_tokens_details":{"reasoning_tokens":10}}}})" + "\n";
  };
  const std::string first = call(R"("input":"Hello")", "resp_1", 8);
  const std::string next =
      call(R"("input":"Hello","previous_response_id":"resp_1")", "resp_2", 8 + 9 + 8);
  const std::string third =
      call(R"("input":"Hello","previous_response_id":"resp_2")", "resp_3", 25 + 9 + 9);
  const Ran ran =
      RunInMemory({"request", "--against", "-", "--format", "csv"}, first + next + third);
  ASSERT_EQ(ran.code, ExitCode::kOk) << ran.err;
  // Of both one is exact, and both within 1 and the label.
  EXPECT_NE(ran.out.find("prompt,responses server state,2,1,50.00,100.00,100.00"),
            std::string::npos)
      << ran.out;
  const Ran alone = RunInMemory({"request", "--against", "-"}, next);
  EXPECT_NE(alone.out.find("not predicted: 1 responses server state"), std::string::npos)
      << alone.out;
  // Instructions are not carried over, and how many they were is not known.
  const Ran told =
      RunInMemory({"request", "--against", "-"},
                  call(R"("input":"Hello","instructions":"Hello")", "resp_1", 17) + next);
  EXPECT_NE(told.out.find("not predicted: 1 responses server state"), std::string::npos)
      << told.out;
}

}  // namespace
}  // namespace toktally::cli
