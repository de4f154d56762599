// Files whose bytes are not their text, known by how they begin.

#ifndef TOKTALLY_CLI_IO_FILE_KIND_H_
#define TOKTALLY_CLI_IO_FILE_KIND_H_

#include <string_view>

namespace toktally::cli {

struct FileKind {
  std::string_view name;  // "PDF", "zip archive"; empty: none that is known
  std::string_view
      advice;  // what gives its text: "pdftotext FILE - | toktally count"; may be empty
};

// What a file is that begins with `beginning`; its path tells office files from other archives.
FileKind KindOfFile(std::string_view beginning, std::string_view path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_FILE_KIND_H_
