// The slow encoder of tests: RE2's pieces, merged by the reference.

#ifndef TOKTALLY_TESTS_BPE_ORACLE_H_
#define TOKTALLY_TESTS_BPE_ORACLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bpe/split/regex/regex_splitter.h"
#include "tests/reference/reference_bpe.h"

namespace toktally::testing {

// The ends of the pieces of well-formed text; a failure where there is text between pieces.
std::vector<std::size_t> PieceEnds(const RegexSplitter& splitter, std::string_view text);

// Not thread-safe: pieces that were merged are remembered.
class Oracle {
 public:
  // `vocabulary` and `pattern` as in data/vocabularies and tests/bpe/patterns.h.
  Oracle(const std::string& vocabulary, std::string_view pattern);

  std::vector<std::size_t> Split(std::string_view text) const {
    return PieceEnds(*splitter_, text);
  }
  // Appends the ids of `text`, of which `ends` are the pieces.
  void Merge(std::string_view text, const std::vector<std::size_t>& ends,
             std::vector<std::uint32_t>& ids);

 private:
  Ranks ranks_;
  std::unique_ptr<RegexSplitter> splitter_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> merged_;
};

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BPE_ORACLE_H_
