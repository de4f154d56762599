// A test with an empty store of its own: $XDG_DATA_HOME is a folder that is gone afterwards.

#ifndef TOKTALLY_TESTS_CLI_DATA_HOME_H_
#define TOKTALLY_TESTS_CLI_DATA_HOME_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace toktally::cli {

class DataHomeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "toktally_data_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    setenv("XDG_DATA_HOME", root_.c_str(), 1);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string Write(const std::string& name, std::string_view text) {
    const std::string path = root_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string root_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_TESTS_CLI_DATA_HOME_H_
