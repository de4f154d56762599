#include "bpe/char_class.h"

#include <cstdint>

namespace toktally {
namespace {
#include "bpe/char_class_table.inc"
}  // namespace

CharClass ClassOf(char32_t code_point) {
  return static_cast<CharClass>(
      kCharClassOfPage[kCharClassPage[code_point >> 7]][code_point & 127]);
}

}  // namespace toktally
