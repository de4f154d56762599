// Compiles a vocabulary into the block that bpe/vocabulary/vocabulary.h reads. Used by the build
// for the vocabularies that are embedded, and by Encoding::Create for others.

#ifndef TOKTALLY_BPE_VOCABULARY_COMPILER_H_
#define TOKTALLY_BPE_VOCABULARY_COMPILER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace toktally {

// The tokens of a .tiktoken file: bytes by rank; an empty string is a hole.
using TokensByRank = std::vector<std::string>;

// Parses `base64 rank` lines. InvalidArgument with the line for bad base64 or numbers, an empty or
// duplicate token, a duplicate rank, or a rank of 2^18 and more.
absl::StatusOr<TokensByRank> ParseTiktokenFile(std::string_view text);

// The image, its size a multiple of 64. `frequent_pieces`, most frequent first, are further pieces
// whose ids are worked out now; those that are tokens or longer than a table's keys are passed
// over. A token that no merges make is only what a piece of just its bytes becomes. InvalidArgument
// if one of the 256 single bytes is missing.
absl::StatusOr<std::string> CompileVocabulary(const TokensByRank& tokens,
                                              std::span<const std::string> frequent_pieces);

}  // namespace toktally

#endif  // TOKTALLY_BPE_VOCABULARY_COMPILER_H_
