// The vocabularies that are a part of the program: compiled by the build, used where they lie.

#ifndef TOKTALLY_BPE_VOCABULARY_EMBEDDED_H_
#define TOKTALLY_BPE_VOCABULARY_EMBEDDED_H_

#include <string_view>

namespace toktally {

struct EmbeddedVocabulary {
  const char* image;        // see bpe/vocabulary/image.h
  std::string_view sha256;  // of the .tiktoken file that it was compiled from
};

extern const EmbeddedVocabulary kEmbeddedR50k;
extern const EmbeddedVocabulary kEmbeddedP50k;
extern const EmbeddedVocabulary kEmbeddedCl100k;
extern const EmbeddedVocabulary kEmbeddedO200k;

}  // namespace toktally

#endif  // TOKTALLY_BPE_VOCABULARY_EMBEDDED_H_
