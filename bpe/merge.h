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

// Pieces of up to this many bytes are merged without allocating.
inline constexpr std::size_t kMergeOnStackBytes = 64;

// Appends the ids of `piece` (not empty, any bytes). It need not be asked for whole: a piece that
// is a token merges to itself.
void MergePiece(const Vocabulary& vocabulary, std::string_view piece,
                std::vector<std::uint32_t>& ids);

// How many ids MergePiece would append.
std::uint64_t CountMerged(const Vocabulary& vocabulary, std::string_view piece);

}  // namespace toktally

#endif  // TOKTALLY_BPE_MERGE_H_
