#include "bpe/workspace.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "bpe/piece_memory.h"

namespace toktally {

static_assert(sizeof(PieceMemory) <= Workspace::kBytes);

namespace {

// calloc and free, since memory of this size then comes from the system as zero pages that are not
// touched. They promise no alignment to a cache line.
PieceMemory* Allocate() {
  char* block = static_cast<char*>(std::calloc(1, sizeof(PieceMemory) + alignof(PieceMemory)));
  if (block == nullptr) return nullptr;
  const std::size_t offset =
      alignof(PieceMemory) - reinterpret_cast<std::uintptr_t>(block) % alignof(PieceMemory);
  char* aligned = block + offset;
  aligned[-1] = static_cast<char>(offset);
  return reinterpret_cast<PieceMemory*>(aligned);
}

}  // namespace

Workspace::Workspace() = default;
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

void Workspace::Free::operator()(PieceMemory* memory) const {
  char* aligned = reinterpret_cast<char*>(memory);
  std::free(aligned - aligned[-1]);
}

PieceMemory* Workspace::For(const void* image) {
  if (memory_ == nullptr) {
    memory_.reset(Allocate());
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
