// How well-formed text becomes tokens: by the engine's loops, for a split pattern that is written
// by hand, or through RE2, for any other. Encoding knows no difference between them.

#ifndef TOKTALLY_BPE_ENGINE_TEXT_ROUTE_H_
#define TOKTALLY_BPE_ENGINE_TEXT_ROUTE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/split/regex/regex_splitter.h"
#include "bpe/split/split_pattern.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

// Text that belongs to no piece, and so makes no tokens, before the id number `ids_before`.
struct TextGap {
  std::size_t ids_before;
  std::size_t bytes;
};

// Immutable; called from any number of threads at once, each with a memory of its own, or nullptr.
class TextRoute {
 public:
  virtual ~TextRoute() = default;

  // As EngineLoops::count and encode; `gaps`, where it is asked for, gets the text between pieces.
  virtual EngineCount Count(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                            std::uint64_t limit, PieceMemory* memory) const = 0;
  virtual EngineIds Encode(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                           std::vector<std::uint32_t>& ids, PieceMemory* memory,
                           std::vector<TextGap>* gaps) const = 0;
  // Appends the ids of bytes that need not be well-formed, taken as one piece where there are
  // pieces.
  virtual void EncodeBytes(const Vocabulary& vocabulary, std::string_view bytes,
                           std::vector<std::uint32_t>& ids) const {
    EncodePiece(vocabulary, bytes, ids);
  }
  // The first place from `from` on where a text may be cut in two, or its size. Any bytes.
  virtual std::size_t FindSafeCut(std::string_view text, std::size_t from) const = 0;
};

// `pattern` is one of HandPatterns.
std::unique_ptr<const TextRoute> MakeRoute(const SplitPattern& pattern);
std::unique_ptr<const TextRoute> MakeRoute(std::unique_ptr<const RegexSplitter> splitter);
// A chain of splitters, each inside the pieces of the one before; what none matches is a piece.
std::unique_ptr<const TextRoute> MakeRoute(
    std::vector<std::unique_ptr<const RegexSplitter>> splitters);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENGINE_TEXT_ROUTE_H_
