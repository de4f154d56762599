#ifndef TOKTALLY_BPE_SPLIT_CHAR_CLASS_H_
#define TOKTALLY_BPE_SPLIT_CHAR_CLASS_H_

#include <cstddef>
#include <cstdint>

namespace toktally {

// What the split patterns ask of a character: the general categories that they name, and `\s`.
// Unicode 16.0.0, as in the regex crate of tiktoken 0.14.
enum class CharClass : std::uint8_t {
  kOther = 0,  // neither letter, mark, number nor white space
  kLu = 1,
  kLt = 2,
  kLl = 3,
  kLm = 4,
  kLo = 5,
  kMark = 6,    // \p{M}
  kNumber = 7,  // \p{N}
  kSpace = 8,   // \s, the property White_Space
};

// The class of any code point below 0x110000 (a surrogate is kOther).
CharClass ClassOf(char32_t code_point);

// The same as flags, by page of 64 code points: what the windows (bpe/split/window.h) are filled
// from.
inline constexpr std::uint8_t kLetterFlag = 1;
inline constexpr std::uint8_t kUpperFlag = 2;     // Lu Lt
inline constexpr std::uint8_t kCaselessFlag = 4;  // Lm Lo M
inline constexpr std::uint8_t kMarkFlag = 8;
inline constexpr std::uint8_t kNumberFlag = 16;
inline constexpr std::uint8_t kSpaceFlag = 32;

struct CharFlagPages {
  static constexpr std::size_t kPages = 368;
  std::uint16_t page[0x110000 / 64];
  std::uint8_t flags[kPages][64];
};
extern const CharFlagPages kCharFlagPages;

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_CHAR_CLASS_H_
