#include "cli/commands/prices.h"

#include <gmock/gmock.h>

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
  EXPECT_THAT(ran.out, HasSubstr("gemini-4-argon   standard, batch"));
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
  EXPECT_THAT(ran.err, HasSubstr("4 models read: 2 added, 1 rows changed"));
  const Ran cost = RunInMemory({"cost", "-m", "gpt-5-mini", "--input-tokens", "1M", "--prices",
                                "mine.json", "--as-of", "2027-02-01"});
  EXPECT_THAT(cost.out, HasSubstr("$0.125"));
  EXPECT_EQ(Prices({"import", file}).code, ExitCode::kUsage);
  EXPECT_EQ(Prices({"import", "none.json", "--checked", "2027-02-01"}).code, ExitCode::kUsage);
}

TEST_F(PricesTest, UnknownActionsAreTwo) {
  const Ran ran = Prices({"sho", "o3"});
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("did you mean 'show'?"));
}

}  // namespace
}  // namespace toktally::cli
