#include "cli/io/shard.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostShards = 1'000'000;
constexpr std::size_t kShardBlock = std::size_t{64} << 10;

// total * index / of, without overflow.
std::uint64_t Bound(std::uint64_t total, std::uint64_t index, std::uint64_t of) {
  return total / of * index + total % of * index / of;
}

std::uint64_t Sum(std::span<const std::uint64_t> sizes) {
  std::uint64_t total = 0;
  for (const std::uint64_t size : sizes) total += size;
  return total;
}

// Of a file that is read from `at`: from the first line that begins at or behind `begin` to the
// end of the one that holds the byte before `end`.
class LinesSource : public ByteSource {
 public:
  LinesSource(std::unique_ptr<ByteSource> source, std::uint64_t at, std::uint64_t begin,
              std::uint64_t end)
      : source_(std::move(source)), at_(at), end_(end), skipping_(at < begin) {}

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    while (!done_) {
      const absl::StatusOr<std::size_t> got = source_->Read(buffer);
      if (!got.ok() || *got == 0) return got;
      const std::string_view read(buffer.data(), *got);
      const std::uint64_t before = std::exchange(at_, at_ + *got);
      std::size_t first = 0;
      if (skipping_) {
        const std::size_t newline = read.find('\n');
        if (newline == std::string_view::npos) continue;
        skipping_ = false;
        first = newline + 1;
      }
      if (before + first >= end_ && !inside_) {
        done_ = true;
        break;
      }
      const std::size_t last = LastOf(read, before, first);
      if (last == first) continue;
      std::memmove(buffer.data(), buffer.data() + first, last - first);
      inside_ = true;
      return last - first;
    }
    return std::size_t{0};
  }

 private:
  // Where what of `read` belongs to the part ends.
  std::size_t LastOf(std::string_view read, std::uint64_t before, std::size_t first) {
    if (before + read.size() < end_) return read.size();
    // The line with the byte before `end` may have ended in what was read before.
    const std::uint64_t from = std::max<std::uint64_t>(end_, 1) - 1;
    const std::size_t at =
        from < before ? first : std::max(first, static_cast<std::size_t>(from - before));
    const std::size_t newline = read.find('\n', at);
    if (newline == std::string_view::npos) return read.size();
    done_ = true;
    return newline + 1;
  }

  std::unique_ptr<ByteSource> source_;
  std::uint64_t at_;
  const std::uint64_t end_;
  bool skipping_;        // the line that began before
  bool inside_ = false;  // something was given
  bool done_ = false;
};

}  // namespace

absl::StatusOr<Shard> ParseShard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto bad = [](const std::string& why) { return absl::InvalidArgumentError(why); };
  if (slash == std::string_view::npos) {
    return bad("is no part of a whole; 2/7 is the second of seven");
  }
  const auto index = ParseCount(text.substr(0, slash));
  const auto of = ParseCount(text.substr(slash + 1));
  if (!index.ok() || !of.ok()) return bad("is no part of a whole; 2/7 is the second of seven");
  if (*of == 0 || *of > kMostShards) return bad("wants 1 to 1,000,000 shards");
  if (*index == 0) return bad("counts from 1: the first of seven is 1/7");
  if (*index > *of) return bad(Concat("is none of the ", GroupDigits(*of), " shards"));
  return Shard{*index, *of};
}

std::string ToString(const Shard& shard) { return Concat(shard.index, '/', shard.of); }

std::vector<FilePart> WholeFilesOf(std::span<const std::uint64_t> sizes, const Shard& shard) {
  // A byte more for each file, so that empty ones have a place of their own.
  const std::uint64_t total = Sum(sizes) + sizes.size();
  const std::uint64_t begin = Bound(total, shard.index - 1, shard.of);
  const std::uint64_t end = Bound(total, shard.index, shard.of);
  std::vector<FilePart> parts;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (at >= begin && at < end) parts.push_back({i, 0, sizes[i]});
    at += sizes[i] + 1;
  }
  return parts;
}

std::vector<FilePart> LinesOf(std::span<const std::uint64_t> sizes, const Shard& shard) {
  const std::uint64_t total = Sum(sizes);
  const std::uint64_t begin = Bound(total, shard.index - 1, shard.of);
  const std::uint64_t end = Bound(total, shard.index, shard.of);
  std::vector<FilePart> parts;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::uint64_t from = std::max(begin, at);
    const std::uint64_t to = std::min(end, at + sizes[i]);
    if (from < to) parts.push_back({i, from - at, to - at});
    at += sizes[i];
  }
  return parts;
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenLines(const std::string& path, std::uint64_t begin,
                                                      std::uint64_t end, const Input& input) {
  const std::uint64_t at = begin == 0 ? 0 : begin - 1;
  auto source = input.OpenAt(path, at);
  if (!source.ok()) return source.status();
  return std::make_unique<LinesSource>(*std::move(source), at, begin, end);
}

int FirstLineOf(const std::string& path, std::uint64_t begin, const Input& input) {
  if (begin == 0) return 1;
  const auto source = input.Open(path);
  if (!source.ok()) return 1;
  std::vector<char> block(kShardBlock);
  // The line that the byte before `begin` belongs to is left out, and those before it are counted.
  std::uint64_t line = 2;
  for (std::uint64_t left = begin - 1; left > 0;) {
    const auto got = (*source)->Read(std::span(block).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(left, kShardBlock))));
    if (!got.ok() || *got == 0) return 1;
    line += static_cast<std::uint64_t>(
        std::count(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(*got), '\n'));
    left -= *got;
  }
  return static_cast<int>(std::min<std::uint64_t>(line, INT_MAX));
}

}  // namespace toktally::cli
