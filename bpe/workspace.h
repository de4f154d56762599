// Memory for a caller who encodes much: what was looked up and merged is remembered, so that the
// same pieces need not be merged again.
//
//   toktally::Workspace workspace;                       // one a thread
//   std::uint64_t tokens = 0;
//   for (const std::string& line : lines) {
//     tokens += encoding.Count(line, toktally::IllFormedUtf8::kReplace, &workspace);
//   }
//
// Results are the same with and without. Not thread-safe: a thread uses one of its own. It may be
// used with several encodings, but forgets everything when the vocabulary changes. Its memory is
// allocated with the first text, as much as pays for that text, and grows with what it is used for:
// from 0.2 MB for short texts over 2 MB to kBytes.
//
// A call without a workspace uses one that belongs to the thread, of at most kThreadBytes, made by
// the thread's first call and released when the thread ends. (A call inside another one of the same
// thread, as from a signal handler, does without.) Who wants nothing kept between calls hands over
// a workspace that keeps nothing.

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
  // What the one of a thread takes at most.
  static constexpr std::size_t kThreadBytes = 4u << 20;

  // What is kept from one call to the next.
  enum class Keep : unsigned char {
    kMuch,     // up to kBytes
    kLittle,   // up to kThreadBytes
    kNothing,  // each call allocates the little that it needs, and releases it
  };

  explicit Workspace(Keep keep = Keep::kMuch);
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

 private:
  friend class WorkspaceLease;  // bpe/workspace_lease.h
  // The memory for a text of `text_bytes`, emptied if it was filled for another vocabulary than
  // that of `image`, which is number `image_number` of those made at run time. nullptr where no
  // memory is to be had: the work is then done without, piece by piece.
  PieceMemory* For(const void* image, std::uint64_t image_number, std::size_t text_bytes);
  void MoveTo(unsigned level);

  struct Free {
    void operator()(PieceMemory* memory) const;
  };
  std::unique_ptr<PieceMemory, Free> memory_;
  Keep keep_;
  unsigned char level_ = 0;  // of memory_
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_WORKSPACE_H_
