#include "cli/commands/licenses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/json.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;

TEST(LicensesTest, EveryComponentIsTold) {
  const Ran list = RunInMemory({"licenses"});
  const Ran full = RunInMemory({"licenses", "--full"});
  EXPECT_EQ(list.code, ExitCode::kOk);
  for (const Component& component : Components()) {
    EXPECT_THAT(list.out, HasSubstr(std::string(component.name)));
    EXPECT_THAT(full.out, HasSubstr(std::string(component.licence)));
    EXPECT_FALSE(component.licence.empty());
    // On Debian every package brings its notice.
    const std::string file = "/usr/share/doc/" + std::string(component.package) + "/copyright";
    if (!std::filesystem::exists(file)) continue;
    EXPECT_FALSE(component.version.empty()) << component.name;
    EXPECT_GT(component.notice.size(), 500u) << component.name;
  }
  EXPECT_THAT(full.out, HasSubstr("Permission is hereby granted"));
  EXPECT_THAT(full.out, HasSubstr("OpenAI, Shantanu Jain"));
}

TEST(LicensesTest, TheBillOfMaterialsIsSpdx) {
  const Ran ran = RunInMemory({"licenses", "--spdx"});
  const auto document = JsonDocument::Parse(ran.out, "spdx");
  ASSERT_TRUE(document.ok()) << document.status();
  const JsonValue root = document->root();
  EXPECT_EQ(root.Find("spdxVersion")->text(), "SPDX-2.3");
  std::set<std::string> ids = {"SPDXRef-DOCUMENT"};
  for (const JsonValue& package : root.Find("packages")->children()) {
    EXPECT_TRUE(ids.emplace(package.Find("SPDXID")->text()).second);
    for (const char* key : {"name", "licenseConcluded", "licenseDeclared", "downloadLocation"}) {
      EXPECT_FALSE(package.Find(key)->text().empty());
    }
  }
  EXPECT_EQ(ids.size(), Components().size() + 6);
  for (const JsonValue& relationship : root.Find("relationships")->children()) {
    EXPECT_TRUE(ids.contains(std::string(relationship.Find("spdxElementId")->text())));
    EXPECT_TRUE(ids.contains(std::string(relationship.Find("relatedSpdxElement")->text())));
  }
  EXPECT_EQ(RunInMemory({"licenses", "--spdx", "--full"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace toktally::cli
