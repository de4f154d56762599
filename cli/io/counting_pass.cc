#include "cli/io/counting_pass.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "cli/io/side_by_side.h"

namespace toktally::cli {
namespace {

// Files from this size on are counted one after the other by all threads, smaller ones side by
// side.
constexpr std::uint64_t kLargeFile = 8 << 20;

}  // namespace

unsigned ThreadsOf(std::optional<std::uint64_t> wanted) {
  return wanted ? static_cast<unsigned>(std::clamp<std::uint64_t>(*wanted, 1, 256))
                : DefaultThreads();
}

std::vector<absl::StatusOr<MeasuredText>> CountAll(const std::vector<ListedFile>& files,
                                                   const TextMeter& meter, unsigned threads,
                                                   const Input& input) {
  std::vector<absl::StatusOr<MeasuredText>> counts(files.size(), absl::UnknownError(""));
  // False if the file is left for all threads together.
  const auto count_one = [&](std::size_t i, unsigned with) {
    const ListedFile& file = files[i];
    const absl::StatusOr<std::unique_ptr<ByteSource>> source = input.Open(file.path);
    if (!source.ok()) {
      counts[i] = source.status();
      return true;
    }
    // Standard input may be of any size: it has the threads if it is the only text.
    const bool alone = files.size() == 1 || file.path == "-";
    const bool is_large = (*source)->SizeHint().value_or(0) >= kLargeFile;
    if (with == 1 && threads > 1 && is_large) return false;
    counts[i] = meter.Count(**source, alone ? threads : with, file.walked, file.path);
    return true;
  };
  std::mutex mutex;
  std::vector<std::size_t> large;
  RunSideBySide(threads, files.size(), [&](std::size_t i) {
    if (count_one(i, 1)) return;
    const std::lock_guard lock(mutex);
    large.push_back(i);
  });
  std::sort(large.begin(), large.end());
  for (const std::size_t i : large) count_one(i, threads);
  return counts;
}

}  // namespace toktally::cli
