// The 38 streams of tests/bpe/traps.jsonl through the public interface: every scalar value in nine
// contexts and every string of up to five symbols of two alphabets, in both encodings. Where
// tiktoken's digest is given the ids must have it; everywhere they must be those of the RE2 oracle
// and the reference merge.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/split_regex.h"
#include "tests/bpe/patterns.h"
#include "tests/bpe/trap_case.h"
#include "tests/reference/reference_bpe.h"

namespace toktally {
namespace {

using testing::DigestCase;

// RE2's pieces, merged by the reference; a piece that was seen is remembered.
class Oracle {
 public:
  explicit Oracle(const std::string& encoding)
      : ranks_(testing::ParseRanks(testing::ReadVocabulary(encoding))) {
    const bool is_o200k = encoding == "o200k_base";
    auto splitter = RegexSplitter::Create(is_o200k ? testing::kO200k : testing::kCl100k);
    if (splitter.ok()) splitter_ = *std::move(splitter);
  }

  void Encode(std::string_view text, std::vector<TokenId>& ids) {
    pieces_.clear();
    splitter_->Split(text, pieces_);
    for (const auto& piece : pieces_) {
      key_.assign(text.substr(piece.begin, piece.end - piece.begin));
      const auto [entry, is_new] = seen_.try_emplace(key_);
      if (is_new) entry->second = testing::ReferenceMerge(ranks_, key_);
      ids.insert(ids.end(), entry->second.begin(), entry->second.end());
    }
  }

 private:
  testing::Ranks ranks_;
  std::unique_ptr<RegexSplitter> splitter_;
  std::vector<RegexSplitter::Piece> pieces_;
  std::string key_;
  std::unordered_map<std::string, std::vector<TokenId>> seen_;
};

class DigestTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DigestTest, IdsOfEveryStream) {
  const Encoding* encoding = FindEncoding(GetParam());
  ASSERT_NE(encoding, nullptr);
  int streams = 0;
  int given = 0;
  for (const DigestCase& digest : testing::LoadDigestCases()) {
    if (digest.encoding != GetParam()) continue;
    Oracle oracle(digest.encoding);
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
      oracle.Encode(text, expected);
      if (ids != expected || encoding->Count(text) != ids.size()) ++differences;
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
