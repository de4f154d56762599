#include "bpe/claude/estimate.h"

#include <algorithm>
#include <cmath>

#include "bpe/split/char_class.h"

namespace toktally::claude {
namespace {

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsHan(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}
bool IsHangul(char32_t c) {
  return (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x1100 && c <= 0x11FF) ||
         (c >= 0x3130 && c <= 0x318F);
}
bool IsKana(char32_t c) { return c >= 0x3041 && c <= 0x30FF; }

struct Coefficients {
  double o200k, han, hangul, kana, other_letters, upper, punctuation, digits, newlines, ascii_words,
      space_runs, ascii_letters;
};
constexpr Coefficients kV3 = {1.2716,  0.217,   0.5274, -0.1345, 0.2228, 0.1889,
                              -0.0841, -0.0677, 0.0428, -0.2907, 0.4731, 0.0101};
constexpr Coefficients kV47 = {1.2489,  0.1924,  0.5262, -0.1322, 0.2343,  0.5288,
                               -0.0209, -0.0414, 0.299,  -0.7214, -0.0468, 0.2086};

double Apply(const Coefficients& c, const TextFeatures& f) {
  const auto times = [](double coefficient, std::uint64_t n) {
    return coefficient * static_cast<double>(n);
  };
  return times(c.o200k, f.o200k) + times(c.han, f.han) + times(c.hangul, f.hangul) +
         times(c.kana, f.kana) + times(c.other_letters, f.other_letters) + times(c.upper, f.upper) +
         times(c.punctuation, f.punctuation) + times(c.digits, f.digits) +
         times(c.newlines, f.newlines) + times(c.ascii_words, f.ascii_words) +
         times(c.space_runs, f.space_runs) + times(c.ascii_letters, f.ascii_letters);
}

// The error that 90 % of the calibration's texts of a sort kept to, in percent of the true count.
struct Sort {
  std::string_view name;
  double v3;
  double v47;
};
constexpr Sort kProse = {"prose", 6.91, 9.83};
constexpr Sort kCode = {"code", 14.46, 16.07};
constexpr Sort kKorean = {"Korean", 5.85, 6.54};
constexpr Sort kHan = {"Chinese or Japanese", 8.16, 10.77};
constexpr Sort kMixed = {"other or several scripts", 16.54, 15.76};
constexpr Sort kLog = {"logs and numbers", 9.56, 13.92};

const Sort& SortOf(const TextFeatures& f) {
  const std::uint64_t letters = f.ascii_letters + f.han + f.hangul + f.kana + f.other_letters;
  const std::uint64_t signs = letters + f.punctuation + f.digits;
  if (f.other_letters * 10 > letters) return kMixed;
  if (f.hangul * 4 > letters) return kKorean;
  if ((f.han + f.kana) * 4 > letters) return kHan;
  if ((f.hangul + f.han + f.kana) * 20 > letters) return kMixed;
  if (f.digits * 8 > signs) return kLog;
  if (f.punctuation * 12 > signs) return kCode;
  return kProse;
}

}  // namespace

void FeatureReader::AppendBeyondAscii(char32_t c) {
  if (IsHan(c)) {
    ++features_.han;
  } else if (IsHangul(c)) {
    ++features_.hangul;
  } else if (IsKana(c)) {
    ++features_.kana;
  } else if (c < 0x110000) {
    const CharClass kind = ClassOf(c);
    if (kind >= CharClass::kLu && kind <= CharClass::kMark) ++features_.other_letters;
  }
}

void FeatureReader::Append(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      if (byte >= 0xC0) {
        missing_ = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
        partial_ = byte & (0x3Fu >> missing_);
      } else if (missing_ > 0) {
        partial_ = partial_ << 6 | (byte & 0x3Fu);
        if (--missing_ == 0) AppendBeyondAscii(partial_);
      }
    } else if (IsAsciiLetter(c)) {
      ++features_.ascii_letters;
      features_.upper += c <= 'Z';
      features_.ascii_words += !IsAsciiLetter(last_);
    } else if (c >= '0' && c <= '9') {
      ++features_.digits;
    } else if (c == '\n') {
      ++features_.newlines;
    } else if (c == ' ') {
      // A single space is a part of the word behind it.
      features_.space_runs += ++spaces_ == 2;
    } else if (c > 0x20 && c < 0x7F) {
      ++features_.punctuation;
    }
    if (c != ' ') spaces_ = 0;
    last_ = c;
  }
}

Estimate EstimateTokens(Family family, const TextFeatures& features) {
  const bool v3 = family == Family::kV3;
  const double tokens = std::max(0.0, Apply(v3 ? kV3 : kV47, features));
  const Sort& sort = SortOf(features);
  const double bound = (v3 ? sort.v3 : sort.v47) / 100;
  // A short text differs from the mean of many by whole tokens.
  const double slack = 1 + 0.6 * std::sqrt(tokens);
  const auto rounded = [](double value) {
    return static_cast<std::uint64_t>(std::llround(std::max(0.0, value)));
  };
  // The error is in percent of the truth, not of the estimate.
  const double low = std::min(tokens / (1 + bound), tokens - std::min(slack, 0.25 * tokens + 1));
  const double high = std::max(tokens / (1 - bound), tokens + std::min(slack, 0.25 * tokens + 1));
  return {rounded(tokens), rounded(std::floor(low)), rounded(std::ceil(high)), sort.name};
}

}  // namespace toktally::claude
