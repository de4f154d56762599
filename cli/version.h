// The version of the program, from the project's CMakeLists.txt, and its commit.

#ifndef TOKTALLY_CLI_VERSION_H_
#define TOKTALLY_CLI_VERSION_H_

#include <string_view>

namespace toktally::cli {

inline constexpr std::string_view kVersion = TOKTALLY_VERSION;

// The first digits of the commit that it was built from, with "+" behind them if the tree differed;
// "" where git did not tell.
std::string_view Commit();

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_VERSION_H_
