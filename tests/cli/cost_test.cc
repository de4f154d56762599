#include "cli/commands/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/commands/models.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The rates of the day that the facts were read, whatever the day of the test.
Ran Cost(std::vector<std::string> arguments, std::string standard_input = "") {
  arguments.insert(arguments.begin(), "cost");
  arguments.insert(arguments.end(), {"--as-of", "2026-11-22"});
  return RunInMemory(arguments, std::move(standard_input));
}

// A file of its own for the time of a test.
class TempFile {
 public:
  explicit TempFile(std::string_view text) {
    path_ = (std::filesystem::temp_directory_path() /
             ("toktally_cost_" + std::to_string(::getpid()) + "_" + std::to_string(next_++)))
                .string();
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  static inline int next_ = 0;
  std::string path_;
};

TEST(CostCommand, TheNotebooksTable) {
  const Ran ran = Cost({"-m", "gpt-4o", "--input-tokens", "703", "--output-tokens", "172",
                        "--calls-per-month", "1M"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out,
            "gpt-4o · o200k_base · table of 2026-11-22                (deprecated: shuts down "
            "2027-01-14)\n"
            "            tokens   $/1M        one call         month of 1,000,000 calls\n"
            "input          703   2.50   $0.0017575                        $1,757.50\n"
            "output         172  10.00   $0.00172                          $1,720.00\n"
            "total          875          $0.0034775                        $3,477.50\n");
}

TEST(CostCommand, TheNotebooksMini) {
  const Ran ran = Cost({"-m", "gpt-4o-mini", "--input-tokens", "703", "--output-tokens", "241",
                        "--calls", "1_000_000"});
  EXPECT_THAT(ran.out, HasSubstr("$0.00025005                         $250.05\n"));
}

TEST(CostCommand, TheNotebooksFiles) {
  const std::string folder = TOKTALLY_SHARED_DIR "/cases/notebook/";
  if (!std::filesystem::exists(folder + "article.txt")) {
    GTEST_SKIP() << "cases/notebook is not beside this tree";
  }
  const Ran ran = Cost({"-m", "gpt-4o", "--input", folder + "article.txt", "--output",
                        folder + "reply_gpt-4o.txt", "-n", "1e6", "--json"});
  EXPECT_THAT(ran.out, HasSubstr("\"input_tokens\": 703"));
  EXPECT_THAT(ran.out, HasSubstr("\"output_tokens\": 172"));
  EXPECT_THAT(ran.out, HasSubstr("\"total_cost\": \"3477.50\""));
  const Ran mini = Cost({"-m", "gpt-4o-mini", "--input", folder + "article.txt", "--output",
                         folder + "reply_gpt-4o-mini.txt", "-n", "1e6", "--json"});
  EXPECT_THAT(mini.out, HasSubstr("\"total_cost\": \"250.05\""));
}

TEST(CostCommand, SeveralModelsCheapestLast) {
  const Ran ran = Cost({"-m", "gpt-4o-mini", "-m", "gpt-4o", "-m", "gpt-4", "--input-tokens",
                        "1000", "--calls", "2.5k"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_LT(ran.out.find("\ngpt-4 "), ran.out.find("\ngpt-4o "));
  EXPECT_LT(ran.out.find("\ngpt-4o "), ran.out.find("\ngpt-4o-mini "));
  EXPECT_THAT(ran.out, HasSubstr("× cheapest"));
  EXPECT_THAT(ran.out, HasSubstr("16.67"));
  EXPECT_THAT(ran.err, HasSubstr("warning: cost: gpt-4: shut down on 2026-10-23"));
}

TEST(CostCommand, FilesAreCountedWithEachModelsOwnEncoding) {
  const TempFile text("아버지가 방에 들어가신다");
  const Ran ran = Cost({"-m", "gpt-4", "-m", "gpt-4o", "--input", text.path(), "--format", "csv"});
  EXPECT_EQ(ran.out,
            "model,encoding,input_tokens,output_tokens,input_rate,output_rate,cost_per_call,"
            "times_cheapest,lifecycle\r\n"
            "gpt-4,cl100k_base,12,0,30.00,60.00,0.00036,16,shut down on 2026-10-23\r\n"
            "gpt-4o,o200k_base,9,0,2.50,10.00,0.0000225,1,deprecated: shuts down "
            "2027-01-14\r\n");
}

TEST(CostCommand, StandardInputIsOneText) {
  EXPECT_THAT(Cost({"-m", "gpt-4o", "--input", "-", "--json"}, "hello world").out,
              HasSubstr("\"input_tokens\": 2"));
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--input", "-", "--output", "-"}).code, ExitCode::kUsage);
}

TEST(CostCommand, ExplainShowsEveryFactor) {
  const Ran ran =
      Cost({"-m", "gpt-4.1", "--input-tokens", "10k", "--cached-tokens", "9k", "--output-tokens",
            "500", "--reasoning-tokens", "100", "--tier", "batch", "--explain"});
  EXPECT_THAT(ran.out, HasSubstr("openai/gpt-4.1 (exact)"));
  EXPECT_THAT(ran.out, HasSubstr("batch; sources ll; checked 2026-11-22"));
  EXPECT_THAT(ran.out, HasSubstr("cached: 9,000 tokens × $1.00/1M tokens = $0.009  (the batch tier "
                                 "has no cached_input rate: billed at its input rate)"));
  EXPECT_THAT(ran.out, HasSubstr("100 tokens are reasoning, billed as output once"));
}

TEST(CostCommand, JsonMoneyIsExactAndUnknownIsNull) {
  const Ran ran = Cost({"-m", "gpt-4o", "--input-tokens", "1", "--json"});
  EXPECT_THAT(ran.out, HasSubstr("\"cost_per_call\": \"0.0000025\""));
  EXPECT_THAT(ran.out, HasSubstr("\"calls\": null"));
  EXPECT_THAT(ran.out, HasSubstr("\"total_cost\": null"));
  EXPECT_THAT(ran.out, HasSubstr("\"prices_as_of\": \"2026-11-22\""));
}

TEST(CostCommand, UnknownModelsAreFour) {
  const Ran ran = Cost({"-m", "gpt-4oo", "-m", "gpt-4o", "--input-tokens", "1000"});
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_THAT(ran.err, HasSubstr("did you mean gpt-4o"));
  EXPECT_THAT(ran.out, StartsWith("gpt-4o "));
  EXPECT_EQ(Cost({"-m", "o1", "--tier", "flex", "--input-tokens", "1"}).code,
            ExitCode::kUnknownModel);
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--audio-input-tokens", "1"}).code, ExitCode::kUnknownModel);
}

TEST(CostCommand, AModelWithoutTokenizerNeedsNumbers) {
  const TempFile text("hello");
  const Ran ran = Cost({"-m", "anthropic/claude-sonnet-4.5", "--input", text.path()});
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_THAT(ran.err, HasSubstr("give --input-tokens"));
  EXPECT_THAT(Cost({"-m", "anthropic/claude-sonnet-4.5", "--input-tokens", "1M"}).out,
              HasSubstr("$3.00\n"));
}

TEST(CostCommand, BadNumbersAreTwo) {
  for (const char* bad : {"-1", "1.5", "nan", "inf", "0x10", "1,000", "", "1e16"}) {
    const Ran ran = Cost({"-m", "gpt-4o", "--input-tokens", bad});
    EXPECT_EQ(ran.code, ExitCode::kUsage) << bad;
    EXPECT_EQ(ran.out, "") << bad;
    EXPECT_NE(ran.err, "") << bad;
  }
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--input-tokens", "5", "--cached-tokens", "6"}).code,
            ExitCode::kUsage);
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--output-tokens", "5", "--reasoning-tokens", "6"}).code,
            ExitCode::kUsage);
  EXPECT_EQ(Cost({"-m", "gpt-4o"}).code, ExitCode::kUsage);
  EXPECT_EQ(Cost({"--input-tokens", "5"}).code, ExitCode::kUsage);
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--tier", "auto", "--input-tokens", "5"}).code, ExitCode::kUsage);
  EXPECT_EQ(
      RunInMemory({"cost", "-m", "gpt-4o", "--input-tokens", "5", "--as-of", "1.1.2026"}).code,
      ExitCode::kUsage);
}

TEST(CostCommand, OverflowIsAnErrorAndNeverAWrappedNumber) {
  const Ran ran =
      Cost({"-m", "gpt-5.4-pro", "--output-tokens", "1e15", "--calls", "1e15", "--json"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("the most that can be held exactly"));
}

TEST(CostCommand, ATrillionCallsAndAHundredthOfACent) {
  EXPECT_THAT(
      Cost({"-m", "gpt-4o", "--input-tokens", "703", "--output-tokens", "172", "--calls", "1e12"})
          .out,
      HasSubstr("$3,477,500,000.00\n"));
  const Ran small = Cost({"-m", "gpt-4o", "--input-tokens", "40", "--calls", "1"});
  EXPECT_THAT(small.out, HasSubstr("month of 1 call\n"));
  EXPECT_THAT(small.out,
              HasSubstr("total           40          $0.0001                             $0.0001"));
}

TEST(CostCommand, MissingFilesAreThree) {
  const Ran ran = Cost({"-m", "gpt-4o", "--input", "/nonexistent/a.txt"});
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_THAT(ran.err, HasSubstr("/nonexistent/a.txt: No such file"));
}

TEST(CostCommand, OwnRatesGoOnTop) {
  const TempFile prices(R"({"schema": 1, "as_of": "2026-11-22", "models": [
      {"provider": "acme", "id": "house", "kind": "chat", "status": "active",
       "rows": [{"tier": "standard", "rates": {"input": "7", "output": "9"}}]}]})");
  EXPECT_THAT(Cost({"-m", "house", "--input-tokens", "1M", "--prices", prices.path()}).out,
              HasSubstr("$7.00\n"));
  EXPECT_EQ(
      Cost({"-m", "gpt-4o", "--input-tokens", "1", "--prices", prices.path(), "--only-prices"})
          .code,
      ExitCode::kUnknownModel);
  const TempFile broken("{\"schema\": 1,\n\"as_of\": \"2026-11-22\", \"models\": 3}");
  const Ran ran = Cost({"-m", "gpt-4o", "--input-tokens", "1", "--prices", broken.path()});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr(":2: models: expected an array, found a number"));
  EXPECT_EQ(Cost({"-m", "gpt-4o", "--input-tokens", "1", "--prices", "/nonexistent"}).code,
            ExitCode::kUsage);
}

TEST(ModelsCommand, ListsWhatIsKnown) {
  const Ran ran = RunInMemory({"models", "gpt-4o-mini", "--json", "--as-of", "2026-11-22"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("\"model\": \"gpt-4o-mini\""));
  EXPECT_THAT(ran.out, HasSubstr("\"encoding\": \"o200k_base\""));
  EXPECT_THAT(ran.out, HasSubstr("\"encoding_certainty\": \"documented\""));
  EXPECT_THAT(ran.out, HasSubstr("\"cached_input\": \"0.075\""));
  EXPECT_THAT(ran.out, HasSubstr("\"shutdown\": \"2027-01-14\""));
}

TEST(ModelsCommand, AnUnknownPatternIsFour) {
  const Ran ran = RunInMemory({"models", "gtp-4o"});
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_THAT(ran.err, HasSubstr("did you mean gpt-4o"));
  EXPECT_THAT(RunInMemory({"models", "openai/gpt-4o-2099-01-01"}).out, HasSubstr("gpt-4o "));
}

TEST(ModelsCommand, Patterns) {
  EXPECT_TRUE(MatchesPattern("gpt-4o-mini", "4O"));
  EXPECT_TRUE(MatchesPattern("gpt-4o-mini", "gpt-*-mini"));
  EXPECT_TRUE(MatchesPattern("gpt-4o", "gpt-4?"));
  EXPECT_FALSE(MatchesPattern("gpt-4o-mini", "gpt-4?"));
  EXPECT_FALSE(MatchesPattern("gpt-4o", "claude"));
  EXPECT_TRUE(MatchesPattern("", ""));
}

}  // namespace
}  // namespace toktally::cli
