// What git keeps of a work tree on disk, as far as it says which files are left out.

#ifndef TOKTALLY_CLI_IO_GIT_FILES_H_
#define TOKTALLY_CLI_IO_GIT_FILES_H_

#include <string>
#include <vector>

namespace toktally::cli {

// True if `directory` is the top of a git work tree: it has an entry .git, a folder or, in linked
// work trees and submodules, a file.
bool IsRepository(const std::string& directory);

// The top of the git work tree that the directory `path`, as RealPath gives it, lies in; "" for
// none.
std::string RepositoryAbove(std::string path);

// The files beside .gitignore that hold in the work tree whose top is `directory`, the least
// important first; they need not exist. The first is core.excludesFile of the configuration, by
// default git/ignore in $XDG_CONFIG_HOME or ~/.config; the last is info/exclude of the git
// directory, which a linked work tree shares with its repository.
std::vector<std::string> RepositoryIgnoreFiles(const std::string& directory);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_GIT_FILES_H_
