// What an Encoding is made of. Only encoding.cc and the makers of encodings include this.

#ifndef TOKTALLY_BPE_ENCODING_STATE_H_
#define TOKTALLY_BPE_ENCODING_STATE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/special_tokens.h"
#include "bpe/split.h"
#include "bpe/vocabulary.h"

namespace toktally {

struct Encoding::State {
  std::string name;
  std::string_view vocabulary_sha256;
  Vocabulary vocabulary;
  SpecialTokens special_tokens;
  const SplitPattern* split;
  TokenId id_limit = 0;
  // Names that special_tokens refers to, where they are not literals.
  std::vector<std::string> special_names;
};

// The one maker of Encoding objects.
class EncodingBuilder {
 public:
  using State = Encoding::State;
  static std::unique_ptr<const Encoding> Build(std::unique_ptr<State> state);
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENCODING_STATE_H_
