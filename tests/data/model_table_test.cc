#include "data/model_table.h"

#include <gtest/gtest.h>

#include <string>

namespace toktally {
namespace {

std::string RowOf(std::string_view spelling) {
  const ModelRow* row = FindModelRow(spelling);
  return row == nullptr ? "none" : std::string(row->name);
}

TEST(ModelTable, ANameGoesBeforeAPrefixAndTheLongerBeforeTheShorter) {
  EXPECT_EQ(RowOf("gpt-4o"), "gpt-4o");
  EXPECT_EQ(RowOf("gpt-4o-mini"), "gpt-4o-mini");
  EXPECT_EQ(RowOf("gpt-4o-mini-2024-07-18"), "gpt-4o-mini");
  EXPECT_EQ(RowOf("gpt-4o-audio-preview-2025-06-03"), "gpt-4o");
  EXPECT_EQ(RowOf("gpt-4-0613"), "gpt-4-0613");
  EXPECT_EQ(RowOf("gpt-3.5-turbo-0125"), "gpt-3.5-turbo");
}

TEST(ModelTable, ATailIsMadeOfKnownWordsAndDates) {
  EXPECT_EQ(RowOf("gpt-5.6-sol-2026-07-09"), "gpt-5.6");
  for (const char* name : {"gpt-4o-", "gpt-4o--mini", "gpt-4o-mni", "gpt-4ox", "gpt-4o-2024",
                           "gpt-4o-2024-08", "gpt-4o-2024-8-6", "gpt-4o-12345", "", "-", "gpt"}) {
    EXPECT_EQ(RowOf(name), "none") << name;
  }
}

TEST(ModelTable, ModelsWithoutAnEncodingSayWhy) {
  EXPECT_EQ(RowOf("claude-opus-5"), "none");
  ASSERT_NE(FindUncountedRow("claude-opus-5"), nullptr);
  ASSERT_NE(FindUncountedRow("meta-llama-3"), nullptr);
  EXPECT_EQ(FindUncountedRow("gpt-4o"), nullptr);
  EXPECT_EQ(FindUncountedRow(""), nullptr);
  for (const ModelRow& row : ModelRows()) {
    EXPECT_NE(row.encoding.value.empty(), row.why.empty()) << row.name;
  }
}

}  // namespace
}  // namespace toktally
