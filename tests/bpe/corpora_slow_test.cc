// Every text of ../shared/corpora against the oracle, on every path: pieces, ids, counts, and back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "tests/bpe/forced_path.h"
#include "tests/bpe/oracle.h"
#include "tests/bpe/patterns.h"

namespace toktally {
namespace {

struct Subject {
  const char* encoding;
  const SplitPattern* pattern;
  std::string_view spelling;
};

const Subject kSubjects[] = {{"r50k_base", &kR50kPattern, testing::kR50k},
                             {"p50k_base", &kR50kPattern, testing::kR50k},
                             {"cl100k_base", &kCl100kPattern, testing::kCl100k},
                             {"o200k_base", &kO200kPattern, testing::kO200k}};

void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.encoding; }

// Where two lists part; their size if they do not.
template <typename T>
std::size_t FirstDifference(const std::vector<T>& a, const std::vector<T>& b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

std::uint64_t CountInParts(const Encoding& encoding, std::string_view text, std::size_t part,
                           Workspace& workspace) {
  std::uint64_t tokens = 0;
  std::size_t begin = 0;
  for (std::size_t end = part; end < text.size(); end += part) {
    const CountedPrefix prefix = encoding.CountPrefix(text.substr(begin, end - begin), &workspace);
    tokens += prefix.tokens;
    begin += prefix.bytes;
  }
  return tokens + encoding.Count(text.substr(begin), IllFormedUtf8::kReplace, &workspace);
}

class CorporaTest : public ::testing::TestWithParam<Subject> {};

TEST_P(CorporaTest, EveryTextIsThatOfTheOracle) {
  const std::filesystem::path folder = TOKTALLY_SHARED_DIR "/corpora";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/corpora";
  const Encoding& encoding = *FindEncoding(GetParam().encoding);
  testing::Oracle oracle(GetParam().encoding, GetParam().spelling);
  int texts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ASSERT_TRUE(IsWellFormed(text)) << entry.path();
    const std::vector<std::size_t> ends = oracle.Split(text);
    std::vector<TokenId> ids;
    oracle.Merge(text, ends, ids);
    const auto decoded = encoding.Decode(ids);
    ASSERT_TRUE(decoded.ok() && *decoded == text) << entry.path();
    for (const EnginePath* path : AvailableEnginePaths()) {
      SCOPED_TRACE(entry.path().filename().string() + " " + std::string(path->name));
      const testing::ForcedPath forced(path);
      std::vector<std::size_t> by_path;
      path->For(*GetParam().pattern).split(text, by_path);
      EXPECT_EQ(FirstDifference(by_path, ends), ends.size());
      EXPECT_EQ(by_path.size(), ends.size());
      EXPECT_TRUE(encoding.EncodeOrdinary(text) == ids);
      EXPECT_EQ(encoding.Count(text), ids.size());
      Workspace workspace;
      std::vector<TokenId> remembered;
      encoding.AppendOrdinary(text, remembered, IllFormedUtf8::kReplace, &workspace);
      EXPECT_TRUE(remembered == ids);
      EXPECT_EQ(encoding.Count(text, IllFormedUtf8::kReplace, &workspace), ids.size());
      EXPECT_EQ(CountInParts(encoding, text, 1000, workspace), ids.size());
      EXPECT_EQ(CountInParts(encoding, text, 65536, workspace), ids.size());
    }
    ++texts;
  }
  EXPECT_EQ(texts, 6);
}

INSTANTIATE_TEST_SUITE_P(Encodings, CorporaTest, ::testing::ValuesIn(kSubjects),
                         [](const auto& subject) { return std::string(subject.param.encoding); });

}  // namespace
}  // namespace toktally
