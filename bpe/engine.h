// Pieces to tokens: the loop that splits well-formed text, looks every piece up and merges what is
// not known.

#ifndef TOKTALLY_BPE_ENGINE_H_
#define TOKTALLY_BPE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bpe/split.h"
#include "bpe/vocabulary.h"

namespace toktally {

// Which pieces of a text to take.
enum class TextEnd {
  kFinal,  // all: the text ends there
  kOpen,   // only those that no following text can change
};

struct EngineCount {
  std::uint64_t tokens = 0;
  std::size_t bytes = 0;  // of the pieces that were counted
};

// Counts the tokens of `text`, well-formed UTF-8; stops after the piece with which the count passes
// `limit`.
EngineCount CountPieces(const Vocabulary& vocabulary, const SplitPattern& split,
                        std::string_view text, TextEnd text_end, std::uint64_t limit);

// Appends the ids of `text`, well-formed UTF-8. Returns where its last piece begins among `ids`
// (ids.size() for an empty text).
std::size_t EncodePieces(const Vocabulary& vocabulary, const SplitPattern& split,
                         std::string_view text, std::vector<std::uint32_t>& ids);

// The same for one piece that is given.
std::uint64_t CountPiece(const Vocabulary& vocabulary, std::string_view piece);
void EncodePiece(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_H_
