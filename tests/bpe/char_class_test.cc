#include "bpe/split/char_class.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace toktally {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(CharClassTest, EveryCodePointIsThatOfTheUnicodeFile) {
  const std::map<std::string, CharClass> classes = {
      {"Lu", CharClass::kLu},    {"Lt", CharClass::kLt},  {"Ll", CharClass::kLl},
      {"Lm", CharClass::kLm},    {"Lo", CharClass::kLo},  {"M", CharClass::kMark},
      {"N", CharClass::kNumber}, {"s", CharClass::kSpace}};
  std::vector<CharClass> expected(0x110000, CharClass::kOther);
  std::ifstream file(TOKTALLY_SOURCE_DIR "/data/unicode/char_classes.tsv");
  std::string first, last, name;
  int ranges = 0;
  while (file >> first >> last >> name) {
    for (auto c = std::stoul(first, nullptr, 16); c <= std::stoul(last, nullptr, 16); ++c) {
      expected[c] = classes.at(name);
    }
    ++ranges;
  }
  EXPECT_EQ(ranges, 2401);
  for (char32_t c = 0; c < 0x110000; ++c) {
    ASSERT_EQ(ClassOf(c), expected[c]) << "U+" << std::hex << static_cast<unsigned>(c);
  }
}

TEST(CharClassTest, CheckedInTableIsWhatTheGeneratorMakes) {
  if (std::system("python3 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3";
  std::FILE* generator =
      popen("python3 " TOKTALLY_SOURCE_DIR "/data/generate_char_class_table.py", "r");
  ASSERT_NE(generator, nullptr);
  std::string generated;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, generator)) {
    generated.append(buffer, size);
  }
  EXPECT_EQ(pclose(generator), 0);
  EXPECT_TRUE(generated == ReadFile(TOKTALLY_SOURCE_DIR "/bpe/split/char_class_table.inc"))
      << "run data/generate_char_class_table.py > bpe/split/char_class_table.inc";
}

}  // namespace
}  // namespace toktally
