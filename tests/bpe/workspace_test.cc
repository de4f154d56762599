// A Workspace changes no result: every path, with one and without, on texts whose pieces come
// again.

#include "bpe/workspace.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "tests/bpe/random_text.h"

namespace toktally {
namespace {

class WorkspaceTest : public ::testing::TestWithParam<const EnginePath*> {
 protected:
  void SetUp() override { ForceEnginePath(GetParam()); }
  void TearDown() override { ForceEnginePath(nullptr); }

  // Twice, so that the second time everything is remembered; of a copy in a block of exactly the
  // text's size, so that the address sanitizer sees what is read behind it.
  void ExpectSame(const Encoding& encoding, std::string_view original) {
    const std::vector<char> exact(original.begin(), original.end());
    const std::string_view text(exact.data(), exact.size());
    Workspace nothing(Workspace::Keep::kNothing);
    std::vector<TokenId> expected;
    encoding.AppendOrdinary(text, expected, IllFormedUtf8::kReplace, &nothing);
    ASSERT_EQ(encoding.EncodeOrdinary(text), expected);
    for (int round = 0; round < 2; ++round) {
      std::vector<TokenId> ids;
      encoding.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, &workspace_);
      ASSERT_EQ(ids, expected) << encoding.name() << ", round " << round << ": "
                               << text.substr(0, 200);
      ASSERT_EQ(encoding.Count(text, IllFormedUtf8::kReplace, &workspace_), expected.size());
    }
  }

  Workspace workspace_;
};

// Pieces of several tokens, short, of 13 to 28 bytes and longer, each often in one batch: a piece
// that is merged twice before it is remembered stands twice in its bucket.
TEST_P(WorkspaceTest, PiecesThatComeAgainInTheSameBatch) {
  const std::string_view words[] = {
      " Squires",        " Zqxvkjw",
      " 훑어보았습니다", " Xylophonistically",
      " ｗｉｄｅ",       " Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunter"};
  for (const std::string_view name : EncodingNames()) {
    std::string text;
    for (std::size_t i = 0; i < 400; ++i) {
      text += words[i % std::size(words)];
      text += words[i * 7 % std::size(words)];
    }
    ExpectSame(*FindEncoding(name), text);
  }
}

TEST_P(WorkspaceTest, SeveralEncodingsInTurn) {
  const std::string_view text = " Squires Zqxvkjw Squires Zqxvkjw 안녕 훑어보았습니다 Squires";
  for (int round = 0; round < 3; ++round) {
    for (const std::string_view name : EncodingNames()) ExpectSame(*FindEncoding(name), text);
  }
}

TEST_P(WorkspaceTest, TextsBySeed) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    testing::RandomText random(seed);
    std::string text = random.AnyBytes(400);
    text += text;
    for (const std::string_view name : {"cl100k_base", "o200k_base", "r50k_base"}) {
      ExpectSame(*FindEncoding(name), text);
    }
  }
}

// Runs of NUL, as an empty place of the tables looks, and pieces that begin alike.
TEST_P(WorkspaceTest, BytesThatLookLikeEmptyPlaces) {
  std::string text;
  for (std::size_t length = 1; length < 40; ++length) {
    text.append(length, '\0');
    text += 'a';
    text += std::string(length, 'b') + '\n';
    text += " \xEF\xBF\xBF\xEF\xBF\xBF\xEF\xBF\xBF" + std::string(length, '\x7F');
  }
  for (const std::string_view name : EncodingNames()) ExpectSame(*FindEncoding(name), text + text);
}

// A batch of pieces longer than any slot, some of them for the first time, some twice, some too
// long to be remembered or to be merged in one go.
TEST_P(WorkspaceTest, LongPieces) {
  testing::RandomText random(2);
  std::string text;
  for (int i = 0; i < 600; ++i) {
    const std::size_t length = 29 + random.Below(i % 50 == 0 ? 1500 : 90);
    std::string piece;
    while (piece.size() < length) {
      AppendCodePoint(i % 3 == 0 ? 0x4E00 + static_cast<char32_t>(random.Below(1000))
                                 : 'a' + static_cast<char32_t>(random.Below(26)),
                      piece);
    }
    text += piece + ".";
    if (i % 4 == 0) text += piece + " and ";
  }
  for (const std::string_view name : {"cl100k_base", "o200k_base"}) {
    ExpectSame(*FindEncoding(name), text);
  }
}

// A batch whose last piece is a long one that ends with the text, or a little before.
TEST_P(WorkspaceTest, LongPiecesAtTheEnd) {
  for (std::size_t size = 28; size < 300; size += size < 120 ? 1 : 30) {
    for (std::size_t behind = 0; behind < 3; ++behind) {
      ExpectSame(*FindEncoding("cl100k_base"),
                 "some " + std::string(size, 'x') + std::string(behind, '.'));
    }
  }
}

// More ids than a workspace holds: it forgets, and goes on.
TEST_P(WorkspaceTest, MorePiecesThanItHolds) {
  testing::RandomText random(1);
  std::string text;
  for (int word = 0; word < 250000; ++word) {
    text += ' ';
    for (int i = 0; i < 9; ++i) text += static_cast<char>('a' + random.Below(26));
  }
  ExpectSame(*FindEncoding("cl100k_base"), text);
}

INSTANTIATE_TEST_SUITE_P(Paths, WorkspaceTest, ::testing::ValuesIn(AvailableEnginePaths()),
                         [](const auto& path) { return std::string(path.param->name); });

}  // namespace
}  // namespace toktally
