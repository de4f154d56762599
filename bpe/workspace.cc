#include "bpe/workspace.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <new>

#include "bpe/engine/piece_memory.h"
#include "bpe/workspace_lease.h"

namespace toktally {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kAlignment = 64;

// What a memory may be, by level: for short texts; one huge page, all in all; as much as pays.
constexpr MemorySize kSizes[] = {{9, 7, 7, 24u << 10, 16u << 10},
                                 {14, 12, 12, 96u << 10, 64u << 10},
                                 {16, 15, 15, 1u << 20, 2u << 20}};
// A text of so many bytes begins with the level behind.
constexpr std::size_t kTextBytes[] = {std::size_t{24} << 10, std::size_t{192} << 10};
constexpr unsigned kHighestLevel = std::size(kSizes) - 1;
constexpr unsigned kHighestLevelOfThread = 1;

constexpr std::size_t TableBytes(const MemorySize& size) {
  return (sizeof(ShortBucket) << size.short_bits) + (sizeof(MediumBucket) << size.medium_bits);
}
constexpr std::size_t BlockBytes(const MemorySize& size) {
  return TableBytes(size) + sizeof(PieceMemory) + (sizeof(LongEntry) << size.long_bits) +
         sizeof(std::uint32_t) * size.lists + size.long_bytes;
}
static_assert(BlockBytes(kSizes[0]) <= kHugePage / 8);
static_assert(BlockBytes(kSizes[1]) <= kHugePage);
static_assert(BlockBytes(kSizes[1]) + kHugePage <= Workspace::kThreadBytes);
static_assert(BlockBytes(kSizes[2]) + kHugePage <= Workspace::kBytes);
static_assert(TableBytes(kSizes[2]) % kHugePage == 0);
static_assert(kSizes[0].lists >= BatchRows::kMostIds);

// What was mapped, or nothing for a block of the heap; stands behind the PieceMemory.
struct Mapping {
  char* begin;
  std::size_t size;
};
struct MappedMemory {
  PieceMemory memory;
  Mapping mapping;
};
static_assert(sizeof(MappedMemory) - sizeof(PieceMemory) <= kAlignment);

// A block of zeros straight from the system: pages that cost nothing until they are touched; on the
// border of a huge page, since look-ups go all over the tables and would miss the address cache.
char* Map(std::size_t huge_bytes, Mapping& mapping, std::size_t bytes) {
  mapping.size = std::max(bytes, kHugePage) + kHugePage;
  void* const block =
      mmap(nullptr, mapping.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return nullptr;
  mapping.begin = static_cast<char*>(block);
  char* const at = mapping.begin + (0 - reinterpret_cast<std::uintptr_t>(block)) % kHugePage;
#if defined(MADV_HUGEPAGE)
  // A wish; nothing depends on it. What is filled from its beginning does better with small pages.
  madvise(at, huge_bytes, MADV_HUGEPAGE);
#endif
  return at;
}

// A small memory comes from the heap, which has it at hand; the tables come first.
PieceMemory* Allocate(unsigned level) {
  const MemorySize& size = kSizes[level];
  const std::size_t bytes = BlockBytes(size) + 4 * kAlignment;
  Mapping mapping = {nullptr, 0};
  char* const block =
      level == 0
          ? static_cast<char*>(operator new (bytes, std::align_val_t{kAlignment}, std::nothrow))
          : Map(level == 1 ? kHugePage : TableBytes(size), mapping, bytes);
  if (block == nullptr) return nullptr;
  char* at = block;
  const auto take = [&at](std::size_t taken_bytes) {
    char* const taken = at;
    at += (taken_bytes + kAlignment - 1) / kAlignment * kAlignment;
    return taken;
  };
  char* const short_buckets = take(sizeof(ShortBucket) << size.short_bits);
  char* const medium_buckets = take(sizeof(MediumBucket) << size.medium_bits);
  char* const long_entries = take(sizeof(LongEntry) << size.long_bits);
  char* const mapped = take(sizeof(MappedMemory));
  // The tables and what stands before the rows.
  if (level == 0)
    std::memset(block, 0, static_cast<std::size_t>(mapped - block) + offsetof(PieceMemory, rows));
  auto* const made = reinterpret_cast<MappedMemory*>(mapped);
  made->mapping = mapping;
  PieceMemory& memory = made->memory;
  memory.size = size;
  memory.block = block;
  memory.short_buckets = reinterpret_cast<ShortBucket*>(short_buckets);
  memory.medium_buckets = reinterpret_cast<MediumBucket*>(medium_buckets);
  memory.long_entries = reinterpret_cast<LongEntry*>(long_entries);
  memory.lists = reinterpret_cast<std::uint32_t*>(take(sizeof(std::uint32_t) * size.lists));
  memory.long_bytes = take(size.long_bytes);
  return &memory;
}

// What a thread has for calls without a workspace. Trivial, so that it may be looked at before the
// thread has made and after it has released it.
struct ThreadWorkspace {
  Workspace* workspace;
  bool is_lent;
  bool is_over;
};
constinit thread_local ThreadWorkspace thread_workspace = {nullptr, false, false};

struct ReleaseAtThreadEnd {
  ~ReleaseAtThreadEnd() {
    thread_workspace.is_over = true;
    delete thread_workspace.workspace;
    thread_workspace.workspace = nullptr;
  }
};

[[gnu::noinline]] void MakeThreadWorkspace() {
  thread_local ReleaseAtThreadEnd release;
  static_cast<void>(&release);
  thread_workspace.workspace = new (std::nothrow) Workspace(Workspace::Keep::kLittle);
}

}  // namespace

Workspace::Workspace(Keep keep) : keep_(keep) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

void Workspace::Free::operator()(PieceMemory* memory) const {
  const Mapping mapping = reinterpret_cast<MappedMemory*>(memory)->mapping;
  if (mapping.begin != nullptr) {
    munmap(mapping.begin, mapping.size);
  } else {
    operator delete (memory->block, std::align_val_t{kAlignment}, std::nothrow);
  }
}

// To a memory of another size, with what the one before holds; where there is none to be had, the
// one before goes on.
void Workspace::MoveTo(unsigned level) {
  std::unique_ptr<PieceMemory, Free> larger(Allocate(level));
  if (larger == nullptr) return;
  if (memory_ != nullptr) larger->TakeOver(*memory_);
  memory_ = std::move(larger);
  level_ = static_cast<unsigned char>(level);
}

PieceMemory* Workspace::For(const void* image, std::uint64_t image_number, std::size_t text_bytes) {
  const unsigned highest = keep_ == Keep::kMuch ? kHighestLevel : kHighestLevelOfThread;
  unsigned level = level_;
  if (level < highest) {
    if (text_bytes >= kTextBytes[level]) level = level + 1;
    if (level < highest && text_bytes >= kTextBytes[level]) level = level + 1;
    if (level == level_ && memory_ != nullptr && memory_->IsFull()) level = level + 1;
  }
  if (memory_ == nullptr || level != level_) {
    MoveTo(level);
    if (memory_ == nullptr) return nullptr;
  }
  if (memory_->image != image || memory_->image_number != image_number) {
    if (memory_->image != nullptr) memory_->Forget();
    memory_->image = image;
    memory_->image_number = image_number;
  }
  return memory_.get();
}

WorkspaceLease::WorkspaceLease(Workspace* of_caller)
    : workspace_(of_caller), is_threads_(of_caller == nullptr) {
  if (!is_threads_) return;
  ThreadWorkspace& thread = thread_workspace;
  if (thread.workspace == nullptr && !thread.is_over) MakeThreadWorkspace();
  if (thread.is_lent || thread.workspace == nullptr) {
    is_threads_ = false;
    return;
  }
  thread.is_lent = true;
  workspace_ = thread.workspace;
}

WorkspaceLease::~WorkspaceLease() {
  if (is_threads_) thread_workspace.is_lent = false;
  if (workspace_ != nullptr && workspace_->keep_ == Workspace::Keep::kNothing) {
    workspace_->memory_.reset();
    workspace_->level_ = 0;
  }
}

}  // namespace toktally
