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
