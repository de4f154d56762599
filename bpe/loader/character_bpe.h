// The tokenizer.json of a model whose merges begin with characters (byte_fallback): Gemma.

#ifndef TOKTALLY_BPE_LOADER_CHARACTER_BPE_H_
#define TOKTALLY_BPE_LOADER_CHARACTER_BPE_H_

#include "absl/status/status.h"
#include "base/json.h"
#include "bpe/loader/tokenizer_file.h"

namespace toktally {

// Reads `root`, whose model is BPE with byte_fallback. InvalidArgument, with the place, for what we
// do not do.
absl::Status ReadCharacterBpe(const JsonValue& root, TokenizerFile& file);

}  // namespace toktally

#endif  // TOKTALLY_BPE_LOADER_CHARACTER_BPE_H_
