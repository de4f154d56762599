#include "cli/io/shard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace toktally::cli {
namespace {

namespace fs = std::filesystem;

TEST(ShardTest, IsReadFromOneOn) {
  EXPECT_EQ(ToString(*ParseShard("2/7")), "2/7");
  EXPECT_EQ(ParseShard("1/1")->of, 1u);
  for (const char* text : {"", "3", "/", "1/", "/3", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/2/3",
                           "1.5/3", "1/1000001"}) {
    EXPECT_FALSE(ParseShard(text).ok()) << text;
  }
}

// Whatever the sizes, each byte of each file belongs to one shard.
TEST(ShardTest, EveryByteBelongsToOneShard) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint64_t> sizes(random() % 6);
    for (auto& size : sizes) size = random() % 4 == 0 ? 0 : random() % 1000;
    const std::uint64_t of = 1 + random() % 9;
    std::vector<std::uint64_t> lines(sizes.size());
    std::vector<int> whole(sizes.size());
    for (std::uint64_t index = 1; index <= of; ++index) {
      for (const FilePart& part : LinesOf(sizes, {index, of})) {
        EXPECT_EQ(part.begin, lines[part.file]);
        lines[part.file] = part.end;
      }
      for (const FilePart& part : WholeFilesOf(sizes, {index, of})) {
        EXPECT_EQ(part.end, sizes[part.file]);
        ++whole[part.file];
      }
    }
    EXPECT_EQ(lines, sizes);
    EXPECT_EQ(whole, std::vector<int>(sizes.size(), 1));
  }
}

class LinesTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (fs::temp_directory_path() / "toktally_shard_XXXXXX").string();
    close(mkstemp(path_.data()));
  }
  void TearDown() override { fs::remove(path_); }

  std::string ReadPart(std::uint64_t begin, std::uint64_t end) const {
    const Input input;
    const auto source = OpenLines(path_, begin, end, input);
    EXPECT_TRUE(source.ok());
    // Small reads meet every edge.
    std::string text;
    char buffer[3];
    while (true) {
      const auto got = (*source)->Read(buffer);
      EXPECT_TRUE(got.ok());
      if (*got == 0) return text;
      text.append(buffer, *got);
    }
  }

  std::string path_;
};

// The parts are whole lines, and together the file.
TEST_F(LinesTest, PartsAreWholeLinesWhateverTheCuts) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    const std::size_t size = random() % 40;
    for (std::size_t i = 0; i < size; ++i) text += random() % 4 == 0 ? '\n' : 'x';
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    const std::uint64_t of = 1 + random() % 5;
    std::string together;
    const std::uint64_t sizes[] = {size};
    for (std::uint64_t index = 1; index <= of; ++index) {
      for (const FilePart& part : LinesOf(sizes, {index, of})) {
        const std::string lines = ReadPart(part.begin, part.end);
        together += lines;
        EXPECT_TRUE(lines.empty() || lines.back() == '\n' || together.size() == size);
      }
    }
    EXPECT_EQ(together, text);
  }
}

TEST_F(LinesTest, LinesAreNumberedFromTheBeginningOfTheFile) {
  std::ofstream(path_, std::ios::binary) << "a\nbb\n\nc";
  const Input input;
  EXPECT_EQ(FirstLineOf(path_, 0, input), 1);
  EXPECT_EQ(FirstLineOf(path_, 1, input), 2);
  EXPECT_EQ(FirstLineOf(path_, 2, input), 2);
  EXPECT_EQ(FirstLineOf(path_, 3, input), 3);
  EXPECT_EQ(FirstLineOf(path_, 6, input), 4);
}

}  // namespace
}  // namespace toktally::cli
