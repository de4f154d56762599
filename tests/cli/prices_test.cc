#include "cli/commands/prices.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/cli/memory_output.h"
#include "tests/cli/workload_folder.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class PricesTest : public WorkloadFolder {
 protected:
  static Ran Prices(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "prices");
    return RunInMemory(arguments);
  }
  static constexpr std::string_view kMine = R"({"schema": 1, "as_of": "2027-01-01", "models": [
      {"provider": "openai", "id": "o1", "kind": "chat", "status": "active",
       "rows": [{"tier": "standard", "rates": {"input": "2", "output": "8"}}]},
      {"provider": "acme", "id": "house", "kind": "chat", "status": "active",
       "rows": [{"tier": "standard", "rates": {"input": "7"}}]}]})";
};

TEST_F(PricesTest, ShowHasTheHistory) {
  const Ran ran = Prices({"show", "openai/o3"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("openai/o3 (exact)"));
  EXPECT_THAT(ran.out, HasSubstr("before 2025-06-10"));
  EXPECT_THAT(ran.out, HasSubstr("input 10.00, cached_input 0.50, output 40.00"));
  EXPECT_THAT(ran.out, HasSubstr("input 1.00*, output 4.00*"));
  EXPECT_THAT(ran.out, HasSubstr("kept 0.5"));
  const Ran then = Prices({"show", "o3", "--as-of", "2025-06-09"});
  EXPECT_THAT(then.out, HasSubstr("input 10.00"));
  EXPECT_THAT(then.out, Not(HasSubstr("input 2.00")));
  EXPECT_THAT(Prices({"show", "o3", "--json"}).out, HasSubstr("\"to\": \"2025-06-10\""));
  EXPECT_EQ(Prices({"show", "o33x"}).code, ExitCode::kUnknownModel);
  EXPECT_EQ(Prices({"show"}).code, ExitCode::kUsage);
}

TEST_F(PricesTest, ListNamesTiersAndTheNextChange) {
  const Ran ran = Prices({"list", "gemini-4-*"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, testing::ContainsRegex("gemini-4-argon +standard, batch, flex"));
  EXPECT_THAT(ran.out, HasSubstr("2026-12-01"));
  EXPECT_EQ(Prices({"list", "nothing"}).code, ExitCode::kUnknownModel);
}

TEST_F(PricesTest, ValidateSaysWhatIsWrong) {
  Write("mine.json", kMine);
  Write("bad.json",
        "{\"schema\": 1, \"as_of\": \"2027-01-01\",\n\"models\": [{\"provider\": \"p\"}]}");
  EXPECT_EQ(Prices({"validate", "mine.json"}).out,
            "mine.json: fine: 2 models, 2 rows, as of 2027-01-01\n");
  const Ran ran = Prices({"validate", "bad.json", "mine.json"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("bad.json:2:"));
  EXPECT_THAT(ran.out, HasSubstr("mine.json: fine"));
  EXPECT_EQ(Prices({"validate", TOKTALLY_SOURCE_DIR "/data/prices.json"}).code, ExitCode::kOk);
}

TEST_F(PricesTest, DiffNamesEveryChange) {
  Write("mine.json", kMine);
  const Ran ran = Prices({"diff", "mine.json"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("+ acme/house\n"));
  EXPECT_THAT(ran.out, HasSubstr("- openai/gpt-4o\n"));
  EXPECT_THAT(ran.out, HasSubstr("~ o1: standard: input 15.00, cached_input 7.50, output 60.00 -> "
                                 "input 2.00, output 8.00\n"));
  EXPECT_EQ(Prices({"diff", "mine.json", "mine.json"}).out, "");
  EXPECT_EQ(Prices({"diff", "none.json"}).code, ExitCode::kUsage);
}

TEST_F(PricesTest, ImportWritesWhatPricesTakes) {
  const std::string file = TOKTALLY_TEST_DATA "/pricing/import/litellm.json";
  const Ran ran = Prices({"import", file, "--checked", "2027-02-01", "--save", "mine.json"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("gpt-5-mini: standard: input 0.25 -> 0.125"));
  EXPECT_THAT(ran.err, HasSubstr("5 models read: 3 added, 1 rows changed"));
  const Ran cost = RunInMemory({"cost", "-m", "gpt-5-mini", "--input-tokens", "1M", "--prices",
                                "mine.json", "--as-of", "2027-02-01"});
  EXPECT_THAT(cost.out, HasSubstr("$0.125"));
  EXPECT_EQ(Prices({"import", file}).code, ExitCode::kUsage);
  EXPECT_EQ(Prices({"import", "none.json", "--checked", "2027-02-01"}).code, ExitCode::kUsage);
}

TEST_F(PricesTest, HistoryIsATableAndAPage) {
  const Ran ran = Prices({"history", "gpt-4o"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, testing::ContainsRegex("standard +2024-05-13 +2024-10-02 +5.00"));
  const Ran page = Prices({"history", "gpt-4o", "--format", "html"});
  EXPECT_EQ(page.code, ExitCode::kOk) << page.err;
  EXPECT_THAT(page.out, HasSubstr("Prices of openai/gpt-4o"));
  EXPECT_THAT(page.out, HasSubstr("2024-10-02"));
  EXPECT_EQ(Prices({"list", "--format", "html"}).code, ExitCode::kUsage);
  EXPECT_EQ(Prices({"history"}).code, ExitCode::kUsage);
}

TEST_F(PricesTest, FindTakesTheCheapestThatFits) {
  const Ran ran = Prices({"find", "--input-tokens", "1M", "--output-tokens", "1M", "--providers",
                          "openai", "--most", "2", "--as-of", "2026-11-22", "--format", "csv"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("openai/"));
  EXPECT_THAT(ran.out, Not(HasSubstr("google/")));
  const Ran wide = Prices({"find", "--input-tokens", "1M", "--context", "1M", "--providers",
                           "anthropic", "--json", "--as-of", "2026-11-22"});
  EXPECT_THAT(wide.out, Not(HasSubstr("claude-haiku-4-5")));  // a window of 200,000
  EXPECT_THAT(wide.out, HasSubstr("claude-haiku-5-5"));
  EXPECT_EQ(Prices({"find"}).code, ExitCode::kUsage);
  EXPECT_EQ(Prices({"find", "--input-tokens", "1", "--context", "1e15"}).code,
            ExitCode::kUnknownModel);
}

class UpdateTest : public PricesTest {
 protected:
  void SetUp() override {
    PricesTest::SetUp();
    setenv("XDG_DATA_HOME", (std::filesystem::current_path() / "data").c_str(), 1);
  }
  void TearDown() override {
    unsetenv("XDG_DATA_HOME");
    PricesTest::TearDown();
  }
  static Ran CostOfO1(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"cost", "-m",      "o1",        "--input-tokens",
                                          "1M",   "--as-of", "2027-01-01"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunInMemory(arguments);
  }
};

TEST_F(UpdateTest, ANewerTableIsUsedFromThenOn) {
  Write("mine.json", kMine);
  EXPECT_EQ(Prices({"update", "mine.json", "--check"}).code, ExitCode::kGateFailed);
  EXPECT_THAT(CostOfO1().out, HasSubstr("$15.00"));
  const Ran ran = Prices({"update", "mine.json"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("no checksum beside mine.json"));
  EXPECT_THAT(CostOfO1().out, HasSubstr("$2.00"));
  EXPECT_THAT(CostOfO1().out, HasSubstr("table of 2027-01-01 of prices update"));
  EXPECT_THAT(CostOfO1({"--prices-builtin"}).out, HasSubstr("$15.00"));
  EXPECT_EQ(Prices({"update", "mine.json", "--check"}).code, ExitCode::kOk);
}

TEST_F(UpdateTest, WhatIsWrongChangesNothing) {
  Write("old.json", R"({"schema": 2, "as_of": "2020-01-01", "models": []})");
  EXPECT_EQ(Prices({"update", "old.json"}).code, ExitCode::kUsage);
  Write("mine.json", kMine);
  Write("mine.json.sha256", "0000  mine.json\n");
  const Ran wrong = Prices({"update", "mine.json"});
  EXPECT_EQ(wrong.code, ExitCode::kUsage);
  EXPECT_THAT(wrong.err, HasSubstr("its SHA-256 is"));
  EXPECT_THAT(CostOfO1().out, HasSubstr("$15.00"));
  EXPECT_EQ(Prices({"update", "none.json"}).code, ExitCode::kUsage);
  Write("data/toktally/prices.json", "{");
  const Ran broken = CostOfO1();
  EXPECT_EQ(broken.code, ExitCode::kUsage);
  EXPECT_THAT(broken.err, HasSubstr("--prices-builtin"));
  EXPECT_EQ(CostOfO1({"--prices-builtin"}).code, ExitCode::kOk);
}

TEST_F(PricesTest, UnknownActionsAreTwo) {
  const Ran ran = Prices({"sho", "o3"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("did you mean 'show'?"));
}

}  // namespace
}  // namespace toktally::cli
