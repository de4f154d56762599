// The byte-pair merge of one piece that is no token: join the two neighbours whose concatenation
// has the lowest rank, leftmost first, until no two neighbours are a token together.

#ifndef TOKTALLY_BPE_MERGE_H_
#define TOKTALLY_BPE_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bpe/vocabulary.h"

namespace toktally {

// Pieces of up to this many bytes are merged without allocating, by the engine
// (bpe/engine_merge.inc); what is longer is merged here. No piece need be looked up before: one
// that is a token merges to itself.
inline constexpr std::size_t kMergeOnStackBytes = 32;

// Appends the ids of `piece` (not empty, any bytes).
void MergeLongPiece(const Vocabulary& vocabulary, std::string_view piece,
                    std::vector<std::uint32_t>& ids);

// How many ids MergeLongPiece would append.
std::uint64_t CountLongPiece(const Vocabulary& vocabulary, std::string_view piece);

}  // namespace toktally

#endif  // TOKTALLY_BPE_MERGE_H_
