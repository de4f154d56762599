#include "bpe/workspace.h"

#include <cstdlib>

#include "bpe/piece_memory.h"

namespace toktally {

static_assert(sizeof(PieceMemory) <= Workspace::kBytes);

Workspace::Workspace() = default;
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

// calloc and free, since memory of this size then comes from the system as untouched zero pages.
void Workspace::Free::operator()(PieceMemory* memory) const { std::free(memory); }

PieceMemory* Workspace::For(const void* image) {
  if (memory_ == nullptr) {
    memory_.reset(static_cast<PieceMemory*>(std::calloc(1, sizeof(PieceMemory))));
    if (memory_ == nullptr) return nullptr;
    memory_->image = image;
  }
  if (memory_->image != image) {
    memory_->Forget();
    memory_->image = image;
  }
  return memory_.get();
}

}  // namespace toktally
