#include "cli/io/revision.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/absl_text.h"
#include "cli/io/child_process.h"
#include "cli/io/input.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostGitBytes = std::uint64_t{256} << 20;

absl::StatusOr<ChildOutput> Git(std::vector<std::string> words) {
  words.insert(words.begin(), "git");
  auto git = RunChild(std::move(words), kMostGitBytes, /*silent=*/true);
  if (git.ok()) return git;
  return absl::NotFoundError(MessageOf(git.status()));
}

// Adds the names in `list`, each ended by a NUL.
void AddNames(std::string_view list, std::unordered_set<std::string>& names) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('\0'), list.size());
    names.emplace(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

}  // namespace

absl::StatusOr<Revision> Revision::Find(const std::string& directory, const std::string& name) {
  Revision revision;
  revision.directory_ = directory.empty() ? "." : directory;
  revision.name_ = name;
  if (name.starts_with('-')) {
    return absl::NotFoundError(Concat("'", name, "' is no revision"));
  }
  const auto changed = Git({"-C", revision.directory_, "diff", "--name-only", "-z", "--relative",
                            "--no-ext-diff", "--no-renames", "--end-of-options", name, "--", "."});
  if (!changed.ok()) return changed.status();
  if (changed->exit_code != 0) {
    return absl::NotFoundError(Concat("'", name, "' is no revision of a git repository at ",
                                      DisplayName(revision.directory_)));
  }
  AddNames(changed->text, revision.changed_);
  const auto untracked = Git({"-C", revision.directory_, "ls-files", "-z", "--others", "--", "."});
  if (untracked.ok()) AddNames(untracked->text, revision.changed_);
  return revision;
}

absl::StatusOr<std::string> Revision::Read(const std::string& path) const {
  auto git = Git({"-C", directory_, "cat-file", "blob", Concat(name_, ":./", path)});
  if (!git.ok()) return git.status();
  if (git->exit_code == 0) return std::move(git->text);
  return absl::NotFoundError(Concat(name_, " has no ", DisplayName(path)));
}

absl::StatusOr<std::string> ReadAtRevision(const std::string& revision_and_path) {
  const std::size_t colon = revision_and_path.find(':');
  if (colon == 0 || colon == std::string::npos || revision_and_path.starts_with('-')) {
    return absl::InvalidArgumentError("is no REV:PATH");
  }
  auto git = Git({"cat-file", "blob", revision_and_path});
  if (!git.ok()) return git.status();
  if (git->exit_code == 0) return std::move(git->text);
  return absl::NotFoundError("No such file, and git has none of that name");
}

}  // namespace toktally::cli
