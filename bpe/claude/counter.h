// Counts text as the Claude models are believed to: rewrites it (word borders, capitals, blanks)
// and finds the fewest pieces that make it. Content only: what the frame of a message adds belongs
// to requests.
//
// The rules are those that the project ctok (github.com/sanderland/ctok) has recovered by asking
// Anthropic's count_tokens; each stands where it is done in counter.cc. Counts are reconstructed,
// never exact.

#ifndef TOKTALLY_BPE_CLAUDE_COUNTER_H_
#define TOKTALLY_BPE_CLAUDE_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/claude/character.h"
#include "bpe/claude/family.h"
#include "bpe/claude/pieces.h"

namespace toktally::claude {

// Counts one text after the other, remembering words; one thread at a time. The pieces outlive it.
//
//   claude::Counter counter(pieces, claude::Family::kV3);
//   counter.Append(block); counter.Append(next_block);   // of any size, cut anywhere
//   std::uint64_t tokens = counter.Finish();
//
// Linear in the bytes of the text. Memory is a few MB and, of a text without a blank behind a word
// (or one whose end is all blanks), that text.
class Counter {
 public:
  Counter(const Pieces& pieces, Family family);
  ~Counter();
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void Append(std::string_view bytes);
  // The tokens of what was appended since the last Finish.
  std::uint64_t Finish();
  // Of one whole text.
  std::uint64_t Count(std::string_view text);

 private:
  struct Run;
  struct Word;

  std::size_t LastCut(std::string_view text) const;
  void CountPart(std::string_view bytes, bool last);
  void Normalise(std::string_view bytes, bool first, bool last);
  void Compose();
  void FindRuns();
  void Emit();
  void EmitWord(std::size_t index);
  void EmitBlank(std::size_t index);
  std::size_t EmitDigits(std::size_t begin, std::size_t end);
  void OpenText();
  bool AfterSpace(std::size_t index) const;
  bool BeforeSpace(std::size_t index) const;
  bool IsApostrophe(std::size_t index) const;
  bool OpensWord(std::size_t index) const;
  bool IsContraction(std::size_t index) const;
  bool WritesOpening(std::size_t index) const;
  bool WritesClosing(std::size_t index) const;
  bool IsOneCategory(const Run& run) const;
  Character At(std::size_t i) const { return CharacterOf(plane_, text_[i]); }
  Symbol LowerWord(const Run& run);
  void Flush();
  void Push(Symbol symbol);

  const Pieces& pieces_;
  const Family family_;
  const Character* const plane_;
  std::string pending_;
  std::size_t want_ = 64 * 1024;  // bytes that are waited for before a part is cut off
  bool started_ = false;  // something of the text was counted: parts go on behind a closed word
  std::uint64_t tokens_ = 0;

  // Of the part that is counted.
  std::vector<char32_t> text_;
  std::vector<Run> runs_;
  std::vector<Symbol> segment_;
  std::vector<Symbol> lowered_;
  std::vector<std::uint32_t> scratch_;
  bool closed_ = false;         // the last symbol written is kWordCloses
  bool space_waits_ = false;    // one space behind a closed word, which a word that opens swallows
  std::uint64_t newlines_ = 0;  // cut off at the end of the text

  std::vector<Word> words_;  // what words cost, by hash
};

}  // namespace toktally::claude

#endif  // TOKTALLY_BPE_CLAUDE_COUNTER_H_
