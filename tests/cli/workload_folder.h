// A folder of its own for the time of a test, with files in it; the test runs inside.

#ifndef TOKTALLY_TESTS_CLI_WORKLOAD_FOLDER_H_
#define TOKTALLY_TESTS_CLI_WORKLOAD_FOLDER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace toktally::cli {

class WorkloadFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name =
        (std::filesystem::temp_directory_path() / "toktally_workload_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(root_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(root_);
  }
  static void Write(const std::string& path, std::string_view text) {
    const auto parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string Read(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  std::filesystem::path root_;
  std::filesystem::path before_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_TESTS_CLI_WORKLOAD_FOLDER_H_
