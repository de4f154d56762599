// A change of a text as `diff -u` writes it, which `patch` and `git apply` read.

#ifndef TOKTALLY_CLI_REPORT_UNIFIED_DIFF_H_
#define TOKTALLY_CLI_REPORT_UNIFIED_DIFF_H_

#include <string>
#include <string_view>

namespace toktally::cli {

// With three lines of context; `name` stands behind a/ and b/. "" where nothing is different.
std::string UnifiedDiff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_UNIFIED_DIFF_H_
