#include "forecast/texts.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <string>
#include <thread>

#include "bpe/encodings.h"
#include "tests/cli/workload_folder.h"

namespace toktally::forecast {
namespace {

using testing::HasSubstr;

class WorkloadTextsTest : public cli::WorkloadFolder {
 protected:
  // A workload file of these sources, such as R"("input_file": "a.txt")".
  static WorkloadFile FileOf(const std::vector<std::string>& inputs) {
    std::string text = "{\"workloads\": {";
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      text += (i == 0 ? "\n\"w" : ",\n\"w") + std::to_string(i) + "\": {\"model\": \"gpt-4o\", " +
              inputs[i] + R"(, "output_tokens": 1, "calls_per_month": 1})";
    }
    auto file = ParseWorkloadFile(text + "}}", "toktally.json");
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }
  static CountingWay Way(std::string_view encoding) { return {FindEncoding(encoding), ""}; }

  const TextAccess files_;
};

TEST_F(WorkloadTextsTest, ATextIsCountedOncePerEncoding) {
  Write("a.txt", "아버지가 방에 들어가신다");
  const WorkloadFile file = FileOf({R"("input_file": "a.txt")", R"("input_file": "a.txt")",
                                    R"("input_text": "아버지가 방에 들어가신다")"});
  WorkloadTexts texts(files_);
  const auto want = [&](std::size_t i, std::string_view encoding) {
    return texts.Want(file.workloads[i].prompt, Way(encoding));
  };
  const auto first = want(0, "o200k_base");
  const auto other = want(0, "cl100k_base");
  const auto again = want(1, "o200k_base");
  const auto inline_text = want(2, "o200k_base");
  EXPECT_EQ(again.text, first.text);
  EXPECT_EQ(again.way, first.way);
  EXPECT_NE(inline_text.text, first.text);
  texts.Run();
  EXPECT_EQ(texts.Of(first).tokens, 9);
  EXPECT_EQ(texts.Of(other).tokens, 12);
  EXPECT_EQ(texts.Of(inline_text).tokens, 9);
  // What is wanted later is counted later.
  const auto late = want(1, "p50k_base");
  texts.Run();
  EXPECT_EQ(static_cast<std::uint64_t>(texts.Of(late).tokens),
            FindEncoding("p50k_base")->Count("아버지가 방에 들어가신다"));
  EXPECT_EQ(texts.Of(first).tokens, 9);
}

TEST_F(WorkloadTextsTest, LargeTextsAreCountedLikeSmallOnes) {
  std::string large;
  while (large.size() < (5 << 20)) large += "The quick brown fox, " + std::to_string(large.size());
  Write("large.txt", large);
  Write("small.txt", "hello world");
  const WorkloadFile file = FileOf({R"("input_file": "large.txt")", R"("input_file": "small.txt")",
                                    R"("input_text": ")" + large + '"'});
  WorkloadTexts texts(files_);
  std::vector<WorkloadTexts::Ticket> tickets;
  for (const WorkloadSpec& spec : file.workloads) {
    tickets.push_back(texts.Want(spec.prompt, Way("o200k_base")));
  }
  texts.Run();
  const auto expected = static_cast<std::int64_t>(FindEncoding("o200k_base")->Count(large));
  EXPECT_EQ(texts.Of(tickets[0]).tokens, expected);
  EXPECT_EQ(texts.Of(tickets[1]).tokens, 2);
  EXPECT_EQ(texts.Of(tickets[2]).tokens, expected);
}

TEST_F(WorkloadTextsTest, APipeIsReadOnce) {
  ASSERT_EQ(mkfifo("pipe", 0600), 0);
  const WorkloadFile file = FileOf({R"("input_file": "pipe")"});
  WorkloadTexts texts(files_);
  const auto first = texts.Want(file.workloads[0].prompt, Way("o200k_base"));
  const auto other = texts.Want(file.workloads[0].prompt, Way("cl100k_base"));
  std::thread writer([] { Write("pipe", "아버지가 방에 들어가신다"); });
  texts.Run();
  writer.join();
  EXPECT_EQ(texts.Of(first).tokens, 9);
  EXPECT_EQ(texts.Of(other).tokens, 12);
}

TEST_F(WorkloadTextsTest, EveryErrorStandsWhereItIsAsked) {
  std::vector<std::string> inputs(3, R"("input_file": "here")");
  Write("here", "hello");
  inputs[1] = R"("input_file": "zzz")";
  const WorkloadFile file = FileOf(inputs);
  WorkloadTexts texts(files_);
  std::vector<WorkloadTexts::Ticket> tickets;
  for (const WorkloadSpec& spec : file.workloads) {
    tickets.push_back(texts.Want(spec.prompt, Way("o200k_base")));
  }
  texts.Run();
  EXPECT_TRUE(texts.Of(tickets[0]).status.ok());
  EXPECT_EQ(texts.Of(tickets[1]).status.message(),
            "toktally.json:3: workloads.w1.input_file: zzz: No such file or directory");
  EXPECT_EQ(texts.Of(tickets[1]).status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WorkloadTextsTest, WhatIsNoUtf8IsSaidOrRefused) {
  Write("latin1.txt", "caf\xE9");
  Write("utf16.txt", std::string("\xFF\xFEh\0i\0", 6));
  const WorkloadFile file =
      FileOf({R"("input_file": "latin1.txt")", R"("input_file": "utf16.txt")"});
  WorkloadTexts texts(files_);
  const auto ticket = texts.Want(file.workloads[0].prompt, Way("o200k_base"));
  texts.Run();
  EXPECT_EQ(texts.Of(ticket).remark,
            "latin1.txt: byte 3 is not UTF-8: counted as U+FFFD, as an API reads it");
  const auto refused = texts.Want(file.workloads[1].prompt, Way("o200k_base"));
  texts.Run();
  EXPECT_EQ(texts.Of(refused).status.message(),
            "toktally.json:3: workloads.w1.input_file: utf16.txt: is UTF-16; texts are UTF-8");
}

}  // namespace
}  // namespace toktally::forecast
