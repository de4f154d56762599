// toktally count for Claude models, and toktally encodings, with an empty store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/cli/data_home.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using testing::HasSubstr;

using ClaudeCountTest = DataHomeTest;

TEST_F(ClaudeCountTest, AnEstimateIsNoResultUnlessAskedFor) {
  const Ran ran = RunInMemory({"count", "-m", "claude-sonnet-4.5"}, "The quick brown fox jumps.\n");
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("claude-sonnet-4.5 has no public tokenizer: estimate "));
  EXPECT_THAT(ran.err, HasSubstr("90 % within "));
  EXPECT_THAT(ran.err, HasSubstr("toktally encodings add claude-v3 pieces_v3.json"));
  const Ran asked = RunInMemory({"count", "-m", "claude-sonnet-4.5", "--estimate"},
                                "The quick brown fox jumps.\n");
  EXPECT_EQ(asked.code, ExitCode::kOk);
  EXPECT_THAT(asked.out, testing::MatchesRegex("[0-9]+\n"));
  const Ran json = RunInMemory({"count", "-m", "claude-opus-4-7", "--estimate", "--json"}, "Hello");
  EXPECT_THAT(json.out, HasSubstr("\"certainty\": \"estimate\""));
  EXPECT_THAT(json.out, HasSubstr("\"low\": "));
}

TEST_F(ClaudeCountTest, ATypoIsNoClaude) {
  const Ran ran = RunInMemory({"count", "-m", "claude-sonet-4.5", "--estimate"}, "x");
  EXPECT_EQ(ran.code, ExitCode::kUnknownModel);
  EXPECT_EQ(ran.out, "");
}

TEST_F(ClaudeCountTest, AnEncodingThatIsNotStoredSaysHowToGetIt) {
  const Ran ran = RunInMemory({"count", "-e", "claude-v4.7"}, "x");
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("toktally encodings add claude-v4.7 pieces_v4_7.json"));
  EXPECT_THAT(RunInMemory({"encodings"}).out,
              HasSubstr("claude-v4.7    not stored  reconstructed"));
}

TEST_F(ClaudeCountTest, FilesOfAnotherFormAreRefused) {
  const std::string path = Write("p.json", "{}");
  const Ran add = RunInMemory({"encodings", "add", "claude-v3", path});
  EXPECT_EQ(add.code, ExitCode::kInput);
  EXPECT_THAT(add.err, HasSubstr("is no file of pieces"));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/toktally"));
  EXPECT_EQ(RunInMemory({"encodings", "add", "claude-v9", path}).code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"encodings", "ad"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({"count", "-e", "claude-v3", "--tokenizer", path}, "x").code,
            ExitCode::kUsage);
}

TEST_F(ClaudeCountTest, StoredPiecesCount) {
  const std::string pieces = std::string(TOKTALLY_SHARED_DIR) + "/facts/ctok/pieces_v3.json";
  if (!std::filesystem::exists(pieces)) GTEST_SKIP() << "no ../shared beside the clone";
  const Ran direct = RunInMemory({"count", "-e", "claude-v3", "--tokenizer", pieces}, "NASA");
  EXPECT_EQ(direct.out, "1\n") << direct.err;
  const Ran add = RunInMemory({"encodings", "add", "claude-v3", pieces});
  EXPECT_EQ(add.code, ExitCode::kOk) << add.err;
  EXPECT_THAT(add.out, HasSubstr("48,314 pieces, sha256 db4bf1474d51e3474779a27bcc417b89"));
  EXPECT_EQ(RunInMemory({"count", "-m", "claude-3-opus"}, "iPhone WiFi").code, ExitCode::kOk);
  EXPECT_EQ(RunInMemory({"count", "-m", "anthropic/claude-haiku-4-5"}, "NASA").out, "1\n");
  EXPECT_THAT(RunInMemory({"count", "-m", "claude-sonnet-4", "--json"}, "NASA").out,
              HasSubstr("\"certainty\": \"reconstructed\""));
  const Ran other = RunInMemory({"encodings", "add", "claude-v5", pieces});
  EXPECT_EQ(other.code, ExitCode::kInput);
  EXPECT_THAT(other.err, HasSubstr("holds the pieces of the family v3"));
}

constexpr const char* kRequest =
    R"({"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "NASA iPhone"}]})";

TEST_F(ClaudeCountTest, StoredPiecesCountTheTextsOfRequests) {
  const std::string pieces = std::string(TOKTALLY_SHARED_DIR) + "/facts/ctok/pieces_v3.json";
  if (!std::filesystem::exists(pieces)) GTEST_SKIP() << "no ../shared beside the clone";
  EXPECT_THAT(RunInMemory({"request"}, kRequest).out, HasSubstr("claude (estimated)"));
  ASSERT_EQ(RunInMemory({"encodings", "add", "claude-v3", pieces}).code, ExitCode::kOk);
  const std::string text = RunInMemory({"count", "-e", "claude-v3"}, "NASA iPhone").out;
  const Ran ran = RunInMemory({"request", "--json"}, kRequest);
  EXPECT_EQ(ran.code, ExitCode::kOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"claude-v3 (reconstructed)\""));
  EXPECT_THAT(ran.out, HasSubstr("\"prompt_tokens\": " + std::to_string(7 + std::stoi(text))));
}

TEST_F(ClaudeCountTest, AStoredFileThatIsBrokenIsWarnedOfAndTheTextEstimated) {
  std::filesystem::create_directories(root_ + "/toktally/encodings");
  Write("toktally/encodings/claude-v3.json", "{}");
  const Ran ran = RunInMemory({"request"}, kRequest);
  EXPECT_EQ(ran.code, ExitCode::kOk);
  EXPECT_THAT(ran.out, HasSubstr("claude (estimated)"));
  EXPECT_THAT(ran.err, HasSubstr("claude-v3.json"));
  EXPECT_THAT(ran.err, HasSubstr("texts are estimated without it"));
}

}  // namespace
}  // namespace toktally::cli
