#include "cli/commands/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHello =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]})";

Ran Request(std::vector<std::string> arguments, std::string input = std::string(kHello)) {
  arguments.insert(arguments.begin(), "request");
  return RunInMemory(arguments, std::move(input));
}

TEST(Request, ShowsTheParts) {
  const Ran ran = Request({"--format", "csv"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out,
            "part,tokens,certainty\r\ntext,1,exact\r\nframing,4,exact\r\npriming,3,exact\r\n");
}

TEST(Request, WritesALineForEachRequest) {
  const std::string input =
      std::string(kHello) + "\n\n" +
      R"({"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":)" +
      std::string(kHello) + "}\n";
  const Ran ran = Request({"--jsonl"}, input);
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr(R"({"id":"1","model":"gpt-4o","endpoint":"chat","class":"text",)"
                                 R"("encoding":"o200k_base","prompt_tokens":8,)"));
  EXPECT_THAT(ran.out, HasSubstr(R"({"id":"b",)"));
}

TEST(Request, SumsUpManyByModel) {
  const Ran ran = Request({"--format", "csv"}, std::string(kHello) + "\n" + std::string(kHello));
  EXPECT_EQ(ran.out,
            "model,requests,prompt_tokens,least,most,certainty\r\ngpt-4o,2,16,8,8,exact\r\n");
}

// gpt-4o: 2.50 and 10.00 a million. Two choices are two replies.
TEST(Request, PricesRangeAndWorstCase) {
  const Ran ran = Request({"--cost", "--json", "--output-tokens", "10,100,1000"},
                          R"({"model":"gpt-4o","n":2,"max_completion_tokens":500,
                              "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr(R"("input": "0.00002")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("low": "0.00022")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("expected": "0.00202")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("high": "0.02002")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("worst_case": "0.01002")"));
}

TEST(Request, ThreeChoicesAreThreeReplies) {
  const auto call = [](std::string_view n) {
    return Request({"--cost", "--jsonl", "--output-tokens", "100"},
                   R"({"model":"gpt-4o","n":)" + std::string(n) +
                       R"(,"messages":[{"role":"user","content":"Hello"}]})")
        .out;
  };
  EXPECT_THAT(call("1"), HasSubstr(R"("expected":"0.00102")"));
  EXPECT_THAT(call("3"), HasSubstr(R"("expected":"0.00302")"));
}

TEST(Request, ARequestsServiceTierIsPriced) {
  const Ran ran = Request({"--cost", "--jsonl"},
                          R"({"model":"gpt-5","service_tier":"flex",
                              "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_THAT(ran.out, HasSubstr(R"("tier":"flex")"));
}

// gpt-4o-mini: 0.15 and 0.60 a million.
TEST(Request, FallbackModelsMakeARange) {
  const Ran ran = Request({"--cost", "--jsonl", "--output-tokens", "100"},
                          R"({"models":["gpt-4o","gpt-4o-mini"],
                              "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_THAT(ran.out, HasSubstr(R"("low":"0.0000612","expected":"0.00102","high":"0.00102")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("fallback_models":[{"model":"gpt-4o-mini","prompt_tokens":8)"));
  const Ran unknown = Request({"--cost", "--jsonl", "--output-tokens", "100"},
                              R"({"models":["gpt-4o","no-such-model"],
                                  "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_THAT(unknown.out, HasSubstr(R"("low":null,"expected":"0.00102","high":null)"));
}

TEST(Request, AnAudioReplyIsNotPriced) {
  const Ran ran = Request({"--cost", "--jsonl", "--output-tokens", "100"},
                          R"({"model":"gpt-4o","modalities":["text","audio"],"max_tokens":5,
                              "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_THAT(ran.out, HasSubstr(R"("expected":null,"high":null,"worst_case":null)"));
}

TEST(Request, PricesBatchLinesAsBatch) {
  const Ran ran =
      Request({"--cost", "--jsonl"}, R"({"custom_id":"a","body":)" + std::string(kHello) + "}");
  EXPECT_THAT(ran.out, HasSubstr(R"("tier":"batch","input":"0.00001")"));
}

TEST(Request, WarnsOfLimits) {
  const Ran ran = Request({"--cost"}, R"({"model":"gpt-4o","max_tokens":20000,
                                         "messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_THAT(ran.err, HasSubstr("over the output limit of gpt-4o, 16,384"));
}

TEST(Request, UnknownIsNull) {
  const Ran ran = Request({"--cost", "--jsonl"}, R"({"model":"gpt-4o","messages":[{"role":"user",
      "content":[{"type":"image_url","image_url":{"url":"https://x.org/a"}}]}]})");
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out,
              HasSubstr(R"("prompt_tokens":null,"counted_tokens":7,"certainty":"unknown")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("input":null)"));
}

TEST(Request, FailsOverTheBudget) {
  EXPECT_EQ(Request({"--budget", "8"}).code, ExitCode::kOk);
  const Ran over = Request({"--budget", "7"});
  EXPECT_EQ(over.code, ExitCode::kGateFailed);
  EXPECT_THAT(over.err, HasSubstr("8 prompt tokens are over the budget of 7"));
}

TEST(Request, TakesAModelForThoseThatNameNone) {
  const std::string finetune = R"({"messages":[{"role":"user","content":"Hello"}]})";
  EXPECT_EQ(Request({"-m", "gpt-4.1", "--jsonl"}, finetune).code, ExitCode::kOk);
  const Ran without = Request({}, finetune);
  EXPECT_EQ(without.code, ExitCode::kInput);
  EXPECT_THAT(without.err, HasSubstr("names no model; use -m MODEL"));
}

TEST(Request, SaysWhatIsWrongWhere) {
  const std::string good(kHello);
  const Ran stopped = Request({"--jsonl"}, good + "\n{\"a\" 1}\n" + good);
  EXPECT_EQ(stopped.code, ExitCode::kInput);
  EXPECT_THAT(stopped.err, HasSubstr("standard input:2:6: expected ':' after \"a\""));
  const Ran went_on =
      Request({"--jsonl", "--keep-going"}, good + "\n{\"messages\":[{\"role\":\"x\"}]}\n{\"a\":\"" +
                                               std::string(1, '\0') + "\"}\n" + good);
  EXPECT_EQ(went_on.code, ExitCode::kInput);
  EXPECT_THAT(went_on.err, HasSubstr("standard input:2: messages[0].role: unknown role \"x\""));
  EXPECT_THAT(went_on.err, HasSubstr("standard input:3:7: a control character in a string"));
  EXPECT_THAT(went_on.out, HasSubstr(R"("id":"4")"));
}

TEST(Request, EndsAtAnyDepth) {
  const Ran ran = Request({}, std::string(100000, '['));
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_THAT(ran.err, HasSubstr("nested deeper than"));
}

TEST(Request, NamesModelsThatItDoesNotKnow) {
  const Ran ran = Request({}, R"({"model":"gpt-4oo1","messages":[]})");
  EXPECT_THAT(ran.err, Not(HasSubstr("\n\n")));
  EXPECT_EQ(Request({}, R"({"model":"house-model-9","messages":[]})").code,
            ExitCode::kUnknownModel);
}

TEST(Request, ReadsADocumentOfManyLines) {
  const Ran ran =
      Request({"--jsonl"}, "[\n " + std::string(kHello) + ",\n " + std::string(kHello) + "\n]\n");
  EXPECT_THAT(ran.out, HasSubstr(R"("id":"2")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("id":"3")"));
}

TEST(Against, ComparesWithWhatWasBilled) {
  const std::string recorded =
      R"({"request":)" + std::string(kHello) +
      R"(,"response":{"model":"gpt-4o-2024-08-06","created":1750000000,"choices":[{"message":
      {"content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":2}}})";
  std::string one_line = recorded;
  std::erase(one_line, '\n');
  const Ran ran = Request({"--against", "-", "--format", "csv"},
                          one_line + "\n" + R"({"left_out":"why not"})" + "\n");
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out,
            "tokens,class,calls,exact,exact_percent,within_one_percent,label_holds_percent,"
            "mean_error,largest_error\r\n"
            "prompt,chat text,1,1,100.00,100.00,100.00,0.00,0\r\n"
            "completion,chat text,1,0,0.00,100.00,100.00,1.00,1\r\n");
}

// What is trained on is no call: its price as one would be a wrong one.
TEST(Request, RefusesThePriceOfTrainingButCountsIt) {
  const char* const examples[] = {
      R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]})",
      R"({"messages":[{"role":"user","content":"2+2"}],"reference_answer":"4"})",
      R"({"input":{"messages":[{"role":"user","content":"Hi"}]},
          "preferred_output":[{"role":"assistant","content":"a"}],
          "non_preferred_output":[{"role":"assistant","content":"b"}]})"};
  for (const char* const example : examples) {
    const Ran priced = Request({"-m", "gpt-4.1-mini", "--cost"}, example);
    EXPECT_EQ(priced.code, ExitCode::kUnknownModel) << example;
    EXPECT_THAT(priced.err, HasSubstr("an example for fine-tuning (it "));
    EXPECT_EQ(Request({"-m", "gpt-4.1-mini"}, example).code, ExitCode::kOk) << example;
  }
  const Ran call =
      Request({"--cost"}, R"({"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Hi"},
                      {"role":"assistant","content":"Hello"}]})");
  EXPECT_EQ(call.code, ExitCode::kOk) << call.err;
}

}  // namespace
}  // namespace toktally::cli
