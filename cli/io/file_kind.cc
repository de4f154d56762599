#include "cli/io/file_kind.h"

#include <cstddef>

namespace toktally::cli {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

constexpr FileKind kOffice{"office document", "save it as text, or as Markdown with pandoc"};

constexpr Signature kSignatures[] = {
    {0, "%PDF-", {"PDF", "pdftotext FILE - | toktally count"}},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", kOffice},
    {0, "PK\x03\x04", {"zip archive", "unpack it first"}},
    {0, "PK\x05\x06", {"zip archive", ""}},
    {0, "\x1F\x8B", {"gzip archive", "zcat FILE | toktally count"}},
    {0, "BZh", {"bzip2 archive", "bzcat FILE | toktally count"}},
    {0,
     "\xFD"
     "7zXZ\0"sv,
     {"xz archive", "xzcat FILE | toktally count"}},
    {0, "\x28\xB5\x2F\xFD", {"zstd archive", "zstdcat FILE | toktally count"}},
    {0, "7z\xBC\xAF\x27\x1C", {"7z archive", "unpack it first"}},
    {0, "Rar!\x1A\x07", {"rar archive", "unpack it first"}},
    {257, "ustar", {"tar archive", "unpack it first"}},
    {0, "\x89PNG\r\n\x1A\n", {"PNG image", ""}},
    {0, "\xFF\xD8\xFF", {"JPEG image", ""}},
    {0, "GIF87a", {"GIF image", ""}},
    {0, "GIF89a", {"GIF image", ""}},
    {8, "WEBPVP8", {"WebP image", ""}},
    {0,
     "\x7F"
     "ELF",
     {"ELF binary", ""}},
    {0, "\0asm"sv, {"WebAssembly binary", ""}},
    {0, "SQLite format 3\0"sv, {"SQLite database", ""}},
    {0, "PAR1", {"Parquet file", ""}},
};

constexpr std::string_view kOfficeEndings[] = {".docx", ".xlsx", ".pptx", ".odt", ".ods",
                                               ".odp",  ".docm", ".xlsm", ".pptm"};

}  // namespace

FileKind KindOfFile(std::string_view beginning, std::string_view path) {
  for (const Signature& signature : kSignatures) {
    if (beginning.size() < signature.at) continue;
    if (!beginning.substr(signature.at).starts_with(signature.bytes)) continue;
    // "BZh" may begin a text; the digit and the block's magic number may not.
    if (signature.bytes == "BZh" && beginning.substr(4, 4) != "1AY&") continue;
    if (signature.bytes.starts_with("PK")) {
      for (const std::string_view ending : kOfficeEndings) {
        if (path.ends_with(ending)) return kOffice;
      }
    }
    return signature.kind;
  }
  return {};
}

}  // namespace toktally::cli
