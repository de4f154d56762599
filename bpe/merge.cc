#include "bpe/merge.h"

#include <algorithm>
#include <array>
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

// Merges a short piece in place: `ids` holds a token a byte and then fewer. Quadratic in the number
// of parts, which is small.
std::size_t MergeShort(const Vocabulary& vocabulary, std::string_view piece, std::uint32_t* ids) {
  std::array<std::uint32_t, kMergeOnStackBytes> ranks;  // of the merge of parts i and i + 1
  std::size_t parts = piece.size();
  for (std::size_t i = 0; i < parts; ++i) ids[i] = vocabulary.ByteToken(ByteAt(piece, i));
  for (std::size_t i = 0; i + 1 < parts; ++i) {
    ranks[i] = vocabulary.FirstMerge(ByteAt(piece, i), ByteAt(piece, i + 1));
  }
  while (parts > 1) {
    const auto* best = std::min_element(ranks.data(), ranks.data() + parts - 1);
    if (*best == kNoToken) break;
    const auto i = static_cast<std::size_t>(best - ranks.data());
    ids[i] = *best;
    std::copy(ids + i + 2, ids + parts, ids + i + 1);
    std::copy(ranks.data() + i + 1, ranks.data() + parts - 1, ranks.data() + i);
    --parts;
    if (i > 0) ranks[i - 1] = vocabulary.Merge(ids[i - 1], ids[i]);
    if (i + 1 < parts) ranks[i] = vocabulary.Merge(ids[i], ids[i + 1]);
  }
  return parts;
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
    Offer(left, vocabulary_.Merge(parts_[left].id, parts_[right].id));
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

void MergePiece(const Vocabulary& vocabulary, std::string_view piece,
                std::vector<std::uint32_t>& ids) {
  if (piece.size() <= kMergeOnStackBytes) {
    std::array<std::uint32_t, kMergeOnStackBytes> merged;
    const std::size_t count = MergeShort(vocabulary, piece, merged.data());
    ids.insert(ids.end(), merged.data(), merged.data() + count);
    return;
  }
  LongMerge(vocabulary, piece).ForEach([&ids](std::uint32_t id) { ids.push_back(id); });
}

std::uint64_t CountMerged(const Vocabulary& vocabulary, std::string_view piece) {
  if (piece.size() <= kMergeOnStackBytes) {
    std::array<std::uint32_t, kMergeOnStackBytes> merged;
    return MergeShort(vocabulary, piece, merged.data());
  }
  std::uint64_t count = 0;
  LongMerge(vocabulary, piece).ForEach([&count](std::uint32_t) { ++count; });
  return count;
}

}  // namespace toktally
