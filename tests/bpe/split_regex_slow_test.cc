// The oracle against tiktoken's own cores.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bpe/split/regex/regex_splitter.h"
#include "tests/bpe/patterns.h"
#include "tests/bpe/trap_case.h"

namespace toktally {
namespace {

using ::testing::TestWithParam;
using ::testing::Values;

// With this the splitter is proved to be what tiktoken's pattern says: on every scalar value in
// nine contexts and on every string of up to five symbols of two alphabets of traps.
class DigestTest : public TestWithParam<std::string_view> {};

TEST_P(DigestTest, PiecesOfEveryGivenStream) {
  const bool is_o200k = GetParam() == testing::kO200k;
  const auto splitter = RegexSplitter::Create(GetParam());
  ASSERT_TRUE(splitter.ok()) << splitter.status();
  int digests = 0;
  for (const testing::DigestCase& digest : testing::LoadDigestCases()) {
    if (digest.pieces_fnv1a64.empty()) continue;
    if ((digest.encoding == "o200k_base") != is_o200k) continue;
    testing::Fnv1a hash;
    std::vector<RegexSplitter::Piece> pieces;
    testing::ForEachText(digest, [&](std::string_view text) {
      pieces.clear();
      (*splitter)->Split(text, pieces);
      for (const auto& piece : pieces) hash.Add(static_cast<std::uint32_t>(piece.end));
      hash.Add(testing::kEndOfText);
    });
    EXPECT_EQ(hash.Hex(), digest.pieces_fnv1a64) << digest.encoding << " " << digest.name;
    ++digests;
  }
  EXPECT_EQ(digests, is_o200k ? 10 : 11);
}

INSTANTIATE_TEST_SUITE_P(Slow, DigestTest, Values(testing::kCl100k, testing::kO200k),
                         [](const auto& pattern) {
                           return pattern.param == testing::kO200k ? "o200k" : "cl100k";
                         });

}  // namespace
}  // namespace toktally
