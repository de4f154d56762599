#include "cli/commands/forecast.h"

#include <gmock/gmock.h>

#include "tests/cli/memory_output.h"
#include "tests/cli/workload_folder.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ForecastTest : public WorkloadFolder {
 protected:
  static Ran Forecast(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "forecast");
    arguments.insert(arguments.end(), {"--as-of", "2026-11-22"});
    return RunInMemory(arguments);
  }
  // The error of a file with one workload of these members.
  static std::string ErrorOf(const std::string& members, std::string_view rest = "") {
    Write("toktally.json",
          "{\"workloads\": {\n\"w\": {" + members + "}}" + std::string(rest) + "}");
    const Ran ran = Forecast();
    EXPECT_EQ(ran.code, ExitCode::kUsage) << members;
    EXPECT_EQ(ran.out, "") << members;
    return ran.err;
  }
};

TEST_F(ForecastTest, TheUsersFormula) {
  Write("toktally.json", R"({ // the notebook
    "workloads": {
      "article": {"model": "gpt-4o", "input_tokens": 703, "output_tokens": 172,
                  "calls_per_month": 1000000},
      "mini": {"model": "openai/gpt-4o-mini", "input_tokens": 703, "output_tokens": 241,
               "calls_per_month": 1000000}}})");
  const Ran ran = Forecast();
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("article   gpt-4o         1,000,000    703     172  $3,477.50"));
  EXPECT_THAT(ran.out, HasSubstr("$250.05"));
  EXPECT_THAT(ran.out, HasSubstr("$3,727.55"));
}

TEST_F(ForecastTest, TextsFilesAndRequestsAreCountedRelativeToTheFile) {
  Write("deep/prompts/hello.txt", "hello world");
  Write("deep/prompts/hello.json",
        R"({"model": "gpt-4o", "messages": [{"role": "user", "content": "hello world"}]})");
  Write("deep/toktally.json", R"({"workloads": {
      "file": {"model": "gpt-4o", "input_file": "prompts/hello.txt", "output_text": "hello world",
               "calls_per_month": 1},
      "request": {"model": "gpt-4o", "request": "prompts/hello.json", "output_tokens": 1,
                  "calls_per_month": 1}}})");
  const Ran ran = Forecast({"deep/toktally.json", "--json"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"prompt_tokens\": 2,"));
  // Two tokens of text, one of the role, three of the message, three of the reply.
  EXPECT_THAT(ran.out, HasSubstr("\"prompt_tokens\": 9,"));
  EXPECT_THAT(ran.out, HasSubstr("\"reply_tokens\": {\"low\": 2, \"expected\": 2, \"high\": 2}"));
}

TEST_F(ForecastTest, RangesTurnsAndShares) {
  Write("toktally.json", R"({"workloads": {"chat": {
      "model": "gpt-6.2-sol", "input_tokens": 1020, "turns": 6, "turn_input_tokens": 150,
      "output_tokens": 800, "reasoning_tokens": {"low": 500, "expected": 2000, "high": 8000},
      "conversations_per_day": 300}}})");
  // 9,125 conversations of 20,370 prompt tokens and 6 * 1,300 … 8,800 output tokens.
  EXPECT_THAT(Forecast({"--json"}).out,
              HasSubstr("\"monthly\": {\"low\": \"1083.5025\", \"expected\": \"1904.7525\", "
                        "\"high\": \"5189.7525\"}"));
  EXPECT_THAT(Forecast().out, HasSubstr("54,750"));
}

TEST_F(ForecastTest, ComparesWithCountsOfTheOtherEncoding) {
  Write("toktally.json", R"({"workloads": {"korean": {
      "model": "gpt-4o", "input_text": "아버지가 방에 들어가신다", "output_tokens": 0,
      "calls_per_month": 1000000}}})");
  const Ran ran = Forecast({"--compare", "gpt-4", "--compare", "claude-haiku-4-5"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  // 9 tokens at 2.50; 12 of cl100k at 30; 9 counted with o200k at 1.
  EXPECT_THAT(ran.out, HasSubstr("$22.50"));
  EXPECT_THAT(ran.out, HasSubstr("$360.00  +$337.50 (+1500.0 %)"));
  EXPECT_THAT(ran.out, HasSubstr("$9.00"));
  EXPECT_THAT(ran.out, HasSubstr("counted with another tokenizer: estimate"));
  const Ran unknown = Forecast({"--compare", "gtp-4"});
  EXPECT_EQ(unknown.code, ExitCode::kUnknownModel);
  EXPECT_THAT(unknown.out, HasSubstr("$22.50"));
  EXPECT_THAT(unknown.err, HasSubstr("toktally: forecast: --compare: \"gtp-4\" is in no row"));
}

TEST_F(ForecastTest, RateChangesAheadAreSaid) {
  Write("toktally.json", R"({"workloads": {"w": {"model": "gemini-4-argon", "input_tokens": 1000,
      "output_tokens": 1, "calls_per_month": 1}}})");
  EXPECT_THAT(Forecast().out, HasSubstr("gemini-4-argon's rates change on 2026-12-01"));
}

TEST_F(ForecastTest, TheHtmlPageStandsAlone) {
  Write("toktally.json", R"({"workloads": {"<script>alert(1)</script>": {"model": "gpt-4o",
      "input_tokens": 1000, "output_tokens": {"low": 1, "expected": 2, "high": 9},
      "calls_per_month": 1000}}})");
  const Ran ran = Forecast({"--format", "html"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("&lt;script&gt;alert(1)"));
  for (const char* forbidden : {"<script", "http://", "https://", "src=", "@import", "url("}) {
    EXPECT_THAT(ran.out, Not(HasSubstr(forbidden)));
  }
  EXPECT_THAT(ran.out, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(ran.out, HasSubstr("width=device-width"));
}

TEST_F(ForecastTest, AThousandWorkloads) {
  std::string text = "{\"workloads\": {";
  for (int i = 0; i < 1000; ++i) {
    const std::string n = std::to_string(i);
    Write("p/" + n + ".txt", std::string(200, 'x') + n);
    text += (i == 0 ? "\n\"w" : ",\n\"w") + n +
            R"(": {"model": "gpt-5.4-mini", "input_file": "p/)" + n +
            R"(.txt", "output_tokens": {"low": 1, "expected": 20, "high": 300},
        "cached_share": 0.37, "batch_share": "1/3", "turns": 3, "turn_input_tokens": 20,
        "calls_per_day": )" +
            n + "}";
  }
  Write("toktally.json", text + "}}");
  const Ran ran = Forecast({"--format", "csv"});
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1001);
}

TEST_F(ForecastTest, BadFilesAreNamedByLineKeyAndReason) {
  const std::string rest = R"("output_tokens": 1, "calls_per_month": 1)";
  const std::string good = R"("model": "gpt-4o", "input_tokens": 1, )" + rest;
  EXPECT_THAT(ErrorOf(good + R"(, "tokens": 2)"),
              HasSubstr("toktally.json:2: workloads.w.tokens: unknown key"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_shaer": 0.5)"),
              HasSubstr("unknown key; did you mean \"cached_share\"?"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_share": 1.5)"), HasSubstr("1.5 is over 1"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_share": "1,50")"), HasSubstr("\"1,50\" has a comma"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_share": -0.5)"), HasSubstr("is negative"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_share": NaN)"),
              HasSubstr(": cached_share: expected a value"));
  EXPECT_THAT(ErrorOf(good + R"(, "cached_share": 0.7, "cache_write_share": 0.7)"),
              HasSubstr("over 1 together"));
  EXPECT_THAT(ErrorOf(good + R"(, "turns": 0)"), HasSubstr("at least one turn"));
  EXPECT_THAT(ErrorOf(good + R"(, "turns": 3)"), HasSubstr("\"turn_input_tokens\" is missing"));
  EXPECT_THAT(ErrorOf(good + R"(, "input_text": "x")"),
              HasSubstr("\"input_tokens\" says it already"));
  EXPECT_THAT(ErrorOf(good + R"(, "model": "x")"), HasSubstr("stands twice"));
  EXPECT_THAT(ErrorOf(good + R"(, "tier": "auto")"), HasSubstr("names no rate"));
  EXPECT_THAT(ErrorOf(R"("model": 3, "input_tokens": 1, )" + rest),
              HasSubstr("model: expected a string, found a number"));
  EXPECT_THAT(ErrorOf(R"("model": "gpt-4o", )" + rest), HasSubstr("the prompt is missing"));
  EXPECT_THAT(ErrorOf(R"("model": "gpt-4o", "input_tokens": 1, "output_tokens": 1)"),
              HasSubstr("how often?"));
  EXPECT_THAT(ErrorOf(R"("model": "gpt-4o", "input_tokens": 1, "calls_per_month": 1,
                      "output_tokens": {"low": 3, "expected": 2, "high": 4})"),
              HasSubstr("low, expected and high must not fall"));
  EXPECT_THAT(ErrorOf(R"("model": "gpt-4o", "input_file": "none.txt", )" + rest),
              HasSubstr("workloads.w.input_file: none.txt: No such file"));
  EXPECT_THAT(ErrorOf(good, R"(, "limits": {"max_monthly": {"value": 1, "on": "highest"}})"),
              HasSubstr("is none of low, expected, high"));
  EXPECT_THAT(ErrorOf(good, R"(, "limits": {"max_monthy": 1})"),
              HasSubstr("did you mean \"max_monthly\"?"));
  EXPECT_THAT(ErrorOf(R"("model": "gpt-5.4-pro", "input_tokens": 1000000000000000,
                      "output_tokens": 1, "cached_share": "1/999999999999",
                      "batch_share": "1/999999999989", "calls_per_month": 999999999999999)"),
              HasSubstr("the amount is over 170,000,000,000,000,000,000 USD"));
  EXPECT_THAT(ErrorOf(R"("model": "o1-pro", "input_tokens": 1000000000000000,
                      "output_tokens": 1, "calls_per_month": 1000000000000000)"),
              HasSubstr("workloads.w: with it a month's total: the amount is over"));
  EXPECT_THAT(ErrorOf(good, R"(, "prices": ["mine.json"])"),
              HasSubstr("toktally.json:2: prices[0]: mine.json: No such file or directory"));
  EXPECT_THAT(ErrorOf(good, R"(, "limits": {"max_increase_percent": "20%"})"),
              HasSubstr("limits.max_increase_percent: \"20%\" is not a decimal"));
  EXPECT_THAT(ErrorOf(good + R"(, "reasoning_tokens": null)"),
              HasSubstr("expected a whole number >= 0, found null"));
  Write("toktally.json", "{}");
  EXPECT_THAT(Forecast().err, HasSubstr("\"workloads\" is missing"));
  EXPECT_THAT(Forecast({"nowhere.json"}).err, HasSubstr("nowhere.json: No such file"));
  EXPECT_EQ(Forecast({"nowhere.json"}).code, ExitCode::kUsage);
}

TEST_F(ForecastTest, UnknownModelsAreFour) {
  Write("toktally.json", R"({"workloads": {"w": {"model": "gpt-4oo", "input_tokens": 1,
      "output_tokens": 1, "calls_per_month": 1}}})");
  const Ran ran = Forecast();
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_THAT(ran.err, HasSubstr("toktally.json:1: workloads.w.model: \"gpt-4oo\""));
}

}  // namespace
}  // namespace toktally::cli
