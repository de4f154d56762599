// The pieces of a Claude tokenizer that others have reconstructed, from a file that the user has:
// pieces_v3.json or pieces_v4_7.json of the project ctok (see docs/encodings.md). Anthropic
// publishes no tokenizer: counts made with such a file are reconstructed, never exact.

#ifndef TOKTALLY_BPE_CLAUDE_PIECES_H_
#define TOKTALLY_BPE_CLAUDE_PIECES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace toktally::claude {

// A symbol of the rewritten text: a code point or one of these marks, which lie beyond Unicode.
using Symbol = char32_t;
inline constexpr Symbol kWordOpens = 0x110000;
inline constexpr Symbol kWordCloses = 0x110001;
inline constexpr Symbol kCapital = 0x110002;   // the first letter was one
inline constexpr Symbol kCapitals = 0x110003;  // all letters were

// The pieces and what the file says of its family. Immutable, thread-safe.
class Pieces {
 public:
  // `text` is the file's content. InvalidArgument names the file, the line and the key: a file of
  // another form, or one that breaks what the counting relies on.
  static absl::StatusOr<Pieces> Parse(std::string_view text, std::string_view file_name);

  std::string_view family() const { return family_; }  // "v3"
  bool folds_quotes() const { return folds_quotes_; }
  // From how many letters on a word in capitals is written small behind kCapitals; 0: never.
  std::size_t capitals_from() const { return capitals_from_; }
  std::size_t size() const { return size_; }
  std::size_t longest() const { return longest_; }

  // The fewest pieces that make `symbols`: a symbol that is none costs what its bytes cost. Linear
  // in symbols times the longest piece that fits. `scratch` is for the call.
  std::uint32_t Cost(std::span<const Symbol> symbols, std::vector<std::uint32_t>& scratch) const;
  // The same for `count` times the blank `c` (U+0020, tab, newline, U+3000).
  std::uint64_t BlankCost(char32_t c, std::uint64_t count) const;
  // For up to three ASCII digits each; see Parse.
  static std::uint64_t DigitsCost(std::uint64_t digits) { return (digits + 2) / 3; }

 private:
  struct Edge {
    std::uint64_t key = 0;  // node << 21 | symbol; 0: empty
    std::uint32_t child = 0;
  };
  struct Node {
    bool is_piece = false;
  };

  std::uint32_t Child(std::uint32_t node, Symbol symbol) const;
  std::uint32_t AddChild(std::uint32_t node, Symbol symbol);
  void Add(std::span<const Symbol> piece);
  void Grow();
  std::uint32_t CostAlone(Symbol symbol) const;
  absl::Status ReadTokens(std::string_view text, std::string_view file_name);
  void MakeBlankCosts();

  std::string family_;
  bool folds_quotes_ = false;
  std::size_t capitals_from_ = 0;
  std::size_t size_ = 0;
  std::size_t longest_ = 0;
  std::vector<Edge> edges_;  // a hash table of a power of two, at most half full
  std::size_t edge_count_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> byte_prefixes_;   // sorted; length << 24 | bytes
  std::vector<std::uint16_t> blank_costs_[4];  // of up to twice the longest piece, by count
};

}  // namespace toktally::claude

#endif  // TOKTALLY_BPE_CLAUDE_PIECES_H_
