// Encodings that the user has added: files below $XDG_DATA_HOME/toktally/encodings (or, without
// that variable, ~/.local/share/toktally/encodings). Written by `toktally encodings add` only, read
// where -e or -m asks for one. Nothing is fetched.

#ifndef TOKTALLY_CLI_IO_ENCODING_STORE_H_
#define TOKTALLY_CLI_IO_ENCODING_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bpe/claude/family.h"
#include "bpe/claude/pieces.h"
#include "bpe/encoding.h"
#include "bpe/model_encodings.h"
#include "chat/count.h"
#include "cli/io/input.h"
#include "cli/io/output.h"

namespace toktally::cli {

// Where the encoding of that name lies or would lie. FailedPrecondition if neither XDG_DATA_HOME
// nor HOME says where.
absl::StatusOr<std::string> StoredEncodingPath(std::string_view name);

// 64 lower-case hexadecimal digits.
std::string Sha256Of(std::string_view bytes);

// The pieces of a Claude family, and the hash of the file that they come from.
struct ClaudePieces {
  claude::Pieces pieces;
  std::string sha256;
  std::string path;
};

// Reads the file at `path`. The error's message names it: NotFound, what the system says, or
// InvalidArgument for another form or the pieces of another family.
absl::StatusOr<ClaudePieces> ReadClaudePieces(const std::string& path, claude::Family family,
                                              const Input& input);
// The stored ones; NotFound says the one command that stores them.
absl::StatusOr<ClaudePieces> StoredClaudePieces(claude::Family family, const Input& input);

// The stored ones for a chat::Counter; both must outlive it. A stored file that cannot be used is
// warned of, once, and its models are estimated.
chat::FindClaudePieces FindStoredPieces(const Input& input, Output& output,
                                        std::string_view command);

// A tokenizer of an open model, loaded from its file.
struct LoadedTokenizer {
  std::shared_ptr<const Encoding> encoding;
  bool nfc = false;                  // texts are brought to NFC first; the caller does that
  std::string sha256;                // of the file
  std::vector<std::string> remarks;  // what the file says and counting leaves out
};

// Whether an added tokenizer may be called so: letters, digits and . _ - behind a letter or digit,
// and no name of ours.
bool IsTokenizerName(std::string_view name);
// Reads a tokenizer.json or tekken.json; `name` becomes the encoding's. The error's message names
// the file.
absl::StatusOr<LoadedTokenizer> LoadTokenizer(const std::string& path, std::string_view name,
                                              const Input& input);
// The stored one; NotFound if there is none of that name.
absl::StatusOr<LoadedTokenizer> StoredTokenizer(std::string_view name, const Input& input);
// The names of the stored ones, in order.
std::vector<std::string> StoredTokenizerNames();

// "`toktally encodings add deepseek-v3 tokenizer.json` stores it, the file of
// deepseek-ai/DeepSeek-V3 on Hugging Face".
std::string HowToAdd(const OthersTokenizer& tokenizer);
// "qwen3-next is assumed to use qwen3 …".
std::string AssumptionOf(std::string_view model, const OthersTokenizer& tokenizer);

// "toktally encodings add claude-v3 pieces_v3.json (github.com/sanderland/ctok, ctok/data)".
std::string HowToAdd(claude::Family family);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_ENCODING_STORE_H_
