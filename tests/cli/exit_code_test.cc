#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

TEST(ExitCodeTest, OfTwoFailuresTheGraverStandsWhateverTheOrder) {
  constexpr ExitCode kGravestFirst[] = {ExitCode::kOutput,       ExitCode::kUsage,
                                        ExitCode::kUnknownModel, ExitCode::kInput,
                                        ExitCode::kGateFailed,   ExitCode::kOk};
  for (std::size_t i = 0; i < std::size(kGravestFirst); ++i) {
    for (std::size_t j = i; j < std::size(kGravestFirst); ++j) {
      EXPECT_EQ(WorstOf(kGravestFirst[i], kGravestFirst[j]), kGravestFirst[i]);
      EXPECT_EQ(WorstOf(kGravestFirst[j], kGravestFirst[i]), kGravestFirst[i]);
    }
  }
}

// A request over its budget (1), one that is no JSON (3), one of an unknown model (4).
constexpr const char* kOverBudget =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"one two three"}]})";
constexpr const char* kBroken = R"({"model" 1})";
constexpr const char* kUnknown =
    R"({"model":"no-such-model","messages":[{"role":"user","content":"hi"}]})";

ExitCode CodeOf(std::initializer_list<const char*> lines) {
  std::string text;
  for (const char* line : lines) text += std::string(line) + "\n";
  return RunInMemory({"request", "--jsonl", "--keep-going", "--budget", "3"}, text).code;
}

TEST(ExitCodeTest, RequestsThatFailInSeveralWaysGiveTheGravest) {
  EXPECT_EQ(CodeOf({kOverBudget, kBroken}), ExitCode::kInput);
  EXPECT_EQ(CodeOf({kBroken, kOverBudget}), ExitCode::kInput);
  EXPECT_EQ(CodeOf({kBroken, kUnknown, kOverBudget}), ExitCode::kUnknownModel);
  EXPECT_EQ(CodeOf({kOverBudget, kUnknown, kBroken}), ExitCode::kUnknownModel);
  EXPECT_EQ(CodeOf({kOverBudget}), ExitCode::kGateFailed);
}

TEST(ExitCodeTest, ModelsThatFailInSeveralWaysGiveTheGravest) {
  const auto run = [](const std::string& one, const std::string& other) {
    return RunInMemory({"cost", "-m", one, "-m", other, "--input-tokens", "1"}).code;
  };
  EXPECT_EQ(run("no-such-model", "gpt-4o"), ExitCode::kUnknownModel);
  EXPECT_EQ(run("gpt-4o", "no-such-model"), ExitCode::kUnknownModel);
}

}  // namespace
}  // namespace toktally::cli
