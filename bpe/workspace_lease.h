// The memory that one call of an Encoding works in: the caller's Workspace, or the thread's own.

#ifndef TOKTALLY_BPE_WORKSPACE_LEASE_H_
#define TOKTALLY_BPE_WORKSPACE_LEASE_H_

#include <cstddef>
#include <cstdint>

#include "bpe/workspace.h"

namespace toktally {

class WorkspaceLease {
 public:
  explicit WorkspaceLease(Workspace* of_caller);
  ~WorkspaceLease();
  WorkspaceLease(const WorkspaceLease&) = delete;
  WorkspaceLease& operator=(const WorkspaceLease&) = delete;

  // As Workspace::For.
  PieceMemory* For(const void* image, std::uint64_t image_number, std::size_t text_bytes) {
    return workspace_ == nullptr ? nullptr : workspace_->For(image, image_number, text_bytes);
  }

 private:
  Workspace* workspace_;
  bool is_threads_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_WORKSPACE_LEASE_H_
