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

}  // namespace
}  // namespace toktally::cli
