// Which encoding a model uses: OpenAI's own table, and what it misses. EncodingForModel, in
// bpe/encodings.h, looks names up here.

#ifndef TOKTALLY_BPE_MODEL_ENCODINGS_H_
#define TOKTALLY_BPE_MODEL_ENCODINGS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace toktally {

struct ModelEncodingRule {
  std::string_view name;
  bool is_prefix;  // of the model's name; else all of it
  std::string_view encoding;
  bool documented;  // stands in tiktoken 0.14.0, tiktoken/model.py; else we assume it
};

// The rules in the order in which they are tried. Exact names come before prefixes, and what is
// documented before what is assumed.
std::span<const ModelEncodingRule> ModelEncodingRules();

// The first rule for this very spelling (lower case), or nullptr.
const ModelEncodingRule* FindModelEncodingRule(std::string_view spelling);

// Why there is no encoding for a model of a family whose tokenizer is not among ours, as a clause
// that follows the model's name: "has no public tokenizer; …". Nothing for other names.
std::optional<std::string_view> WhyNoEncoding(std::string_view spelling);

}  // namespace toktally

#endif  // TOKTALLY_BPE_MODEL_ENCODINGS_H_
