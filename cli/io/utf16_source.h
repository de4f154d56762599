// UTF-16 read as the UTF-8 that an API would be sent.

#ifndef TOKTALLY_CLI_IO_UTF16_SOURCE_H_
#define TOKTALLY_CLI_IO_UTF16_SOURCE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cli/io/input.h"

namespace toktally::cli {

enum class ByteOrder { kLittle, kBig };

// The order of a text that begins with UTF-16's byte order mark; nullopt for all others, UTF-32's
// mark among them.
std::optional<ByteOrder> Utf16Order(std::string_view beginning);

// The UTF-8 of what was read of a UTF-16 text, its mark among it, and of what `rest` still gives. A
// surrogate without its partner and an odd last byte become 0xFF, which no UTF-8 has, so that they
// are met as every other ill-formed byte is.
class Utf16Source : public ByteSource {
 public:
  Utf16Source(std::string read, ByteSource& rest, ByteOrder order);

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override;

 private:
  absl::Status Convert();
  char16_t UnitAt(std::size_t i) const;

  ByteSource& rest_;
  const ByteOrder order_;
  std::string units_;  // what is read and not converted
  std::string text_;   // what is converted and not handed out
  std::size_t handed_out_ = 0;
  bool at_end_ = false;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_UTF16_SOURCE_H_
