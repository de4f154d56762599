// Tokenizer files of open models, read into what Encoding::Create takes: tokenizer.json of Hugging
// Face (byte-level BPE with a chain of splits: Llama 3, Qwen 2 and 3, DeepSeek, gpt-oss …; BPE on
// characters with byte fallback: Gemma) and tekken.json of Mistral. Whatever else a file asks for
// is refused by name, with its place in the file: counts from half-understood files would be wrong
// without a sign.

#ifndef TOKTALLY_BPE_LOADER_TOKENIZER_FILE_H_
#define TOKTALLY_BPE_LOADER_TOKENIZER_FILE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"

namespace toktally {

struct CharacterBpe;  // bpe/engine/character_route.h

struct TokenizerFile {
  std::string form;                         // "tokenizer.json", "tekken.json"
  std::string vocabulary;                   // as a .tiktoken file
  std::string split_pattern;                // in tiktoken's syntax
  std::vector<std::string> outer_patterns;  // before it, see EncodingSpec
  // Tokens that stand in a text as they are written: control tokens, and others that the file cuts
  // out of a text before it splits it.
  std::vector<std::pair<std::string, TokenId>> added_tokens;
  bool nfc = false;  // a text is brought to NFC before it is split; the caller does that
  std::vector<std::string> remarks;  // sentences: what the file says and counting leaves out

  // Where merges begin with characters: what the encoding is made of in the place of a vocabulary
  // and patterns.
  std::shared_ptr<const CharacterBpe> characters;

  // Errors as from Encoding::Create.
  absl::StatusOr<std::unique_ptr<const Encoding>> MakeEncoding(std::string_view name) const;
};

// Reads `text`. InvalidArgument: what the form asks for and we do not do, as
//   tokenizer.json:41: normalizer.type: "Lowercase" is not supported; …
// or that it is no tokenizer file of a known form, and which it looks like.
absl::StatusOr<TokenizerFile> ReadTokenizerFile(std::string_view text, std::string_view file_name);

}  // namespace toktally

#endif  // TOKTALLY_BPE_LOADER_TOKENIZER_FILE_H_
