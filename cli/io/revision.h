// Files as they were in a revision of their git repository; the user's git is asked.

#ifndef TOKTALLY_CLI_IO_REVISION_H_
#define TOKTALLY_CLI_IO_REVISION_H_

#include <string>
#include <string_view>
#include <unordered_set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace toktally::cli {

class Revision {
 public:
  // The revision as seen from a directory. NotFound: no git, no repository, no such revision.
  static absl::StatusOr<Revision> Find(const std::string& directory, const std::string& name);

  // Whether the file at `path`, relative to the directory, differs from the revision in the work
  // tree; true for one that it does not have.
  bool Changed(const std::string& path) const { return changed_.contains(path); }

  // The file as it was. NotFound if the revision has none of that name.
  absl::StatusOr<std::string> Read(const std::string& path) const;

  const std::string& name() const { return name_; }

 private:
  std::string directory_;
  std::string name_;
  std::unordered_set<std::string> changed_;
};

// Reads "REV:path" as git does. InvalidArgument if it has not that form.
absl::StatusOr<std::string> ReadAtRevision(const std::string& revision_and_path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_REVISION_H_
