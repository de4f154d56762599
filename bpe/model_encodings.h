// Why a model has no encoding, for messages. EncodingForModel, in bpe/encodings.h, finds those that
// have one; both read data/models.tsv.

#ifndef TOKTALLY_BPE_MODEL_ENCODINGS_H_
#define TOKTALLY_BPE_MODEL_ENCODINGS_H_

#include <optional>
#include <string_view>

namespace toktally {

// Why there is no encoding for a model of a family whose tokenizer is not among ours, as a clause
// that follows the model's name: "has no public tokenizer; …". Nothing for other names. `spelling`
// is in lower case.
std::optional<std::string_view> WhyNoEncoding(std::string_view spelling);

// The tokenizer that counts a model of another maker, which a user can load (bpe/loader/).
struct OthersTokenizer {
  std::string_view name;    // "deepseek-v3"
  std::string_view source;  // the repository on Hugging Face whose tokenizer.json it is
  bool assumed = false;     // only the family's name says so
  bool instead = false;     // it is another model's, which recorded calls show to count the same
};
// Of any spelling of the model's name; nothing where none is known.
std::optional<OthersTokenizer> TokenizerOfOthers(std::string_view model);

}  // namespace toktally

#endif  // TOKTALLY_BPE_MODEL_ENCODINGS_H_
