// The bytes of logs, in bites of any size, on any number of threads.

#include "usage/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pricing/rate_table.h"
#include "tests/usage/collect.h"
#include "usage/pricer.h"
#include "usage/sums.h"

namespace toktally::usage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Call(int input) {
  return R"({"model":"gpt-4o","usage":{"prompt_tokens":)" + std::to_string(input) +
         R"(,"completion_tokens":1}})";
}

TEST(LogReader, LinesDocumentsAndStreamsInBitesOfAnySize) {
  const std::string lines = "\xEF\xBB\xBF" + Call(1) + "\r\n\n" + Call(2) + "\n" + Call(3);
  const std::string document = "[\n" + Call(1) + ",\n" + Call(2) + ",\n" + Call(3) + "\n]\n";
  const std::string stream = "event: x\ndata: " + Call(1) + "\n\ndata: " + Call(2) +
                             "\n\n: note\nretry: 5\ndata:" + Call(3) + "\n\ndata: [DONE]\n";
  const std::string csv =
      "model,prompt_tokens,completion_tokens,messages\r\ngpt-4o,1,1,\"a \"\"b\"\",\nc\"\r\n"
      "gpt-4o,2,1,\r\ngpt-4o,3,1,x\r\n";
  for (const std::string& text : {lines, document, stream, csv}) {
    for (const std::size_t bite : {1, 2, 3, 7, 64, 100000}) {
      const Collected collected = ReadLogs({{"log", text}}, bite);
      EXPECT_THAT(collected.Texts(),
                  ElementsAre("gpt-4o 1/0/0/1/0", "gpt-4o 2/0/0/1/0", "gpt-4o 3/0/0/1/0"))
          << text << bite;
      EXPECT_THAT(collected.errors, IsEmpty());
    }
  }
}

TEST(LogReader, AnOrganisationsColumnsAreCsvToo) {
  EXPECT_THAT(ReadLog("date,model,input_tokens,input_cached_tokens,output_tokens\n"
                      "2026-11-20,gpt-4o,100,40,10\n")
                  .Texts(),
              ElementsAre("gpt-4o 100/40/0/10/0"));
}

TEST(LogReader, SaysWhereWhatIsBrokenStands) {
  const Collected collected =
      ReadLog(Call(1) + "\nnot json\n" + Call(2) + "\n{\"model\":\"gpt-4o\",\"usage\":{}}\n[1]\n");
  EXPECT_EQ(collected.records.size(), 2U);
  EXPECT_THAT(collected.errors, ElementsAre(HasSubstr("log:2:1: "), HasSubstr("log:4: usage: "),
                                            HasSubstr("log:5: ")));
}

// A file that is being written ends within a line; a file that is one broken line is broken.
TEST(LogReader, AnUnfinishedLastLineIsQuiet) {
  const Collected growing = ReadLog(Call(1) + "\n{\"model\":\"gpt");
  EXPECT_EQ(growing.records.size(), 1U);
  EXPECT_THAT(growing.errors, IsEmpty());
  EXPECT_EQ(growing.unfinished, 1U);
  EXPECT_EQ(ReadLog("{\"model\":\"gpt").errors.size(), 1U);
  EXPECT_EQ(ReadLog(Call(1) + "\n{\"model\":\"gpt\n").errors.size(), 1U);
}

TEST(LogReader, AQuotedCellThatIsNotClosedIsSaid) {
  const Collected collected = ReadLog("model,prompt_tokens,completion_tokens,x\ngpt-4o,1,1,\"a\nb");
  EXPECT_THAT(collected.errors, ElementsAre(HasSubstr("the file ends inside of a quoted cell")));
}

TEST(LogReader, ARecordThatIsTooLongIsSaidAndPassedOver) {
  LogReaderOptions options;
  options.most_bytes = 200;
  const std::string longer = "\"" + std::string(300, 'x') + "\"";
  for (const std::size_t bite : {10, 150, 100000}) {
    const Collected collected =
        ReadLogs({{"log", Call(1) + "\n" + longer + "\n" + Call(2) + "\n"}}, bite, options);
    EXPECT_EQ(collected.records.size(), 2U) << bite;
    EXPECT_THAT(collected.errors, ElementsAre(HasSubstr("log:2: longer than")));
  }
}

// One byte decides.
TEST(LogReader, ARecordOfJustTheMostIsARecord) {
  const std::string call = Call(1);
  for (const std::size_t bite : {std::size_t{10}, call.size(), std::size_t{100000}}) {
    LogReaderOptions options;
    options.most_bytes = call.size();
    EXPECT_EQ(ReadLogs({{"log", call + "\n"}}, bite, options).records.size(), 1U) << bite;
    options.most_bytes = call.size() - 1;
    const Collected collected = ReadLogs({{"log", call + "\n"}}, bite, options);
    EXPECT_TRUE(collected.records.empty()) << bite;
    EXPECT_EQ(collected.errors.size(), 1U) << bite;
  }
}

TEST(LogReader, ThreadsChangeNothing) {
  std::string log;
  for (int i = 0; i < 1000; ++i) log += Call(i) + "\n" + (i % 100 == 50 ? "broken\n" : "");
  const Collected one = ReadLogs({{"log", log}});
  LogReaderOptions options;
  options.threads = 7;
  options.run = [](std::size_t n, const std::function<void(std::size_t)>& task) {
    for (std::size_t i = n; i > 0; --i) task(i - 1);
  };
  const Collected many = ReadLogs({{"log", log}}, 1 << 14, options);
  EXPECT_EQ(one.Texts(), many.Texts());
  EXPECT_EQ(one.errors, many.errors);
  EXPECT_EQ(one.errors.size(), 10U);
}

TEST(LogReader, ManyCallsWithIdsOfTheirOwn) {
  std::string log;
  constexpr int kCalls = 100000;
  for (int i = 0; i < kCalls; ++i) {
    log += R"({"sessionId":"s","requestId":"r)" + std::to_string(i) + R"(","message":{"id":"m)" +
           std::to_string(i) +
           R"(","model":"claude-haiku-4-5","usage":{"input_tokens":1,"output_tokens":1}}})" + "\n";
  }
  const Collected collected = ReadLogs({{"a", log}});
  EXPECT_EQ(collected.records.size(), std::size_t{kCalls});
}

// What a program needs to price a log: a table, a place for the sums, and the bytes.
TEST(Library, PricesALogInAFewLines) {
  const pricing::RateTable& table = *pricing::RateTable::BuiltIn();
  class Total : public RecordSink {
   public:
    explicit Total(Pricer pricer) : pricer_(std::move(pricer)) {}
    void Add(const Record& record) override { sums.Add(record, pricer_.Price(record)); }
    void TakeBack(const Record& record) override { sums.TakeBack(record, pricer_.Price(record)); }
    Sums sums{{GroupBy::kModel}, Zone()};

   private:
    Pricer pricer_;
  };
  Total total(Pricer(table, {.today = {2026, 11, 22}, .as_of = {}, .tier = {}, .model = ""}));
  chat::Counter counter;
  Log log(counter, total);
  LogReader reader(log, {});
  reader.BeginFile("calls.jsonl");
  reader.Add(Call(1000000) + "\n" + Call(1000000) + "\n");
  reader.EndFile();
  EXPECT_EQ(total.sums.total().calls, 2U);
  EXPECT_EQ(total.sums.total().cost.ToString(), "5.00002");
}

}  // namespace
}  // namespace toktally::usage
