// Who owns a file: the CODEOWNERS file of a repository, as GitHub reads it.

#ifndef TOKTALLY_CLI_IO_CODE_OWNERS_H_
#define TOKTALLY_CLI_IO_CODE_OWNERS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/ignore_rules.h"
#include "cli/io/input.h"

namespace toktally::cli {

class CodeOwners {
 public:
  // The CODEOWNERS of the repository that `path` lies in: in .github, at its top, or in docs. The
  // NotFound says where none was.
  static absl::StatusOr<CodeOwners> Find(const std::string& path, const Input& input);

  // What stands behind the last pattern that matches: "@team @ann"; "(nobody)".
  std::string OwnerOf(std::string_view path) const;

 private:
  struct Rule {
    IgnoreFile pattern;  // of one line
    bool files_only;     // "docs/*": nothing further down
    std::string owners;
  };
  void AddLine(std::string_view line);

  std::string top_;  // of the repository, with a slash behind it
  std::vector<Rule> rules_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_CODE_OWNERS_H_
