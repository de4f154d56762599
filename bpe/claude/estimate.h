// How many tokens of a Claude model a text has, without the pieces: its tokens of o200k_base and
// its characters by class, each times a coefficient. Calibrated, with a bound; never exact.
//
// The coefficients are those of a fit on 940 texts (240 slices of six corpora: English, code,
// Korean, Chinese and Japanese, many languages, logs in JSON; 700 texts of recorded calls) against
// a reconstruction of the tokenizer that agrees with recorded bills. The bounds are what 90 % of
// the texts of each sort kept to there.

#ifndef TOKTALLY_BPE_CLAUDE_ESTIMATE_H_
#define TOKTALLY_BPE_CLAUDE_ESTIMATE_H_

#include <cstdint>
#include <string_view>

#include "bpe/claude/family.h"

namespace toktally::claude {

// What a text consists of. ASCII classes are counted in characters, words and rows of spaces in
// runs. Adds up over the parts of a text.
struct TextFeatures {
  std::uint64_t o200k = 0;  // tokens; the caller counts them
  std::uint64_t han = 0;
  std::uint64_t hangul = 0;
  std::uint64_t kana = 0;
  std::uint64_t other_letters = 0;
  std::uint64_t ascii_letters = 0;
  std::uint64_t upper = 0;  // of them
  std::uint64_t ascii_words = 0;
  std::uint64_t punctuation = 0;
  std::uint64_t digits = 0;
  std::uint64_t newlines = 0;
  std::uint64_t space_runs = 0;  // of two and more
};

// Reads a text in parts, which may be cut anywhere.
class FeatureReader {
 public:
  void Append(std::string_view bytes);
  // Without the tokens.
  const TextFeatures& features() const { return features_; }

 private:
  void AppendBeyondAscii(char32_t code_point);

  TextFeatures features_;
  char32_t partial_ = 0;  // of a character that is not complete
  int missing_ = 0;       // bytes of it
  char last_ = 0;
  std::uint64_t spaces_ = 0;  // that the text ends with so far
};

struct Estimate {
  std::uint64_t tokens = 0;
  // 90 % of texts like this one lie in [low, high].
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::string_view sort;  // "prose", "code" …: which bound it is
};

inline constexpr int kCalibrationTexts = 940;

Estimate EstimateTokens(Family family, const TextFeatures& features);

}  // namespace toktally::claude

#endif  // TOKTALLY_BPE_CLAUDE_ESTIMATE_H_
