// Pieces to tokens: the loop that splits well-formed text, looks every piece up and merges what is
// not known. The same loop is compiled for several instruction sets; one of them is chosen when the
// first text comes.

#ifndef TOKTALLY_BPE_ENGINE_ENGINE_H_
#define TOKTALLY_BPE_ENGINE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bpe/split/patterns.h"
#include "bpe/vocabulary/vocabulary.h"

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

struct EngineIds {
  // Where the last piece begins among the ids; their number for a text of no pieces.
  std::size_t last_piece = 0;
  std::size_t bytes = 0;  // of the pieces that were encoded
};

struct PieceMemory;  // bpe/engine/piece_memory.h

// One pattern's loops for one instruction set. Text is well-formed UTF-8.
struct EngineLoops {
  // Counts tokens; stops after the piece with which the count passes `limit`.
  EngineCount (*count)(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                       std::uint64_t limit, PieceMemory& memory);
  // Appends the ids.
  EngineIds (*encode)(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                      std::vector<std::uint32_t>& ids, PieceMemory& memory);
  // Appends the ends of the pieces.
  void (*split)(std::string_view text, std::vector<std::size_t>& ends);
};

// The loops for one instruction set.
struct EnginePath {
  std::string_view name;  // "avx512", "avx2", "neon", "plain"
  bool (*available)();    // on this machine
  // Merges a piece of 1 to kMergeOnStackBytes bytes; writes its ids, as many as are returned.
  std::size_t (*merge)(const Vocabulary& vocabulary, std::string_view piece, std::uint32_t* ids);
  // Merges `count` segments, each of 1 to kSegmentBytes bytes. Segment i gets the ids from
  // ids[i * kSegmentBytes] on, id_counts[i] of them.
  void (*merge_segments)(const Vocabulary& vocabulary, const std::string_view* segments,
                         std::size_t count, std::uint32_t* ids, std::uint32_t* id_counts);
  EngineLoops loops[HandPatterns::kSize];  // by PatternNumber

  const EngineLoops& For(const SplitPattern& split) const { return loops[PatternNumber(split)]; }
};

// All paths that this machine can run, the fastest first.
std::vector<const EnginePath*> AvailableEnginePaths();

// The path that every Encoding uses.
const EnginePath& ActiveEnginePath();

// The path of that name that this machine can run, or nullptr.
const EnginePath* FindEnginePath(std::string_view name);

// Makes every Encoding use `path`, or the fastest again for nullptr. For tests, benchmarks and
// support; not while other threads encode.
void ForceEnginePath(const EnginePath* path);

// The loops' work piece by piece, without any memory: from text[from] on, added to what was counted
// before. Slow.
EngineCount CountPieces(const SplitPattern& split, const Vocabulary& vocabulary,
                        std::string_view text, TextEnd text_end, std::uint64_t limit,
                        EngineCount before);
EngineIds EncodePieces(const SplitPattern& split, const Vocabulary& vocabulary,
                       std::string_view text, TextEnd text_end, std::vector<std::uint32_t>& ids);

// Appends the ids of a piece, not empty and of any bytes, by merging alone. A piece that is a token
// merges to itself, unless no merges make that token: only in a vocabulary that was not trained.
void MergePiece(const Vocabulary& vocabulary, std::string_view piece,
                std::vector<std::uint32_t>& ids);

// The tokens of one piece, of any bytes.
std::uint64_t CountPiece(const Vocabulary& vocabulary, std::string_view piece);
void EncodePiece(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_ENGINE_H_
