// .gitignore and .ignore: which files of a directory are left out.

#ifndef TOKTALLY_CLI_IGNORE_RULES_H_
#define TOKTALLY_CLI_IGNORE_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace toktally::cli {

// True if the glob matches the whole of `path`: ? and [a-z] [!a-z] are one character but no '/', *
// any number of them, **/ any directories, \ takes the next character as it is. Linear in the path
// for each star, no recursion.
bool GlobMatches(std::string_view glob, std::string_view path);

// The rules of one ignore file, in gitignore's syntax.
class IgnoreFile {
 public:
  // Blank lines and comments are passed over; a malformed line matches nothing.
  explicit IgnoreFile(std::string_view text);

  enum class Verdict { kNone, kIgnore, kKeep };
  // What the last rule that matches says. `path` is relative to the directory of the file.
  Verdict Judge(std::string_view path, bool is_directory) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string glob;
    bool keep;            // began with !
    bool directory_only;  // ended with /
    bool anchored;        // a / inside: matched against the path, else against the last name
  };
  std::vector<Rule> rules_;
};

// The rules that hold in a directory: its own files over those of the directories above. Immutable;
// shared by the threads that walk.
class IgnoreRules {
 public:
  // No rules at all.
  static std::shared_ptr<const IgnoreRules> None();
  // The rules inside `name`, a directory below the one of `parent` ("" for itself). Of the files,
  // which may be empty, a later one overrides an earlier one.
  static std::shared_ptr<const IgnoreRules> Below(std::shared_ptr<const IgnoreRules> parent,
                                                  std::string name, std::vector<IgnoreFile> files);

  // `name` is an entry of this directory.
  bool Ignores(std::string_view name, bool is_directory) const;

 private:
  std::shared_ptr<const IgnoreRules> parent_;
  std::string name_;
  std::vector<IgnoreFile> files_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IGNORE_RULES_H_
