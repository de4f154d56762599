#include "cli/io/file_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace toktally::cli {
namespace {

namespace fs = std::filesystem;

class FileWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "toktally_writer_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string Path(const std::string& name) const { return (root_ / name).string(); }
  std::string Read(const std::string& name) const {
    std::ifstream file(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // How many entries stand in the folder.
  std::ptrdiff_t Entries() const {
    return std::distance(fs::directory_iterator(root_), fs::directory_iterator());
  }

  fs::path root_;
};

TEST_F(FileWriterTest, ANewFileIsWritten) {
  EXPECT_TRUE(WriteFileWhole(Path("a"), "text").ok());
  EXPECT_EQ(Read("a"), "text");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FileWriterTest, ALinkStaysALinkAndItsFileIsWritten) {
  fs::create_directory(root_ / "there");
  std::ofstream(root_ / "there/file") << "old";
  fs::create_symlink("there/file", root_ / "link");
  fs::create_symlink(root_ / "link", root_ / "link_to_link");
  EXPECT_TRUE(WriteFileWhole(Path("link_to_link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
  EXPECT_TRUE(fs::is_symlink(root_ / "link_to_link"));
  EXPECT_EQ(Read("there/file"), "new");
}

TEST_F(FileWriterTest, ALinkToAFileThatIsNotThereYetMakesIt) {
  fs::create_symlink("later", root_ / "link");
  EXPECT_TRUE(WriteFileWhole(Path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
  EXPECT_EQ(Read("later"), "new");
}

TEST_F(FileWriterTest, LinksInACircleAreAnError) {
  fs::create_symlink("b", root_ / "a");
  fs::create_symlink("a", root_ / "b");
  EXPECT_FALSE(WriteFileWhole(Path("a"), "new").ok());
  EXPECT_EQ(Entries(), 2);
}

TEST_F(FileWriterTest, TheModeIsKept) {
  for (const mode_t mode : {0600u, 0664u, 0755u}) {
    std::ofstream(root_ / "a") << "old";
    ASSERT_EQ(chmod(Path("a").c_str(), mode), 0);
    EXPECT_TRUE(WriteFileWhole(Path("a"), "new").ok());
    struct stat info {};
    ASSERT_EQ(stat(Path("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, mode);
    EXPECT_EQ(Read("a"), "new");
  }
}

TEST_F(FileWriterTest, AFileThatMayNotBeAsLargeLeavesTheOldOneAndNothingElse) {
  std::ofstream(root_ / "a") << "old";
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 10;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = WriteFileWhole(Path("a"), std::string(1000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Read("a"), "old");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FileWriterTest, AFolderIsAnError) {
  EXPECT_FALSE(WriteFileWhole(root_.string(), "text").ok());
  EXPECT_FALSE(WriteFileWhole(Path("none/file"), "text").ok());
}

}  // namespace
}  // namespace toktally::cli
