#include "cli/report/count_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace toktally::cli {
namespace {

CountedFile File(const std::string& path, std::uint64_t tokens, std::size_t argument = 0) {
  return {path, argument, true, {TokenRange{tokens, tokens, tokens}}, tokens * 4};
}

// "label tokens" of each row.
std::vector<std::string> Shown(const std::vector<CountRow>& rows) {
  std::vector<std::string> shown;
  for (const CountRow& row : rows) {
    shown.push_back(row.label + " " + std::to_string(row.ranges[0].tokens));
  }
  return shown;
}

std::vector<std::string> Rows(const std::vector<CountedFile>& files, const RowOptions& options) {
  return Shown(MakeCountRows(files, {{"r", true}, {"s", true}}, options,
                             [](std::string_view) { return std::string("@a"); }));
}

const std::vector<CountedFile>& Files() {
  static const std::vector<CountedFile> files{File("r/a.md", 5), File("r/d/b.md", 7),
                                              File("r/d/e/c.cc", 1), File("s/x.PY", 4, 1)};
  return files;
}

using Strings = std::vector<std::string>;

TEST(CountRows, ATreeAddsUpAtEveryLevel) {
  RowOptions options;
  options.by = GroupBy::kTree;
  EXPECT_EQ(Rows(Files(), options), (Strings{"r/ 13", "  a.md 5", "  d/ 8", "    b.md 7",
                                             "    e/ 1", "      c.cc 1", "s/ 4", "  x.PY 4"}));
  options.depth = 1;
  EXPECT_EQ(Rows(Files(), options), (Strings{"r/ 13", "  a.md 5", "  d/ 8", "s/ 4", "  x.PY 4"}));
  options.top = 1;
  EXPECT_EQ(Rows(Files(), options),
            (Strings{"r/ 13", "  d/ 8", "  (1 other) 5", "s/ 4", "  x.PY 4"}));
}

TEST(CountRows, NamesOfKindsAreSortedByTokens) {
  RowOptions options;
  options.by = GroupBy::kExtension;
  EXPECT_EQ(Rows(Files(), options), (Strings{".md 12", ".py 4", ".cc 1"}));
  options.by = GroupBy::kLanguage;
  EXPECT_EQ(Rows(Files(), options), (Strings{"Markdown 12", "Python 4", "C++ 1"}));
  options.by = GroupBy::kOwner;
  EXPECT_EQ(Rows(Files(), options), (Strings{"@a 17"}));
  options.by = GroupBy::kFile;
  options.sort = SortBy::kTokens;
  options.min = 5;
  EXPECT_EQ(Rows(Files(), options), (Strings{"r/d/b.md 7", "r/a.md 5", "(2 others) 5"}));
  options.top = 0;
  EXPECT_EQ(Rows(Files(), options), (Strings{"(4 others) 17"}));
}

TEST(Languages, KnowNamesAndEndings) {
  EXPECT_EQ(LanguageOf("a/Makefile"), "Makefile");
  EXPECT_EQ(LanguageOf("x.TSX"), "TSX");
  EXPECT_EQ(LanguageOf("CMakeLists.txt"), "CMake");
  EXPECT_EQ(LanguageOf("no.thing.known"), "other");
  EXPECT_EQ(LanguageOf("plain"), "other");
}

}  // namespace
}  // namespace toktally::cli
