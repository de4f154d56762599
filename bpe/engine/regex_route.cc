// The routes of any other pattern and of chains of them: piece by piece, through RE2. Nothing is
// known of where such a pattern may be cut, so they take a text as a whole.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/engine/text_route.h"

namespace toktally {
namespace {

class RegexRoute final : public TextRoute {
 public:
  explicit RegexRoute(std::unique_ptr<const RegexSplitter> splitter)
      : splitter_(std::move(splitter)) {}

  EngineCount Count(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                    std::uint64_t limit, PieceMemory*) const override {
    if (text_end == TextEnd::kOpen) return {};
    EngineCount count;
    std::size_t at = 0;
    while (count.tokens <= limit) {
      const std::optional<RegexSplitter::Piece> piece = splitter_->Next(text, at);
      if (!piece.has_value()) break;
      at = piece->end;
      count.tokens += CountPiece(vocabulary, text.substr(piece->begin, at - piece->begin));
    }
    count.bytes = text.size();
    return count;
  }

  EngineIds Encode(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                   std::vector<std::uint32_t>& ids, PieceMemory*,
                   std::vector<TextGap>* gaps) const override {
    EngineIds encoded = {ids.size(), 0};
    if (text_end == TextEnd::kOpen) return encoded;
    std::size_t at = 0;
    while (const std::optional<RegexSplitter::Piece> piece = splitter_->Next(text, at)) {
      encoded.last_piece = ids.size();
      if (gaps != nullptr && piece->begin != at) gaps->push_back({ids.size(), piece->begin - at});
      at = piece->end;
      EncodePiece(vocabulary, text.substr(piece->begin, at - piece->begin), ids);
    }
    encoded.bytes = text.size();
    return encoded;
  }

  std::size_t FindSafeCut(std::string_view text, std::size_t) const override { return text.size(); }

 private:
  std::unique_ptr<const RegexSplitter> splitter_;
};

class ChainRoute final : public TextRoute {
 public:
  explicit ChainRoute(std::vector<std::unique_ptr<const RegexSplitter>> splitters)
      : splitters_(std::move(splitters)) {}

  EngineCount Count(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                    std::uint64_t limit, PieceMemory*) const override {
    if (text_end == TextEnd::kOpen) return {};
    EngineCount count;
    ForEachPiece(text, 0, [&](std::string_view piece) {
      count.tokens += CountPiece(vocabulary, piece);
      return count.tokens <= limit;
    });
    count.bytes = text.size();
    return count;
  }

  EngineIds Encode(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                   std::vector<std::uint32_t>& ids, PieceMemory*,
                   std::vector<TextGap>*) const override {
    EngineIds encoded = {ids.size(), 0};
    if (text_end == TextEnd::kOpen) return encoded;
    ForEachPiece(text, 0, [&](std::string_view piece) {
      encoded.last_piece = ids.size();
      EncodePiece(vocabulary, piece, ids);
      return true;
    });
    encoded.bytes = text.size();
    return encoded;
  }

  std::size_t FindSafeCut(std::string_view text, std::size_t) const override { return text.size(); }

 private:
  // Calls `use` with every piece, in order, until it returns false; returns false then. As deep as
  // the chain is long.
  template <typename Use>
  bool ForEachPiece(std::string_view text, std::size_t stage, const Use& use) const {
    if (text.empty()) return true;
    if (stage == splitters_.size()) return use(text);
    std::size_t at = 0;
    while (const std::optional<RegexSplitter::Piece> piece = splitters_[stage]->Next(text, at)) {
      if (!ForEachPiece(text.substr(at, piece->begin - at), stage + 1, use)) return false;
      if (!ForEachPiece(text.substr(piece->begin, piece->end - piece->begin), stage + 1, use)) {
        return false;
      }
      at = piece->end;
      if (at == text.size()) break;
    }
    return ForEachPiece(text.substr(at), stage + 1, use);
  }

  std::vector<std::unique_ptr<const RegexSplitter>> splitters_;
};

}  // namespace

std::unique_ptr<const TextRoute> MakeRoute(
    std::vector<std::unique_ptr<const RegexSplitter>> splitters) {
  return std::make_unique<ChainRoute>(std::move(splitters));
}

std::unique_ptr<const TextRoute> MakeRoute(std::unique_ptr<const RegexSplitter> splitter) {
  return std::make_unique<RegexRoute>(std::move(splitter));
}

}  // namespace toktally
