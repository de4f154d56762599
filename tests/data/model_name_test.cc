#include "data/model_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> NamesOf(std::string_view name) {
  std::vector<std::string> names;
  for (const ModelNameSpelling& spelling : ModelNameSpellings(name)) names.push_back(spelling.name);
  return names;
}

TEST(ModelNameTest, APlainNameHasOneSpelling) {
  EXPECT_THAT(NamesOf("GPT-4o"), ElementsAre("gpt-4o"));
  EXPECT_THAT(NamesOf(""), ElementsAre(""));
  EXPECT_THAT(NamesOf("gpt-4-0613"), ElementsAre("gpt-4-0613"));
  EXPECT_THAT(NamesOf("o1"), ElementsAre("o1"));
}

TEST(ModelNameTest, VendorsAndRegions) {
  EXPECT_THAT(NamesOf("openrouter/openai/gpt-4o"),
              ElementsAre("openrouter/openai/gpt-4o", "openai/gpt-4o", "gpt-4o"));
  EXPECT_THAT(NamesOf("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
              ElementsAre("us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                          "anthropic.claude-sonnet-4-5-20250929-v1:0",
                          "claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929-v1",
                          "claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "claude-4-5-sonnet"));
  EXPECT_THAT(NamesOf("openai.gpt-oss-120b-1:0"),
              ElementsAre("openai.gpt-oss-120b-1:0", "gpt-oss-120b-1:0", "gpt-oss-120b"));
  EXPECT_THAT(NamesOf("azure/gpt-35-turbo"),
              ElementsAre("azure/gpt-35-turbo", "gpt-35-turbo", "gpt-3.5-turbo"));
  EXPECT_THAT(NamesOf("openai/"), ElementsAre("openai/"));
}

TEST(ModelNameTest, FineTunes) {
  EXPECT_THAT(
      NamesOf("ft:gpt-4.1-2025-04-14:acme:support:abc123"),
      ElementsAre("ft:gpt-4.1-2025-04-14:acme:support:abc123", "gpt-4.1-2025-04-14", "gpt-4.1"));
  EXPECT_THAT(NamesOf("ft:gpt-4o"), ElementsAre("ft:gpt-4o", "gpt-4o"));
  EXPECT_THAT(NamesOf("ft:"), ElementsAre("ft:"));
  EXPECT_THAT(NamesOf("davinci:ft-acme-2023-01-01"),
              ElementsAre("davinci:ft-acme-2023-01-01", "davinci"));
  EXPECT_THAT(NamesOf("gpt-35-turbo-0125.ft-0123"),
              ElementsAre("gpt-35-turbo-0125.ft-0123", "gpt-35-turbo-0125", "gpt-3.5-turbo-0125"));
  for (const ModelNameSpelling& spelling : ModelNameSpellings("openai/ft:gpt-4o:acme")) {
    EXPECT_TRUE(spelling.fine_tuned) << spelling.name;
  }
  EXPECT_FALSE(ModelNameSpellings("gpt-4o")[0].fine_tuned);
}

TEST(ModelNameTest, DatesVariantsAndEfforts) {
  EXPECT_THAT(NamesOf("gpt-4o-2024-08-06"), ElementsAre("gpt-4o-2024-08-06", "gpt-4o"));
  EXPECT_THAT(NamesOf("claude-opus-4@20250514"),
              ElementsAre("claude-opus-4@20250514", "claude-opus-4", "claude-4-opus"));
  EXPECT_THAT(NamesOf("gpt-4o-2024-13-06"), ElementsAre("gpt-4o-2024-13-06"));
  EXPECT_THAT(NamesOf("x-12345678"), ElementsAre("x-12345678"));
  EXPECT_THAT(NamesOf("gpt-4o-mini:free"), ElementsAre("gpt-4o-mini:free", "gpt-4o-mini"));
  EXPECT_THAT(NamesOf("claude-sonnet-5[1m]"),
              ElementsAre("claude-sonnet-5[1m]", "claude-sonnet-5", "claude-5-sonnet"));
  EXPECT_THAT(NamesOf("gpt-5.1-high"), ElementsAre("gpt-5.1-high", "gpt-5.1"));
  EXPECT_THAT(NamesOf("claude-3-5-sonnet-latest"),
              ElementsAre("claude-3-5-sonnet-latest", "claude-3-5-sonnet", "claude-sonnet-3-5"));
  EXPECT_THAT(NamesOf("gpt-5.1-2025-11-13-low"),
              ElementsAre("gpt-5.1-2025-11-13-low", "gpt-5.1-2025-11-13", "gpt-5.1"));
}

// "seller:openrouter tier:priority" of the last spelling.
std::string MarksOf(std::string_view name) {
  constexpr std::string_view kKinds[] = {"nothing", "seller",  "unknown", "region",
                                         "tier",    "variant", "online",  "fine-tune",
                                         "date",    "latest",  "effort"};
  std::string all;
  const std::vector<ModelNameSpelling> spellings = ModelNameSpellings(name);
  for (const NameMark& mark : spellings.back().marks) {
    if (!all.empty()) all += ' ';
    all += kKinds[static_cast<std::size_t>(mark.kind)];
    if (!mark.text.empty()) all.append(":").append(mark.text);
  }
  return all;
}

TEST(ModelNameTest, EachStepSaysWhatItMeans) {
  EXPECT_EQ(MarksOf("gpt-4o"), "");
  EXPECT_EQ(MarksOf(" GPT-4o\n"), "");
  EXPECT_EQ(MarksOf("openrouter/openai/gpt-4o"), "seller:openrouter seller:openai");
  EXPECT_EQ(MarksOf("openai:chat:gpt-4o"), "seller:openai");
  EXPECT_EQ(MarksOf("azure_openai/eu/gpt-4o"), "seller:azure region:eu");
  EXPECT_EQ(MarksOf("litellm_proxy/gpt-4o"), "");
  EXPECT_EQ(MarksOf("my-gateway/gpt-4o"), "unknown:my-gateway");
  EXPECT_EQ(MarksOf("us.anthropic.claude-opus-5"), "region:us seller:bedrock");
  EXPECT_EQ(MarksOf("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-5"),
            "seller:bedrock region:us-east-1 region:eu seller:bedrock");
  EXPECT_EQ(MarksOf("gpt-5.3-codex-high-fast"), "tier:priority effort");
  EXPECT_EQ(MarksOf("gpt-4o:free"), "variant::free");
  EXPECT_EQ(MarksOf("1024-x-1024/gpt-image-1"), "variant:1024-x-1024");
  EXPECT_EQ(MarksOf("gpt-4o-2024-08-06"), "date:2024-08-06");
  EXPECT_EQ(MarksOf("claude-opus-4@20250514"), "date:20250514");
  EXPECT_EQ(MarksOf("grok-4-latest"), "latest");
  EXPECT_EQ(MarksOf("gpt-4o.ft-0a1b"), "fine-tune");
}

TEST(ModelNameTest, WhatWasTakenOffIsSaid) {
  const std::vector<ModelNameSpelling> spellings =
      ModelNameSpellings("openai/ft:gpt-4o-2024-08-06:acme");
  ASSERT_EQ(spellings.size(), 4u);
  EXPECT_EQ(spellings[0].how, "");
  EXPECT_EQ(spellings[1].how, "openai/ removed");
  EXPECT_EQ(spellings[2].how, "openai/ removed, ft: removed");
  EXPECT_EQ(spellings[3].how, "openai/ removed, ft: removed, date removed");
}

}  // namespace
}  // namespace toktally
