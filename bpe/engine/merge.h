// The byte-pair merge of one piece that is no token: join the two neighbours whose concatenation
// has the lowest rank, leftmost first, until no two neighbours are a token together.

#ifndef TOKTALLY_BPE_ENGINE_MERGE_H_
#define TOKTALLY_BPE_ENGINE_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

// Pieces of up to this many bytes are merged without allocating, by the engine
// (bpe/engine/generic/merge.inc); what is longer is merged here. A piece that is a token merges to
// itself, unless no merges make that token.
inline constexpr std::size_t kMergeOnStackBytes = 64;
// The parts that such a merge may begin with: bytes or characters.
inline constexpr std::size_t kMergeParts = 64;

// A long piece is merged in segments of at most this many bytes, which are put together afterwards.
inline constexpr std::size_t kSegmentBytes = 32;

// Appends the ids of `piece` (not empty, any bytes).
void MergeLongPiece(const Vocabulary& vocabulary, std::string_view piece,
                    std::vector<std::uint32_t>& ids);

// The same by the plain way, a heap of all merges that are possible, which serves any vocabulary.
void MergeByHeap(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids);

// Whether the merge of the two tokens' bytes together gives just these two again. A sequence of
// tokens of which this is true of every two neighbours is the merge of its bytes. Needs
// ranks_rise().
bool StayApart(const Vocabulary& vocabulary, std::uint32_t left, std::uint32_t right);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_MERGE_H_
