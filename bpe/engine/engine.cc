#include "bpe/engine/engine.h"

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bpe/engine/isa/isa.h"
#include "bpe/engine/merge.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {
namespace {

#define TOKTALLY_ENGINE_PATH(name) &name,
constexpr const EnginePath* kPaths[] = {TOKTALLY_ENGINE_PATHS(TOKTALLY_ENGINE_PATH)};
#undef TOKTALLY_ENGINE_PATH

// Every thread that finds it empty puts the same in.
constinit std::atomic<const EnginePath*> active_path = nullptr;

}  // namespace

std::vector<const EnginePath*> AvailableEnginePaths() {
  std::vector<const EnginePath*> available;
  for (const EnginePath* path : kPaths) {
    if (path->available()) available.push_back(path);
  }
  return available;
}

const EnginePath& ActiveEnginePath() {
  const EnginePath* path = active_path.load(std::memory_order_relaxed);
  if (path != nullptr) return *path;
  for (const EnginePath* candidate : kPaths) {
    if (!candidate->available()) continue;
    path = candidate;
    break;
  }
  active_path.store(path, std::memory_order_relaxed);
  return *path;
}

const EnginePath* FindEnginePath(std::string_view name) {
  for (const EnginePath* path : kPaths) {
    if (path->name == name && path->available()) return path;
  }
  return nullptr;
}

void ForceEnginePath(const EnginePath* path) { active_path.store(path, std::memory_order_relaxed); }

void MergePiece(const Vocabulary& vocabulary, std::string_view piece,
                std::vector<std::uint32_t>& ids) {
  if (piece.size() > kMergeOnStackBytes) {
    MergeLongPiece(vocabulary, piece, ids);
    return;
  }
  std::uint32_t merged[kMergeOnStackBytes];
  const std::size_t size = ActiveEnginePath().merge(vocabulary, piece, merged);
  ids.insert(ids.end(), merged, merged + size);
}

std::uint64_t CountPiece(const Vocabulary& vocabulary, std::string_view piece) {
  const std::uint32_t value = vocabulary.FindPiece(piece.data(), piece.size());
  if (value != 0) return PieceValue::Count(value);
  if (piece.size() > kMergeOnStackBytes) {
    std::vector<std::uint32_t> merged;
    MergeLongPiece(vocabulary, piece, merged);
    return merged.size();
  }
  std::uint32_t merged[kMergeOnStackBytes];
  return ActiveEnginePath().merge(vocabulary, piece, merged);
}

void EncodePiece(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids) {
  const std::uint32_t value = vocabulary.FindPiece(piece.data(), piece.size());
  const std::uint32_t count = PieceValue::Count(value);
  if (count == 1) {
    ids.push_back(PieceValue::Payload(value));
  } else if (count > 1) {
    const std::uint32_t* list = vocabulary.List(PieceValue::Payload(value));
    ids.insert(ids.end(), list, list + count);
  } else {
    MergePiece(vocabulary, piece, ids);
  }
}

EngineCount CountPieces(const SplitPattern& split, const Vocabulary& vocabulary,
                        std::string_view text, TextEnd text_end, std::uint64_t limit,
                        EngineCount before) {
  EngineCount count = before;
  while (count.bytes < text.size() && count.tokens <= limit) {
    bool open = false;
    const std::size_t end = split.piece_end(text, count.bytes, open);
    if (open && text_end == TextEnd::kOpen) break;
    count.tokens += CountPiece(vocabulary, text.substr(count.bytes, end - count.bytes));
    count.bytes = end;
  }
  return count;
}

EngineIds EncodePieces(const SplitPattern& split, const Vocabulary& vocabulary,
                       std::string_view text, TextEnd text_end, std::vector<std::uint32_t>& ids) {
  EngineIds encoded = {ids.size(), 0};
  while (encoded.bytes < text.size()) {
    bool open = false;
    const std::size_t end = split.piece_end(text, encoded.bytes, open);
    if (open && text_end == TextEnd::kOpen) break;
    encoded.last_piece = ids.size();
    EncodePiece(vocabulary, text.substr(encoded.bytes, end - encoded.bytes), ids);
    encoded.bytes = end;
  }
  return encoded;
}

}  // namespace toktally
