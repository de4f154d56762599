// What the Claude tokenizers, as others have reconstructed them, ask of a character: the kind of
// run it stands in, its case, and whether it is a mark. Of Unicode 15.1, which those models know,
// and not of the Unicode 16 of OpenAI's split patterns: characters that came later are unassigned
// here.

#ifndef TOKTALLY_BPE_CLAUDE_CHARACTER_H_
#define TOKTALLY_BPE_CLAUDE_CHARACTER_H_

#include <cstdint>

namespace toktally::claude {

enum class Kind : std::uint8_t {
  kIsolated,     // Han, Hangul syllables, everything beyond U+FFFF: each stands by itself
  kSymbol,       // symbols, most punctuation that is not ASCII, most marks
  kLetter,       // what words are made of, most vowel signs included
  kBlank,        // space, tab, newline, ideographic space
  kDigit,        // ASCII, Arabic and Persian
  kPunctuation,  // ASCII and two dozen others
  kSelector,     // variation selectors: they belong to what they stand behind
  kNumber,       // other digits and numbers
};

struct Character {
  Kind kind;
  bool mark : 1;      // a letter that combines (class other than 0): opens no word
  bool upper : 1;     // Unicode's Uppercase, as the models have it
  bool lower : 1;     // Lowercase
  bool letter : 1;    // of category L or M
  bool cased : 1;     // of category L with a lower-case form of its own, or no capital
  bool decimal : 1;   // of category Nd, where the kind is kNumber
  bool unstable : 1;  // NFC may change it or join it with what stands before it
  bool drops : 1;     // normalising deletes it
};

// Of a code point below 0x10000; made at the first call, some milliseconds.
const Character* BasicPlane();

inline Character CharacterOf(const Character* plane, char32_t code_point) {
  if (code_point < 0x10000) return plane[code_point];
  Character isolated{};
  isolated.kind = Kind::kIsolated;
  isolated.unstable = true;
  return isolated;
}

// The simple lower-case form.
char32_t Lowered(char32_t code_point);

}  // namespace toktally::claude

#endif  // TOKTALLY_BPE_CLAUDE_CHARACTER_H_
