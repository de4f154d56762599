// The encodings that toktally knows, by name and by model.

#ifndef TOKTALLY_BPE_ENCODINGS_H_
#define TOKTALLY_BPE_ENCODINGS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"

namespace toktally {

// "cl100k_base", "o200k_base", "o200k_harmony", "p50k_base", "p50k_edit", "r50k_base", "gpt2", in
// this order.
std::span<const std::string_view> EncodingNames();

// The encoding of that name, or nullptr. The pointer is good for the life of the program; the first
// call for a name builds the list of its special tokens, never a table. Thread-safe.
const Encoding* FindEncoding(std::string_view name);

// How an encoding was found for a model.
struct ModelEncoding {
  const Encoding* encoding = nullptr;
  // The spelling that matched after ft:, vendor prefix and the like were taken off, e.g. "gpt-4o".
  std::string matched;
  // How it matched, for people: "exact name", "prefix gpt-4o-", "ft: removed, exact name", …
  std::string how;
  // True where OpenAI's own table (tiktoken 0.14.0 model.py) gives this encoding for the matched
  // name; false where we assume it (gpt-6*, codex, audio and realtime names …).
  bool documented = false;
};

// The encoding that `model` uses. Errors: NotFound for a name that nobody knows, with the nearest
// names; FailedPrecondition for a model whose tokenizer is not public (Claude, Gemini, …), which
// says so.
absl::StatusOr<ModelEncoding> EncodingForModel(std::string_view model);

}  // namespace toktally

#endif  // TOKTALLY_BPE_ENCODINGS_H_
