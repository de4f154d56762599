// Encodings that the user has added: files below $XDG_DATA_HOME/toktally/encodings (or, without
// that variable, ~/.local/share/toktally/encodings). Written by `toktally encodings add` only, read
// where -e or -m asks for one. Nothing is fetched.

#ifndef TOKTALLY_CLI_IO_ENCODING_STORE_H_
#define TOKTALLY_CLI_IO_ENCODING_STORE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bpe/claude/family.h"
#include "bpe/claude/pieces.h"
#include "cli/io/input.h"

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

// "toktally encodings add claude-v3 pieces_v3.json (github.com/sanderland/ctok, ctok/data)".
std::string HowToAdd(claude::Family family);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_ENCODING_STORE_H_
