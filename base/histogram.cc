#include "base/histogram.h"

#include <algorithm>
#include <bit>

namespace toktally {
namespace {

constexpr std::uint64_t kExact = 1024;  // values below it
constexpr unsigned kExactBits = 10;
constexpr unsigned kKeptBits = 8;                                       // of a larger value
constexpr std::size_t kOfDoubling = std::size_t{1} << (kKeptBits - 1);  // buckets

}  // namespace

std::size_t Histogram::IndexOf(std::uint64_t value) {
  if (value < kExact) return static_cast<std::size_t>(value);
  const auto bits = static_cast<unsigned>(std::bit_width(value));
  const auto leading = static_cast<std::size_t>(value >> (bits - kKeptBits)) - kOfDoubling;
  return static_cast<std::size_t>(kExact) + (bits - 1 - kExactBits) * kOfDoubling + leading;
}

Histogram::Bounds Histogram::BoundsOf(std::size_t index) {
  if (index < kExact) return {index, index};
  const std::size_t above = index - static_cast<std::size_t>(kExact);
  const auto dropped = static_cast<unsigned>(above / kOfDoubling) + kExactBits + 1 - kKeptBits;
  const std::uint64_t low = (std::uint64_t{kOfDoubling} + above % kOfDoubling) << dropped;
  return {low, low + ((std::uint64_t{1} << dropped) - 1)};
}

void Histogram::Add(std::uint64_t value, std::uint64_t count) {
  if (count == 0) return;
  const std::size_t index = IndexOf(value);
  if (index >= counts_.size()) counts_.resize(index + 1);
  counts_[index] += count;
  count_ += count;
}

void Histogram::Add(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

std::vector<Histogram::Bucket> Histogram::Buckets() const {
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] > 0) buckets.push_back({BoundsOf(i), counts_[i]});
  }
  return buckets;
}

bool Histogram::AddBucket(std::uint64_t low, std::uint64_t count) {
  if (BoundsOf(IndexOf(low)).low != low) return false;
  Add(low, count);
  return true;
}

Histogram::Bounds Histogram::Quantile(std::uint64_t part, std::uint64_t whole) const {
  if (count_ == 0 || whole == 0) return {};
  // The rank of the value, from 1: part/whole of the count, rounded up, without overflow.
  const std::uint64_t most = std::min(part, whole);
  std::uint64_t rank = count_ / whole * most;
  rank += (count_ % whole * most + whole - 1) / whole;
  rank = std::max<std::uint64_t>(rank, 1);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (below >= rank) return BoundsOf(i);
  }
  return {};
}

bool operator==(const Histogram& a, const Histogram& b) {
  return a.count_ == b.count_ && a.Buckets() == b.Buckets();
}

}  // namespace toktally
