// Small vocabularies by seed, of which nothing can be taken for granted: tokens that reach into
// characters and across them, ranks in any order, tokens that no merge makes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/engine/merge.h"
#include "bpe/vocabulary/compiler.h"
#include "bpe/vocabulary/vocabulary.h"
#include "tests/bpe/random_text.h"
#include "tests/reference/reference_bpe.h"

namespace toktally {
namespace {

using Ids = std::vector<std::uint32_t>;

constexpr std::string_view kCharacters[] = {
    "a", "b", "é", "è", "ж", "中", "丮", "가", "각", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x81"};
constexpr std::string_view kNoCharacters[] = {"\xE4", "\xB8", "\xAD", "\xC3", "\xF0\x9F"};

class RandomVocabularyTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomVocabularyTest() : random_(GetParam()) {
    std::vector<std::string> tokens = Tokens();
    // Every second vocabulary has ranks as if it were trained.
    if (GetParam() % 2 == 0) Shuffle(tokens);
    for (std::uint32_t rank = 0; rank < tokens.size(); ++rank) ranks_[tokens[rank]] = rank;
    const auto image = CompileVocabulary(tokens, {});
    EXPECT_TRUE(image.ok()) << image.status();
    image_.resize(image->size() / sizeof(std::uint64_t));
    std::memcpy(image_.data(), image->data(), image->size());
  }

  // Each token before those that it is a part of.
  std::vector<std::string> Tokens() {
    std::vector<std::string> tokens;
    for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
    std::vector<std::string> parts;
    for (const std::string_view character : kCharacters) {
      for (const char byte : character) parts.emplace_back(1, byte);
    }
    std::set<std::string> known;
    const std::size_t count = 20 + random_.Below(150);
    for (std::size_t tries = 0; known.size() < count && tries < 1000; ++tries) {
      std::string token = random_.Below(5) == 0 ? Text(1 + random_.Below(3))
                                                : parts[random_.Below(parts.size())] +
                                                      parts[random_.Below(parts.size())];
      if (token.size() < 2 || token.size() > 9 || !known.insert(token).second) continue;
      parts.push_back(token);
      tokens.push_back(std::move(token));
    }
    return tokens;
  }

  void Shuffle(std::vector<std::string>& tokens) {
    for (std::size_t i = tokens.size(); i > 1; --i) {
      std::swap(tokens[i - 1], tokens[random_.Below(i)]);
    }
  }

  std::string Text(std::size_t characters) {
    std::string text;
    while (characters-- != 0) {
      text += random_.Below(40) == 0 ? kNoCharacters[random_.Below(std::size(kNoCharacters))]
                                     : kCharacters[random_.Below(std::size(kCharacters))];
    }
    return text;
  }

  testing::RandomText random_;
  testing::Ranks ranks_;
  std::vector<std::uint64_t> image_;
};

TEST_P(RandomVocabularyTest, EveryWayMergesAsTheReference) {
  const Vocabulary vocabulary(reinterpret_cast<const char*>(image_.data()));
  for (int round = 0; round < 400; ++round) {
    const std::string piece = Text(1 + random_.Below(round % 10 == 0 ? 60 : 12));
    const Ids expected = testing::ReferenceMerge(ranks_, piece);
    const auto seen = ::testing::PrintToString(piece);
    Ids ids;
    MergeLongPiece(vocabulary, piece, ids);
    ASSERT_EQ(ids, expected) << seen;
    ids.clear();
    MergeByHeap(vocabulary, piece, ids);
    ASSERT_EQ(ids, expected) << seen;
    if (piece.size() > kMergeOnStackBytes) continue;
    for (const EnginePath* path : AvailableEnginePaths()) {
      ids.resize(kMergeOnStackBytes);
      ids.resize(path->merge(vocabulary, piece, ids.data()));
      ASSERT_EQ(ids, expected) << path->name << " " << seen;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomVocabularyTest,
                         ::testing::Range(std::uint64_t{0}, std::uint64_t{60}));

}  // namespace
}  // namespace toktally
