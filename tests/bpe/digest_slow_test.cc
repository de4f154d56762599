// The 38 streams of tests/bpe/traps.jsonl through the public interface: every scalar value in nine
// contexts and every string of up to five symbols of two alphabets, in both encodings. Where
// tiktoken's digest is given the ids must have it; everywhere they must be those of the RE2 oracle
// and the reference merge.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "tests/bpe/forced_path.h"
#include "tests/bpe/oracle.h"
#include "tests/bpe/patterns.h"
#include "tests/bpe/trap_case.h"

namespace toktally {
namespace {

using testing::DigestCase;

class DigestTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DigestTest, IdsOfEveryStream) {
  const Encoding* encoding = FindEncoding(GetParam());
  ASSERT_NE(encoding, nullptr);
  int streams = 0;
  int given = 0;
  for (const DigestCase& digest : testing::LoadDigestCases()) {
    if (digest.encoding != GetParam()) continue;
    testing::Oracle oracle(digest.encoding,
                           digest.encoding == "o200k_base" ? testing::kO200k : testing::kCl100k);
    testing::Fnv1a hash;
    std::vector<TokenId> ids;
    std::vector<TokenId> expected;
    std::uint64_t differences = 0;
    testing::ForEachText(digest, [&](std::string_view text) {
      ids.clear();
      encoding->AppendOrdinary(text, ids);
      for (const TokenId id : ids) hash.Add(id);
      hash.Add(testing::kEndOfText);
      expected.clear();
      oracle.Merge(text, oracle.Split(text), expected);
      if (ids != expected) ++differences;
      for (const EnginePath* path : AvailableEnginePaths()) {
        const testing::ForcedPath forced(path);
        ids.clear();
        encoding->AppendOrdinary(text, ids);
        if (ids != expected || encoding->Count(text) != ids.size()) ++differences;
      }
    });
    EXPECT_EQ(differences, 0u) << digest.encoding << " " << digest.name;
    ++streams;
    if (digest.ids_fnv1a64.empty()) continue;
    ++given;
    EXPECT_EQ(hash.Hex(), digest.ids_fnv1a64) << digest.encoding << " " << digest.name;
  }
  EXPECT_EQ(streams, 19);
  EXPECT_EQ(given, std::string_view(GetParam()) == "o200k_base" ? 10 : 11);
}

INSTANTIATE_TEST_SUITE_P(Encodings, DigestTest, ::testing::Values("cl100k_base", "o200k_base"),
                         [](const auto& encoding) { return std::string(encoding.param); });

}  // namespace
}  // namespace toktally
