#include "cli/commands/count.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

namespace fs = std::filesystem;

// A directory of its own, which is gone afterwards; the test runs inside.
class CountTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "toktally_count_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    before_ = fs::current_path();
    fs::current_path(root_);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }
  static void Write(const std::string& path, std::string_view text) {
    const fs::path parent = fs::path(path).parent_path();
    if (!parent.empty()) fs::create_directories(parent);
    std::ofstream(path, std::ios::binary) << text;
  }

  fs::path root_;
  fs::path before_;
};

TEST_F(CountTest, OneInputIsOneNumber) {
  const Ran ran = RunInMemory({"count"}, "hello world");
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out, "2\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(RunInMemory({"count", "-"}, "").out, "0\n");
  EXPECT_EQ(RunInMemory({"count", "-m", "gpt-4", "-"}, "아버지가 방에 들어가신다").out, "12\n");
  EXPECT_EQ(RunInMemory({"count", "-e", "o200k_base"}, "아버지가 방에 들어가신다").out, "9\n");
}

TEST_F(CountTest, SeveralInputsAreRowsAndATotal) {
  Write("a.txt", "hello world");
  Write("b.txt", "hello");
  EXPECT_EQ(RunInMemory({"count", "a.txt", "b.txt"}).out,
            "tokens   %  bytes  path   o200k_base\n"
            "     2  67     11  a.txt\n"
            "     1  33      5  b.txt\n"
            "─────────────────\n"
            "     3         16  total\n");
}

TEST_F(CountTest, AMissingFileLeavesTheOthersCounted) {
  Write("a.txt", "hello world");
  const Ran ran = RunInMemory({"count", "nope", "a.txt", "--format", "jsonl"});
  EXPECT_EQ(ran.code, ExitCode::kInput);
  EXPECT_EQ(ran.out,
            "{\"path\":\"a.txt\",\"tokens\":2,\"bytes\":11,\"files\":1,"
            "\"encoding\":\"o200k_base\"}\n");
  EXPECT_EQ(ran.err, "toktally: count: nope: No such file or directory\n");
  EXPECT_NE(RunInMemory({"count", "nope", "a.txt"}).out.find("total (incomplete)"),
            std::string::npos);
}

TEST_F(CountTest, DirectoriesAreWalkedByTheRules) {
  Write("d/.gitignore", "*.log\n/build/\n");
  Write("d/b.txt", "hello world");
  Write("d/a/x.txt", "hello");
  Write("d/a/y.log", "hello");
  Write("d/build/z.txt", "hello");
  Write("d/image.png", std::string("\x89PNG\0", 5));
  Write("d/.hidden", "hello");
  fs::create_symlink("d", "d/link");
  ASSERT_EQ(mkfifo("d/fifo", 0600), 0);
  const Ran ran = RunInMemory({"count", "d", "--format", "csv", "--files"});
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_EQ(ran.out,
            "tokens,bytes,files,path,encoding\r\n"
            "1,5,1,d/a/x.txt,o200k_base\r\n"
            "2,11,1,d/b.txt,o200k_base\r\n");
  EXPECT_EQ(ran.err,
            "toktally: count: skipped 2 hidden, 2 ignored, 1 binary, 2 no regular file; "
            "--hidden and --no-ignore count them\n");
  const Ran all = RunInMemory({"count", "d/", "--hidden", "--no-ignore", "-q"});
  EXPECT_EQ(all.err, "");
  EXPECT_EQ(all.out,
            "tokens   %  bytes  files  path          o200k_base\n"
            "     5  45     14      1  d/.gitignore\n"
            "     1   9      5      1  d/.hidden\n"
            "     2  18     10      2  d/a\n"
            "     2  18     11      1  d/b.txt\n"
            "     1   9      5      1  d/build\n"
            "────────────────────────\n"
            "    11         45      6  total\n");
}

TEST_F(CountTest, IgnoreFilesAboveTheDirectoryHoldInsideAWorkTree) {
  fs::create_directories("repo/.git/info");
  Write("repo/.git/info/exclude", "secret.txt\n");
  Write("repo/.gitignore", "/src/gen/\n");
  Write("repo/src/a.txt", "hello");
  Write("repo/src/gen/b.txt", "hello");
  Write("repo/src/secret.txt", "hello");
  EXPECT_EQ(RunInMemory({"count", "repo/src", "--format", "csv", "-q"}).out,
            "tokens,bytes,files,path,encoding\r\n1,5,1,repo/src/a.txt,o200k_base\r\n");
  fs::current_path("repo/src");
  EXPECT_EQ(RunInMemory({"count", ".", "--format", "csv", "-q"}).out,
            "tokens,bytes,files,path,encoding\r\n1,5,1,./a.txt,o200k_base\r\n");
}

TEST_F(CountTest, OrderDoesNotDependOnThreads) {
  for (std::size_t i = 0; i < 300; ++i) {
    Write("d/" + std::to_string(i % 7) + "/f" + std::to_string(i), std::string(i, 'x'));
  }
  const std::string one = RunInMemory({"count", "d", "--files", "--threads", "1"}).out;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(RunInMemory({"count", "d", "--files", "--threads", "8"}).out, one);
  }
}

TEST_F(CountTest, FileListsComeFromFiles) {
  Write("a\nb.txt", "hello world");
  Write("c.txt", "hello");
  const std::string list("a\nb.txt\0c.txt\0", 14);
  const Ran ran = RunInMemory({"count", "--files0-from", "-"}, list);
  EXPECT_EQ(ran.out,
            "tokens   %  bytes  path      o200k_base\n"
            "     2  67     11  a\\nb.txt\n"
            "     1  33      5  c.txt\n"
            "─────────────────\n"
            "     3         16  total\n");
  Write("list", list);
  EXPECT_EQ(RunInMemory({"count", "--files0-from", "list"}).out, ran.out);
  EXPECT_EQ(RunInMemory({"count", "--files0-from", "list", "c.txt"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"count", "--files0-from", "nope"}).code, ExitCode::kInput);
  EXPECT_EQ(RunInMemory({"count", "--files0-from", "-"}, std::string("-\0", 2)).code,
            ExitCode::kUsage);
}

TEST_F(CountTest, WarnsOnceOfWhatWasNotAsItSeems) {
  Write("a.txt", "caf\xe9");
  Write("b.txt", "\xff");
  Write("c.txt", "<|endoftext|>");
  EXPECT_EQ(RunInMemory({"count", "a.txt", "b.txt", "c.txt"}).err,
            "toktally: warning: count: a.txt: byte 3 is not UTF-8 (and 1 more file); counted as "
            "U+FFFD, as an API reads it\n"
            "toktally: warning: count: c.txt: 1 name of a special token is counted as ordinary "
            "text; --special allow counts the token itself\n");
  EXPECT_EQ(RunInMemory({"count", "--special", "allow", "c.txt"}).out, "1\n");
  const Ran error = RunInMemory({"count", "--special", "error", "c.txt"});
  EXPECT_EQ(error.code, ExitCode::kInput);
  EXPECT_EQ(error.out, "");
  EXPECT_NE(error.err.find("<|endoftext|>"), std::string::npos);
}

TEST_F(CountTest, WrongUseIsSaid) {
  EXPECT_EQ(RunInMemory({"count", "-e", "o200"}, "x").code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"count", "-m", "gpt-4oo"}, "x").code, ExitCode::kUnknownModel);
  EXPECT_EQ(RunInMemory({"count", "-m", "claude-opus-4"}, "x").code, ExitCode::kUnknownModel);
  EXPECT_EQ(RunInMemory({"encode", "-m", "gpt-4o", "-e", "o200k_base"}, "x").code,
            ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"count", "--threads", "-1"}, "x").code, ExitCode::kUsage);
}

TEST(Encode, PrintsIdsAndDecodeIsItsInverse) {
  EXPECT_EQ(RunInMemory({"encode"}, "hello world").out, "24912 2375\n");
  EXPECT_EQ(RunInMemory({"encode"}, "").out, "\n");
  EXPECT_EQ(RunInMemory({"decode"}, "24912 2375\n").out, "hello world");
  EXPECT_EQ(RunInMemory({"decode"}, " \n").out, "");
  EXPECT_EQ(RunInMemory({"encode", "--special", "allow"}, "a<|endoftext|>").out, "64 199999\n");
  const Ran error = RunInMemory({"encode", "--special", "error"}, "a<|endoftext|>");
  EXPECT_EQ(error.code, ExitCode::kInput);
  EXPECT_NE(error.err.find("<|endoftext|>"), std::string::npos);
}

TEST(Encode, JsonSaysWhereEachTokenCameFrom) {
  EXPECT_EQ(RunInMemory({"encode", "-e", "cl100k_base", "--json"}, "a🙂").out,
            "{\n  \"schema_version\": 1,\n  \"tool_version\": \"0.1.0\",\n"
            "  \"command\": \"encode\",\n  \"encoding\": \"cl100k_base\",\n"
            "  \"vocabulary_sha256\": "
            "\"223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7\",\n"
            "  \"prices_as_of\": null,\n  \"assumptions\": [],\n  \"model\": null,\n"
            "  \"bytes\": 5,\n  \"ids\": [64, 9468, 19044],\n  \"tokens\": [\n"
            "    {\"id\": 64, \"begin\": 0, \"end\": 1, \"text\": \"a\"},\n"
            "    {\"id\": 9468, \"begin\": 1, \"end\": 3, \"base64\": \"8J8=\"},\n"
            "    {\"id\": 19044, \"begin\": 3, \"end\": 5, \"base64\": \"mYI=\"}\n  ]\n}\n");
}

TEST(Decode, PrintsNothingUnlessEveryIdIsAToken) {
  for (const std::string bad : {"24912 200000", "24912 -1", "4294967296", "1e3", "0x1",
                                "18446744073709551616", "24912 abc", "{1}"}) {
    const Ran ran = RunInMemory({"decode"}, bad);
    EXPECT_EQ(ran.code, ExitCode::kInput) << bad;
    EXPECT_EQ(ran.out, "") << bad;
    EXPECT_NE(ran.err, "") << bad;
  }
}

TEST(Decode, ReadsListsAsProgramsPrintThem) {
  for (const std::string list : {"24912 2375", "24912,2375", "[24912, 2375]\n", "\n24912\t2375 "}) {
    EXPECT_EQ(RunInMemory({"decode"}, list).out, "hello world") << list;
  }
}

TEST(Encode, OnATerminalThePiecesAreShown) {
  const std::string text = RunInMemory({"encode", "--color", "always"}, "hello world\n").out;
  EXPECT_NE(text.find("m world"), std::string::npos) << text;
  EXPECT_NE(text.find("3 tokens  o200k_base"), std::string::npos) << text;
  EXPECT_EQ(RunInMemory({"encode", "--color", "always", "--ids"}, "hello world").out,
            "24912 2375\n");
  const std::string page =
      RunInMemory({"encode", "--html", "-m", "gpt-4", "-m", "gpt-4o"}, "<b> hello").out;
  EXPECT_NE(page.find("&lt;b"), std::string::npos);
  EXPECT_NE(page.find("gpt-4 (cl100k_base): 3 tokens"), std::string::npos);
  EXPECT_NE(page.find("gpt-4o (o200k_base): "), std::string::npos);
  EXPECT_EQ(RunInMemory({"encode", "-m", "gpt-4", "-m", "gpt-4o"}, "x").code, ExitCode::kUsage);
}

TEST(Encode, BytesThatAreNotUtf8FollowTheOption) {
  EXPECT_EQ(RunInMemory({"encode", "-e", "cl100k_base"}, " \xec\x8b\xa4\xed").out,
            "30027 97 5809\n");
  EXPECT_EQ(RunInMemory({"encode", "-e", "cl100k_base", "--invalid-utf8", "lossless"},
                        " \xec\x8b\xa4\xed")
                .out,
            "62085\n");
  const Ran error = RunInMemory({"encode", "--invalid-utf8", "error"}, "ab\xff");
  EXPECT_EQ(error.code, ExitCode::kInput);
  EXPECT_EQ(error.out, "");
  EXPECT_EQ(
      error.err,
      "toktally: encode: standard input: byte 2 is not UTF-8; --invalid-utf8 replace reads it "
      "as U+FFFD, lossless takes it as it is\n");
}

}  // namespace
}  // namespace toktally::cli
