#include "bpe/split/regex/pattern_syntax.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace toktally {
namespace {

// As RE2's own limit. Nesting is limited so that the parser's recursion is.
constexpr int kMaxRepeat = 1000;
constexpr int kMaxDepth = 32;

struct ClassName {
  std::string_view name;
  std::initializer_list<CharClass> classes;
};

constexpr ClassName kClassNames[] = {
    {"L", {CharClass::kLu, CharClass::kLt, CharClass::kLl, CharClass::kLm, CharClass::kLo}},
    {"Lu", {CharClass::kLu}},
    {"Lt", {CharClass::kLt}},
    {"Ll", {CharClass::kLl}},
    {"Lm", {CharClass::kLm}},
    {"Lo", {CharClass::kLo}},
    {"M", {CharClass::kMark}},
    {"N", {CharClass::kNumber}},
};

CodePointSet Single(char32_t c) { return CodePointSet({c, c}); }

bool IsAsciiLetter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// The simple case folding of an ASCII character, as Unicode (and Rust's regex crate) has it.
CodePointSet FoldAscii(char32_t c) {
  CodePointSet set = Single(c);
  if (!IsAsciiLetter(c)) return set;
  set.Add(Single(c ^ 0x20));
  if ((c | 0x20) == 's') set.Add(Single(0x17F));
  if ((c | 0x20) == 'k') set.Add(Single(0x212A));
  return set;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  absl::StatusOr<PatternNode> Parse() {
    const std::size_t valid = ValidPrefix(pattern_);
    if (valid != pattern_.size()) {
      position_ = valid;
      Fail("not UTF-8");
      return error_;
    }
    PatternNode node = ParseAlternation(0);
    if (error_.ok() && !AtEnd()) Fail("unmatched )");
    if (!error_.ok()) return error_;
    return node;
  }

 private:
  bool AtEnd() const { return position_ >= pattern_.size(); }
  bool LooksAt(std::string_view text) const {
    return pattern_.substr(position_, text.size()) == text;
  }
  bool Take(std::string_view text) {
    if (!LooksAt(text)) return false;
    position_ += text.size();
    return true;
  }
  char32_t TakeCodePoint() {
    if (AtEnd()) {
      Fail("the pattern ends too early");
      return 0;
    }
    const DecodedCodePoint c = DecodeCodePoint(pattern_.data() + position_);
    position_ += c.length;
    return c.value;
  }
  // Records the first error and lets every loop run out.
  void Fail(std::string_view what) {
    if (error_.ok()) {
      error_ = absl::InvalidArgumentError(
          absl::StrCat("split pattern, byte ", position_, ": ", std::string(what)));
    }
    position_ = pattern_.size();
  }

  PatternNode ParseAlternation(int depth) {
    PatternNode alternation(PatternNode::Kind::kAlternation, position_);
    if (depth > kMaxDepth) Fail("groups are nested too deeply");
    do {
      alternation.children.push_back(ParseSequence(depth));
    } while (Take("|"));
    return alternation;
  }

  PatternNode ParseSequence(int depth) {
    PatternNode sequence(PatternNode::Kind::kSequence, position_);
    while (!AtEnd() && !LooksAt("|") && !LooksAt(")")) {
      sequence.children.push_back(ParseRepeat(depth));
    }
    return sequence;
  }

  PatternNode ParseRepeat(int depth) {
    PatternNode repeat(PatternNode::Kind::kRepeat, position_);
    PatternNode atom = ParseAtom(depth);
    if (Take("*")) {
      repeat.min = 0;
      repeat.max = PatternNode::kUnlimited;
    } else if (Take("+")) {
      repeat.max = PatternNode::kUnlimited;
    } else if (Take("?")) {
      repeat.min = 0;
    } else if (Take("{")) {
      ParseBounds(repeat);
    } else {
      return atom;
    }
    if (atom.kind == PatternNode::Kind::kEnd || atom.kind == PatternNode::Kind::kLookAhead) {
      Fail("nothing to repeat");
    }
    if (Take("+")) {
      repeat.greed = PatternNode::Greed::kPossessive;
    } else if (Take("?")) {
      repeat.greed = PatternNode::Greed::kLazy;
    }
    if (LooksAt("*") || LooksAt("+") || LooksAt("?")) Fail("nothing to repeat");
    repeat.children.push_back(std::move(atom));
    return repeat;
  }

  // The rest of {n}, {n,} or {n,m}.
  void ParseBounds(PatternNode& repeat) {
    const std::optional<int> min = TakeNumber();
    std::optional<int> max = min;
    if (Take(",")) {
      max = TakeNumber();
      if (!max.has_value()) max = PatternNode::kUnlimited;
    }
    if (!min.has_value() || !Take("}") || (*max != PatternNode::kUnlimited && *max < *min)) {
      return Fail("a repetition is {n}, {n,} or {n,m}");
    }
    repeat.min = *min;
    repeat.max = *max;
  }

  std::optional<int> TakeNumber() {
    std::optional<int> number;
    while (!AtEnd() && pattern_[position_] >= '0' && pattern_[position_] <= '9') {
      number = number.value_or(0) * 10 + (pattern_[position_] - '0');
      ++position_;
      if (*number > kMaxRepeat) Fail("repeated too often");
    }
    return number;
  }

  PatternNode ParseAtom(int depth) {
    if (LooksAt("(")) return ParseGroup(depth);
    PatternNode node(PatternNode::Kind::kSet, position_);
    if (Take("[")) {
      node.set = ParseBracket();
    } else if (Take("$")) {
      node.kind = PatternNode::Kind::kEnd;
    } else if (Take(".")) {
      node.set = Single('\n');
      node.set.Complement();
    } else if (Take("\\z")) {
      node.kind = PatternNode::Kind::kEnd;
    } else if (Take("\\")) {
      node.set = ParseEscape();
    } else if (LooksAt("*") || LooksAt("+") || LooksAt("?") || LooksAt("{")) {
      Fail("nothing to repeat");
    } else if (LooksAt("^")) {
      Fail("^ is not supported");
    } else {
      node.set = Literal(TakeCodePoint());
    }
    return node;
  }

  PatternNode ParseGroup(int depth) {
    if (Take("(?!")) return ParseLookAhead(true, depth);
    if (Take("(?=")) return ParseLookAhead(false, depth);
    const bool outer_fold = fold_case_;
    if (Take("(?i:")) {
      fold_case_ = true;
    } else if (LooksAt("(?") && !LooksAt("(?:")) {
      Fail("only the groups ( ), (?: ), (?i: ), (?! ) and (?= ) are supported");
    } else if (!Take("(?:")) {
      Take("(");
    }
    PatternNode group = ParseAlternation(depth + 1);
    if (!Take(")")) Fail("a ( without its )");
    fold_case_ = outer_fold;
    return group;
  }

  // A look-ahead at one class, the only kind whose rewriting is certain.
  PatternNode ParseLookAhead(bool negative, int depth) {
    PatternNode look(PatternNode::Kind::kLookAhead, position_);
    PatternNode inside = ParseAlternation(depth + 1);
    if (!Take(")")) Fail("a ( without its )");
    if (inside.children.size() != 1 || inside.children[0].children.size() != 1 ||
        inside.children[0].children[0].kind != PatternNode::Kind::kSet) {
      Fail("a look-ahead may hold one class only");
      return look;
    }
    look.set = inside.children[0].children[0].set;
    look.end_is_fine = negative;
    if (negative) look.set.Complement();
    return look;
  }

  CodePointSet Literal(char32_t c) {
    if (!fold_case_) return Single(c);
    if (c >= 0x80) Fail("(?i: ) is supported for ASCII only");
    return FoldAscii(c);
  }

  // What stands behind a backslash, outside or inside of brackets.
  CodePointSet ParseEscape() {
    const std::size_t begin = position_;
    const char32_t c = TakeCodePoint();
    if (c == 's' || c == 'S') {
      CodePointSet space = CodePointSet::OfClasses({CharClass::kSpace});
      if (c == 'S') space.Complement();
      return space;
    }
    if (c == 'p' || c == 'P') return ParseProperty(c == 'P');
    if (c == 'x' || c == 'u') return Literal(ParseHex(c == 'x' ? 2 : 4));
    constexpr std::pair<char, char> kControls[] = {{'n', '\n'}, {'r', '\r'}, {'t', '\t'},
                                                   {'f', '\f'}, {'v', '\v'}, {'a', '\a'}};
    for (const auto& [name, value] : kControls) {
      if (c == static_cast<char32_t>(name)) return Single(static_cast<char32_t>(value));
    }
    if (c < 0x80 && !IsAsciiLetter(c) && (c < '0' || c > '9')) return Single(c);
    position_ = begin;
    Fail("this escape is not supported");
    return {};
  }

  CodePointSet ParseProperty(bool negated) {
    std::string_view name = pattern_.substr(position_, 1);
    if (Take("{")) {
      if (Take("^")) negated = !negated;
      name = pattern_.substr(position_, pattern_.find('}', position_) - position_);
      position_ += name.size();
      if (!Take("}")) Fail("a { without its }");
    } else {
      position_ += name.size();
    }
    if (name == "P" || name == "S") {
      CodePointSet set = name == "P" ? CodePointSet::OfPunctuation() : CodePointSet::OfSymbols();
      if (negated) set.Complement();
      return set;
    }
    for (const ClassName& known : kClassNames) {
      if (known.name != name) continue;
      if (fold_case_) Fail("\\p inside (?i: ) is not supported");
      CodePointSet set = CodePointSet::OfClasses(known.classes);
      if (negated) set.Complement();
      return set;
    }
    Fail("of \\p{...} only L, Lu, Lt, Ll, Lm, Lo, M, N, P and S are known");
    return {};
  }

  // \xHH, \uHHHH or either with {H...}.
  char32_t ParseHex(std::size_t digits) {
    std::string_view text = pattern_.substr(position_, digits);
    const bool braces = Take("{");
    if (braces) text = pattern_.substr(position_, pattern_.find('}', position_) - position_);
    const bool closed = !braces || position_ + text.size() < pattern_.size();
    char32_t value = 0;
    bool good = closed && !text.empty() && text.size() <= 8 && (braces || text.size() == digits);
    for (const char digit : text) {
      const std::size_t at =
          std::string_view("0123456789abcdef")
              .find(static_cast<char>(digit >= 'A' && digit <= 'F' ? digit | 0x20 : digit));
      good = good && at != std::string_view::npos && value < 0x1000000;
      if (good) value = value * 16 + static_cast<char32_t>(at);
    }
    if (!good || value > 0x10FFFF) {
      Fail("a code point is \\xHH, \\uHHHH or \\x{H...}");
      return 0;
    }
    position_ += text.size() + (braces ? 1 : 0);
    return value;
  }

  // The rest of [...] or [^...].
  CodePointSet ParseBracket() {
    CodePointSet set;
    const bool negated = Take("^");
    bool first = true;
    while (first || !LooksAt("]")) {
      if (AtEnd()) {
        Fail("a [ without its ]");
        return set;
      }
      if (LooksAt("[") || LooksAt("&&") || LooksAt("--") || LooksAt("~~")) {
        Fail("sets inside of [ ] are not supported");
      }
      set.Add(ParseBracketItem());
      first = false;
    }
    Take("]");
    if (negated) set.Complement();
    return set;
  }

  // A character, a range or an escape.
  CodePointSet ParseBracketItem() {
    const bool outer_fold = fold_case_;
    fold_case_ = false;  // the ends of a range are folded with the rest of it
    CodePointSet item = ParseBracketAtom();
    if (LooksAt("-") && !LooksAt("-]")) {
      Take("-");
      const CodePointSet last = ParseBracketAtom();
      item = MakeRange(item, last);
    }
    fold_case_ = outer_fold;
    return fold_case_ ? Folded(item) : item;
  }

  CodePointSet ParseBracketAtom() { return Take("\\") ? ParseEscape() : Single(TakeCodePoint()); }

  CodePointSet MakeRange(const CodePointSet& first, const CodePointSet& last) {
    const auto is_single = [](const CodePointSet& set) {
      return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last;
    };
    if (!is_single(first) || !is_single(last) || last.ranges()[0].first < first.ranges()[0].first) {
      Fail("not a range of characters");
      return {};
    }
    return CodePointSet({first.ranges()[0].first, last.ranges()[0].first});
  }

  CodePointSet Folded(const CodePointSet& set) {
    CodePointSet folded;
    for (const CodePointSet::Range range : set.ranges()) {
      for (char32_t c = range.first; c <= range.last && error_.ok(); ++c) folded.Add(Literal(c));
    }
    return folded;
  }

  std::string_view pattern_;
  std::size_t position_ = 0;
  bool fold_case_ = false;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<PatternNode> ParseSplitPattern(std::string_view pattern) {
  return Parser(pattern).Parse();
}

}  // namespace toktally
