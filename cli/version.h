// The version of the program, from the project's CMakeLists.txt.

#ifndef TOKTALLY_CLI_VERSION_H_
#define TOKTALLY_CLI_VERSION_H_

#include <string_view>

namespace toktally::cli {

inline constexpr std::string_view kVersion = TOKTALLY_VERSION;

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_VERSION_H_
