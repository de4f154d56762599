#include "bpe/claude/counter.h"

#include <utf8proc.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/utf8.h"

namespace toktally::claude {
namespace {

constexpr std::size_t kPart = 64 * 1024;  // what is counted at once, where it can be cut
constexpr std::size_t kWords = 1 << 15;
constexpr std::size_t kLongestWord = 14;  // of those that are remembered

constexpr char32_t kDottedCapital = 0x0130;  // İ
constexpr char32_t kSharpCapital = 0x1E9E;   // ẞ

bool IsSpaceLike(char32_t c) {
  return c == 0x00A0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F;
}

// Beyond the basic plane NFC has nothing to do with emoji and Han, which are nearly all there is.
bool IsStableBeyond(char32_t c) {
  return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x20000 && c < 0x2F800) || c >= 0x30000;
}

bool IsAsciiBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsCircled(char32_t c) { return c >= 0x24B6 && c <= 0x24E9; }
bool IsYoung(char32_t c) { return c == 0x1C89 || c == 0x1C8A || c == 0xA7CB; }

bool IsSuffix(std::span<const char32_t> word) {
  constexpr std::u32string_view kSuffixes[] = {U"s", U"t", U"d", U"m", U"ll", U"re", U"ve"};
  const std::u32string_view text(word.data(), word.size());
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), text) != std::end(kSuffixes);
}

}  // namespace

struct Counter::Run {
  Kind kind;
  bool marks;      // combining letters without a letter before them
  bool continued;  // a word behind such marks
  std::uint32_t begin;
  std::uint32_t end;

  std::size_t size() const { return end - begin; }
  bool IsWord() const { return kind == Kind::kLetter && !marks; }
};

// A word as it is written, and what it costs. All its characters are below U+10000.
struct Counter::Word {
  std::uint16_t key[kLongestWord + 1] = {};  // the mark of case (1 + its last bit), then characters
  std::uint16_t size = 0;                    // 0: nothing here
  std::uint32_t cost = 0;
};

Counter::Counter(const Pieces& pieces, Family family)
    : pieces_(pieces), family_(family), plane_(BasicPlane()) {}

Counter::~Counter() = default;

// The last place in `text` in front of a blank that stands behind a letter which nothing that
// follows can change: the rewritten text is complete there, and goes on as behind any word. 0:
// none.
std::size_t Counter::LastCut(std::string_view text) const {
  for (std::size_t at = text.size() - 1; at > 0; --at) {
    if (!IsAsciiBlank(text[at])) continue;
    if (IsAsciiLetter(text[at - 1])) return at;
    std::size_t begin = at - 1;
    while (begin > 0 && at - begin < 4 && (text[begin] & 0xC0) == 0x80) --begin;
    const std::string_view character = text.substr(begin, at - begin);
    if (character.size() < 2 || !IsWellFormed(character)) continue;
    const DecodedCodePoint decoded = DecodeCodePoint(character.data());
    if (decoded.length != character.size() || decoded.value >= 0x10000) continue;
    const Character& before = plane_[decoded.value];
    if (before.kind == Kind::kLetter && before.letter && !before.unstable && !before.mark)
      return at;
  }
  return 0;
}

void Counter::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t take = std::min(bytes.size(), std::max(kPart, pending_.size()));
    pending_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (pending_.size() < want_) continue;
    const std::size_t cut = LastCut(pending_);
    if (cut > 0) {
      CountPart(std::string_view(pending_).substr(0, cut), /*last=*/false);
      pending_.erase(0, cut);
    }
    // Where no cut was found, the next look is at twice as much: linear in all.
    want_ = std::max(kPart, 2 * pending_.size());
  }
}

std::uint64_t Counter::Finish() {
  CountPart(pending_, /*last=*/true);
  pending_.clear();
  want_ = kPart;
  started_ = false;
  return std::exchange(tokens_, 0);
}

std::uint64_t Counter::Count(std::string_view text) {
  Append(text);
  return Finish();
}

void Counter::CountPart(std::string_view bytes, bool last) {
  Normalise(bytes, !started_, last);
  FindRuns();
  closed_ = started_;
  space_waits_ = false;
  if (!started_ && family_ != Family::kV5) OpenText();
  Emit();
  Flush();
  if (std::exchange(space_waits_, false)) tokens_ += pieces_.BlankCost(' ', 1);
  if (newlines_ > 0) tokens_ += pieces_.BlankCost('\n', newlines_ + 2) - 1;
  started_ = true;
}

void Counter::Compose() {
  std::vector<utf8proc_int32_t> code_points;
  code_points.reserve(text_.size() + text_.size() / 4);
  int boundary = 0;
  for (const char32_t c : text_) {
    utf8proc_int32_t parts[32];
    const utf8proc_ssize_t size = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(c), parts, 32,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE), &boundary);
    code_points.insert(code_points.end(), parts, parts + std::clamp<utf8proc_ssize_t>(size, 0, 32));
  }
  // Marks into their order, as utf8proc_decompose does it, but linear in the run of marks times its
  // logarithm.
  const auto mark_class = [](utf8proc_int32_t c) {
    return utf8proc_get_property(c)->combining_class;
  };
  for (std::size_t i = 0; i < code_points.size();) {
    if (mark_class(code_points[i]) == 0) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < code_points.size() && mark_class(code_points[end]) != 0) ++end;
    std::stable_sort(code_points.begin() + static_cast<std::ptrdiff_t>(i),
                     code_points.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](auto a, auto b) { return mark_class(a) < mark_class(b); });
    i = end;
  }
  const utf8proc_ssize_t size = utf8proc_normalize_utf32(
      code_points.data(), static_cast<utf8proc_ssize_t>(code_points.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  text_.assign(code_points.begin(), code_points.begin() + std::max<utf8proc_ssize_t>(size, 0));
}

void Counter::Normalise(std::string_view bytes, bool first, bool last) {
  if (last && family_ == Family::kV5) {
    const auto is_blank = [](char c) { return c == ' ' || (c >= 0x09 && c <= 0x0D); };
    while (!bytes.empty() && is_blank(bytes.back())) bytes.remove_suffix(1);
  }
  const bool space_first = first && bytes.starts_with(' ');
  std::string replaced;
  if (!IsWellFormed(bytes)) {
    replaced = ReplaceIllFormed(bytes);
    bytes = replaced;
  }
  text_.clear();
  bool compose = false;
  for (std::size_t i = 0; i < bytes.size();) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      text_.push_back(static_cast<unsigned char>(bytes[i++]));
      continue;
    }
    const DecodedCodePoint decoded = DecodeCodePoint(bytes.data() + i);
    i += decoded.length;
    text_.push_back(decoded.value);
    compose = compose || (decoded.value < 0x10000 ? plane_[decoded.value].unstable
                                                  : !IsStableBeyond(decoded.value));
  }
  if (compose) Compose();
  std::size_t size = 0;
  bool private_use = false;  // some was dropped behind the last character
  for (char32_t c : text_) {
    if (c < 0x10000 && plane_[c].drops) {
      private_use = private_use || c >= 0xE000;
      continue;
    }
    if (c == 0) c = ' ';
    if (c >= 0x80) {
      if (c == 0x0E32 && size > 0 && text_[size - 1] == 0x0E4D && !private_use) {
        text_[size - 1] = 0x0E33;
        continue;
      }
      if (IsSpaceLike(c)) c = ' ';
      if (pieces_.folds_quotes() && c >= 0x2018 && c <= 0x201D) {
        if (c <= 0x2019) c = '\'';
        if (c >= 0x201C) c = '"';
      }
    }
    private_use = false;
    text_[size++] = c;
  }
  text_.resize(size);
  newlines_ = 0;
  if (last && family_ != Family::kV5) {
    while (!text_.empty() && text_.back() == '\n') {
      text_.pop_back();
      ++newlines_;
    }
  }
  const bool one_space =
      !text_.empty() && text_[0] == ' ' && (text_.size() == 1 || text_[1] != ' ');
  if (space_first && one_space && family_ != Family::kV5) text_.erase(text_.begin());
}

void Counter::FindRuns() {
  runs_.clear();
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const auto at = static_cast<std::uint32_t>(i);
    const Character c = At(i);
    Run* const run = runs_.empty() ? nullptr : &runs_.back();
    Kind kind = c.kind;
    if (kind == Kind::kSelector) {
      const bool belongs =
          run != nullptr && (run->kind == Kind::kIsolated || run->kind == Kind::kSymbol ||
                             run->kind == Kind::kNumber);
      kind = belongs ? run->kind : Kind::kIsolated;
    }
    if (kind == Kind::kLetter) {
      const bool behind = run != nullptr && run->kind == Kind::kLetter;
      if (behind && (!run->marks || c.mark)) {
        run->end = at + 1;
      } else {
        const bool marks = c.mark && !behind;
        runs_.push_back({kind, marks, behind && !marks, at, at + 1});
      }
    } else if (run != nullptr && run->kind == kind) {
      run->end = at + 1;
    } else {
      runs_.push_back({kind, false, false, at, at + 1});
    }
  }
}

bool Counter::AfterSpace(std::size_t index) const {
  const std::uint32_t begin = runs_[index].begin;
  if (begin == 0) return !started_ && family_ != Family::kV5;
  return text_[begin - 1] == ' ';
}

bool Counter::BeforeSpace(std::size_t index) const {
  if (index + 1 == runs_.size()) return false;
  const Run& next = runs_[index + 1];
  return next.kind == Kind::kBlank && text_[next.begin] == ' ' &&
         (next.size() == 1 || text_[next.begin + 1] != ' ');
}

bool Counter::IsApostrophe(std::size_t index) const {
  const Run& run = runs_[index];
  return run.kind == Kind::kPunctuation && run.size() == 1 && text_[run.begin] == '\'';
}

bool Counter::OpensWord(std::size_t index) const {
  return IsApostrophe(index) && index + 1 < runs_.size() && runs_[index + 1].kind == Kind::kLetter;
}

bool Counter::IsOneCategory(const Run& run) const {
  if (run.kind != Kind::kNumber) return false;
  const bool decimal = At(run.begin).decimal;
  for (std::size_t i = run.begin; i < run.end; ++i) {
    const Character c = At(i);
    if (c.kind != Kind::kNumber || c.decimal != decimal) return false;
  }
  return true;
}

bool Counter::IsContraction(std::size_t index) const {
  const Run& run = runs_[index];
  if (run.size() > 2 || index == 0 || !IsApostrophe(index - 1)) return false;
  if (!IsSuffix(std::span(text_).subspan(run.begin, run.size()))) return false;
  if (index == 1) return true;
  // Unless what stands before the apostrophe ends in a border of its own.
  const Run& before = runs_[index - 2];
  const char32_t last = text_[before.end - 1];
  const Kind kind = At(before.end - 1).kind;
  if (kind == Kind::kSymbol || kind == Kind::kSelector || IsOneCategory(before)) return false;
  if (before.kind == Kind::kDigit && !IsAsciiDigit(last)) return false;
  return !(before.IsWord() && (IsCircled(last) || IsYoung(last)));
}

bool Counter::WritesOpening(std::size_t index) const {
  const Run& run = runs_[index];
  switch (run.kind) {
    case Kind::kLetter:
      return run.marks || (!run.continued && !IsContraction(index));
    case Kind::kPunctuation:
      return AfterSpace(index) && !OpensWord(index);
    case Kind::kDigit:
      return AfterSpace(index) && !IsAsciiDigit(text_[run.begin]);
    case Kind::kBlank:
      return false;
    default:
      break;
  }
  if (!AfterSpace(index)) return false;
  const Kind first = At(run.begin).kind;
  return first == Kind::kSymbol || first == Kind::kSelector || IsOneCategory(run);
}

bool Counter::WritesClosing(std::size_t index) const {
  const Run& run = runs_[index];
  switch (run.kind) {
    case Kind::kLetter: {
      const bool word_follows = index + 1 < runs_.size() && runs_[index + 1].continued;
      return !(run.marks && word_follows);
    }
    case Kind::kPunctuation:
      return BeforeSpace(index);
    case Kind::kDigit:
      return BeforeSpace(index) && !IsAsciiDigit(text_[run.end - 1]);
    case Kind::kBlank:
      return false;
    default:
      break;
  }
  if (!BeforeSpace(index)) return false;
  const Kind last = At(run.end - 1).kind;
  return last == Kind::kSymbol || last == Kind::kSelector || IsOneCategory(run);
}

void Counter::Push(Symbol symbol) {
  segment_.push_back(symbol);
  closed_ = symbol == kWordCloses;
}

void Counter::Flush() {
  if (segment_.empty()) return;
  tokens_ += pieces_.Cost(segment_, scratch_);
  segment_.clear();
}

void Counter::OpenText() {
  if (runs_.empty()) return Push(kWordOpens);
  const Run& run = runs_[0];
  if (OpensWord(0)) {
    tokens_ += pieces_.BlankCost(' ', 1);
    return;
  }
  const bool blank = run.kind == Kind::kBlank && text_[0] == ' ';
  const bool word = run.kind == Kind::kLetter || run.kind == Kind::kPunctuation;
  if (!blank && !word && !WritesOpening(0)) Push(kWordOpens);
}

void Counter::Emit() {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const Run& run = runs_[i];
    if (run.kind == Kind::kBlank) {
      EmitBlank(i);
      continue;
    }
    const bool opens = WritesOpening(i);
    // A word that opens swallows the one space between it and a word that closed.
    if (std::exchange(space_waits_, false) && !opens) tokens_ += pieces_.BlankCost(' ', 1);
    if (opens) Flush();
    if (run.IsWord()) {
      EmitWord(i);
      continue;
    }
    if (opens) Push(kWordOpens);
    for (std::size_t at = run.begin; at < run.end; ++at) {
      if (run.kind == Kind::kDigit && IsAsciiDigit(text_[at])) {
        at = EmitDigits(at, run.end) - 1;
      } else {
        Push(text_[at]);
      }
    }
    if (WritesClosing(i)) {
      Push(kWordCloses);
      Flush();
    }
  }
}

// No piece holds ASCII digits and anything else.
std::size_t Counter::EmitDigits(std::size_t begin, std::size_t end) {
  Flush();
  std::size_t at = begin;
  while (at < end && IsAsciiDigit(text_[at])) ++at;
  tokens_ += Pieces::DigitsCost(at - begin);
  closed_ = false;
  return at;
}

// No piece holds a blank and anything else.
void Counter::EmitBlank(std::size_t index) {
  const Run& run = runs_[index];
  Flush();
  if (run.size() == 1 && text_[run.begin] == ' ' && closed_) {
    space_waits_ = true;
    closed_ = false;
    return;
  }
  closed_ = false;
  for (std::size_t begin = run.begin; begin < run.end;) {
    std::size_t end = begin;
    while (end < run.end && text_[end] == text_[begin]) ++end;
    tokens_ += pieces_.BlankCost(text_[begin], end - begin);
    begin = end;
  }
}

// Writes the run's characters to lowered_ as they stand in the rewritten text, and gives the mark
// of case that goes before them; 0: none, they stay.
Symbol Counter::LowerWord(const Run& run) {
  const std::span<const char32_t> word = std::span(text_).subspan(run.begin, run.size());
  lowered_.assign(word.begin(), word.end());
  if (run.continued) return 0;
  std::size_t uppers = 0;
  bool all_capitals = true;
  bool dotted = false;
  for (const char32_t c : word) {
    const Character character = plane_[c];
    if (c == kSharpCapital) return 0;
    dotted = dotted || c == kDottedCapital;
    uppers += character.upper;
    const bool caseless = character.letter && !character.upper && !character.lower;
    if (character.lower || caseless || !character.cased) all_capitals = false;
  }
  const auto lower = [this] {
    for (Symbol& c : lowered_) {
      if (c != kDottedCapital) c = c < 0x80 ? (c >= 'A' && c <= 'Z' ? c + 32 : c) : Lowered(c);
    }
  };
  const bool first_upper = plane_[word[0]].upper;
  if (dotted) {
    const auto dots =
        static_cast<std::size_t>(std::count(word.begin(), word.end(), kDottedCapital));
    if (!first_upper || word[0] == kDottedCapital || uppers != dots + 1) return 0;
    lower();
    return kCapital;
  }
  const std::size_t from = pieces_.capitals_from();
  if (from != 0 && word.size() >= from && uppers > 0 && all_capitals) {
    lower();
    return kCapitals;
  }
  if (!first_upper || uppers != 1 || Lowered(word[0]) == word[0]) return 0;
  lower();
  return kCapital;
}

void Counter::EmitWord(std::size_t index) {
  const Run& run = runs_[index];
  const Symbol mark = LowerWord(run);
  const bool opens = WritesOpening(index);
  closed_ = true;
  if (!opens || run.size() > kLongestWord) {
    if (mark != 0) segment_.push_back(mark);
    if (opens) segment_.push_back(kWordOpens);
    segment_.insert(segment_.end(), lowered_.begin(), lowered_.end());
    segment_.push_back(kWordCloses);
    return Flush();
  }
  Word key;
  key.size = static_cast<std::uint16_t>(run.size() + 1);
  key.key[0] = static_cast<std::uint16_t>(mark == 0 ? 0 : mark - kWordOpens);
  std::uint64_t hash = key.key[0];
  for (std::size_t i = 0; i < lowered_.size(); ++i) {
    key.key[i + 1] = static_cast<std::uint16_t>(lowered_[i]);
    hash = (hash + lowered_[i]) * 0x9E3779B97F4A7C15;
  }
  if (words_.empty()) words_.resize(kWords);
  Word& word = words_[(hash ^ hash >> 29) >> 8 & (kWords - 1)];
  if (word.size != key.size || !std::equal(key.key, key.key + key.size, word.key)) {
    if (mark != 0) segment_.push_back(mark);
    segment_.push_back(kWordOpens);
    segment_.insert(segment_.end(), lowered_.begin(), lowered_.end());
    segment_.push_back(kWordCloses);
    key.cost = pieces_.Cost(segment_, scratch_);
    segment_.clear();
    word = key;
  }
  tokens_ += word.cost;
}

}  // namespace toktally::claude
