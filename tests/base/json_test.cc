#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace toktally {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(std::string_view text, const JsonOptions& options = {}) {
  const auto document = JsonDocument::Parse(text, "f.json", options);
  return document.ok() ? "" : std::string(document.status().message());
}

TEST(StrictJson, ReadsEveryKind) {
  const auto document = JsonDocument::Parse(
      R"({"a": null, "b": true, "c": -1.25e-07, "d": "x\n\u00e9\ud83d\ude00", "e": [1, [2]], "f": {}})",
      "f");
  ASSERT_TRUE(document.ok()) << document.status();
  const JsonValue root = document->root();
  EXPECT_EQ(root.size(), 6u);
  EXPECT_TRUE(root.Find("a")->is_null());
  EXPECT_TRUE(root.Find("b")->boolean());
  EXPECT_EQ(root.Find("c")->text(), "-1.25e-07");
  EXPECT_EQ(root.Find("d")->text(), "x\n\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(root.Find("e")->children().size(), 2u);
  EXPECT_EQ(root.Find("f")->size(), 0u);
  EXPECT_FALSE(root.Find("g").has_value());
}

TEST(StrictJson, KnowsLinesAndPaths) {
  const auto document =
      JsonDocument::Parse("{\n \"m\": [\n  {},\n  {\"r\": {\"i\":\n 3}}]}", "p.json");
  ASSERT_TRUE(document.ok());
  const JsonValue value = *document->root().Find("m")->children()[1].Find("r")->Find("i");
  EXPECT_EQ(value.Where(), "p.json:5: m[1].r.i");
  EXPECT_EQ(value.Error("is odd").message(), "p.json:5: m[1].r.i: is odd");
}

TEST(StrictJson, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(ErrorOf("{\n\"a\": 1,\n\"a\": 2}"),
            "f.json:3: the key \"a\" stands twice in one object (first on line 2)");
  EXPECT_EQ(ErrorOf("[1,\n]"), "f.json:2:1: a comma before the closing bracket");
  EXPECT_EQ(ErrorOf("[1 2]"), "f.json:1:4: expected ',' or ']', found '2'");
  EXPECT_EQ(ErrorOf("{} x"), "f.json:1:4: text after the end of the value");
  EXPECT_EQ(ErrorOf(""), "f.json:1:1: expected a value, found the end of the text");
  JsonOptions seventh;
  seventh.first_line = 7;
  EXPECT_EQ(ErrorOf("[\n1", seventh), "f.json:8:2: expected ',' or ']', found the end of the text");
  EXPECT_EQ(ErrorOf("[\n\n"), "f.json:3:1: expected a value, found the end of the text");
  for (const std::string_view text : {"NaN",
                                      "[NaN]",
                                      "Infinity",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "-",
                                      "1e",
                                      "'a'",
                                      "{a:1}",
                                      "{\"a\" 1}",
                                      "\"\t\"",
                                      "\"a",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "nul",
                                      "\"\xFF\"",
                                      "\"\xED\xA0\x80\"",
                                      "[1}",
                                      "{]",
                                      "/",
                                      "/*",
                                      "[",
                                      "{",
                                      "\"\\"}) {
    EXPECT_NE(ErrorOf(text), "") << text;
  }
}

TEST(StrictJson, TakesCommentsOnlyWhereTheyAreAllowed) {
  EXPECT_THAT(ErrorOf("// x\n1"), HasSubstr("comments are not allowed"));
  const auto document = JsonDocument::Parse("// x\n/* y\n */ {\"a\": // z\n 1 /**/}//", "f",
                                            {.allow_comments = true});
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->root().Find("a")->line(), 4);
}

TEST(StrictJson, BoundsDepthWithoutRecursion) {
  EXPECT_EQ(ErrorOf(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_THAT(ErrorOf(std::string(65, '[')), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(ErrorOf(std::string(1'000'000, '[')), HasSubstr("nested deeper than 64"));
}

TEST(StrictJson, KeepsTheLastOfToleratedDuplicates) {
  const auto document =
      JsonDocument::Parse(R"({"a": 1, "a": 2})", "f", {.allow_duplicate_keys = true});
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().Find("a")->text(), "2");
}

TEST(StrictJson, LoneSurrogatesAreReplaced) {
  const auto document = JsonDocument::Parse(R"(["\ud83d", "\ud83dx", "\ud83d\u0041"])", "f");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().children()[0].text(), "\xEF\xBF\xBD");
  EXPECT_EQ(document->root().children()[1].text(), "\xEF\xBF\xBDx");
  EXPECT_EQ(document->root().children()[2].text(),
            "\xEF\xBF\xBD"
            "A");
}

TEST(StrictJson, WholeNumbersAreNothingElse) {
  const auto document = JsonDocument::Parse(
      R"([0, 1000000000000000, 1000000000000001, 3.0, 3e2, -1, "5", 99999999999999999999])", "f");
  ASSERT_TRUE(document.ok());
  const auto values = document->root().children();
  EXPECT_EQ(*values[0].WholeNumber(), 0);
  EXPECT_EQ(*values[1].WholeNumber(), 1'000'000'000'000'000);
  for (std::size_t i = 2; i < values.size(); ++i) EXPECT_FALSE(values[i].WholeNumber().ok()) << i;
  EXPECT_EQ(*values[0].WholeNumber(0), 0);
}

TEST(JsonFields, ReportsTheFirstErrorAndUnknownKeys) {
  const auto document = JsonDocument::Parse(R"({"name": 3, "modle": "x"})", "f.json");
  std::string name;
  std::string model;
  JsonFields wrong(document->root());
  wrong.String("name", &name);
  EXPECT_EQ(wrong.Done().message(), "f.json:1: name: expected a string, found a number");
  JsonFields unknown(document->root());
  unknown.Value("name");
  unknown.OptionalString("model", &model);
  EXPECT_EQ(unknown.Done().message(), "f.json:1: modle: unknown key; did you mean \"model\"?");
  const auto null = JsonDocument::Parse(R"({"name": null})", "f.json");
  JsonFields none(null->root());
  none.OptionalString("name", &name);
  EXPECT_EQ(none.Done().message(), "f.json:1: name: expected a string, found null");
  JsonFields missing(document->root());
  missing.String("id", &name);
  missing.Value("name");
  missing.Value("modle");
  EXPECT_EQ(missing.Done().message(), "f.json:1: \"id\" is missing");
  JsonFields misspelt(document->root());
  misspelt.Value("name");
  misspelt.String("model", &model);
  EXPECT_FALSE(misspelt.ok());
  EXPECT_EQ(misspelt.Done().message(), "f.json:1: modle: unknown key; did you mean \"model\"?");
}

TEST(JsonQuote, EscapesWhatMustBe) {
  EXPECT_EQ(JsonQuote("a\"\\\n\t\x01\x7F"), R"("a\"\\\n\t\u0001\u007f")");
  EXPECT_EQ(JsonQuote("\xC3\xA9\xFF"), "\"\xC3\xA9\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace toktally
