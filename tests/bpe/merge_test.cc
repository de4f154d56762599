#include "bpe/engine/merge.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/engine/engine.h"
#include "bpe/vocabulary/embedded.h"
#include "bpe/vocabulary/vocabulary.h"
#include "tests/bpe/random_text.h"
#include "tests/reference/reference_bpe.h"

namespace toktally {
namespace {

using Ids = std::vector<std::uint32_t>;

struct Subject {
  const char* name;
  const EmbeddedVocabulary* embedded;
};

const Subject kSubjects[] = {{"r50k_base", &kEmbeddedR50k},
                             {"p50k_base", &kEmbeddedP50k},
                             {"cl100k_base", &kEmbeddedCl100k},
                             {"o200k_base", &kEmbeddedO200k}};

void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.name; }

class MergeTest : public ::testing::TestWithParam<Subject> {
 protected:
  MergeTest()
      : vocabulary_(GetParam().embedded->image),
        ranks_(testing::ParseRanks(testing::ReadVocabulary(GetParam().name))) {}

  Ids Merge(std::string_view piece) {
    Ids ids;
    MergePiece(vocabulary_, piece, ids);
    return ids;
  }

  using Merger = void (*)(const Vocabulary&, std::string_view, Ids&);
  Ids By(Merger merger, std::string_view piece) const {
    Ids ids;
    merger(vocabulary_, piece, ids);
    return ids;
  }

  // Merging, counting and looking up first, as the engine does, all against the reference.
  void ExpectReference(const std::string& piece) {
    const Ids expected = testing::ReferenceMerge(ranks_, piece);
    ASSERT_EQ(Merge(piece), expected) << ::testing::PrintToString(piece);
    ASSERT_EQ(By(&MergeByHeap, piece), expected) << ::testing::PrintToString(piece);
    ASSERT_EQ(By(&MergeLongPiece, piece), expected) << ::testing::PrintToString(piece);
    for (const EnginePath* path : AvailableEnginePaths()) {
      if (piece.size() > kMergeOnStackBytes) continue;
      Ids ids(kMergeOnStackBytes);
      ids.resize(path->merge(vocabulary_, piece, ids.data()));
      ASSERT_EQ(ids, expected) << path->name << ::testing::PrintToString(piece);
    }
    ASSERT_EQ(CountPiece(vocabulary_, piece), expected.size()) << ::testing::PrintToString(piece);
    Ids looked_up;
    EncodePiece(vocabulary_, piece, looked_up);
    ASSERT_EQ(looked_up, expected) << ::testing::PrintToString(piece);
  }

  Vocabulary vocabulary_;
  testing::Ranks ranks_;
};

TEST_P(MergeTest, EveryTokenMergesToItself) {
  for (const auto& [bytes, rank] : ranks_) {
    ASSERT_EQ(Merge(bytes), Ids{rank}) << ::testing::PrintToString(bytes);
    ASSERT_EQ(CountPiece(vocabulary_, bytes), 1u) << ::testing::PrintToString(bytes);
    ASSERT_EQ(vocabulary_.FindRank(bytes), rank);
    ASSERT_EQ(vocabulary_.BytesOf(rank), bytes);
  }
}

TEST_P(MergeTest, EveryByteAndEveryPairOfBytes) {
  for (int first = 0; first < 256 && !HasFatalFailure(); ++first) {
    ExpectReference(std::string(1, static_cast<char>(first)));
    for (int second = 0; second < 256 && !HasFatalFailure(); ++second) {
      ExpectReference({static_cast<char>(first), static_cast<char>(second)});
    }
  }
}

TEST_P(MergeTest, RandomBytes) {
  testing::RandomText random(10);
  for (int round = 0; round < 3000 && !HasFatalFailure(); ++round) {
    std::string piece(1 + random.Below(40), '\0');
    const std::size_t alphabet = 1 + random.Below(256);
    for (char& byte : piece) byte = static_cast<char>(random.Below(alphabet));
    ExpectReference(piece);
  }
}

// Two tokens and parts of tokens side by side: what a piece that is no token mostly looks like, and
// where a merge across the seam may win.
TEST_P(MergeTest, NeighbouringTokens) {
  testing::RandomText random(11);
  std::vector<std::string_view> tokens;
  for (const auto& [bytes, rank] : ranks_) tokens.push_back(bytes);
  for (int round = 0; round < 20000 && !HasFatalFailure(); ++round) {
    const std::string_view left = tokens[random.Below(tokens.size())];
    const std::string_view right = tokens[random.Below(tokens.size())];
    ExpectReference(std::string(left.substr(random.Below(left.size()))) +
                    std::string(right.substr(0, 1 + random.Below(right.size()))));
  }
}

TEST_P(MergeTest, WordsAndRuns) {
  testing::RandomText random(12);
  for (int round = 0; round < 1500 && !HasFatalFailure(); ++round) {
    ExpectReference(random.Words(1 + random.Below(6)));
    ExpectReference(random.Runs(1, 1 + random.Below(60)));
  }
}

// Characters side by side, of which a merge begins with as many as it may instead of their bytes:
// frequent and rare ones, among ASCII and, at times, bytes that are no characters.
TEST_P(MergeTest, CharactersSideBySide) {
  struct Range {
    char32_t first, count;
  };
  const Range ranges[] = {{0xAC00, 11172}, {0x4E00, 3000}, {0x3041, 180}, {0x410, 64}, {0x391, 57},
                          {0x621, 42},     {0x900, 128},   {0xC0, 190},   {0xE01, 58}, {0x2010, 64},
                          {0x1F300, 800},  {0x20, 95},     {0x80, 0xD700}};
  testing::RandomText random(14);
  for (int round = 0; round < 6000 && !HasFatalFailure(); ++round) {
    const Range& first = ranges[random.Below(std::size(ranges))];
    const Range& second = ranges[random.Below(std::size(ranges))];
    std::string piece(random.Below(2), ' ');
    for (std::size_t left = 1 + random.Below(round % 8 == 0 ? 40 : 8); left != 0; --left) {
      const Range& range = random.Below(4) == 0 ? second : first;
      AppendCodePoint(range.first + static_cast<char32_t>(random.Below(range.count)), piece);
    }
    if (round % 5 == 0) piece[random.Below(piece.size())] = static_cast<char>(random.Below(256));
    if (round % 7 == 0) piece.erase(random.Below(piece.size()), 1);
    if (!piece.empty()) ExpectReference(piece);
  }
}

// Ties are broken from the left, and the algorithms for short and for long pieces agree: 64 bytes
// is our border, 100 tiktoken's.
TEST_P(MergeTest, RunsAroundTheBordersOfTheAlgorithms) {
  for (const std::size_t border :
       {std::size_t{16}, kSegmentBytes, kMergeOnStackBytes, std::size_t{100}, std::size_t{128}}) {
    for (std::size_t size = border - 3; size <= border + 3 && !HasFatalFailure(); ++size) {
      for (const std::string_view unit : {"a", "=", " ", "\n", "ab", "_-", "aab", "\xCC\x81",
                                          "\xFF", "abcdefghijklmnopqrstuvwxyz", "A\xE4\xB8\xAD"}) {
        std::string piece;
        while (piece.size() < size) piece += unit;
        ExpectReference(piece.substr(0, size));
      }
    }
  }
}

// Long pieces of text, of tokens side by side and of repetitions: by segments as by the heap, on
// every path.
TEST_P(MergeTest, LongPiecesBySegmentsAsByTheHeap) {
  testing::RandomText random(13);
  std::vector<std::string_view> tokens;
  for (const auto& [bytes, rank] : ranks_) tokens.push_back(bytes);
  for (int round = 0; round < 400 && !HasFatalFailure(); ++round) {
    std::string piece;
    const std::size_t size = kMergeOnStackBytes + 1 + random.Below(2000);
    const std::size_t few = 1 + random.Below(round % 2 == 0 ? 4 : tokens.size());
    const std::size_t from = random.Below(tokens.size() - few + 1);
    while (piece.size() < size) piece += tokens[from + random.Below(few)];
    const Ids expected = By(&MergeByHeap, piece);
    for (const EnginePath* path : AvailableEnginePaths()) {
      ForceEnginePath(path);
      ASSERT_EQ(By(&MergeLongPiece, piece), expected)
          << path->name << ::testing::PrintToString(piece);
    }
    ForceEnginePath(nullptr);
  }
}

TEST_P(MergeTest, RunsOfOneByteAsByTheHeap) {
  for (int byte = 0; byte < 256 && !HasFatalFailure(); ++byte) {
    for (const std::size_t size : {33, 64, 127, 128, 129, 255, 256, 257, 1000, 4097}) {
      const std::string piece(size, static_cast<char>(byte));
      ASSERT_EQ(By(&MergeLongPiece, piece), By(&MergeByHeap, piece)) << byte << " × " << size;
    }
  }
}

// A megabyte in one piece: what grows faster than n log n would not come back in time.
TEST_P(MergeTest, LongPiecesAreMergedInTime) {
  for (const std::string_view unit :
       {"a", " ", "ab", "abcdefghijklmnopqrstuvwxyz", "\xCC\x81", "A\xE4\xB8\xAD", "_"}) {
    std::string piece;
    while (piece.size() < 1'000'000) piece += unit;
    const Ids ids = Merge(piece);
    std::string decoded;
    for (const std::uint32_t id : ids) decoded += vocabulary_.BytesOf(id);
    EXPECT_TRUE(decoded == piece) << unit;
  }
}

INSTANTIATE_TEST_SUITE_P(Vocabularies, MergeTest, ::testing::ValuesIn(kSubjects),
                         [](const auto& subject) { return std::string(subject.param.name); });

}  // namespace
}  // namespace toktally
