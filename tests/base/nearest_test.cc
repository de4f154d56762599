#include "base/nearest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearestNamesTest, NearestFirst) {
  const std::vector<std::string_view> known = {"gpt-4o",  "gpt-4o-mini",   "gpt-4", "o1",
                                               "o3-mini", "claude-3-opus", "gpt-4o"};
  EXPECT_THAT(NearestNames("gpt4o", known), ElementsAre("gpt-4o"));
  EXPECT_THAT(NearestNames("GPT-4p", known), ElementsAre("gpt-4", "gpt-4o"));
  EXPECT_THAT(NearestNames("gpt-4o-mni", known, 1), ElementsAre("gpt-4o-mini"));
  EXPECT_THAT(NearestNames("gtp-4o", known), ElementsAre("gpt-4o"));
  EXPECT_THAT(NearestNames("claude", known), ElementsAre("claude-3-opus"));
  EXPECT_THAT(NearestNames("nothing-like-it", known), IsEmpty());
  EXPECT_THAT(NearestNames("", known), IsEmpty());
  EXPECT_THAT(NearestNames("gpt-4o", {}), IsEmpty());
  EXPECT_THAT(NearestNames(std::string(100000, 'x'), known), IsEmpty());
  EXPECT_THAT(NearestNames("gpt4o", known, 0), IsEmpty());
}

}  // namespace
}  // namespace toktally
