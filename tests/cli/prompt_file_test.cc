#include "cli/io/prompt_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/io/yaml.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Json(std::string_view yaml) {
  const auto json = YamlToJson(yaml, "a.yml");
  return json.ok() ? *json : std::string(json.status().message());
}

TEST(Yaml, BecomesJsonOnTheSameLines) {
  EXPECT_EQ(Json("a: 1\nb:\n  - yes\n  - 'no'\n  - 0x1F\n  - true\n  - ~\n  - 1.5e3\n"),
            "{\"a\":1,\n\"b\":\n[\"yes\",\n\"no\",\n\"0x1F\",\ntrue,\nnull,\n1.5e3]}");
  EXPECT_EQ(Json("text: |\n  one\n  \"two\"\n"), "{\"text\":\"one\\n\\\"two\\\"\\n\"}");
  EXPECT_EQ(Json("a: &x [1, 2]\nb: *x\n"), "{\"a\":[1,2],\n\"b\":[1,2]}");
  EXPECT_EQ(Json("1: 007\n"), "{\"1\":\"007\"}");
}

TEST(Yaml, WhatIsNoneNamesItsLine) {
  EXPECT_THAT(Json("a: [1\nb: 2\n"), HasSubstr("a.yml:2: no YAML: "));
  EXPECT_THAT(Json("a: \xFF\n"), HasSubstr("a.yml:1: no YAML text: "));
  EXPECT_THAT(Json(""), HasSubstr("a.yml:1: no YAML document"));
  EXPECT_THAT(Json("a: 1\n---\nb: 2\n"), HasSubstr("a.yml:2: more than one YAML document"));
  EXPECT_THAT(Json("a: 1\nb: !exec x\n"), HasSubstr("a.yml:2: the tag !exec is not read"));
  EXPECT_THAT(Json("? [1]\n: 2\n"), HasSubstr("a key that is a list or a mapping"));
  EXPECT_THAT(Json("a:\n  <<: {}\n"), HasSubstr("a.yml:2: a merge key (<<) is not read"));
  EXPECT_THAT(Json(std::string(100000, '[')), HasSubstr("nested deeper than 64 levels"));
}

TEST(Yaml, AliasesNeitherTurnInCirclesNorExplode) {
  EXPECT_THAT(Json("a: &x\n  b: *x\n"), HasSubstr("a.yml:2: the anchor &x holds itself"));
  EXPECT_THAT(Json("a: *x\n"), HasSubstr("no anchor &x stands before"));
  std::string bomb = "a0: &a0 lol\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(Json(bomb), HasSubstr("aliases that write too much"));
}

class PromptFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Ran Request(const std::string& name, std::string_view text,
              std::vector<std::string> arguments = {"--jsonl"}) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    arguments.insert(arguments.begin(), {"request", path});
    return RunInMemory(arguments, "");
  }

  std::filesystem::path folder_;
};

// The same messages as JSON are 4 + 1, 4 + 1 and 3 tokens: "Answer" and "Hello" are one each.
TEST_F(PromptFile, OfGitHubModelsIsFilledFromEachRow) {
  const Ran ran = Request("a.prompt.yml",
                          "name: Greeting\nmodel: openai/gpt-4o\n"
                          "modelParameters:\n  temperature: 0.5\n  maxTokens: 9\n"
                          "messages:\n  - role: system\n    content: Answer\n"
                          "  - role: user\n    content: '{{ input }}'\n"
                          "testData:\n  - input: Hello\n    expected: x\n  - other: y\n");
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"({"id":"testData[0]","model":"openai/gpt-4o",)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("prompt_tokens":13,"counted_tokens":13,"certainty":"exact")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("prompt_tokens":null,"counted_tokens":12,)"));
  EXPECT_THAT(ran.out, HasSubstr("what stands for {{ input }}"));
}

TEST_F(PromptFile, OfGitHubModelsMayHoldASchema) {
  const std::string prompt =
      "model: gpt-4o\nmessages:\n  - role: user\n    content: Hello\nresponseFormat: json_schema\n";
  const Ran ran =
      Request("a.prompt.yml",
              prompt + "jsonSchema: |\n  {\"name\":\"n\",\"schema\":{\"type\":\"object\"}}\n");
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"("class":"json_schema")"));
  const Ran wrong = Request("b.prompt.yml", prompt + "jsonSchema: '{'\n");
  EXPECT_EQ(wrong.code, ExitCode::kInput);
  EXPECT_THAT(wrong.err, HasSubstr("b.prompt.yml:6: jsonSchema: no JSON"));
}

TEST_F(PromptFile, OfPromptfooIsEachPromptForEachProviderAndTest) {
  const Ran ran = Request("promptfooconfig.yaml",
                          "prompts:\n  - 'Hello'\n"
                          "  - '[{\"role\":\"user\",\"content\":\"{{word}}\"}]'\n"
                          "providers:\n  - openai:gpt-4o\n"
                          "  - id: openai:chat:gpt-4\n    config:\n      max_tokens: 5\n"
                          "tests:\n  - vars:\n      word: Hello\n");
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"({"id":"prompts[0] tests[0]","model":"gpt-4o",)"));
  EXPECT_THAT(ran.out, HasSubstr(R"({"id":"prompts[1] tests[0]","model":"gpt-4",)"));
  EXPECT_THAT(ran.out, Not(HasSubstr("null,\"counted")));
  const Ran other = Request("b.yaml", "prompts:\n  - file://a.txt\n");
  EXPECT_EQ(other.code, ExitCode::kInput);
  EXPECT_THAT(other.err, HasSubstr("b.yaml:2: prompts[0]: a prompt in another file is not read"));
}

TEST_F(PromptFile, OfPromptyHasItsMessagesBelowItsHead) {
  const Ran ran = Request("a.prompty",
                          "---\nname: x\nmodel:\n  api: chat\n  configuration:\n"
                          "    azure_deployment: gpt-4o\n  parameters:\n    max_tokens: 9\n"
                          "sample:\n  word: Hello\n---\nsystem:\nAnswer\n\n# User:\n{{word}}\n");
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"("model":"gpt-4o")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("prompt_tokens":13,)"));
  const Ran loop =
      Request("b.prompty", "---\nmodel: gpt-4o\n---\nuser:\n{% for x in y %}{{x}}{% endfor %}\n");
  EXPECT_EQ(loop.code, ExitCode::kOk) << loop.err;
  EXPECT_THAT(loop.out, HasSubstr("what stands for {% for x in y %}"));
}

TEST_F(PromptFile, WhatIsNoneIsBadInput) {
  EXPECT_THAT(Request("a.yml", "a: 1\n").err, HasSubstr("a.yml:1: neither \"messages\""));
  EXPECT_THAT(Request("a.yml", "[]").err, HasSubstr("expected a prompt file, found"));
  EXPECT_THAT(Request("a.prompty", "user:\nx\n").err, HasSubstr("begins with a line ---"));
  EXPECT_THAT(Request("a.prompty", "---\nname: x\n").err, HasSubstr("the second line ---"));
  EXPECT_THAT(Request("a.prompty", "---\nname: x\n---\n").err, HasSubstr("no message stands"));
  const Ran role = Request("a.yml", "messages:\n\n  - role: king\n    content: x\n");
  EXPECT_EQ(role.code, ExitCode::kInput);
  EXPECT_THAT(role.err, HasSubstr("unknown role \"king\""));
}

}  // namespace
}  // namespace toktally::cli
