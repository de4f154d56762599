#include "bpe/engine/merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {
namespace {

unsigned char ByteAt(std::string_view piece, std::size_t i) {
  return static_cast<unsigned char>(piece[i]);
}

// Parts of a long piece as a list in an array, and a heap of the merges that were possible when
// they were put in. An entry is stale when its left part has since become another token or gone.
class HeapMerge {
 public:
  HeapMerge(const Vocabulary& vocabulary, std::string_view piece) : vocabulary_(vocabulary) {
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

void MergeByHeap(const Vocabulary& vocabulary, std::string_view piece,
                 std::vector<std::uint32_t>& ids) {
  HeapMerge(vocabulary, piece).ForEach([&ids](std::uint32_t id) { ids.push_back(id); });
}

// Merges happen in the order of rank, so undoing the merges of both tokens from the last one back
// goes through all states of the two beside one another. At each, the two parts at the seam must
// not have been able to merge earlier than what was undone: `limit` is the first rank that comes
// too late.
bool StayApart(const Vocabulary& vocabulary, std::uint32_t left, std::uint32_t right) {
  std::uint32_t limit = kNoToken;
  for (;;) {
    if (vocabulary.FindMerge(PairBucket::Key(left, right)) < limit) return false;
    const std::uint32_t inner_left = vocabulary.RightOf(left);
    const std::uint32_t inner_right = vocabulary.LeftOf(right);
    const bool left_is_whole = inner_left == left;
    const bool right_is_whole = inner_right == right;
    if (left_is_whole && right_is_whole) return true;
    // Of equal ranks the left one was merged first, so the right one is undone first.
    if (right_is_whole || (!left_is_whole && left > right)) {
      limit = left;
      left = inner_left;
    } else {
      limit = right + 1;
      right = inner_right;
    }
  }
}

namespace {

// Puts merged segments together. Where the tokens at a seam would not stay apart, what lies around
// it is merged anew, ever further, until it agrees with what is left and right of it.
class Seams {
 public:
  Seams(const Vocabulary& vocabulary, std::string_view piece, std::vector<std::uint32_t>& ids)
      : vocabulary_(vocabulary), piece_(piece), ids_(ids), first_(ids.size()) {}

  // The ids of the segment that follows what was added; it begins at piece[begin].
  void Add(std::size_t begin, std::span<const std::uint32_t> segment) {
    if (ids_.size() == first_ || Apart(ids_.back(), segment.front())) {
      ids_.insert(ids_.end(), segment.begin(), segment.end());
      return;
    }
    std::size_t end = begin;
    std::size_t left_step = 1;
    std::size_t right_step = 1;
    begin -= TakeLeft(left_step);
    end += TakeRight(segment, right_step);
    for (;;) {
      MergeAnew(piece_.substr(begin, end - begin));
      if (ids_.size() != first_ && !Apart(ids_.back(), anew_.front())) {
        begin -= TakeLeft(left_step *= 2);
      } else if (!segment.empty() && !Apart(anew_.back(), segment.front())) {
        end += TakeRight(segment, right_step *= 2);
      } else {
        break;
      }
    }
    ids_.insert(ids_.end(), anew_.begin(), anew_.end());
    ids_.insert(ids_.end(), segment.begin(), segment.end());
  }

  // The bytes that were merged anew: many times the piece's would mean that this way does not pay.
  std::size_t bytes_merged_anew() const { return bytes_merged_anew_; }

 private:
  // What was asked last is often asked again: text that repeats itself makes the longest pieces.
  bool Apart(std::uint32_t left, std::uint32_t right) {
    if (left != left_ || right != right_) {
      left_ = left;
      right_ = right;
      apart_ = StayApart(vocabulary_, left, right);
    }
    return apart_;
  }
  std::size_t SizeOf(std::uint32_t id) const { return vocabulary_.BytesOf(id).size(); }
  std::size_t TakeLeft(std::size_t tokens) {
    std::size_t bytes = 0;
    for (; tokens != 0 && ids_.size() != first_; --tokens) {
      bytes += SizeOf(ids_.back());
      ids_.pop_back();
    }
    return bytes;
  }
  std::size_t TakeRight(std::span<const std::uint32_t>& segment, std::size_t tokens) const {
    std::size_t bytes = 0;
    for (; tokens != 0 && !segment.empty(); --tokens) {
      bytes += SizeOf(segment.front());
      segment = segment.subspan(1);
    }
    return bytes;
  }
  void MergeAnew(std::string_view bytes) {
    if (bytes == anew_bytes_) return;
    anew_bytes_ = bytes;
    bytes_merged_anew_ += bytes.size();
    anew_.clear();
    if (bytes.size() > kMergeOnStackBytes) {
      MergeByHeap(vocabulary_, bytes, anew_);
      return;
    }
    anew_.resize(kMergeOnStackBytes);
    anew_.resize(ActiveEnginePath().merge(vocabulary_, bytes, anew_.data()));
  }

  const Vocabulary& vocabulary_;
  std::string_view piece_;
  std::vector<std::uint32_t>& ids_;
  std::size_t first_;
  std::string_view anew_bytes_;  // the last that were merged anew
  std::vector<std::uint32_t> anew_;
  std::size_t bytes_merged_anew_ = 0;
  std::uint32_t left_ = kNoToken;  // the last that were asked for
  std::uint32_t right_ = kNoToken;
  bool apart_ = false;
};

// The end of the segment that begins at `begin`: before a character that would not fit in whole.
std::size_t SegmentEnd(std::string_view piece, std::size_t begin) {
  std::size_t end = std::min(begin + kSegmentBytes, piece.size());
  if (end == piece.size()) return end;
  const auto is_continuation = [&](std::size_t i) { return (ByteAt(piece, i) & 0xC0) == 0x80; };
  for (std::size_t back = 0; back < 3 && is_continuation(end); ++back) --end;
  return is_continuation(end) ? begin + kSegmentBytes : end;
}

// False where seams had to be mended so often that the heap is the better way.
bool MergeBySegments(const Vocabulary& vocabulary, std::string_view piece,
                     std::vector<std::uint32_t>& ids) {
  constexpr std::size_t kTogether = 64;
  std::uint32_t ends[kTogether];
  std::uint32_t segment_ids[kTogether * kSegmentBytes];
  std::uint32_t id_counts[kTogether];
  std::string_view spans[kTogether];
  std::uint32_t merged_as[kTogether];
  Seams seams(vocabulary, piece, ids);
  for (std::size_t begin = 0; begin < piece.size();) {
    std::uint32_t count = 0;
    std::uint32_t distinct = 0;
    std::size_t end = begin;
    std::string_view before;
    // A segment that is the same as the one before it need not be merged.
    for (; count < kTogether && end < piece.size(); ++count) {
      const std::size_t segment_end = SegmentEnd(piece, end);
      const std::string_view segment = piece.substr(end, segment_end - end);
      end = segment_end;
      ends[count] = static_cast<std::uint32_t>(end - begin);
      if (segment != before) spans[distinct++] = segment;
      merged_as[count] = distinct - 1;
      before = segment;
    }
    ActiveEnginePath().merge_segments(vocabulary, spans, distinct, segment_ids, id_counts);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t segment_begin = begin + (i == 0 ? 0 : ends[i - 1]);
      const std::uint32_t which = merged_as[i];
      seams.Add(segment_begin, {segment_ids + which * kSegmentBytes, id_counts[which]});
    }
    if (seams.bytes_merged_anew() > 1024 + 16 * end) return false;
    begin = end;
  }
  return true;
}

// The merge of one byte many times over, on runs of equal tokens instead of tokens: each step
// merges all pairs inside a run, or the two tokens where two runs meet.
class RunMerge {
 public:
  RunMerge(const Vocabulary& vocabulary, std::uint32_t id, std::size_t count)
      : vocabulary_(vocabulary), runs_{{id, count}} {
    while (Step()) {
    }
  }

  void Append(std::vector<std::uint32_t>& ids) const {
    for (const Run& run : runs_) ids.insert(ids.end(), run.count, run.id);
  }

 private:
  struct Run {
    std::uint32_t id;
    std::size_t count;
  };

  // Merges the leftmost of lowest rank; false where nothing merges.
  bool Step() {
    std::uint32_t best = kNoToken;
    std::size_t at = 0;
    bool inside = false;
    const auto offer = [&](std::uint32_t left, std::uint32_t right, std::size_t run, bool within) {
      const std::uint32_t token = vocabulary_.FindMerge(PairBucket::Key(left, right));
      if (token >= best) return;
      best = token;
      at = run;
      inside = within;
    };
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i].count > 1) offer(runs_[i].id, runs_[i].id, i, true);
      if (i + 1 < runs_.size()) offer(runs_[i].id, runs_[i + 1].id, i, false);
    }
    if (best == kNoToken) return false;
    std::vector<Run> merged(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(at));
    const auto add = [&merged](std::uint32_t id, std::size_t count) {
      if (count != 0) merged.push_back({id, count});
    };
    const Run& run = runs_[at];
    add(inside ? best : run.id, inside ? run.count / 2 : run.count - 1);
    add(inside ? run.id : best, inside ? run.count % 2 : 1);
    std::size_t next = at + 1;
    if (!inside) {
      add(runs_[next].id, runs_[next].count - 1);
      ++next;
    }
    for (; next < runs_.size(); ++next) add(runs_[next].id, runs_[next].count);
    runs_.clear();
    for (const Run& part : merged) {
      if (!runs_.empty() && runs_.back().id == part.id) {
        runs_.back().count += part.count;
      } else {
        runs_.push_back(part);
      }
    }
    return true;
  }

  const Vocabulary& vocabulary_;
  std::vector<Run> runs_;
};

}  // namespace

void MergeLongPiece(const Vocabulary& vocabulary, std::string_view piece,
                    std::vector<std::uint32_t>& ids) {
  const std::size_t first = ids.size();
  if (vocabulary.ranks_rise() && piece.find_first_not_of(piece.front()) == std::string_view::npos) {
    RunMerge(vocabulary, vocabulary.ByteToken(ByteAt(piece, 0)), piece.size()).Append(ids);
    return;
  }
  if (vocabulary.ranks_rise() && MergeBySegments(vocabulary, piece, ids)) return;
  ids.resize(first);
  MergeByHeap(vocabulary, piece, ids);
}

}  // namespace toktally
