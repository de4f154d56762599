// The route of the patterns that are written by hand.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/engine/text_route.h"
#include "bpe/split/patterns.h"

namespace toktally {
namespace {

class LoopsRoute final : public TextRoute {
 public:
  explicit LoopsRoute(const SplitPattern& pattern)
      : pattern_(pattern), number_(PatternNumber(pattern)) {}

  EngineCount Count(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                    std::uint64_t limit, PieceMemory* memory) const override {
    if (memory == nullptr) return CountPieces(pattern_, vocabulary, text, text_end, limit, {});
    return Loops().count(vocabulary, text, text_end, limit, *memory);
  }

  EngineIds Encode(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                   std::vector<std::uint32_t>& ids, PieceMemory* memory,
                   std::vector<TextGap>*) const override {
    if (memory == nullptr) return EncodePieces(pattern_, vocabulary, text, text_end, ids);
    return Loops().encode(vocabulary, text, text_end, ids, *memory);
  }

  std::size_t FindSafeCut(std::string_view text, std::size_t from) const override {
    for (std::size_t i = from; i < text.size(); ++i) {
      if (pattern_.is_safe_cut(text, i)) return i;
    }
    return text.size();
  }

 private:
  const EngineLoops& Loops() const { return ActiveEnginePath().loops[number_]; }

  const SplitPattern& pattern_;
  std::size_t number_;
};

}  // namespace

std::unique_ptr<const TextRoute> MakeRoute(const SplitPattern& pattern) {
  return std::make_unique<LoopsRoute>(pattern);
}

}  // namespace toktally
