// What an Encoding is made of. Only encoding.cc and the makers of encodings include this.

#ifndef TOKTALLY_BPE_ENCODING_STATE_H_
#define TOKTALLY_BPE_ENCODING_STATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/engine/text_route.h"
#include "bpe/special_tokens.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {

struct alignas(64) CacheLine {
  char bytes[64];
};

struct Encoding::State {
  std::string name;
  std::string pattern;
  std::string_view vocabulary_sha256;
  Vocabulary vocabulary;
  SpecialTokens special_tokens;
  std::unique_ptr<const TextRoute> route;
  TokenId id_limit = 0;
  // What the above refers to, where it is not part of the program.
  std::vector<std::string> special_names;
  std::vector<CacheLine> image;
  // Another for each image made at run time: one may come to lie where another lay. Else 0.
  std::uint64_t image_number = 0;
};

// The one maker of Encoding objects.
class EncodingBuilder {
 public:
  using State = Encoding::State;
  static std::unique_ptr<const Encoding> Build(std::unique_ptr<State> state);
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENCODING_STATE_H_
