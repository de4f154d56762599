#include "cli/commands/count_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CountSampleTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "toktally_sample_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    before_ = fs::current_path();
    fs::current_path(root_);
    // Records of words and of digits, which are of different length in tokens.
    std::mt19937 random(9);
    std::ofstream file("a.jsonl", std::ios::binary);
    for (int i = 0; i < 20'000; ++i) {
      file << "{\"content\":\"";
      const bool digits = random() % 3 == 0;
      for (auto words = random() % 60; words > 0; --words) {
        file << (digits ? " " + std::to_string(random()) : std::string(" several words"));
      }
      file << "\"}\n";
    }
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }

  fs::path root_;
  fs::path before_;
};

TEST_F(CountSampleTest, IsNearAndReproducible) {
  const std::vector<std::string> field = {"--jsonl-field", "content", "a.jsonl"};
  const auto count = [&field](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "count");
    arguments.insert(arguments.end(), field.begin(), field.end());
    return RunInMemory(arguments);
  };
  const double exact = std::atof(count({}).out.c_str());
  const Ran first = count({"--sample", "--error", "2%"});
  EXPECT_EQ(first.code, ExitCode::kOk);
  // The interval is one of the 95 in 100 with this seed.
  EXPECT_NEAR(std::atof(first.out.c_str()), exact, exact * 0.02);
  EXPECT_THAT(first.err, HasSubstr("(95 %)"));
  EXPECT_EQ(count({"--sample", "--error", "2%"}).out, first.out);
  EXPECT_EQ(count({"--sample", "--error", "2%", "--threads", "1"}).out, first.out);
  EXPECT_NE(count({"--sample", "--error", "2%", "--seed", "2"}).out, first.out);
  EXPECT_THAT(count({"--sample", "--error", "2", "--json"}).out,
              HasSubstr("\"certainty\": \"sampled\""));
}

// Where a sample would be most of the input.
TEST_F(CountSampleTest, CountsEverythingWhereThatIsNoMoreWork) {
  std::ofstream("b.txt", std::ios::binary) << "hello world\n";
  const Ran ran = RunInMemory({"count", "--sample", "b.txt"});
  EXPECT_EQ(ran.out, RunInMemory({"count", "b.txt"}).out);
  EXPECT_THAT(ran.err, HasSubstr("everything was counted"));
  EXPECT_EQ(RunInMemory({"count", "--sample", "--lines", "a.jsonl", "--error", "0.01"}).out,
            RunInMemory({"count", "--lines", "a.jsonl"}).out);
}

TEST_F(CountSampleTest, WrongUse) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--sample", "--shard", "1/2", "a.jsonl"},
           {"--sample", "--tree", "a.jsonl"},
           {"--sample", "-"},
           {"--sample", "-m", "claude-sonnet-4-5", "a.jsonl"},
           {"--sample", "-e", "o200k_base", "-e", "cl100k_base", "a.jsonl"},
           {"--sample", "--error", "0", "a.jsonl"},
           {"--sample", "--error", "x", "a.jsonl"},
           {"--error", "1", "a.jsonl"},
           {"--seed", "1", "a.jsonl"}}) {
    std::vector<std::string> all = arguments;
    all.insert(all.begin(), "count");
    const Ran ran = RunInMemory(all, "text");
    EXPECT_EQ(ran.code, ExitCode::kUsage) << testing::PrintToString(arguments);
    EXPECT_EQ(ran.out, "");
  }
}

TEST_F(CountSampleTest, AFieldThatNoRecordHasIsAnError) {
  for (const char* error : {"5", "0.01"}) {
    const Ran ran = RunInMemory(
        {"count", "--sample", "--error", error, "--jsonl-field", "contents", "a.jsonl"});
    EXPECT_EQ(ran.code, ExitCode::kInput);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("has a text at contents"));
  }
}

TEST_F(CountSampleTest, SaysWhatCannotBeRead) {
  std::ofstream("a.jsonl", std::ios::app) << std::string(3'000'000, 'x') << '\n';
  const Ran ran = RunInMemory({"count", "--sample", "--jsonl-field", "content", "a.jsonl"});
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_THAT(ran.err, HasSubstr("a.jsonl:20001:1"));
  EXPECT_EQ(RunInMemory({"count", "--sample", "none"}).code, ExitCode::kInput);
}

}  // namespace
}  // namespace toktally::cli
