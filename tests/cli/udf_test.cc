#include "cli/commands/udf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

Ran Udf(std::vector<std::string> arguments, const std::string& rows) {
  arguments.insert(arguments.begin(), "udf");
  return RunInMemory(arguments, rows);
}

TEST(UdfTest, AnswersEachRowInOrder) {
  EXPECT_EQ(Udf({"count"}, "hello world\n\nhello").out, "2\n0\n1\n");
  EXPECT_EQ(Udf({"encode"}, "hello world\n\n").out, "[24912,2375]\n[]\n");
  EXPECT_EQ(Udf({"encode", "-m", "gpt-4"}, "hello world\n").out, "[15339,1917]\n");
  EXPECT_EQ(Udf({"truncate"}, "hello world\t1\nhello\t5\n").out, "hello\nhello\n");
  EXPECT_EQ(Udf({"count"}, "").out, "");
}

TEST(UdfTest, TabSeparatedIsClickHousesOwn) {
  // A tab, a newline, a backslash, a NUL, a byte in hexadecimal, and what is no escape.
  EXPECT_EQ(Udf({"truncate"}, "a\\tb\\nc\\\\d\\0e\\x41\\q\t99\n").out,
            "a\\tb\\nc\\\\d\\0eA\\\\q\n");
  EXPECT_EQ(Udf({"count"}, "\\N\nhello\n").out, "\\N\n1\n");
  EXPECT_EQ(Udf({"truncate"}, "x\t\\N\n").out, "\\N\n");
}

TEST(UdfTest, JsonEachRowTakesMembersInOrder) {
  EXPECT_EQ(
      Udf({"truncate", "--format", "jsoneachrow"},
          "{\"a\":\"hello world\",\"b\":1}\n{\"a\":\"hello\",\"b\":\"3\"}\n{\"a\":null,\"b\":1}\n")
          .out,
      "{\"result\":\"hello\"}\n{\"result\":\"hello\"}\n{\"result\":null}\n");
  EXPECT_EQ(
      Udf({"count", "--format", "jsoneachrow", "--result-name", "n"}, "{\"a\":\"\\u0041\"}\n").out,
      "{\"n\":1}\n");
}

TEST(UdfTest, RowBinaryIsLengthsAndLittleEndianNumbers) {
  EXPECT_EQ(Udf({"count", "--format", "rowbinary"}, "\5hello\0"s).out,
            "\1\0\0\0\0\0\0\0"s + "\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(Udf({"count", "--format", "rowbinary", "--nullable"}, "\0\5hello\1"s).out,
            "\0\1\0\0\0\0\0\0\0"s + "\1"s);
  EXPECT_EQ(Udf({"encode", "--format", "rowbinary"}, "\5hello").out, "\1\x50\x61\0\0"s);
  EXPECT_EQ(Udf({"truncate", "--format", "rowbinary"}, "\5hello\1\0\0\0\0\0\0\0"s).out, "\5hello");
  // A text whose length takes two bytes.
  EXPECT_EQ(Udf({"truncate", "--format", "rowbinary"},
                "\xC8\1"s + std::string(200, 'a') + "\0\0\0\0\0\0\0\0"s)
                .out,
            "\0"s);
}

TEST(UdfTest, AChunkHeaderSaysHowManyRowsFollow) {
  EXPECT_EQ(Udf({"count", "--chunk-header"}, "2\nhello\nhello world\n0\n1\nx\n").out, "1\n2\n1\n");
  EXPECT_EQ(Udf({"count", "--chunk-header", "--format", "rowbinary"}, "1\n\5hello1\n\0"s).out,
            "\1\0\0\0\0\0\0\0"s + "\0\0\0\0\0\0\0\0"s);
  const Ran ran = Udf({"count", "--chunk-header"}, "hello\n");
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_THAT(ran.err, HasSubstr("not the number of rows"));
}

TEST(UdfTest, ARowMayNameItsEncoding) {
  EXPECT_EQ(Udf({"count", "--encoding-column"},
                "아버지가 방에\tcl100k_base\n아버지가 방에\tgpt-4o\n아버지가 방에\to200k_base\n")
                .out,
            "6\n5\n5\n");
  const Ran ran = Udf({"count", "--encoding-column"}, "a\tgpt-4o\nb\tnone\n");
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_EQ(ran.out, "1\n");
  EXPECT_THAT(ran.err, HasSubstr("row 2"));
}

TEST(UdfTest, CostIsExactOrNull) {
  const std::string rows =
      "gpt-4o\t{\"prompt_tokens\":1000,\"completion_tokens\":100}\n"
      "who-knows\t{\"prompt_tokens\":1000,\"completion_tokens\":100}\n"
      "gpt-4o\t{\"prompt_tokens\":1,\"completion_tokens\":0,\"total_tokens\":1}\n";
  EXPECT_EQ(Udf({"cost", "--as-of", "2026-11-22"}, rows).out, "0.0035\n\\N\n0.0000025\n");
  EXPECT_EQ(Udf({"cost", "--as-of", "2026-11-22", "--format", "rowbinary"},
                "\6gpt-4o\x2B{\"prompt_tokens\":1,\"completion_tokens\":0  }")
                .out.size(),
            17u);
  EXPECT_EQ(Udf({"cost", "--date-column"},
                "gpt-4o\t{\"prompt_tokens\":1000000,\"completion_tokens\":0}\t2024-06-01\n")
                .out,
            "5.00\n");
}

// Whoever adds the results up must not get a sum without the row.
TEST(UdfTest, ARowThatCannotBeAnsweredEndsIt) {
  const Ran ran = Udf({"cost"}, "gpt-4o\t{\"tokens\":{}}\ngpt-4o\t{\"prompt_tokens\":1}\n");
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("row 1"));
  EXPECT_EQ(Udf({"cost", "--invalid", "null"}, "gpt-4o\t{\"tokens\":{}}\n").out, "\\N\n");
}

TEST(UdfTest, NamesTheRowThatIsNone) {
  const auto error = [](const std::vector<std::string>& arguments, const std::string& rows) {
    const Ran ran = Udf(arguments, rows);
    EXPECT_EQ(ran.code, ExitCode::kInput);
    return ran.err;
  };
  EXPECT_THAT(error({"count"}, "a\nb\tc\n"), HasSubstr("row 2 has 2 fields, not 1"));
  EXPECT_THAT(error({"truncate"}, "a\n"), HasSubstr("row 1 has 1 fields, not 2"));
  EXPECT_THAT(error({"truncate"}, "a\t-1\n"), HasSubstr("is no whole number"));
  EXPECT_THAT(error({"count", "--format", "jsoneachrow"}, "{\"a\":1}\n"), HasSubstr("a number"));
  EXPECT_THAT(error({"count", "--format", "jsoneachrow"}, "{\"a\":\"x\",\"b\":1}\n"),
              HasSubstr("is no object of 1 members"));
  EXPECT_THAT(error({"count", "--format", "jsoneachrow"}, "hello\n"), HasSubstr("is no JSON"));
  EXPECT_THAT(error({"count", "--format", "rowbinary"}, "\5hell"), HasSubstr("ends in the middle"));
  EXPECT_THAT(error({"count", "--format", "rowbinary"}, std::string(20, '\xFF')),
              HasSubstr("more than 4 GB"));
  EXPECT_THAT(error({"count", "--format", "rowbinary", "--nullable"}, "\5hello"),
              HasSubstr("no byte for NULL"));
  EXPECT_THAT(error({"encode", "--format", "rowbinary", "--nullable"}, "\1"), HasSubstr("is NULL"));
}

TEST(UdfTest, WrongUse) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"coun"},
                                             {"cost", "-m", "gpt-4o"},
                                             {"count", "--date-column"},
                                             {"count", "--encoding-column", "-e", "o200k_base"},
                                             {"count", "-e", "none"}}) {
    EXPECT_EQ(Udf(arguments, "a\n").code, ExitCode::kUsage) << arguments[0];
  }
  EXPECT_THAT(Udf({"coun"}, "").err, HasSubstr("did you mean 'count'?"));
}

// Rows of any size, in reads of any size.
TEST(UdfTest, LongRows) {
  const std::string text(3'000'000, 'a');
  const Ran ran = Udf({"truncate"}, text + "\t1000000000\n" + text + "\t0\nx\t1\n");
  EXPECT_EQ(ran.out, text + "\n\nx\n");
}

}  // namespace
}  // namespace toktally::cli
