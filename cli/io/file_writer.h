// Files that we write: whole, or not at all.

#ifndef TOKTALLY_CLI_IO_FILE_WRITER_H_
#define TOKTALLY_CLI_IO_FILE_WRITER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace toktally::cli {

// Writes `text` to a new file beside `path` and renames it there, so that no reader ever sees half
// of it and a full disk leaves what was there. A symbolic link stays one: the file that it leads to
// is written, whether it exists yet or not. A file that was there keeps its mode. Whatever happens,
// an interrupt and a limit on the size of files among it, nothing is left beside it. A device or a
// pipe is written to as it is. The error's message is the system's.
absl::Status WriteFileWhole(const std::string& path, std::string_view text);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_FILE_WRITER_H_
