// SHA-256 (FIPS 180-4), for the checksums that lie beside files.

#ifndef TOKTALLY_CLI_IO_SHA256_H_
#define TOKTALLY_CLI_IO_SHA256_H_

#include <string>
#include <string_view>

namespace toktally::cli {

// 64 digits in lower case.
std::string Sha256Hex(std::string_view bytes);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_SHA256_H_
