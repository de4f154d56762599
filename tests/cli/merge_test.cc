#include "cli/commands/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

// A directory of its own, in which the test runs.
class MergeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "toktally_merge_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    before_ = fs::current_path();
    fs::current_path(root_);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }

  static void Write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // A corpus of records of very different length.
  static void WriteCorpus() {
    std::mt19937 random(5);
    std::string text;
    for (int i = 0; i < 300; ++i) {
      text += "{\"content\":\"";
      for (auto words = random() % (i % 50 == 0 ? 900 : 20); words > 0; --words) {
        text += " word";
      }
      text += "\"}\n";
    }
    Write("a.jsonl", text);
    Write("b.jsonl", text.substr(0, text.find('\n', 1000) + 1));
  }
  // Counts each shard; the names of the reports.
  static std::vector<std::string> Map(unsigned of, std::vector<std::string> what) {
    std::vector<std::string> reports;
    for (unsigned i = 1; i <= of; ++i) {
      reports.push_back("r" + std::to_string(i) + "of" + std::to_string(of) + ".json");
      std::vector<std::string> arguments = {"count", "--shard",
                                            std::to_string(i) + "/" + std::to_string(of),
                                            "--report", reports.back()};
      arguments.insert(arguments.end(), what.begin(), what.end());
      EXPECT_EQ(RunInMemory(arguments).code, ExitCode::kOk);
    }
    return reports;
  }
  static Ran Merge(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "merge");
    return RunInMemory(arguments);
  }
  static std::string Rows(const std::string& report) {
    return report.substr(report.find("\"rows\""));
  }

  fs::path root_;
  fs::path before_;
};

TEST_F(MergeTest, AnyNumberOfShardsInAnyOrderIsTheSingleRun) {
  WriteCorpus();
  const std::vector<std::vector<std::string>> inputs = {
      {"--jsonl-field", "content", "a.jsonl", "b.jsonl"},
      {"--lines", "a.jsonl", "b.jsonl"},
      {"-e", "cl100k_base", "-e", "o200k_base", "a.jsonl", "b.jsonl"}};
  std::mt19937 random(6);
  for (const auto& input : inputs) {
    const std::string single = Rows(Read(Map(1, input)[0]));
    for (const unsigned of : {2u, 7u, 64u}) {
      std::vector<std::string> reports = Map(of, input);
      std::shuffle(reports.begin(), reports.end(), random);
      reports.push_back("--json");
      const Ran merged = Merge(reports);
      EXPECT_EQ(merged.code, ExitCode::kOk) << merged.err;
      EXPECT_EQ(Rows(merged.out), single);
      EXPECT_THAT(merged.out, HasSubstr("\"complete\": true"));
    }
  }
}

TEST_F(MergeTest, RequestsAndTheirCostAddUp) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += R"({"model":")" + std::string(i % 3 == 0 ? "gpt-4o" : "gpt-4.1-mini") +
            R"(","messages":[{"role":"user","content":")" +
            std::string(static_cast<std::size_t>(i), 'a') + "\"}]}\n";
  }
  Write("a.jsonl", text);
  const auto report = [](const std::string& shard, const std::string& file) {
    EXPECT_EQ(RunInMemory({"request", "a.jsonl", "--cost", "--output-tokens", "100", "--as-of",
                           "2026-11-22", "--shard", shard, "--report", file})
                  .code,
              ExitCode::kOk);
  };
  report("1/1", "whole.json");
  report("1/3", "r1.json");
  report("2/3", "r2.json");
  report("3/3", "r3.json");
  const Ran merged = Merge({"r3.json", "r1.json", "r2.json", "--json"});
  EXPECT_EQ(Rows(merged.out), Rows(Read("whole.json")));
  EXPECT_THAT(merged.out, HasSubstr("\"amounts_usd\": {\"expected\": \"0."));
}

TEST_F(MergeTest, SumsOfSumsAreTheSum) {
  WriteCorpus();
  const std::vector<std::string> reports = Map(4, {"--lines", "a.jsonl"});
  Write("left.json", Merge({reports[3], reports[0], "--allow-missing", "--json"}).out);
  Write("right.json", Merge({reports[2], reports[1], "--allow-missing", "--json"}).out);
  EXPECT_EQ(Merge({"right.json", "left.json", "--json"}).out,
            Merge({reports[0], reports[1], reports[2], reports[3], "--json"}).out);
}

TEST_F(MergeTest, NamesWhatIsMissingDoubledOrForeign) {
  WriteCorpus();
  const std::vector<std::string> reports = Map(4, {"--lines", "a.jsonl"});
  const Ran missing = Merge({reports[0], reports[3]});
  EXPECT_EQ(missing.code, ExitCode::kInput);
  EXPECT_EQ(missing.out, "");
  EXPECT_THAT(missing.err, HasSubstr("shards 2-3/4 are missing"));
  const Ran allowed = Merge({reports[0], reports[3], "--allow-missing"});
  EXPECT_EQ(allowed.code, ExitCode::kOk);
  EXPECT_THAT(allowed.out, HasSubstr("(incomplete)"));

  fs::copy(reports[1], "copy.json");
  const Ran doubled = Merge({reports[0], reports[1], reports[2], reports[3], "copy.json"});
  EXPECT_EQ(doubled.code, ExitCode::kInput);
  EXPECT_THAT(doubled.err, HasSubstr("copy.json: shard 2/4 stands in r2of4.json too"));

  const std::string other_field = Map(4, {"--jsonl-field", "content", "a.jsonl"})[1];
  EXPECT_THAT(Merge({"r1of4.json", "copy.json"}).err, HasSubstr("counts by line"));
  Map(4, {"--lines", "b.jsonl"});
  EXPECT_THAT(Merge({"copy.json", "r1of4.json"}).err, HasSubstr("is of another input"));
  Map(4, {"--lines", "-e", "cl100k_base", "a.jsonl"});
  EXPECT_THAT(Merge({"copy.json", "r1of4.json"}).err, HasSubstr("counts with cl100k_base"));
}

TEST_F(MergeTest, AnInputThatWasNotReadIsNotHidden) {
  Write("a.jsonl", "{\"content\":\"a\"}\n{oops\n");
  EXPECT_EQ(
      RunInMemory({"count", "--jsonl-field", "content", "a.jsonl", "--report", "r.json"}).code,
      ExitCode::kInput);
  const Ran ran = Merge({"r.json"});
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_THAT(ran.err, HasSubstr("1 input of the others could not be read"));
}

TEST_F(MergeTest, ALineKeepsItsNumberInEveryShard) {
  Write("a.jsonl", "{\"content\":\"a\"}\n{\"content\":\"a\"}\n{\"content\":\"a\"}\n{oops\n");
  const Ran ran = RunInMemory({"count", "--jsonl-field", "content", "a.jsonl", "--shard", "2/2"});
  EXPECT_THAT(ran.err, HasSubstr("a.jsonl:4:2:"));
}

TEST_F(MergeTest, ResumeLeavesOutWhatStandsAndOnlyThat) {
  WriteCorpus();
  const std::vector<std::string> count = {"count", "--lines",  "a.jsonl", "--shard",
                                          "1/2",   "--report", "r.json",  "--resume"};
  EXPECT_THAT(RunInMemory(count).out, testing::Not(""));
  const Ran again = RunInMemory(count);
  EXPECT_EQ(again.code, ExitCode::kOk);
  EXPECT_EQ(again.out, "");
  EXPECT_THAT(again.err, HasSubstr("shard 1/2 is done"));
  // A file that has changed since is counted again, whatever its size.
  fs::last_write_time("a.jsonl", fs::last_write_time("r.json") + std::chrono::seconds(2));
  EXPECT_THAT(RunInMemory(count).out, testing::Not(""));
}

TEST_F(MergeTest, AReportReplacesNothingElse) {
  WriteCorpus();
  const std::string before = Read("a.jsonl");
  const Ran ran = RunInMemory({"count", "--lines", "b.jsonl", "--report", "a.jsonl"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_EQ(Read("a.jsonl"), before);
}

TEST_F(MergeTest, RefusesWhatIsNoReport) {
  WriteCorpus();
  const std::string report = Read(Map(1, {"--lines", "b.jsonl"})[0]);
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string text = report;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    Write("broken.json", text.replace(at, from.size(), to));
    const Ran ran = Merge({"broken.json"});
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.code, ExitCode::kInput);
    return ran.err;
  };
  EXPECT_THAT(broken("\"schema_version\": 1", "\"schema_version\": 2"),
              HasSubstr("schema_version"));
  EXPECT_THAT(broken("[[1, 1]]", "[[1, 2]]"), HasSubstr("is no range of the shards"));
  EXPECT_THAT(broken("[[1, 1]]", "[]"), HasSubstr("names no shard"));
  EXPECT_THAT(broken("\"tokens\": ", "\"tokens\": -"), HasSubstr("broken.json:"));
  EXPECT_THAT(broken("\"failed\": 0", "\"faild\": 0"), HasSubstr("faild"));
  Write("text.json", "tokens");
  EXPECT_EQ(Merge({"text.json"}).code, ExitCode::kInput);
  EXPECT_EQ(Merge({"none.json"}).code, ExitCode::kInput);
  EXPECT_EQ(Merge({}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace toktally::cli
