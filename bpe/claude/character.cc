#include "bpe/claude/character.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>

namespace toktally::claude {
namespace {

struct Range {
  char16_t first;
  char16_t last;
};

template <std::size_t kSize>
bool Contains(const Range (&ranges)[kSize], char32_t code_point) {
  const Range* range = std::lower_bound(std::begin(ranges), std::end(ranges), code_point,
                                        [](const Range& r, char32_t c) { return r.last < c; });
  return range != std::end(ranges) && code_point >= range->first;
}

// Marks that are symbols although others like them are parts of words; with these, all of class 9
// but U+0E3A.
constexpr Range kSymbolMarks[] = {
    {0x0300, 0x0344}, {0x0346, 0x0362}, {0x0483, 0x0489}, {0x0591, 0x05AF}, {0x0658, 0x0658},
    {0x06DF, 0x06E0}, {0x06EA, 0x06EC}, {0x0740, 0x074A}, {0x07EB, 0x07F3}, {0x07FD, 0x07FD},
    {0x0818, 0x0819}, {0x082D, 0x082D}, {0x0859, 0x085B}, {0x0898, 0x089F}, {0x08CA, 0x08D3},
    {0x08E0, 0x08E1}, {0x08EA, 0x08EF}, {0x093C, 0x093C}, {0x0951, 0x0954}, {0x09BC, 0x09BC},
    {0x09FE, 0x09FE}, {0x0A3C, 0x0A3C}, {0x0ABC, 0x0ABC}, {0x0AFD, 0x0AFF}, {0x0B3C, 0x0B3C},
    {0x0B55, 0x0B55}, {0x0C3C, 0x0C3C}, {0x0CBC, 0x0CBC}, {0x0E47, 0x0E4C}, {0x0E4E, 0x0E4E},
    {0x0EC8, 0x0ECC}, {0x0ECE, 0x0ECE}, {0x0F18, 0x0F19}, {0x0F35, 0x0F35}, {0x0F37, 0x0F37},
    {0x0F39, 0x0F39}, {0x0F3E, 0x0F3F}, {0x0F86, 0x0F87}, {0x0FC6, 0x0FC6}, {0x1037, 0x1037},
    {0x135D, 0x135F}, {0x17B4, 0x17B5}, {0x17C9, 0x17D1}, {0x17D3, 0x17D3}, {0x17DD, 0x17DD},
    {0x180B, 0x180D}, {0x180F, 0x180F}, {0x1939, 0x193B}, {0x1A75, 0x1A7C}, {0x1A7F, 0x1A7F},
    {0x1AB0, 0x1ABE}, {0x1AC1, 0x1ACB}, {0x1B34, 0x1B34}, {0x1B6B, 0x1B73}, {0x1BE6, 0x1BE6},
    {0x1C37, 0x1C37}, {0x1CD0, 0x1CE8}, {0x1CED, 0x1CED}, {0x1CF4, 0x1CF4}, {0x1CF7, 0x1CF9},
    {0x1DC0, 0x1DD2}, {0x1DF5, 0x1DFF}, {0x20D0, 0x20F0}, {0x2CEF, 0x2CF1}, {0x302A, 0x302F},
    {0x3099, 0x309A}, {0xA66F, 0xA672}, {0xA67C, 0xA67D}, {0xA6F0, 0xA6F1}, {0xA8E0, 0xA8F1},
    {0xA92B, 0xA92D}, {0xA9B3, 0xA9B3}, {0xAABF, 0xAABF}, {0xAAC1, 0xAAC1}, {0xABEC, 0xABEC},
    {0xFE20, 0xFE2F},
};

constexpr Range kMoreLetters[] = {
    {0x16EE, 0x16F0}, {0x2160, 0x2188}, {0x24B6, 0x24E9}, {0xA6E6, 0xA6EF}};

constexpr Range kDigits[] = {{'0', '9'}, {0x0660, 0x0669}, {0x06F0, 0x06F9}};

constexpr Range kPunctuation[] = {
    {0x21, 0x2F},     {0x3A, 0x40},     {0x5B, 0x60},     {0x7B, 0x7E},     {0x00A3, 0x00A3},
    {0x00A7, 0x00A7}, {0x00AB, 0x00AB}, {0x00B0, 0x00B0}, {0x00B7, 0x00B7}, {0x00BB, 0x00BB},
    {0x0F0D, 0x0F0D}, {0x2013, 0x2014}, {0x201E, 0x201E}, {0x2020, 0x2020}, {0x2022, 0x2022},
    {0x2026, 0x2026}, {0x20AC, 0x20AC}, {0x2116, 0x2116}, {0x2192, 0x2192}, {0x2212, 0x2212},
    {0x221A, 0x221A}, {0x2500, 0x2500}, {0x2502, 0x2502}, {0x2514, 0x2514}, {0x2550, 0x2550},
    {0x2588, 0x2588}, {0xFF08, 0xFF08},
};

constexpr Range kIdeographs[] = {{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}};
constexpr Range kIsolated[] = {
    {0x3005, 0x3006}, {0x3031, 0x3035}, {0x303B, 0x303C}, {0xAC00, 0xD7A3}};
constexpr Range kIsolatedSymbols[] = {
    {0x3004, 0x3004}, {0x3012, 0x3013}, {0x3020, 0x3020}, {0x3036, 0x3037}, {0x303E, 0x303F}};

// Other_Uppercase and Other_Lowercase of the basic plane.
constexpr Range kOtherUpper[] = {{0x2160, 0x216F}, {0x24B6, 0x24CF}};
constexpr Range kOtherLower[] = {
    {0x00AA, 0x00AA}, {0x00BA, 0x00BA}, {0x02B0, 0x02B8}, {0x02C0, 0x02C1}, {0x02E0, 0x02E4},
    {0x0345, 0x0345}, {0x037A, 0x037A}, {0x10FC, 0x10FC}, {0x1D2C, 0x1D6A}, {0x1D78, 0x1D78},
    {0x1D9B, 0x1DBF}, {0x2071, 0x2071}, {0x207F, 0x207F}, {0x2090, 0x209C}, {0x2170, 0x217F},
    {0x24D0, 0x24E9}, {0x2C7C, 0x2C7D}, {0xA69C, 0xA69D}, {0xA770, 0xA770}, {0xA7F2, 0xA7F4},
    {0xA7F8, 0xA7F9}, {0xAB5C, 0xAB5F}, {0xAB69, 0xAB69},
};

// Letters of Unicode 16 that the models know.
bool IsYoungLetter(char32_t c) { return c == 0x1C89 || c == 0x1C8A || c == 0xA7CB; }

bool IsLetterCategory(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
bool IsMarkCategory(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}
bool IsPunctuationCategory(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

// The first rule that fits.
Kind KindOf(char32_t c, utf8proc_category_t category, int combining_class) {
  if (Contains(kSymbolMarks, c) || (combining_class == 9 && c != 0x0E3A)) return Kind::kSymbol;
  if (IsYoungLetter(c)) return Kind::kLetter;
  if (c == ' ' || c == '\t' || c == '\n' || c == 0x3000) return Kind::kBlank;
  if (Contains(kMoreLetters, c)) return Kind::kLetter;
  if (Contains(kDigits, c)) return Kind::kDigit;
  if (Contains(kPunctuation, c)) return Kind::kPunctuation;
  if (c >= 0xFE00 && c <= 0xFE0F) return Kind::kSelector;
  const bool letter = IsLetterCategory(category);
  if ((letter && Contains(kIdeographs, c)) || Contains(kIsolated, c)) return Kind::kIsolated;
  if (letter || IsMarkCategory(category)) return Kind::kLetter;
  if (category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NO) return Kind::kNumber;
  const bool punctuation = IsPunctuationCategory(category);
  if ((c >= 0x3001 && c <= 0x303F && punctuation) || Contains(kIsolatedSymbols, c)) {
    return Kind::kIsolated;
  }
  const bool symbol = category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO;
  if (punctuation || symbol || category == UTF8PROC_CATEGORY_CF ||
      category == UTF8PROC_CATEGORY_CN) {
    return Kind::kSymbol;
  }
  return Kind::kIsolated;
}

// True if NFC leaves the character alone whatever stands before it.
bool IsStable(char32_t c, const utf8proc_property_t& property) {
  if (property.combining_class != 0) return false;
  // Vowels and final consonants of Hangul join what stands before them.
  if (c >= 0x1160 && c <= 0x11FF) return false;
  utf8proc_int32_t out[8];
  const utf8proc_ssize_t size =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), out, 8, UTF8PROC_COMPOSE, nullptr);
  if (size < 1 || size > 8) return false;
  const utf8proc_ssize_t joined = utf8proc_normalize_utf32(out, size, UTF8PROC_COMPOSE);
  if (joined != 1 || out[0] != static_cast<utf8proc_int32_t>(c)) return false;
  // A second part of a composition that has class 0: the vowel signs of some Indic scripts.
  return !IsMarkCategory(static_cast<utf8proc_category_t>(property.category));
}

bool Drops(char32_t c) {
  return (c >= 1 && c <= 8) || (c >= 0x0B && c <= 0x1F) || (c >= 0x7F && c <= 0x9F) ||
         (c >= 0xE000 && c <= 0xF8FF);
}

Character Describe(char32_t c) {
  const utf8proc_property_t& property = *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  const auto category = static_cast<utf8proc_category_t>(property.category);
  const bool letter = IsLetterCategory(category);
  Character character{};
  character.kind = KindOf(c, category, property.combining_class);
  character.mark = character.kind == Kind::kLetter && property.combining_class != 0 &&
                   c != 0x0711 && !(c >= 0x0730 && c <= 0x073F);
  character.upper = ((category == UTF8PROC_CATEGORY_LU && c != 0x03F4) ||
                     Contains(kOtherUpper, c) || c == 0x1C89 || c == 0xA7CB);
  character.lower = category == UTF8PROC_CATEGORY_LL || Contains(kOtherLower, c) || c == 0x1C8A;
  character.letter = letter || IsMarkCategory(category) || IsYoungLetter(c);
  character.cased = !(letter && character.upper && Lowered(c) == c);
  character.decimal = category == UTF8PROC_CATEGORY_ND;
  character.unstable = !IsStable(c, property);
  character.drops = Drops(c);
  return character;
}

}  // namespace

char32_t Lowered(char32_t code_point) {
  switch (code_point) {
    case 0x1C89:
      return 0x1C8A;
    case 0xA7CB:
      return 0x0264;
    case 0x03F4:
      return code_point;
    default:
      return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
  }
}

const Character* BasicPlane() {
  static const std::unique_ptr<const Character[]> plane = [] {
    auto characters = std::make_unique<Character[]>(0x10000);
    for (char32_t c = 0; c < 0x10000; ++c) characters[c] = Describe(c);
    return characters;
  }();
  return plane.get();
}

}  // namespace toktally::claude
