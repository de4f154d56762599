// Files that we write: whole, or not at all.

#ifndef TOKTALLY_CLI_FILE_WRITER_H_
#define TOKTALLY_CLI_FILE_WRITER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace toktally::cli {

// Writes `text` to a new file beside `path` and renames it there, so that no reader ever sees half
// of it and a full disk leaves what was there. The error's message is the system's.
absl::Status WriteFileWhole(const std::string& path, std::string_view text);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_FILE_WRITER_H_
