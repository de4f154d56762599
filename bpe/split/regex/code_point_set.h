// Sets of code points, as sorted ranges.

#ifndef TOKTALLY_BPE_SPLIT_REGEX_CODE_POINT_SET_H_
#define TOKTALLY_BPE_SPLIT_REGEX_CODE_POINT_SET_H_

#include <initializer_list>
#include <vector>

#include "bpe/split/char_class.h"

namespace toktally {

// A set of code points below 0x110000. Value type.
class CodePointSet {
 public:
  struct Range {
    char32_t first;
    char32_t last;
  };

  CodePointSet() = default;
  explicit CodePointSet(Range range) : ranges_{range} {}

  // Every code point of one of these classes.
  static CodePointSet OfClasses(std::initializer_list<CharClass> classes);
  // All punctuation and all symbols, \p{P} and \p{S}, in utf8proc's version of Unicode (15 in
  // Debian 12): patterns of open models ask for them, OpenAI's do not.
  static CodePointSet OfPunctuation();
  static CodePointSet OfSymbols();

  // Disjoint, ascending, not adjacent.
  const std::vector<Range>& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }
  bool Intersects(const CodePointSet& other) const;

  void Add(Range range) { Add(CodePointSet(range)); }
  void Add(const CodePointSet& other);
  void Complement();

 private:
  template <typename Takes>
  static CodePointSet Where(const Takes& takes);

  std::vector<Range> ranges_;
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_SPLIT_REGEX_CODE_POINT_SET_H_
