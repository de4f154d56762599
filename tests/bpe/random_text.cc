#include "tests/bpe/random_text.h"

#include <string_view>

#include "base/utf8.h"

namespace toktally::testing {
namespace {

// Every class of character that a pattern names, with members of one to four bytes, and the
// characters that are easily taken for one of them.
constexpr std::string_view kSymbols[] = {
    "a",
    "b",
    "s",
    "t",
    "r",
    "e",
    "v",
    "m",
    "l",
    "d",
    "A",
    "B",
    "S",
    "T",
    "R",
    "E",
    "L",
    "'",
    "'",
    "1",
    "2",
    "0",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\v",
    "\f",
    ".",
    ",",
    "/",
    "/",
    "!",
    "_",
    "-",
    "<",
    "|",
    ">",
    std::string_view("\0", 1),
    "\x1C",
    "\x7F",
    "\xC2\x85",          // U+0085, white space
    "\xC2\xA0",          // U+00A0, white space
    "\xE3\x80\x80",      // U+3000, white space
    "\xE2\x80\xA8",      // U+2028, white space and no newline here
    "\xEF\xBB\xBF",      // U+FEFF, no white space
    "\xE2\x80\x8B",      // U+200B, no white space
    "\xC5\xBF",          // U+017F, folds to s
    "\xE2\x84\xAA",      // U+212A, folds to k
    "\xC3\xA9",          // é, Ll
    "\xC3\x89",          // É, Lu
    "\xC7\x85",          // U+01C5, Lt
    "\xCA\xB0",          // U+02B0, Lm
    "\xC2\xAA",          // U+00AA, Lo
    "\xE4\xB8\xAD",      // 中, Lo
    "\xE3\x81\x82",      // あ, Lo
    "\xEA\xB0\x80",      // 가, Lo
    "\xD0\xB6",          // ж, Ll
    "\xD0\x96",          // Ж, Lu
    "\xD8\xA7",          // ا, Lo
    "\xE0\xA4\x95",      // क, Lo
    "\xE0\xA4\xBE",      // U+093E, Mc
    "\xCC\x81",          // U+0301, Mn
    "\xEF\xB8\x8F",      // U+FE0F, Mn
    "\xE2\x80\x8D",      // U+200D, Cf
    "\xF0\x9F\x98\x80",  // an emoji, So
    "\xF0\x9F\x8F\xBD",  // a skin tone, Sk
    "\xD9\xA1",          // U+0661, Nd
    "\xC2\xB2",          // U+00B2, No
    "\xE2\x85\xA0",      // U+2160, Nl and cased
    "\xE2\x92\xB6",      // U+24B6, So and cased
    "\xE1\xB2\x89",      // U+1C89, Lu since Unicode 16
    "\xEA\x9F\x8E",      // U+A7CE, not assigned before Unicode 17
    "\xF0\x90\x90\x80",  // U+10400, Lu
    "\xF0\x90\x90\xA8",  // U+10428, Ll
    "\xF0\xA0\x80\x80",  // U+20000, Lo
    "\xEF\xBF\xBD",      // U+FFFD
    "\xF4\x8F\xBF\xBF",  // U+10FFFF
};

struct Script {
  char32_t first;
  char32_t last;
};
constexpr Script kScripts[] = {
    {'a', 'z'},       {'a', 'z'},         {'a', 'z'},         {'A', 'Z'},       {0xC0, 0x17F},
    {0x391, 0x3C9},   {0x410, 0x44F},     {0x5D0, 0x5EA},     {0x621, 0x64A},   {0x905, 0x94D},
    {0xE01, 0xE4E},   {0x1E00, 0x1EFF},   {0x3041, 0x30FF},   {0x4E00, 0x9FFF}, {0x4E00, 0x4FFF},
    {0xAC00, 0xD7A3}, {0x1F300, 0x1F64F}, {0x20000, 0x2A6DF}, {0x2000, 0x206F}, {0xFF01, 0xFF5E},
    {0, 0x2FFF}};

constexpr std::string_view kBetweenWords[] = {" ",  " ",    " ",    " ", " ",     ", ",    ". ",
                                              "\n", "\n\n", "  ",   "-", "'",     "'s ",   "/",
                                              "_",  "\r\n", "\n  ", "(", "): \"", ";\n\t", ""};

}  // namespace

std::string RandomText::Symbol() { return std::string(kSymbols[Below(std::size(kSymbols))]); }

std::string RandomText::Word() {
  std::string word;
  if (Below(8) == 0) return std::to_string(Below(1u << Below(30)));
  const Script script = kScripts[Below(std::size(kScripts))];
  const bool capital = script.first == 'a' && Below(4) == 0;
  for (std::size_t letters = 1 + Below(9); letters > 0; --letters) {
    char32_t c = script.first + static_cast<char32_t>(Below(script.last - script.first + 1));
    if (word.empty() && capital) c -= 0x20;
    AppendCodePoint(c, word);
  }
  return word;
}

std::string RandomText::Traps(std::size_t symbols) {
  std::string text;
  for (std::size_t i = 0; i < symbols; ++i) text += Symbol();
  return text;
}

std::string RandomText::Words(std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    text += Word();
    text += kBetweenWords[Below(std::size(kBetweenWords))];
  }
  return text;
}

std::string RandomText::Runs(std::size_t runs, std::size_t longest) {
  std::string text;
  for (std::size_t i = 0; i < runs; ++i) {
    const std::string unit = Below(3) == 0 ? Symbol() + Symbol() : Symbol();
    for (std::size_t n = 1 + Below(longest); n > 0; --n) text += unit;
  }
  return text;
}

std::string RandomText::Any(std::size_t size) {
  switch (Below(4)) {
    case 0:
      return Words(1 + Below(size / 4 + 1));
    case 1:
      return Runs(1 + Below(4), 1 + Below(size / 2 + 1));
    case 2:
      return Words(Below(size / 8 + 1)) + Traps(Below(8)) + Words(Below(size / 8 + 1));
    default:
      return Traps(Below(size + 1));
  }
}

std::string RandomText::AnyBytes(std::size_t size) {
  std::string text = Any(size);
  for (std::size_t changes = Below(6); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = Below(text.size());
    switch (Below(3)) {
      case 0:
        text[at] = static_cast<char>(Below(256));
        break;
      case 1:
        text.erase(at, 1);
        break;
      default:
        text.insert(at, 1, static_cast<char>(0x80 + Below(128)));
    }
  }
  return text;
}

}  // namespace toktally::testing
