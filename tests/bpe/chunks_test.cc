#include "bpe/chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bpe/encodings.h"

namespace toktally {
namespace {

const Encoding& O200k() { return *FindEncoding("o200k_base"); }

struct Kept {
  std::string text;
  Chunk chunk;
};

std::vector<Kept> Split(const std::string& text, const ChunkOptions& options,
                        std::size_t part = 1000) {
  std::vector<Kept> chunks;
  Chunker chunker(O200k(), options, [&](const Chunk& chunk) {
    chunks.push_back({std::string(chunk.text), chunk});
  });
  for (std::size_t i = 0; i < text.size(); i += part) chunker.Add(text.substr(i, part));
  chunker.Finish();
  return chunks;
}

std::string Prose() {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "# Heading " + std::to_string(i) + "\n\nThe first sentence of it. And a second one!\n";
    text += "아버지가 방에 들어가신다. 토큰 수를 세어 봅시다。\n\n";
    if (i % 7 == 0) text += "```\n# no heading\n\n\ncode();\n```\n\n";
    if (i % 50 == 0) text += std::string(3000, 'z') + "\n";
  }
  return text;
}

TEST(Chunker, ChunksAreTheTextAndFitAndCountAsTheySay) {
  const std::string text = Prose();
  for (const Boundary at : {Boundary::kToken, Boundary::kSentence, Boundary::kLine,
                            Boundary::kParagraph, Boundary::kMarkdown, Boundary::kCode}) {
    for (const std::uint64_t tokens : {7u, 64u, 500u}) {
      std::string whole;
      for (const auto& [part, chunk] : Split(text, {tokens, 0, at})) {
        EXPECT_EQ(chunk.begin, whole.size());
        EXPECT_EQ(chunk.end, whole.size() + part.size());
        EXPECT_EQ(chunk.first_line,
                  1 + static_cast<std::uint64_t>(std::count(whole.begin(), whole.end(), '\n')));
        EXPECT_EQ(chunk.tokens, O200k().Count(part));
        EXPECT_LE(chunk.tokens, tokens);
        whole += part;
      }
      EXPECT_EQ(whole, text);
    }
  }
}

TEST(Chunker, TextComesInAnyParts) {
  const std::string text = Prose();
  for (const std::size_t part : {1u, 77u, 5'000u}) {
    std::string whole;
    for (const auto& [piece, chunk] : Split(text, {100, 0, Boundary::kSentence}, part)) {
      EXPECT_EQ(chunk.tokens, O200k().Count(piece));
      whole += piece;
    }
    EXPECT_EQ(whole, text);
  }
}

TEST(Chunker, OverlapsAreTheEndOfTheChunkBefore) {
  const std::string text = Prose();
  const auto chunks = Split(text, {100, 20, Boundary::kToken});
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    const Chunk& before = chunks[i - 1].chunk;
    const Chunk& chunk = chunks[i].chunk;
    ASSERT_LE(chunk.begin, before.end);
    ASSERT_GT(chunk.end, before.end);
    EXPECT_LE(O200k().Count(text.substr(chunk.begin, before.end - chunk.begin)), 20u);
    EXPECT_EQ(chunks[i].text, text.substr(chunk.begin, chunk.end - chunk.begin));
  }
  EXPECT_EQ(chunks.back().chunk.end, text.size());
}

TEST(Chunker, HeadingsBeginChunksOfMarkdownButNotInsideAFence) {
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += "# Part " + std::to_string(i) + "\n\nSome words about it.\n\n```\n# not one\n```\n\n";
  }
  for (const auto& [part, chunk] : Split(text, {60, 0, Boundary::kMarkdown})) {
    EXPECT_TRUE(part.starts_with("# Part ")) << part;
  }
}

TEST(Chunker, AnEmptyTextHasNoChunks) { EXPECT_TRUE(Split("", {10}).empty()); }

TEST(Chunker, OptionsThatLeaveNoRoomAreErrors) {
  EXPECT_FALSE(Chunker::Check({0}).ok());
  EXPECT_FALSE(Chunker::Check({10, 10}).ok());
  EXPECT_TRUE(Chunker::Check({10, 9}).ok());
}

}  // namespace
}  // namespace toktally
