// The slow encoder that everybody can check by eye: the algorithm of byte-pair encoding in a few
// lines, over the ranks of a .tiktoken file. Shares no code with bpe/.

#ifndef TOKTALLY_TESTS_REFERENCE_REFERENCE_BPE_H_
#define TOKTALLY_TESTS_REFERENCE_REFERENCE_BPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace toktally::testing {

using Ranks = std::unordered_map<std::string, std::uint32_t>;

// The contents of data/vocabularies/NAME.tiktoken, and its tokens with their ranks.
std::string ReadVocabulary(const std::string& name);
Ranks ParseRanks(const std::string& vocabulary_text);

// Joins the two neighbours whose concatenation has the lowest rank, the leftmost of equals, until
// no two neighbours are a token together.
std::vector<std::uint32_t> ReferenceMerge(const Ranks& ranks, std::string_view piece);

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_REFERENCE_REFERENCE_BPE_H_
