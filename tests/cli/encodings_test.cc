// toktally encodings add with tokenizers of open models, and counting with them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/bpe/loader/made_up_file.h"
#include "tests/cli/data_home.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

using ::testing::HasSubstr;

using EncodingsTest = DataHomeTest;

TEST_F(EncodingsTest, AnAddedTokenizerCountsAsABuiltInOne) {
  const std::string file = Write("t.json", toktally::testing::MadeUpFile({}));
  const Ran added = RunInMemory({"encodings", "add", "made-up", file});
  EXPECT_EQ(added.code, ExitCode::kOk) << added.err;
  EXPECT_THAT(RunInMemory({"encodings"}).out, HasSubstr("made-up"));
  EXPECT_EQ(RunInMemory({"count", "-e", "made-up"}, "hi hi").out, "2\n");
  EXPECT_EQ(RunInMemory({"count", "--tokenizer", file}, "hi hi").out, "2\n");
  EXPECT_EQ(RunInMemory({"encode", "-e", "made-up"}, "hi hi").out, "256 257\n");
  EXPECT_EQ(RunInMemory({"decode", "-e", "made-up"}, "256 257").out, "hi hi");
  EXPECT_EQ(RunInMemory({"cut", "-e", "made-up", "--tokens", "1"}, "hi hi").out, "hi");
  const std::string json = RunInMemory({"count", "-e", "made-up", "--json"}, "hi").out;
  EXPECT_THAT(json, HasSubstr("\"certainty\": \"exact\""));
  EXPECT_THAT(json, HasSubstr("{\"name\": \"made-up\", \"sha256\": \""));
  const std::string both = RunInMemory({"count", "-e", "made-up", "-m", "gpt-4o"}, "hi hi").out;
  EXPECT_THAT(both, HasSubstr("made-up"));
  EXPECT_THAT(both, HasSubstr("o200k_base"));
}

TEST_F(EncodingsTest, AModelIsCountedWithTheStoredTokenizerOfItsFamily) {
  const Ran missing = RunInMemory({"count", "-m", "deepseek-chat"}, "hi hi");
  EXPECT_EQ(missing.code, ExitCode::kUnknownModel);
  EXPECT_EQ(missing.out, "");
  EXPECT_THAT(missing.err,
              HasSubstr("`toktally encodings add deepseek-v3 tokenizer.json` stores it, "
                        "the file of deepseek-ai/DeepSeek-V3"));
  const std::string file = Write("t.json", toktally::testing::MadeUpFile({}));
  ASSERT_EQ(RunInMemory({"encodings", "add", "deepseek-v3", file}).code, ExitCode::kOk);
  EXPECT_EQ(RunInMemory({"count", "-m", "deepseek-chat"}, "hi hi").out, "2\n");
  EXPECT_EQ(RunInMemory({"encode", "-m", "deepseek/deepseek-chat"}, "hi hi").out, "256 257\n");
  const std::string json = RunInMemory({"count", "-m", "deepseek-chat", "--json"}, "hi").out;
  EXPECT_THAT(json, HasSubstr("\"model\": \"deepseek-chat\""));
  EXPECT_THAT(json, HasSubstr("{\"name\": \"deepseek-v3\", \"sha256\": \""));
  // Only the name says that R1 is of the same family; Gemini is counted by another's.
  EXPECT_THAT(RunInMemory({"count", "-m", "deepseek-r1", "--json"}, "hi").out,
              HasSubstr("deepseek-r1 is assumed to use deepseek-v3"));
  ASSERT_EQ(RunInMemory({"encodings", "add", "gemma-3", file}).code, ExitCode::kOk);
  EXPECT_THAT(RunInMemory({"count", "-m", "gemini-2.5-flash", "--json"}, "hi").out,
              HasSubstr("\"certainty\": \"reconstructed\""));
}

TEST_F(EncodingsTest, NfcIsDoneByCountAndRefusedElsewhere) {
  const std::string file =
      Write("t.json", toktally::testing::MadeUpFile({.normalizer = R"({"type": "NFC"})"}));
  ASSERT_EQ(RunInMemory({"encodings", "add", "composed", file}).code, ExitCode::kOk);
  // U+00E9 is two bytes, e and U+0301 three.
  EXPECT_EQ(RunInMemory({"count", "-e", "composed"}, "e\u0301\n").out, "3\n");
  EXPECT_EQ(RunInMemory({"count", "-e", "composed"}, "\u00e9\n").out, "3\n");
  EXPECT_EQ(RunInMemory({"encode", "-e", "composed"}, "hi").code, ExitCode::kUsage);
}

TEST_F(EncodingsTest, WhatIsNoTokenizerIsNotStored) {
  const std::string file = Write("t.json", "{}");
  EXPECT_EQ(RunInMemory({"encodings", "add", "x", file}).code, ExitCode::kInput);
  EXPECT_EQ(RunInMemory({"encodings", "add", "x", root_ + "/nothing"}).code, ExitCode::kInput);
  const std::string good = Write("g.json", toktally::testing::MadeUpFile({}));
  for (const char* name : {"gpt2", "o200k_base", "../x", "a/b", "", ".x", "a b"}) {
    EXPECT_EQ(RunInMemory({"encodings", "add", name, good}).code, ExitCode::kUsage) << name;
  }
  EXPECT_EQ(RunInMemory({"count", "-e", "x"}, "hi").code, ExitCode::kUsage);
}

}  // namespace
}  // namespace toktally::cli
