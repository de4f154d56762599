// Memory for a caller who encodes much: what was looked up and merged is remembered, so that the
// same pieces need not be merged again.
//
//   toktally::Workspace workspace;                       // one a thread
//   for (const std::string& line : lines) n += encoding.Count(line, kReplace, &workspace);
//
// Results are the same with and without. Not thread-safe: a thread uses one of its own. Its memory
// is allocated with the first text and bounded by kBytes; it may be used with several encodings,
// but forgets everything when the vocabulary changes.

#ifndef TOKTALLY_BPE_WORKSPACE_H_
#define TOKTALLY_BPE_WORKSPACE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace toktally {

struct PieceMemory;  // bpe/engine/piece_memory.h

class Workspace {
 public:
  // What it takes at most; pages that were never needed are not touched.
  static constexpr std::size_t kBytes = 16u << 20;

  Workspace();
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

 private:
  friend class OrdinaryText;
  // The memory, emptied if it was filled for another vocabulary than that of `image`, which is
  // number `image_number` of those made at run time. nullptr where no memory is to be had: the work
  // is then done without.
  PieceMemory* For(const void* image, std::uint64_t image_number);

  struct Free {
    void operator()(PieceMemory* memory) const;
  };
  std::unique_ptr<PieceMemory, Free> memory_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_WORKSPACE_H_
