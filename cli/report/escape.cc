#include "cli/report/escape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/utf8.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

using absl::ascii_isalnum;
using absl::ascii_isalpha;
using absl::ascii_isdigit;

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t kSize>
bool Contains(const Range (&ranges)[kSize], char32_t code_point) {
  const Range* range = std::lower_bound(std::begin(ranges), std::end(ranges), code_point,
                                        [](const Range& r, char32_t c) { return r.last < c; });
  return range != std::end(ranges) && code_point >= range->first;
}

// Controls, separators of lines, what turns the direction of text around, and what takes no room or
// shows nothing: soft hyphen, grapheme joiner, fillers, zero-width spaces, invisible operators, the
// empty Braille pattern, marks of annotations, tags.
constexpr Range kUnsafe[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD},   {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200B}, {0x200E, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0x2800, 0x2800},   {0x3164, 0x3164}, {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

// What is seen only by what it does to its neighbours: the joiners and the variation selectors.
constexpr Range kJoining[] = {{0x200C, 0x200D}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}};

// True if such a character has something to do behind `before` (0: nothing stands there). A digit
// with a variation selector is the beginning of a keycap.
bool CanJoin(char32_t code_point, char32_t before) {
  if (before >= 0x80) return !Contains(kJoining, before);
  return code_point == 0xFE0F &&
         (before == '#' || before == '*' || (before >= '0' && before <= '9'));
}

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kZeroWidthSpace = "\u200B";

void AppendByte(std::uint32_t byte, std::string& out) {
  out += "\\x";
  out += kHexDigits[byte >> 4 & 0xF];
  out += kHexDigits[byte & 0xF];
}

void AppendCodePoint(char32_t code_point, std::string& out) {
  switch (code_point) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (code_point < 0x80) return AppendByte(code_point, out);
  std::string digits;
  for (std::uint32_t rest = code_point; rest != 0 || digits.size() < 4; rest >>= 4) {
    digits.insert(digits.begin(), kHexDigits[rest & 0xF]);
  }
  out += Concat("\\u{", digits, "}");
}

constexpr std::uint64_t kEachByte = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::uint64_t EightBytes(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Whether any of eight bytes is `c`.
bool AnyIs(std::uint64_t word, unsigned char c) {
  const std::uint64_t zeros = word ^ (kEachByte * c);
  return ((zeros - kEachByte) & ~zeros & kHighBits) != 0;
}

// How far printable ASCII goes, eight bytes at a time where it can.
std::size_t PrintableRun(std::string_view bytes) {
  std::size_t size = 0;
  for (; size + 8 <= bytes.size(); size += 8) {
    const std::uint64_t word = EightBytes(bytes.data() + size);
    // Below 0x20 borrows, 0x7F carries, and what is not ASCII has its high bit.
    const std::uint64_t below = word - kEachByte * 0x20;
    if (((below | (word + kEachByte) | word) & kHighBits) != 0) break;
  }
  while (size < bytes.size() && bytes[size] >= 0x20 && bytes[size] < 0x7F) ++size;
  return size;
}

// Where the next character stands that a JSON string escapes, in printable ASCII.
std::size_t NextEscaped(std::string_view run, std::size_t from) {
  for (; from + 8 <= run.size(); from += 8) {
    const std::uint64_t word = EightBytes(run.data() + from);
    if (AnyIs(word, '"') || AnyIs(word, '\\')) break;
  }
  while (from < run.size() && run[from] != '"' && run[from] != '\\') ++from;
  return from;
}

// All of `bytes` in order: runs of printable ASCII as `take_run(run)`, other characters as
// `take(code_point, its bytes, unsafe)`, ill-formed bytes one by one as `take_byte(byte)`.
template <typename TakeRun, typename Take, typename TakeByte>
void ForEachRun(std::string_view bytes, TakeRun take_run, Take take, TakeByte take_byte) {
  char32_t before = 0;
  while (!bytes.empty()) {
    if (const std::size_t run = PrintableRun(bytes); run > 0) {
      take_run(bytes.substr(0, run));
      before = static_cast<unsigned char>(bytes[run - 1]);
      bytes.remove_prefix(run);
      continue;
    }
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (bytes.size() < size || !IsWellFormed(bytes.substr(0, size))) {
      take_byte(lead);
      before = 0;
      bytes.remove_prefix(1);
      continue;
    }
    const char32_t code_point = DecodeCodePoint(bytes.data()).value;
    const bool unsafe = Contains(kUnsafe, code_point) ||
                        (Contains(kJoining, code_point) && !CanJoin(code_point, before));
    take(code_point, bytes.substr(0, size), unsafe);
    before = code_point;
    bytes.remove_prefix(size);
  }
}

// The same, character for character.
template <typename Take, typename TakeByte>
void ForEachCharacter(std::string_view bytes, Take take, TakeByte take_byte) {
  const auto take_run = [&take](std::string_view run) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      take(static_cast<char32_t>(run[i]), run.substr(i, 1), false);
    }
  };
  ForEachRun(bytes, take_run, take, take_byte);
}

std::string VisibleText(std::string_view bytes) {
  if (IsPrintableAscii(bytes)) return std::string(bytes);
  std::string out;
  ForEachCharacter(
      bytes,
      [&out](char32_t code_point, std::string_view character, bool unsafe) {
        unsafe ? AppendCodePoint(code_point, out) : void(out.append(character));
      },
      [&out](unsigned char byte) { AppendByte(byte, out); });
  return out;
}

// Where in `text` from `from` on stands the character that completes a runner's command; npos if
// nowhere. GitHub and Azure obey `##[command]` and `##vso[command]` anywhere in a line, TeamCity
// `##teamcity[command]`.
std::size_t FindBracketCommand(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("##", from); at != text.npos; at = text.find("##", at + 1)) {
    std::size_t end = at + 2;
    while (end < text.size() &&
           (ascii_isalnum(static_cast<unsigned char>(text[end])) || text[end] == '-'))
      ++end;
    if (end < text.size() && text[end] == '[') return end;
  }
  return text.npos;
}

// The same for `::command::` and `::command key=value::`: the first of its colons. Runners look for
// them at the beginning of a line, behind blanks; a text at the beginning of a line, whose second
// `::` may come from another text, counts as one.
std::size_t FindColonCommand(std::string_view text, std::size_t from) {
  if (from == 0) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin != text.npos && text.substr(begin).starts_with("::")) return begin;
  }
  for (std::size_t at = text.find("::", from); at != text.npos; at = text.find("::", at + 1)) {
    const bool named =
        at + 2 < text.size() && ascii_isalpha(static_cast<unsigned char>(text[at + 2]));
    if (named && text.find("::", at + 2) != text.npos) return at;
  }
  return text.npos;
}

using FindCommand = std::size_t (*)(std::string_view, std::size_t);

// `text` with every character that `find` finds replaced by `code`.
std::string Replaced(std::string text, FindCommand find, std::string_view code) {
  std::size_t at = find(text, 0);
  if (at == text.npos) return text;
  std::string out;
  std::size_t done = 0;
  for (; at != text.npos; at = find(text, done)) {
    out.append(text, done, at - done).append(code);
    done = at + 1;
  }
  return out.append(text, done);
}

// Whether `text` is what a spreadsheet should read as a number: an optional sign, digits, a
// fraction.
bool IsNumber(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool digits = false;
  bool dot = false;
  for (const char c : text) {
    if (c == '.' && !dot && digits) {
      dot = true;
    } else if (ascii_isdigit(static_cast<unsigned char>(c))) {
      digits = true;
    } else {
      return false;
    }
  }
  return digits && text.back() != '.';
}

bool LooksLikeFormula(std::string_view text) {
  for (const std::string_view blank : {" ", "\u00A0", "\u3000"}) {
    while (text.starts_with(blank)) text.remove_prefix(blank.size());
  }
  constexpr std::string_view kBeginnings[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [text](std::string_view beginning) { return text.starts_with(beginning); });
}

// Writes one text for Markdown, character by character. The text outlives it.
class MarkdownWriter {
 public:
  explicit MarkdownWriter(std::string_view text)
      : text_(text), leading_digits_(std::min(text.find_first_not_of("0123456789"), text.size())) {}

  std::string Write() && {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      if (BreakHash()) continue;
      Append(text_[at_]);
      if (BeginsReference()) out_ += kZeroWidthSpace;
    }
    return std::move(out_);
  }

 private:
  char At(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool IsWord(std::size_t i) const {
    const auto c = static_cast<unsigned char>(At(i));
    return ascii_isalnum(c) || c == '_' || c >= 0x80;
  }
  bool IsDigit(std::size_t i) const { return ascii_isdigit(static_cast<unsigned char>(At(i))); }

  void Append(char c) {
    if (c == '<') {
      out_ += "&lt;";
    } else if (c == '>') {
      out_ += "&gt;";
    } else if (c == '&') {
      out_ += "&amp;";
    } else if (c == '$' && !IsMoney()) {
      // Formulas are looked for in the source, so an entity is none.
      out_ += "&#36;";
    } else if (c == ' ' && at_ == 0) {
      out_ += "&#32;";  // four of them would begin a block of code
    } else {
      if (std::string_view("\\`*_[]|~!").find(c) != std::string_view::npos || BeginsBlock())
        out_ += '\\';
      out_ += c;
    }
  }

  // A heading, a list, a quotation, a rule: what a character is only at the beginning.
  bool BeginsBlock() const {
    const char c = text_[at_];
    if (at_ == 0) return std::string_view("#+-=").find(c) != std::string_view::npos;
    const bool ends = at_ + 1 == text_.size() || text_[at_ + 1] == ' ';
    return (c == '.' || c == ')') && at_ == leading_digits_ && ends;
  }

  // "$1,204.50" by itself, as we print money: no formula begins with it, since a formula's second
  // dollar sign is never left as it is.
  bool IsMoney() const {
    if (!IsDigit(at_ + 1) || (at_ > 0 && IsWord(at_ - 1)) || (at_ > 0 && text_[at_ - 1] == '$'))
      return false;
    std::size_t end = at_ + 1;
    while (IsDigit(end) || ((At(end) == ',' || At(end) == '.') && IsDigit(end + 1))) ++end;
    return !IsWord(end) && At(end) != '$';
  }

  // Behind the character just written: a mention, an issue, a merge request, a label, a milestone,
  // an alert, a snippet or an epic if a name follows; an emoji or the scheme of an address; the
  // number of GH-1 or PROJ-1; the dot of www.
  bool BeginsReference() const {
    const char c = text_[at_];
    if (std::string_view("@#!~%^$&").find(c) != std::string_view::npos) {
      return (IsWord(at_ + 1) || At(at_ + 1) == '"') && !(c == '$' && IsMoney());
    }
    if (c == ':') return BeginsEmoji() || At(at_ + 1) == '/';
    if (c == '-') return IsDigit(at_ + 1) && EndsProjectKey();
    if (c == 'w' || c == 'W')
      return At(at_ + 1) == '.' && at_ >= 2 && absl::EqualsIgnoreCase(View(at_ - 2, 3), "www");
    return false;
  }

  // Of emoji whose names are numbers there are two; `file:12: …` keeps its form.
  bool BeginsEmoji() const {
    if (!IsDigit(at_ + 1)) {
      return IsWord(at_ + 1) || At(at_ + 1) == '+' || At(at_ + 1) == '-';
    }
    const std::string_view rest = text_.substr(at_ + 1);
    return rest.starts_with("100") || rest.starts_with("1234");
  }

  absl::string_view View(std::size_t begin, std::size_t size) const {
    return {text_.data() + begin, size};
  }

  // True if the letters before `at_` are GH in any case, or capitals as in PROJ.
  bool EndsProjectKey() const {
    std::size_t begin = at_;
    bool capitals = true;
    for (; begin > 0 && ascii_isalnum(static_cast<unsigned char>(text_[begin - 1])); --begin) {
      capitals = capitals && !absl::ascii_islower(static_cast<unsigned char>(text_[begin - 1]));
    }
    if (begin == at_) return false;
    return absl::EqualsIgnoreCase(View(begin, at_ - begin), "gh") || (capitals && !IsDigit(begin));
  }

  // The name of a commit: 7 to 64 hexadecimal digits, one of them at least a digit. Writes the
  // whole of it, broken.
  bool BreakHash() {
    if (at_ > 0 && IsWord(at_ - 1)) return false;
    std::size_t end = at_;
    bool digit = false;
    while (absl::ascii_isxdigit(static_cast<unsigned char>(At(end))))
      digit = IsDigit(end++) || digit;
    const std::size_t size = end - at_;
    if (size < 7 || size > 64 || !digit || IsWord(end)) return false;
    for (std::size_t digits = 0; digits < size; digits += 4) {  // no seven are left together
      if (digits > 0) out_.append(kZeroWidthSpace);
      out_.append(text_.substr(at_ + digits, std::min<std::size_t>(4, size - digits)));
    }
    at_ = end - 1;
    return true;
  }

  std::string_view text_;
  std::size_t leading_digits_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string EscapeForTerminal(std::string_view bytes) {
  std::string text = Replaced(VisibleText(bytes), FindBracketCommand, "\\x5b");
  return Replaced(std::move(text), FindColonCommand, "\\x3a");
}

std::string EscapeForMarkdown(std::string_view bytes) {
  if (IsNumber(bytes)) return std::string(bytes);
  const std::string text = EscapeForTerminal(bytes);
  return MarkdownWriter(text).Write();
}

std::string EscapeForHtml(std::string_view bytes) {
  std::string out;
  for (const char c : EscapeForTerminal(bytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string EscapeForCsv(std::string_view bytes) {
  if (IsNumber(bytes)) return std::string(bytes);
  std::string text = EscapeForTerminal(bytes);
  if (LooksLikeFormula(text)) text.insert(0, 1, '\'');
  // A semicolon separates fields where a comma is in the numbers.
  if (text.find_first_of("\",;") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string EscapeForJson(std::string_view text) {
  const auto append_unit = [](std::uint32_t unit, std::string& out) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHexDigits[unit >> shift & 0xF];
  };
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  ForEachRun(
      text,
      [&out](std::string_view run) {
        std::size_t begin = 0;
        for (std::size_t i = NextEscaped(run, 0); i < run.size(); i = NextEscaped(run, i + 1)) {
          out.append(run.substr(begin, i - begin));
          out += '\\';
          begin = i;
        }
        out.append(run.substr(begin));
      },
      [&](char32_t code_point, std::string_view character, bool unsafe) {
        if (code_point == '\n') {
          out += "\\n";
        } else if (code_point == '\t') {
          out += "\\t";
        } else if (!unsafe) {
          out += character;
        } else if (code_point < 0x10000) {
          append_unit(code_point, out);
        } else {
          append_unit(0xD800 + ((code_point - 0x10000) >> 10), out);
          append_unit(0xDC00 + ((code_point - 0x10000) & 0x3FF), out);
        }
      },
      [](unsigned char) {});
  return Replaced(std::move(out), FindBracketCommand, "\\u005b");
}

}  // namespace toktally::cli
