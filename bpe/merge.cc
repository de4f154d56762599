#include "bpe/merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "bpe/vocabulary.h"
#include "bpe/vocabulary_image.h"

namespace toktally {
namespace {

unsigned char ByteAt(std::string_view piece, std::size_t i) {
  return static_cast<unsigned char>(piece[i]);
}

// Parts of a long piece as a list in an array, and a heap of the merges that were possible when
// they were put in. An entry is stale when its left part has since become another token or gone.
class LongMerge {
 public:
  LongMerge(const Vocabulary& vocabulary, std::string_view piece) : vocabulary_(vocabulary) {
    const auto size = static_cast<std::uint32_t>(piece.size());
    parts_.resize(size);
    for (std::uint32_t i = 0; i < size; ++i) {
      parts_[i] = {vocabulary.ByteToken(ByteAt(piece, i)), kNoToken, i - 1, i + 1};
    }
    for (std::uint32_t i = 0; i + 1 < size; ++i) {
      Offer(i, vocabulary.FirstMerge(ByteAt(piece, i), ByteAt(piece, i + 1)));
    }
    Run();
  }

  template <typename Emit>
  void ForEach(Emit emit) const {
    for (std::uint32_t i = 0; i < parts_.size(); i = parts_[i].next) emit(parts_[i].id);
  }

 private:
  struct Part {
    std::uint32_t id;
    std::uint32_t merge;  // the token that this part and the next make, as last offered
    std::uint32_t previous;
    std::uint32_t next;
  };

  void Offer(std::uint32_t left, std::uint32_t token) {
    parts_[left].merge = token;
    if (token == kNoToken) return;
    heap_.push_back(static_cast<std::uint64_t>(token) << 32 | left);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  void OfferMergeOf(std::uint32_t left) {
    const std::uint32_t right = parts_[left].next;
    if (right >= parts_.size()) {
      parts_[left].merge = kNoToken;
      return;
    }
    Offer(left, vocabulary_.FindMerge(PairBucket::Key(parts_[left].id, parts_[right].id)));
  }

  void Run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      const std::uint64_t top = heap_.back();
      heap_.pop_back();
      const auto token = static_cast<std::uint32_t>(top >> 32);
      const auto left = static_cast<std::uint32_t>(top);
      if (parts_[left].merge != token) continue;
      const std::uint32_t right = parts_[left].next;
      parts_[left].id = token;
      parts_[left].next = parts_[right].next;
      parts_[right].merge = kNoToken;
      if (parts_[left].next < parts_.size()) parts_[parts_[left].next].previous = left;
      OfferMergeOf(left);
      if (left != 0) OfferMergeOf(parts_[left].previous);
    }
  }

  const Vocabulary& vocabulary_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> heap_;
};

}  // namespace

void MergeLongPiece(const Vocabulary& vocabulary, std::string_view piece,
                    std::vector<std::uint32_t>& ids) {
  LongMerge(vocabulary, piece).ForEach([&ids](std::uint32_t id) { ids.push_back(id); });
}

std::uint64_t CountLongPiece(const Vocabulary& vocabulary, std::string_view piece) {
  std::uint64_t count = 0;
  LongMerge(vocabulary, piece).ForEach([&count](std::uint32_t) { ++count; });
  return count;
}

}  // namespace toktally
