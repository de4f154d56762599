// Documents and lines are read by two readers that must be one: a table of texts, each of them also
// cut short, repeated and put into containers.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_lines.h"
#include "base/text.h"
#include "tests/base/json_both.h"

namespace toktally {
namespace {

using testing::IsBeyondNlohmann;
using testing::ReadByDocuments;
using testing::ReadByLines;
using testing::TakenByNlohmann;

using namespace std::string_view_literals;

constexpr std::string_view kAccepted[] = {
    // literals and blanks
    "null",
    "true",
    "false",
    " null ",
    "\t\r\n null\r\n",
    "\xEF\xBB\xBFnull",
    "\xEF\xBB\xBF {} ",
    // numbers
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "-1",
    "10",
    "1234567890",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "12345678901234567890123",
    "1.50",
    "0.1e-3",
    "1.25e-07",
    "1E5",
    "1e+5",
    "1E-5",
    "1e05",
    "0e0",
    "0E+0",
    "-0e-0",
    "1e308",
    "1e-400",
    "0.00000000000000000001",
    "3.141592653589793238462643383279502884197169399375105820974944592307816406286",
    // strings
    R"("")",
    R"("a")",
    R"(" a b ")",
    R"("\"")",
    R"("\\")",
    R"("\/")",
    R"("/")",
    R"("\b\f\n\r\t")",
    R"("\u0041")",
    R"("\u00e9")",
    R"("\u00E9")",
    R"("\u20ac")",
    R"("\ud83d\ude00")",
    R"("\uD83D\uDE00x")",
    R"("\u0000")",
    R"("\u007f")",
    R"("\uffff")",
    R"("\\u0041")",
    R"("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np")",
    "\"\x7F\"",
    "\"\xC3\xA9\"",
    "\"\xE2\x82\xAC\"",
    "\"\xF0\x9F\x98\x80\"",
    "\"\xEF\xBF\xBF\"",
    "\"\xED\x9F\xBF\"",
    "\"\xEE\x80\x80\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"\xEF\xBB\xBF\"",
    "\"'\"",
    "\"//\"",
    "\"/* */\"",
    R"("0123456789abcdef")",
    R"("0123456789abcde\n")",
    R"("0123456789abcdef\n0123456789abcdef")",
    R"("a string that is longer than one register, and than two of them, without any escape")",
    R"("한국어 텍스트와 English, 그리고 \"quotes\"")",
    // arrays
    "[]",
    "[ ]",
    "[\n]",
    "[1]",
    "[ 1 ]",
    "[1,2]",
    "[1 , 2 ]",
    "[1,\n2\n,3]",
    "[[]]",
    "[[],[]]",
    "[[1],[2,[3]]]",
    "[null,true,false,0,\"\",[],{}]",
    "[1.5,-2e3]",
    "[\"a\",\"b\\n\",\"c\"]",
    // objects
    "{}",
    "{ }",
    "{\n}",
    R"({"a":1})",
    R"({ "a" : 1 })",
    R"({"a":1,"b":2})",
    R"({"a":{"b":{}}})",
    R"({"":0})",
    R"({"a b":0})",
    R"({"\u0061":0})",
    R"({"a\nb":"c\nd"})",
    R"({"a":[1,{"b":2}]})",
    R"({"a":1,"A":2})",
    "{\"\xC3\xA9\":1}",
    R"({"a":"a","b":"a"})",
    "{\n \"model\": \"gpt-4o\",\n \"usage\": {\"prompt_tokens\": 12}\n}\n",
    R"({"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"x\ny"}}]})",
    R"({"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":10,"11":11,"12":12,"13":13})",
};

// What only our own reader takes.
constexpr std::string_view kBeyondNlohmann[] = {
    "1e400",
    "-1e400",
    "[1e999]",
    "1e99999999999",
    R"({"a":1e309})",
    R"("\ud83d")",
    R"("\udc00")",
    R"("\ud83dx")",
    R"("\ud83d\u0041")",
    R"("\ud83d\ud83d\ude00")",
    R"("\ude00\ud83d")",
    R"({"\ud800":1})",
    R"(["\udfff\n"])",
};

constexpr std::string_view kRefused[] = {
    "",
    " ",
    "\n\n",
    "\xEF\xBB\xBF",
    "\xEF\xBB",
    "\xEF",
    "\xFE\xFF",
    "nul",
    "nulll",
    "Null",
    "NULL",
    "tru",
    "truee",
    "True",
    "fals",
    "False",
    "None",
    "undefined",
    "NaN",
    "nan",
    "-NaN",
    "Infinity",
    "-Infinity",
    "inf",
    "x",
    "'a'",
    "`a`",
    "(1)",
    "<a>",
    "#",
    "=",
    "@",
    ",",
    ":",
    "]",
    "}",
    "{]",
    "[}",
    "\\",
    "/",
    "//",
    "/*",
    "/**/",
    "// x\n1",
    "1 // x",
    "/* x */ 1",
    "1 2",
    "1,",
    "1,2",
    "{} {}",
    "{}x",
    "[] ]",
    "null null",
    "\"a\" \"b\"",
    "+1",
    "01",
    "-01",
    "00",
    "1.",
    "-1.",
    ".5",
    "-.5",
    "1.e5",
    "1e",
    "1e+",
    "1E-",
    "1.5e",
    "-",
    "--1",
    "- 1",
    "1_000",
    "1,000.5",
    "0x10",
    "0b1",
    "0o7",
    "1f",
    "1L",
    "1..2",
    "1.2.3",
    "1e5.5",
    "1-2",
    "1+2",
    "1e5-3",
    "\"",
    "\"a",
    "\"a\\",
    "\"a\\\"",
    "\"\\x41\"",
    "\"\\a\"",
    "\"\\'\"",
    "\"\\0\"",
    "\"\\U0041\"",
    "\"\\ \"",
    "\"\\\n\"",
    "\"\\u\"",
    "\"\\u0\"",
    "\"\\u00\"",
    "\"\\u004\"",
    "\"\\u004g\"",
    "\"\\u 041\"",
    "\"\\u+041\"",
    "\"\\u",
    "\"\\u00",
    "\"\\ud83d\\u\"",
    "\"\\ud83d\\u12\"",
    "\"\\ud83d\\",
    "\"\\ud83d\\x\"",
    "\"\t\"",
    "\"\n\"",
    "\"\r\"",
    "\"\x01\"",
    "\"\x1F\"",
    "\"a\nb\"",
    "\"\x80\"",
    "\"\xBF\"",
    "\"\xC0\x80\"",
    "\"\xC1\xBF\"",
    "\"\xC2\"",
    "\"\xC2\x22",
    "\"\xE0\x80\x80\"",
    "\"\xE0\x9F\xBF\"",
    "\"\xE2\x82\"",
    "\"\xE2\"",
    "\"\xED\xA0\x80\"",
    "\"\xED\xBF\xBF\"",
    "\"\xF0\x80\x80\x80\"",
    "\"\xF0\x8F\xBF\xBF\"",
    "\"\xF0\x9F\x98\"",
    "\"\xF4\x90\x80\x80\"",
    "\"\xF5\x80\x80\x80\"",
    "\"\xFF\"",
    "\"\xFE\"",
    "\"0123456789abcdef\xFF\"",
    "\xC3\xA9",
    "\xC2\xA0null",
    "\xE3\x80\x80null",
    "null\xC2\xA0",
    "[",
    "[1",
    "[1,",
    "[,",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1:2]",
    "[\"a\" \"b\"]",
    "[1}",
    "[[]",
    "[]]",
    "[null",
    "[tru]",
    "{",
    "{1",
    "{1:2}",
    "{a:1}",
    "{'a':1}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":}",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":1]",
    "{\"a\"::1}",
    "{\"a\":1,,\"b\":2}",
    "{null:1}",
    "{\"a\":1}}",
    "{\"a\":1}{\"b\":2}",
    "{\"a\\x\":1}",
    "{\"a\n\":1}",
    "{\"\xFF\":1}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"b\":{\"a\":1,\"c\":2,\"a\":3}}",
    "\x01",
    "\x7F",
    "\f1",
    "\v1",
    "1\f",
    "[1\v]",
    "\b",
};

// With a NUL byte, which ends the text for some readers.
constexpr std::string_view kNuls[] = {"\0"sv,       "1\0"sv,         "\0null"sv, "{}\0"sv,
                                      "{}\0x"sv,    "[1\0]"sv,       "\"\0\""sv, "\"a\0b\""sv,
                                      "{\0}"sv,     "{\"a\0\":1}"sv, "nul\0"sv,  "[1,\0 2]"sv,
                                      "\"\\\0\""sv, "\"\\u00\0"sv,   "-\0"sv,    "1e\0"sv};

constexpr std::string_view kComments[] = {
    "// x\n1",
    "1 // x",
    "1//",
    "/**/1",
    "1/**/",
    "/* a\nb */ {\"a\": // c\n 1 /* d */ }",
    "[1, // one\n 2 /* two */, /* three */ 3]",
    "{\"a\" /* b */ : /* c */ 1 /* d */, // e\n \"f\": 2}",
    "// x\r1",
    "// x\r\n1",
    "[// \xFF\n1]",
    "[/* \xFF */\"\xC3\xA9\"]",
    "[/* \xFF */\"\xFF\"]",
    "[/* \xFF */ \"a\", /* \xFE */ \"b\"]",
    "\"// a\"",
    "/* \"*/ \"a\"",
    "/",
    "/ 1",
    "/*",
    "/* *",
    "/*/",
    "/* /* */ */ 1",
    "1 /",
    "1 /*",
    "//",
    "// only",
    "[1 / 2]",
    "{\"a\"/:1}",
    "#x\n1",
    "1 // a\0b"sv,
    "/* \0 */ 1"sv,
    "[1 // \0\n]"sv,
};

void ExpectSame(std::string_view text, const JsonOptions& options) {
  const std::string by_lines = ReadByLines(text, options);
  EXPECT_EQ(ReadByDocuments(text, options), by_lines) << text;
  const bool taken = !by_lines.starts_with("error");
  const bool by_nlohmann = TakenByNlohmann(text, options);
  EXPECT_EQ(by_nlohmann, taken && !IsBeyondNlohmann(text, options)) << text << "\n" << by_lines;
}

void ExpectSameWithEveryOption(std::string_view text) {
  for (const bool comments : {false, true}) {
    for (const bool duplicates : {false, true}) {
      ExpectSame(text, {.allow_comments = comments, .allow_duplicate_keys = duplicates});
    }
  }
}

// The text by itself, cut at every byte, and inside of other values.
void ExpectSameInAllForms(std::string_view text) {
  ExpectSameWithEveryOption(text);
  for (std::size_t i = 0; i < text.size(); ++i) ExpectSame(text.substr(0, i), {});
  ExpectSame(Concat("[", text, "]"), {});
  ExpectSame(Concat("[", text, ",", text, "]"), {.first_line = 7});
  ExpectSame(Concat("{\"k\":", text, ",\n\"m\" : ", text, "\n}"), {});
  ExpectSame(Concat(text, text), {});
  ExpectSame(Concat("{", text, ":1}"), {});
}

TEST(JsonLanguage, BothReadersTakeTheSame) {
  for (const std::string_view text : kAccepted) {
    EXPECT_FALSE(ReadByLines(text, {}).starts_with("error")) << ReadByLines(text, {});
    EXPECT_TRUE(TakenByNlohmann(text, {})) << text;
    ExpectSameInAllForms(text);
  }
}

TEST(JsonLanguage, BothReadersRefuseTheSame) {
  for (const std::string_view text : kRefused) {
    EXPECT_TRUE(ReadByLines(text, {}).starts_with("error")) << text;
    ExpectSameInAllForms(text);
  }
  for (const std::string_view text : kNuls) {
    EXPECT_TRUE(ReadByLines(text, {}).starts_with("error")) << text;
    ExpectSameInAllForms(text);
  }
}

TEST(JsonLanguage, NlohmannIsTooNarrowForTwoKindsOnly) {
  for (const std::string_view text : kBeyondNlohmann) {
    EXPECT_FALSE(ReadByLines(text, {}).starts_with("error")) << text;
    EXPECT_FALSE(TakenByNlohmann(text, {})) << text;
    ExpectSameInAllForms(text);
  }
}

TEST(JsonLanguage, BothReadersKnowTheSameComments) {
  for (const std::string_view text : kComments) ExpectSameInAllForms(text);
}

TEST(JsonLanguage, BothReadersBoundDepthAlike) {
  for (const std::size_t depth : {63u, 64u, 65u, 1000u}) {
    ExpectSame(std::string(depth, '[') + std::string(depth, ']'), {});
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    ExpectSame(Concat(objects, "1", std::string(depth, '}')), {});
  }
}

// A string's end, an escape or an ill-formed byte at every place of a register.
TEST(JsonLanguage, BothReadersFindTheEndOfAStringAnywhere) {
  for (std::size_t before = 0; before <= 40; ++before) {
    for (const std::string_view special : {"\"", "\\n", "\\", "\n", "\x1F", "\xFF", "\xC3\xA9"}) {
      for (const std::size_t behind : {0u, 1u, 15u, 16u, 33u}) {
        const std::string text =
            Concat("\"", std::string(before, 'x'), special, std::string(behind, 'y'));
        ExpectSame(Concat(text, "\""), {});
        ExpectSame(text, {});
      }
    }
  }
}

TEST(JsonLanguage, AReaderOfLinesStartsAnewWithEachLine) {
  JsonLineReader reader;
  const auto first = reader.Read(R"({"a": "x\ny", "b": [1, 2]})", "f");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->Find("a")->text(), "x\ny");
  EXPECT_EQ(first->Find("a")->text(), "x\ny");
  EXPECT_FALSE(reader.Read("[1,", "f", {.first_line = 2}).ok());
  const auto third = reader.Read(R"(["\u00e9"])", "f", {.first_line = 3});
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->size(), 1u);
  EXPECT_EQ(third->first()->text(), "\xC3\xA9");
  EXPECT_EQ(third->first()->Where(), "f:3: [0]");
}

}  // namespace
}  // namespace toktally
