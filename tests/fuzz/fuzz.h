// What the fuzz targets share. Each is a file NAME_fuzzer.cc with libFuzzer's entry. With
// -DTOKTALLY_FUZZ=ON (the preset `fuzz`, clang) it becomes a libFuzzer program; without, ctest runs
// it over the inputs of tests/bpe/traps.jsonl and a fixed number of random ones (replay_main.cc).

#ifndef TOKTALLY_TESTS_FUZZ_FUZZ_H_
#define TOKTALLY_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace toktally::testing {

// Longer inputs find nothing new and only take time.
inline constexpr std::size_t kLongestInput = 64 << 10;
// The reference merge is cubic in the worst case.
inline constexpr std::size_t kLongestMerge = 1 << 10;

inline void FuzzCheck(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// A copy of the input in a block of exactly its size, so that the address sanitizer sees a read of
// one byte too many.
class ExactCopy {
 public:
  ExactCopy(const std::uint8_t* data, std::size_t size)
      : bytes_(std::make_unique<char[]>(size)), size_(size) {
    if (size != 0) std::memcpy(bytes_.get(), data, size);
  }
  explicit ExactCopy(std::string_view text)
      : ExactCopy(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) {}
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_FUZZ_FUZZ_H_
