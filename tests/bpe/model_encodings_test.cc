#include "bpe/model_encodings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "bpe/encodings.h"
#include "data/model_table.h"

namespace toktally {
namespace {

using ::testing::HasSubstr;

struct Expected {
  std::string_view model;
  std::string_view encoding;
  std::string_view matched;
  std::string_view how;
  bool documented;
};

constexpr Expected kExpected[] = {
    {"gpt-4o", "o200k_base", "gpt-4o", "exact name", true},
    {"GPT-4o", "o200k_base", "gpt-4o", "exact name", true},
    {"gpt-4o-2024-08-06", "o200k_base", "gpt-4o-2024-08-06", "prefix gpt-4o", true},
    {"gpt-4o-mini", "o200k_base", "gpt-4o-mini", "exact name", true},
    {"openai/gpt-4o", "o200k_base", "gpt-4o", "openai/ removed, exact name", true},
    {"gpt-4.1", "o200k_base", "gpt-4.1", "exact name", true},
    {"gpt-4.1-nano-2025-04-14", "o200k_base", "gpt-4.1-nano-2025-04-14", "prefix gpt-4.1-nano",
     true},
    {"ft:gpt-4.1-2025-04-14:acme::x", "o200k_base", "gpt-4.1-2025-04-14",
     "ft: removed, prefix gpt-4.1", true},
    {"ft:gpt-4.1:acme::x", "o200k_base", "gpt-4.1", "ft: removed, exact name", true},
    {"ft:gpt-4o-mini:acme", "o200k_base", "gpt-4o-mini", "ft: removed, exact name", true},
    {"ft:o4-mini-2025-04-16:acme", "o200k_base", "o4-mini-2025-04-16",
     "ft: removed, prefix o4-mini", true},
    {"ft:gpt-4-0613:acme", "cl100k_base", "gpt-4-0613", "ft: removed, exact name", true},
    {"ft:gpt-3.5-turbo", "cl100k_base", "gpt-3.5-turbo", "ft: removed, exact name", true},
    {"ft:davinci-002:acme", "cl100k_base", "davinci-002", "ft: removed, exact name", true},
    {"gpt-4", "cl100k_base", "gpt-4", "exact name", true},
    {"gpt-4-turbo", "cl100k_base", "gpt-4-turbo", "exact name", true},
    {"gpt-35-turbo", "cl100k_base", "gpt-35-turbo", "exact name", true},
    {"gpt-35-turbo-16k", "cl100k_base", "gpt-35-turbo-16k", "exact name", true},
    {"azure/gpt-35-turbo", "cl100k_base", "gpt-35-turbo", "azure/ removed, exact name", true},
    {"gpt-5.6-sol", "o200k_base", "gpt-5.6-sol", "prefix gpt-5.6", true},
    {"gpt-5", "o200k_base", "gpt-5", "exact name", true},
    {"o1", "o200k_base", "o1", "exact name", true},
    {"o3-pro", "o200k_base", "o3-pro", "prefix o3", true},
    {"gpt-6.2-sol", "o200k_base", "gpt-6.2-sol", "prefix gpt-6.2", false},
    {"gpt-6", "o200k_base", "gpt-6", "exact name", false},
    {"codex-mini-latest", "o200k_base", "codex-mini-latest", "prefix codex-mini", false},
    {"gpt-realtime-mini", "o200k_base", "gpt-realtime-mini", "exact name", false},
    {"gpt-audio", "o200k_base", "gpt-audio", "exact name", false},
    {"chat-latest", "o200k_base", "chat-latest", "exact name", false},
    {"gpt-oss-120b", "o200k_harmony", "gpt-oss-120b", "prefix gpt-oss", true},
    {"openai/gpt-oss-20b", "o200k_harmony", "gpt-oss-20b", "openai/ removed, prefix gpt-oss", true},
    {"text-davinci-003", "p50k_base", "text-davinci-003", "exact name", true},
    {"code-davinci-edit-001", "p50k_edit", "code-davinci-edit-001", "exact name", true},
    {"davinci", "r50k_base", "davinci", "exact name", true},
    {"gpt-2", "gpt2", "gpt-2", "exact name", true},
    {"text-embedding-3-small", "cl100k_base", "text-embedding-3-small", "exact name", true},
    {"o1-high", "o200k_base", "o1", "-high removed, exact name", true},
    {"gpt-4.1-2025-04-14:free", "o200k_base", "gpt-4.1-2025-04-14", ":free removed, prefix gpt-4.1",
     true},
};

TEST(EncodingForModelTest, Names) {
  for (const Expected& expected : kExpected) {
    const auto found = EncodingForModel(expected.model);
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_NE(found->encoding, nullptr) << expected.model;
    EXPECT_EQ(found->encoding->name(), expected.encoding) << expected.model;
    EXPECT_EQ(found->matched, expected.matched) << expected.model;
    EXPECT_EQ(found->how, expected.how) << expected.model;
    EXPECT_EQ(found->documented, expected.documented) << expected.model;
  }
}

TEST(EncodingForModelTest, ModelsWithoutAPublicTokenizerSaySo) {
  for (const char* model :
       {"claude-sonnet-5", "anthropic/claude-opus-4.1", "us.anthropic.claude-3-haiku-20240307-v1:0",
        "gemini-2.5-pro", "models/gemini-3-pro-preview", "grok-4", "meta-llama/Llama-3.3-70B",
        "togethercomputer/Llama-2-7B-32K-Instruct", "mistral-large-2512", "deepseek-v4-pro",
        "gpt-image-1", "omni-moderation-latest"}) {
    const auto found = EncodingForModel(model);
    EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition) << model;
    EXPECT_THAT(std::string(found.status().message()), HasSubstr(model));
  }
  EXPECT_THAT(std::string(EncodingForModel("claude-opus-5").status().message()),
              "\"claude-opus-5\" has no public tokenizer; Anthropic's count_tokens endpoint counts "
              "for it");
}

TEST(EncodingForModelTest, UnknownNamesAreErrorsWithTheNearest) {
  const auto typo = EncodingForModel("gtp-4o");
  EXPECT_EQ(typo.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(typo.status().message(), "unknown model \"gtp-4o\"; did you mean gpt-4o?");
  EXPECT_EQ(EncodingForModel("zzz").status().message(), "unknown model \"zzz\"");
  EXPECT_EQ(EncodingForModel("").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(EncodingForModel("gpt").status().code(), absl::StatusCode::kNotFound);
  EXPECT_LT(EncodingForModel(std::string(200000, 'x')).status().message().size(), 200u);
}

// A prefix says something only of names of a form that exists: a slip behind it is no model.
TEST(EncodingForModelTest, ATypoBehindAPrefixIsUnknown) {
  for (const auto& [typo, near] : {std::pair("gpt-4-o", "gpt-4o"),
                                   {"gpt-4o-mni", "gpt-4o-mini"},
                                   {"gpt-4-mini", "gpt-4"},
                                   {"gpt-4o2", "gpt-4o"},
                                   {"gpt-4all", "gpt-4"},
                                   {"gpt-5mini", "gpt-5-mini"},
                                   {"gpt-5.4-sol", "gpt-5.4"},
                                   {"o3-mni", "o3"},
                                   {"gpt-4.1-mini-", "gpt-4.1-mini"},
                                   {"gpt-3.5-turbos", "gpt-3.5-turbo"},
                                   {"gpt-51", "gpt-5"},
                                   {"o1x", "o1"},
                                   {"openai/gpt-4-o", "gpt-4o"},
                                   {"ft:gpt-4-o:acme::x", "gpt-4o"}}) {
    const auto found = EncodingForModel(typo);
    EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound) << typo;
    EXPECT_THAT(std::string(found.status().message()), HasSubstr(near)) << typo;
  }
  for (const char* none : {"gpt-neox-20b", "gpt-j-6b", "gpt4all-j", "gpt-10", "gpt 4o", "gpt4o"}) {
    EXPECT_EQ(EncodingForModel(none).status().code(), absl::StatusCode::kNotFound) << none;
  }
}

TEST(EncodingForModelTest, EveryRowOfTheTableNamesAnEncodingOfOurs) {
  for (const ModelRow& row : ModelRows()) {
    if (row.encoding.value.empty()) continue;
    EXPECT_NE(FindEncoding(row.encoding.value), nullptr) << row.name;
  }
}

// models.json names for each model the encoding that tiktoken 0.14 gives, or that we assume.
TEST(EncodingForModelTest, EveryModelOfTheFacts) {
  std::ifstream file(TOKTALLY_SHARED_DIR "/facts/models.json");
  if (!file) GTEST_SKIP() << "no ../shared/facts/models.json";
  const nlohmann::json facts = nlohmann::json::parse(file);
  int models = 0;
  for (const auto& model : facts["models"]) {
    const std::string id = model["id"];
    const nlohmann::json encoding = model.value("encoding", nlohmann::json::object());
    const auto found = EncodingForModel(id);
    ++models;
    if (encoding.value("note", "") == "o200k_harmony (tiktoken)") {
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(found->encoding->name(), "o200k_harmony") << id;
    } else if (encoding["name"].is_null()) {
      EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition) << id;
    } else {
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(found->encoding->name(), encoding["name"].get<std::string>()) << id;
      const std::string confidence = encoding["confidence"];
      EXPECT_EQ(found->documented, confidence.starts_with("documented")) << id;
      for (const std::string snapshot : model["snapshots"]) {
        const auto same = EncodingForModel(snapshot);
        ASSERT_TRUE(same.ok()) << same.status();
        EXPECT_EQ(same->encoding, found->encoding) << snapshot;
      }
    }
  }
  EXPECT_EQ(models, 231);
}

TEST(TokenizerOfOthersTest, ModelsOfOtherMakersNameTheirTokenizer) {
  const auto name = [](std::string_view model) {
    const auto found = TokenizerOfOthers(model);
    return found ? std::string(found->name) : "none";
  };
  EXPECT_EQ(name("deepseek-chat"), "deepseek-v3");
  EXPECT_EQ(name("openrouter/deepseek/deepseek-chat"), "deepseek-v3");
  EXPECT_EQ(name("deepseek-r1"), "deepseek-v3");
  EXPECT_EQ(name("Qwen/Qwen3-32B"), "qwen3");
  EXPECT_EQ(name("llama-3.3-70b-versatile"), "llama-3");
  EXPECT_EQ(name("gemma-3-27b-it"), "gemma-3");
  EXPECT_EQ(name("gemini-2.5-flash"), "gemma-3");
  // Others of the same house have other tokenizers, or ones that nobody has looked at.
  for (const char* other : {"deepseek-r1-distill-llama-70b", "deepseek-r1-distill-qwen-32b",
                            "deepseek-coder", "qwen3.5-plus", "qwen3-max", "qwen2.5-7b",
                            "llama-2-7b", "llama-4-maverick", "gemma-2-9b", "gemma-3n-e4b",
                            "gemini-3-flash-preview", "mistral-large", "gpt-4o", "claude-opus-5"}) {
    EXPECT_EQ(name(other), "none") << other;
  }
}

TEST(TokenizerOfOthersTest, WhatIsAssumedOrAnothersSaysSo) {
  EXPECT_FALSE(TokenizerOfOthers("qwen3-32b")->assumed);
  EXPECT_TRUE(TokenizerOfOthers("qwen3-coder-plus")->assumed);
  EXPECT_TRUE(TokenizerOfOthers("gemini-2.5-pro")->instead);
  EXPECT_FALSE(TokenizerOfOthers("gemma-3-4b-it")->instead);
  EXPECT_EQ(TokenizerOfOthers("deepseek-chat")->source, "deepseek-ai/DeepSeek-V3");
}

}  // namespace
}  // namespace toktally
