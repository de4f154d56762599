#include "chat/family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "data/model_table.h"

namespace toktally::chat {
namespace {

std::string FamilyOf(std::string_view model) {
  const auto match = FindModelFamily(model);
  if (!match.ok()) return std::string(match.status().message());
  return std::string(match->family->name) + (match->assumed ? "?" : "");
}

TEST(FindModelFamily, KnowsNamesAndPrefixes) {
  EXPECT_EQ(FamilyOf("gpt-4o-2024-08-06"), "gpt-4o");
  EXPECT_EQ(FamilyOf("gpt-4.1-nano-2025-04-14"), "gpt-4o");
  EXPECT_EQ(FamilyOf("gpt-4-0613"), "gpt-4");
  EXPECT_EQ(FamilyOf("gpt-4-turbo-2024-04-09"), "gpt-4-turbo");
  EXPECT_EQ(FamilyOf("gpt-3.5-turbo-0125"), "gpt-4-turbo");
  EXPECT_EQ(FamilyOf("gpt-3.5-turbo-0301"), "gpt-3.5-turbo-0301");
  EXPECT_EQ(FamilyOf("gpt-35-turbo"), "gpt-3.5-turbo-0301");
  EXPECT_EQ(FamilyOf("gpt-5-mini-2025-08-07"), "gpt-5");
  EXPECT_EQ(FamilyOf("gpt-5.4-mini"), "gpt-5.4");
  EXPECT_EQ(FamilyOf("gpt-5.6-terra"), "gpt-5.1");
  EXPECT_EQ(FamilyOf("gpt-5-chat-latest"), "gpt-4o");
  EXPECT_EQ(FamilyOf("o3-mini-2025-01-31"), "o3-mini");
}

TEST(FindModelFamily, SeesThroughTheSpellingsOfOthers) {
  EXPECT_EQ(FamilyOf("openai/gpt-4o"), "gpt-4o");
  EXPECT_EQ(FamilyOf("ft:gpt-4.1-mini-2025-04-14:org::id"), "gpt-4o");
}

TEST(FindModelFamily, SaysWhereItAssumes) {
  EXPECT_EQ(FamilyOf("gpt-6.2-sol"), "gpt-5.1?");
  EXPECT_EQ(FamilyOf("o1-2024-12-17"), "o3?");
}

TEST(FindModelFamily, RefusesUnknownModels) {
  EXPECT_FALSE(FindModelFamily("no-such-model").ok());
  EXPECT_FALSE(FindModelFamily("claude-opus-5").ok());
}

TEST(ModelFamilies, EveryOneOfTheTableOfModelsIsKnown) {
  for (const ModelRow& row : ModelRows()) {
    if (row.family.value.empty()) continue;
    const auto families = ModelFamilies();
    const auto own = std::find_if(families.begin(), families.end(), [&row](const ModelFamily& f) {
      return f.name == row.family.value;
    });
    ASSERT_NE(own, families.end()) << row.name;
    EXPECT_EQ(own->encoding, row.encoding.value) << row.name;
  }
}

TEST(ModelFamilies, HaveNamesAndEncodings) {
  for (const ModelFamily& family : ModelFamilies()) {
    EXPECT_FALSE(family.name.empty());
    EXPECT_TRUE(family.encoding == "o200k_base" || family.encoding == "cl100k_base");
  }
}

}  // namespace
}  // namespace toktally::chat
