// .gitignore and .ignore: which files of a directory are left out.

#ifndef TOKTALLY_CLI_IO_IGNORE_RULES_H_
#define TOKTALLY_CLI_IO_IGNORE_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/io/glob.h"

namespace toktally::cli {

// The rules of one ignore file, in gitignore's syntax.
class IgnoreFile {
 public:
  // Blank lines and comments are passed over, a byte order mark too; a malformed line matches
  // nothing.
  explicit IgnoreFile(std::string_view text);

  enum class Verdict { kNone, kIgnore, kKeep };
  // What the last rule that matches says. `path` is relative to the directory of the file.
  Verdict Judge(std::string_view path, bool is_directory) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    Glob glob;
    bool keep;            // began with !
    bool directory_only;  // ended with /
    bool anchored;        // a / inside: matched against the path, else against the last name
  };
  void AddLine(std::string_view line);

  std::vector<Rule> rules_;
};

// What is read in one directory. Of the files of each kind a later one overrides an earlier one.
struct IgnoreLevel {
  // The directory is the top of a git work tree: what git reads further up does not hold here.
  bool is_repository = false;
  std::vector<IgnoreFile> of_git;      // .gitignore, and .git/info/exclude before it
  std::vector<IgnoreFile> of_counter;  // .ignore, .toktallyignore: they override those of git
};

// The rules that hold in a directory: its own files over those of the directories above. Immutable;
// shared by the threads that walk.
class IgnoreRules {
 public:
  // No rules at all.
  static std::shared_ptr<const IgnoreRules> None();
  // The rules inside `name`, a directory below the one of `parent` ("" for itself).
  static std::shared_ptr<const IgnoreRules> Below(std::shared_ptr<const IgnoreRules> parent,
                                                  std::string name, IgnoreLevel level);

  // `name` is an entry of this directory.
  bool Ignores(std::string_view name, bool is_directory) const;

 private:
  std::shared_ptr<const IgnoreRules> parent_;
  std::string name_;
  IgnoreLevel level_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_IGNORE_RULES_H_
