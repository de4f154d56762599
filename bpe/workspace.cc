#include "bpe/workspace.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bpe/engine/piece_memory.h"

namespace toktally {

static_assert(sizeof(PieceMemory) <= Workspace::kBytes);

namespace {

// Straight from the system: zero pages that cost nothing until they are touched, and on the border
// of a huge page, since look-ups go all over the tables and would miss the address cache.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct Mapping {
  char* begin;
  std::size_t size;
};

PieceMemory* Allocate() {
  const std::size_t size = sizeof(PieceMemory) + 2 * kHugePage;
  void* block = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return nullptr;
  char* begin = static_cast<char*>(block);
  char* aligned = begin + sizeof(Mapping);
  aligned += kHugePage - reinterpret_cast<std::uintptr_t>(aligned) % kHugePage;
#if defined(MADV_HUGEPAGE)
  // A wish; nothing depends on it. What is filled from its beginning does better with small pages.
  madvise(aligned, offsetof(PieceMemory, image), MADV_HUGEPAGE);
#endif
  const Mapping mapping = {begin, size};
  std::memcpy(aligned - sizeof(mapping), &mapping, sizeof(mapping));
  return reinterpret_cast<PieceMemory*>(aligned);
}

}  // namespace

Workspace::Workspace() = default;
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

void Workspace::Free::operator()(PieceMemory* memory) const {
  Mapping mapping;
  std::memcpy(&mapping, reinterpret_cast<char*>(memory) - sizeof(mapping), sizeof(mapping));
  munmap(mapping.begin, mapping.size);
}

PieceMemory* Workspace::For(const void* image, std::uint64_t image_number) {
  const bool is_new = memory_ == nullptr;
  if (is_new) memory_.reset(Allocate());
  if (memory_ == nullptr) return nullptr;
  if (memory_->image != image || memory_->image_number != image_number) {
    if (!is_new) memory_->Forget();
    memory_->image = image;
    memory_->image_number = image_number;
  }
  return memory_.get();
}

}  // namespace toktally
