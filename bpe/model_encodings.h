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

}  // namespace toktally

#endif  // TOKTALLY_BPE_MODEL_ENCODINGS_H_
