#include "cli/io/records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace toktally::cli {
namespace {

// Gives a text in bites of a few bytes.
class TextSource : public ByteSource {
 public:
  TextSource(std::string text, std::size_t bite) : text_(std::move(text)), bite_(bite) {}
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t size = std::min({bite_, buffer.size(), text_.size() - at_});
    std::memcpy(buffer.data(), text_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  std::string text_;
  std::size_t bite_;
  std::size_t at_ = 0;
};

// "line:text" of every record, or the error.
std::vector<std::string> Records(const std::string& text, std::size_t bite,
                                 std::size_t most = kMostRecordBytes) {
  TextSource source(text, bite);
  RecordReader reader(source, most);
  std::vector<std::string> records;
  while (true) {
    const auto record = reader.Next();
    if (!record.ok()) {
      records.push_back("error " + std::string(record.status().message()));
    } else if (!*record) {
      return records;
    } else {
      records.push_back(std::to_string((*record)->line) + ":" + std::string((*record)->text));
    }
  }
}

using Strings = std::vector<std::string>;

TEST(RecordReader, ReadsLines) {
  for (const std::size_t bite : {1, 3, 1000}) {
    EXPECT_EQ(Records("{\"a\":1}\n\n  \n{\"b\":2}\r\n{}", bite),
              (Strings{"1:{\"a\":1}", "4:{\"b\":2}\r", "5:{}"}));
    EXPECT_EQ(Records("", bite), Strings{});
    EXPECT_EQ(Records("\n\n", bite), Strings{});
  }
}

TEST(RecordReader, TakesADocumentWhole) {
  for (const std::size_t bite : {1, 3, 1000}) {
    EXPECT_EQ(Records("\n{\n \"a\": 1\n}\n", bite), (Strings{"2:{\n \"a\": 1\n}\n"}));
    EXPECT_EQ(Records("[{},\n{}]", bite), (Strings{"1:[{},\n{}]"}));
  }
}

TEST(RecordReader, ALaterLineIsNoDocument) {
  EXPECT_EQ(Records("{}\n[\n{}\n", 4), (Strings{"1:{}", "2:[", "3:{}"}));
}

TEST(RecordReader, SkipsWhatIsTooLong) {
  const Strings records = Records("{}\n" + std::string(2000000, 'x') + "\n{}\n", 100000, 1000000);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0], "1:{}");
  EXPECT_EQ(records[1].substr(0, 20), "error 2: longer than");
  EXPECT_EQ(records[2], "3:{}");
}

// The limit itself is still a record; one byte more is not. A document has the same limit.
TEST(RecordReader, TheLimitIsExact) {
  constexpr std::size_t kMost = 1000;
  const std::string fits = "\"" + std::string(kMost - 2, 'x') + "\"";
  const std::string document = "[\n" + std::string(kMost - 4, ' ') + "1]";
  for (const std::size_t bite : {7, 100000}) {
    EXPECT_EQ(Records(fits, bite, kMost), (Strings{"1:" + fits}));
    EXPECT_EQ(Records(fits + "\n1", bite, kMost), (Strings{"1:" + fits, "2:1"}));
    EXPECT_EQ(Records(document, bite, kMost), (Strings{"1:" + document}));
    for (const std::string& longer : {" " + fits + "\n", " " + document}) {
      const Strings records = Records(longer, bite, kMost);
      ASSERT_EQ(records.size(), 1U) << longer;
      EXPECT_EQ(records[0].substr(0, 20), "error 1: longer than");
    }
  }
  EXPECT_EQ(kMostRecordBytes, 256U << 20);
}

}  // namespace
}  // namespace toktally::cli
