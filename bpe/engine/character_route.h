// Byte-pair encoding whose merges begin with characters, as SentencePiece does it: there is no
// split pattern, blanks are part of the tokens, and a character that no token is becomes the tokens
// of its bytes, which merge with nothing (Gemma). Ids are not ranks: a merge's rank is its place in
// the list.

#ifndef TOKTALLY_BPE_ENGINE_CHARACTER_ROUTE_H_
#define TOKTALLY_BPE_ENGINE_CHARACTER_ROUTE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bpe/engine/text_route.h"

namespace toktally {

struct CharacterMerge {
  std::uint32_t left;
  std::uint32_t right;
  std::uint32_t made;
};

// What such an encoding is made of. In tokens a blank is U+0020; U+2581, which files write for it,
// is read as one in texts, too.
struct CharacterBpe {
  std::vector<std::string> tokens;            // by id; empty: none, or not of text
  std::array<std::uint32_t, 256> byte_ids{};  // of the bytes of characters that are no token
  std::vector<CharacterMerge> merges;         // in the order of rank
  // Cut out of a text before anything else, the longest at each place.
  std::vector<std::pair<std::string, std::uint32_t>> cut_tokens;
};

// Linear in the text but for words (what stands between blanks) of many characters, which take
// n log n of theirs.
std::unique_ptr<const TextRoute> MakeRoute(const CharacterBpe& bpe);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_CHARACTER_ROUTE_H_
