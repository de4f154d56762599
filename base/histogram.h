// How many values of each size there were, such as the tokens of documents, in a form that adds up:
// histograms of parts of a corpus, added in any order, are the histogram of the whole.
//
//   Histogram tokens;
//   tokens.Add(17);
//   tokens.Add(of_another_machine);
//   const Histogram::Bounds median = tokens.Quantile(50, 100);  // it lies in low … high
//
// Values below 1,024 are kept exactly; larger ones by their eight leading binary digits, so that a
// bucket is less than 1/128 as wide as its values are large. Any value of 64 bits has a bucket, and
// there are 7,936 of them. A value type; one thread at a time may change it.

#ifndef TOKTALLY_BASE_HISTOGRAM_H_
#define TOKTALLY_BASE_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace toktally {

class Histogram {
 public:
  // The values from `low` to `high`, both among them.
  struct Bounds {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Bounds&, const Bounds&) = default;
  };
  struct Bucket {
    Bounds bounds;
    std::uint64_t count = 0;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };

  void Add(std::uint64_t value, std::uint64_t count = 1);
  void Add(const Histogram& other);

  // How many values there are.
  std::uint64_t count() const { return count_; }
  // Those that there are any of, in ascending order. AddBucket with each of them, by its lower
  // bound, makes the same histogram.
  std::vector<Bucket> Buckets() const;
  // False, and nothing done, if no bucket begins at `low`.
  bool AddBucket(std::uint64_t low, std::uint64_t count);

  // Where the smallest value lies that is not below part/whole of all; both exact below 1,024.
  // Quantile(1, 2) is the median, Quantile(1, 1) the largest value. Part <= whole < 2^32; {0, 0}
  // where there are no values.
  Bounds Quantile(std::uint64_t part, std::uint64_t whole) const;

  friend bool operator==(const Histogram& a, const Histogram& b);

 private:
  static std::size_t IndexOf(std::uint64_t value);
  static Bounds BoundsOf(std::size_t index);

  std::vector<std::uint64_t> counts_;  // of each bucket, as far as there are values
  std::uint64_t count_ = 0;
};

}  // namespace toktally

#endif  // TOKTALLY_BASE_HISTOGRAM_H_
