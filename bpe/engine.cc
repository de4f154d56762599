#include "bpe/engine.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bpe/merge.h"
#include "bpe/split.h"
#include "bpe/vocabulary.h"
#include "bpe/vocabulary_image.h"

namespace toktally {

std::uint64_t CountPiece(const Vocabulary& vocabulary, std::string_view piece) {
  const std::uint32_t value = vocabulary.FindPiece(piece.data(), piece.size());
  return value != 0 ? PieceValue::Count(value) : CountMerged(vocabulary, piece);
}

void EncodePiece(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids) {
  const std::uint32_t value = vocabulary.FindPiece(piece.data(), piece.size());
  if (value == 0) {
    MergePiece(vocabulary, piece, ids);
    return;
  }
  const std::uint32_t count = PieceValue::Count(value);
  if (count == 1) {
    ids.push_back(PieceValue::Payload(value));
    return;
  }
  const std::uint32_t* list = vocabulary.List(PieceValue::Payload(value));
  ids.insert(ids.end(), list, list + count);
}

EngineCount CountPieces(const Vocabulary& vocabulary, const SplitPattern& split,
                        std::string_view text, TextEnd text_end, std::uint64_t limit) {
  EngineCount count;
  while (count.bytes < text.size() && count.tokens <= limit) {
    bool open = false;
    const std::size_t end = split.piece_end(text, count.bytes, open);
    if (open && text_end == TextEnd::kOpen) break;
    count.tokens += CountPiece(vocabulary, text.substr(count.bytes, end - count.bytes));
    count.bytes = end;
  }
  return count;
}

std::size_t EncodePieces(const Vocabulary& vocabulary, const SplitPattern& split,
                         std::string_view text, std::vector<std::uint32_t>& ids) {
  std::size_t last_piece = ids.size();
  for (std::size_t at = 0; at < text.size();) {
    bool open = false;
    const std::size_t end = split.piece_end(text, at, open);
    last_piece = ids.size();
    EncodePiece(vocabulary, text.substr(at, end - at), ids);
    at = end;
  }
  return last_piece;
}

}  // namespace toktally
