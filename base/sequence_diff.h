// What was taken out of a sequence of ids and what was put in, to make another one of it.

#ifndef TOKTALLY_BASE_SEQUENCE_DIFF_H_
#define TOKTALLY_BASE_SEQUENCE_DIFF_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace toktally {

// before[before_begin, before_end) became after[after_begin, after_end); one of the two may be
// empty, and what stands between two changes is the same on both sides.
struct SequenceChange {
  std::size_t before_begin;
  std::size_t before_end;
  std::size_t after_begin;
  std::size_t after_end;
};

// In order; as few elements as can be found in bounded time: lines (`ends_line` says of an element
// whether it is the last of one) that stand once on either side are kept apart first, then Myers'
// O(ND) runs between them, up to a few thousand changes; beyond that the whole stretch is one
// change. Time goes by the lengths, whatever the contents; thread-safe.
std::vector<SequenceChange> DiffSequences(std::span<const std::uint32_t> before,
                                          std::span<const std::uint32_t> after,
                                          const std::function<bool(std::uint32_t)>& ends_line);

}  // namespace toktally

#endif  // TOKTALLY_BASE_SEQUENCE_DIFF_H_
