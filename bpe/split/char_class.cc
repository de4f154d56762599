#include "bpe/split/char_class.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace toktally {
namespace {
#include "bpe/split/char_class_table.inc"

// By CharClass.
constexpr std::uint8_t kFlagsOfClass[] = {
    0,
    kLetterFlag | kUpperFlag,
    kLetterFlag | kUpperFlag,
    kLetterFlag,
    kLetterFlag | kCaselessFlag,
    kLetterFlag | kCaselessFlag,
    kMarkFlag | kCaselessFlag,
    kNumberFlag,
    kSpaceFlag,
};

static_assert(std::size(kCharClassOfPage) == CharFlagPages::kPages);

constexpr CharFlagPages MakeFlagPages() {
  CharFlagPages pages = {};
  for (std::size_t page = 0; page < std::size(kCharClassOfPage); ++page) {
    for (std::size_t i = 0; i < 64; ++i) {
      pages.flags[page][i] = kFlagsOfClass[kCharClassOfPage[page][i]];
    }
  }
  for (std::size_t i = 0; i < std::size(kCharClassPage); ++i) pages.page[i] = kCharClassPage[i];
  return pages;
}
}  // namespace

constinit const CharFlagPages kCharFlagPages = MakeFlagPages();

CharClass ClassOf(char32_t code_point) {
  return static_cast<CharClass>(kCharClassOfPage[kCharClassPage[code_point >> 6]][code_point & 63]);
}

}  // namespace toktally
