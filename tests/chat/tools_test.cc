#include "chat/tools.h"

#include <gtest/gtest.h>

#include "tests/chat/cases.h"

namespace toktally::chat {
namespace {

// The declaration of one function between the section's first and last line.
std::string Declare(std::string_view function, ToolStyle style = ToolStyle::kNamespace) {
  const auto parsed = ParseText(R"({"messages":[],"tools":[{"type":"function","function":)" +
                                std::string(function) + "}]}");
  if (!parsed.ok()) return std::string(parsed.status().message());
  const std::string text = RenderFunctions(parsed->request.functions, style, false).text;
  constexpr std::string_view kHead = "namespace functions {\n\n";
  constexpr std::string_view kTail = "\n\n} // namespace functions";
  return text.substr(kHead.size(), text.size() - kHead.size() - kTail.size());
}

TEST(RenderFunctions, OneLineWithoutComments) {
  EXPECT_EQ(Declare(R"({"name":"f","description":" Adds.\n  Twice.\n\nDone. ","parameters":{
              "type":"object","properties":{"a":{"type":"integer"},"b":{"type":"array",
              "items":{"type":"string"}},"c":{"enum":["x",1]}},"required":["a"]}})"),
            "// Adds.\n// Twice.\n//\n// Done.\n"
            "type f = (_: { a: number, b?: string[], c?: \"x\" | 1 }) => any;");
}

TEST(RenderFunctions, NothingToPass) {
  EXPECT_EQ(Declare(R"({"name":"f"})"), "type f = () => any;");
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"type":"object","properties":{}}})"),
            "type f = () => any;");
}

TEST(RenderFunctions, CommentsTakeLines) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"title":"T","properties":{
              "a":{"type":"string","title":"A","description":"first\nsecond"},
              "b":{"type":"boolean","default":false},
              "c":{"type":"object","properties":{"d":{"type":"null"}}}},"required":["a","c"]}})"),
            "type f = (_: // T\n{\n// A\n//\n// first\n// second\na: string,\n"
            "b?: boolean, // default: false\nc: { d?: null },\n}) => any;");
}

TEST(RenderFunctions, ArraysOfCommentedObjects) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"properties":{"a":{"type":"array","items":{
              "type":"object","title":"Item","properties":{"b":{"type":"number",
              "description":"x"}}}}}}})"),
            "type f = (_: { a?: Array<\n// Item\n{\n// x\nb?: number,\n}\n> }) => any;");
}

TEST(RenderFunctions, UnionsAndReferences) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"$defs":{"N":{"type":"integer"}},"properties":{
              "a":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]},
              "b":{"anyOf":[{"type":"object"},{"type":"null"}]},
              "c":{"type":["string","null"]}}}})"),
            "type f = (_: { a?: number | null, b?: null, c?: string | null }) => any;");
}

TEST(RenderFunctions, VariantsWithNotesTakeLines) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"properties":{
              "a":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}]},
              "b":{"type":["string","null"],"description":"why"}},"required":["a","b"]}})"),
            "type f = (_: {\na: \n | string // format: date\n | null\n,\n"
            "// why\nb: \n | string // why\n | null // why\n,\n}) => any;");
}

TEST(RenderFunctions, TheEarlyStyleKnowsNoTitles) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"title":"T","description":"D","properties":{
              "a":{"type":"string","title":"A"},"b":{"type":"object","description":"gone"},
              "c":{"type":"integer","description":"x","default":1},
              "d":{"type":"array","items":{"type":"object","properties":{
                "e":{"type":"null","description":"not shown"}}}}}}})",
                    ToolStyle::kEarly),
            "type f = (_: {\na?: string,\n// x\nc?: number,\nd?: {\n  e?: null,\n}[],\n}) => any;");
}

TEST(RenderFunctions, BoundsOfNumbersAreShown) {
  const std::string_view function = R"({"name":"f","parameters":{"properties":{
      "a":{"type":"integer","description":"x","minimum":1,"maximum":9}}}})";
  EXPECT_EQ(Declare(function, ToolStyle::kEarly), "type f = (_: {\n// x\na?: number,\n}) => any;");
  EXPECT_EQ(Declare(function),
            "type f = (_: {\n// x\na?: number, // minimum: 1, maximum: 9\n}) => any;");
}

TEST(RenderFunctions, OtherPropertiesAndArraysInListsOfTypes) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"properties":{"a":{"type":["array","null"]}},
              "additionalProperties":true}})"),
            "type f = (_: { a?: string[] | null, [key: string]: any }) => any;");
}

TEST(RenderFunctions, SelfReferencesEnd) {
  const auto parsed = ParseText(R"({"messages":[],"tools":[{"function":{"name":"f","parameters":{
      "$defs":{"N":{"type":"object","properties":{"n":{"$ref":"#/$defs/N"},
      "m":{"$ref":"#/$defs/N"}}}},"properties":{"a":{"$ref":"#/$defs/N"}}}}}]})");
  ASSERT_TRUE(parsed.ok());
  const RenderedText rendered =
      RenderFunctions(parsed->request.functions, ToolStyle::kNamespace, true);
  EXPECT_TRUE(rendered.assumed);
  EXPECT_EQ(rendered.text,
            "# Tools\n\n## functions\n\nnamespace functions {\n\n"
            "type f = (_: { a?: { n?: any, m?: any } }) => any;\n\n} // namespace functions");
}

TEST(RenderFunctions, ADefinitionStandsInTheTextOnce) {
  EXPECT_EQ(Declare(R"({"name":"f","parameters":{"$defs":{"N":{"type":"integer"}},"properties":{
              "a":{"$ref":"#/$defs/N"},"b":{"$ref":"#/%24defs/N"},"c":{"$ref":"#"},
              "d":{"$ref":"#/properties/a"},"e":{"$ref":"elsewhere.json"}}}})"),
            "type f = (_: { a?: number, b?: any, c?: any, d?: any, e?: any }) => any;");
}

// n definitions, each of which refers to the next one twice: 2^n without a limit.
TEST(RenderFunctions, ALadderOfDefinitionsIsLinear) {
  const auto ladder = [](int n) {
    std::string defs;
    for (int i = 0; i < n; ++i) {
      const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
      defs += "\"d" + std::to_string(i) + "\":{\"type\":\"object\",\"properties\":{\"a\":" + next +
              ",\"b\":" + next + "}},";
    }
    return Declare(
        R"({"name":"f","parameters":{"properties":{"r":{"$ref":"#/$defs/d0"}},"$defs":{)" + defs +
        "\"d" + std::to_string(n) + R"(":{"type":"string"}}}})");
  };
  EXPECT_LT(ladder(40).size(), 2 * ladder(20).size() + 100);
}

TEST(RenderFunctions, WhatIsAskedForIsFoundInConstantTime) {
  std::string properties;
  std::string required;
  for (int i = 0; i < 20000; ++i) {
    const std::string name = "\"p" + std::to_string(i) + "\"";
    properties += (i == 0 ? "" : ",") + name + R"(:{"$ref":"#/$defs/p)" + std::to_string(i) + "\"}";
    required += (i == 0 ? "" : ",") + name;
  }
  std::string defs = properties;
  for (std::size_t at = 0; (at = defs.find(R"({"$ref":"#/$defs/)", at)) != std::string::npos;) {
    defs.replace(at, defs.find('}', at) - at, R"({"type":"string")");
  }
  // Quadratic in the properties it would be 4 * 10^8 comparisons of names, twice.
  const std::string text =
      Declare(R"({"name":"f","parameters":{"properties":{)" + properties + R"(},"required":[)" +
              required + R"(],"$defs":{)" + defs + "}}}");
  EXPECT_NE(text.find("p19999: string }"), std::string::npos);
}

TEST(RenderResponseFormat, DropsWhatTheModelDoesNotSee) {
  const auto parsed = ParseText(R"({"messages":[],"response_format":{"type":"json_schema",
      "json_schema":{"name":"N","description":"D","schema":{"type":"object","properties":{
      "required":{"type":"string","format":"date","enum":["é"]}},"required":["required"],
      "additionalProperties":false}}}})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(RenderResponseFormat(parsed->request.format),
            "# Response Formats\n\n## N\n\n// D\n"
            R"({"type":"object","properties":{"required":{"type":"string","enum":["\u00e9"]}}})");
}

}  // namespace
}  // namespace toktally::chat
