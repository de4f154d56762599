#include "tests/bpe/oracle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

namespace toktally::testing {

std::vector<std::size_t> PieceEnds(const RegexSplitter& splitter, std::string_view text) {
  std::vector<RegexSplitter::Piece> pieces;
  splitter.Split(text, pieces);
  std::vector<std::size_t> ends;
  for (const RegexSplitter::Piece& piece : pieces) {
    EXPECT_EQ(piece.begin, ends.empty() ? 0 : ends.back()) << "text between pieces";
    ends.push_back(piece.end);
  }
  return ends;
}

Oracle::Oracle(const std::string& vocabulary, std::string_view pattern)
    : ranks_(ParseRanks(ReadVocabulary(vocabulary))) {
  auto splitter = RegexSplitter::Create(pattern);
  if (!splitter.ok()) {
    ADD_FAILURE() << splitter.status();
    std::abort();
  }
  splitter_ = *std::move(splitter);
}

void Oracle::Merge(std::string_view text, const std::vector<std::size_t>& ends,
                   std::vector<std::uint32_t>& ids) {
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    const auto [entry, is_new] = merged_.try_emplace(std::string(text.substr(begin, end - begin)));
    if (is_new) entry->second = ReferenceMerge(ranks_, entry->first);
    ids.insert(ids.end(), entry->second.begin(), entry->second.end());
    begin = end;
  }
}

}  // namespace toktally::testing
