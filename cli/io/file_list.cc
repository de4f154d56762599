#include "cli/io/file_list.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/absl_text.h"
#include "cli/io/child_process.h"
#include "cli/io/glob.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostListBytes = std::uint64_t{1} << 30;

absl::StatusOr<std::vector<Glob>> Compile(const std::vector<std::string>& patterns,
                                          std::string_view option) {
  std::vector<Glob> globs;
  for (const std::string& pattern : patterns) {
    // As in an ignore file: a slash at either end only says where or what, not another name.
    std::string_view bare = pattern;
    if (bare.starts_with("./")) bare.remove_prefix(2);
    if (bare.size() > 1 && bare.ends_with('/')) bare.remove_suffix(1);
    if (bare.size() > 1 && bare.starts_with('/')) bare.remove_prefix(1);
    globs.emplace_back(bare);
    if (globs.back().malformed() || bare.empty()) {
      return absl::InvalidArgumentError(
          Concat(option, ": '", pattern, "' is no pattern: *.md, docs/**, [a-c]?.txt are"));
    }
  }
  return globs;
}

// The parts of `text` between separators; the last needs none behind it.
std::vector<std::string> SplitList(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    if (separator == '\n' && parts.back().ends_with('\r')) parts.back().pop_back();
    if (separator == '\n' && parts.back().empty()) parts.pop_back();
    begin = end + 1;
  }
  return parts;
}

class Lister {
 public:
  Lister(const FileListOptions& options, unsigned threads, const Input& input)
      : options_(options), input_(input) {
    walk_.hidden = options.hidden;
    walk_.no_ignore = options.no_ignore;
    walk_.threads = threads;
  }

  absl::StatusOr<FileList> Run() {
    auto include = Compile(options_.include, "--include");
    if (!include.ok()) return include.status();
    auto exclude = Compile(options_.exclude, "--exclude");
    if (!exclude.ok()) return exclude.status();
    walk_.include = *std::move(include);
    walk_.exclude = *std::move(exclude);
    std::vector<std::string> paths = options_.paths;
    for (const auto& [from, separator, option] :
         {std::tuple(options_.files_from, '\n', "--files-from"),
          std::tuple(options_.files0_from, '\0', "--files0-from")}) {
      if (!from) continue;
      if (absl::Status status = ReadList(*from, separator, option, paths); !status.ok()) {
        return status;
      }
    }
    for (const std::string& path : paths) {
      if (absl::Status status = AddArgument(path); !status.ok()) return status;
    }
    return std::move(list_);
  }

 private:
  absl::Status ReadList(const std::string& from, char separator, std::string_view option,
                        std::vector<std::string>& paths) {
    if (!paths.empty()) {
      return absl::InvalidArgumentError(
          Concat(option, " and PATH both say what to count; give one"));
    }
    const absl::StatusOr<std::string> text = input_.ReadAll(from, kMostListBytes);
    if (!text.ok()) {
      return absl::NotFoundError(Concat(DisplayName(from), ": ", MessageOf(text.status())));
    }
    paths = SplitList(*text, separator);
    if (from == "-" && std::find(paths.begin(), paths.end(), "-") != paths.end()) {
      return absl::InvalidArgumentError(
          Concat(option, " -: standard input cannot be the list and in the list"));
    }
    return absl::OkStatus();
  }

  absl::Status AddArgument(const std::string& path) {
    const std::size_t argument = list_.arguments.size();
    const bool is_directory = path != "-" && IsDirectory(path);
    list_.arguments.push_back({path, is_directory});
    if (!is_directory) {
      AddFile({path, argument, /*walked=*/false}, path == "-" ? path : Identity(path));
      return absl::OkStatus();
    }
    Walked walked;
    if (options_.git || options_.since) {
      if (absl::Status status = ListTracked(path, walked); !status.ok()) return status;
    } else {
      walked = Walk(path, walk_);
    }
    const std::string real = RealPath(path);
    for (std::string& file : walked.files) {
      const std::string below = file.substr(path.size());
      AddFile({std::move(file), argument, true},
              Concat(real, below.starts_with('/') ? "" : "/", below));
    }
    list_.errors.insert(list_.errors.end(), walked.errors.begin(), walked.errors.end());
    list_.skipped.Add(walked.skipped);
    return absl::OkStatus();
  }

  // The real path of a file. Lists name thousands in few folders, so that folders are resolved
  // once.
  std::string Identity(const std::string& path) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0 || S_ISLNK(info.st_mode)) return RealPath(path);
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const auto [known, is_new] = real_folders_.try_emplace(folder);
    if (is_new) known->second = RealPath(folder);
    return Concat(known->second, known->second.ends_with('/') ? "" : "/",
                  std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1));
  }

  void AddFile(ListedFile file, std::string real) {
    if (!seen_.insert(std::move(real)).second) {
      ++list_.skipped.repeated;
      return;
    }
    list_.files.push_back(std::move(file));
  }

  // What git tracks below the directory, whatever the ignore rules say; the user's git is asked.
  absl::Status ListTracked(const std::string& directory, Walked& walked) {
    std::vector<std::string> command{"git", "-C", directory};
    if (options_.since) {
      // The revision cannot be taken for an option: git reads "--end-of-options" as its end.
      for (const char* word : {"diff", "--name-only", "-z", "--relative", "--no-ext-diff",
                               "--no-renames", "--diff-filter=d", "--end-of-options"}) {
        command.emplace_back(word);
      }
      command.push_back(*options_.since);
      command.emplace_back("--");
    } else {
      command.insert(command.end(), {"ls-files", "-z"});
    }
    const absl::StatusOr<ChildOutput> git =
        RunChild(std::move(command), kMostListBytes, /*silent=*/true);
    if (!git.ok()) return absl::NotFoundError(MessageOf(git.status()));
    if (git->exit_code != 0) {
      return absl::InvalidArgumentError(Concat(
          DisplayName(directory),
          options_.since ? Concat(": '", *options_.since, "' is no revision of a repository")
                         : std::string(": no git repository; --git counts what one tracks")));
    }
    const std::string prefix = Concat(directory, directory.ends_with('/') ? "" : "/");
    for (const std::string& name : SplitList(git->text, '\0')) {
      Take(prefix, name, walked);
    }
    std::sort(walked.files.begin(), walked.files.end());
    walked.files.erase(std::unique(walked.files.begin(), walked.files.end()), walked.files.end());
    return absl::OkStatus();
  }

  void Take(const std::string& prefix, const std::string& name, Walked& walked) const {
    std::string path = Concat(prefix, name);
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return;  // tracked and deleted
    if (Excludes(name)) {
      ++walked.skipped.excluded;
    } else if (S_ISREG(info.st_mode)) {
      walked.files.push_back(std::move(path));
    } else {
      ++walked.skipped.not_regular;  // a link, a submodule
    }
  }

  // As a walk does: a directory that matches takes all below it along.
  bool Excludes(std::string_view name) const {
    for (std::size_t end = name.find('/');; end = name.find('/', end + 1)) {
      if (MatchesAny(walk_.exclude, name.substr(0, end))) return true;
      if (end == std::string_view::npos) break;
    }
    return !walk_.include.empty() && !MatchesAny(walk_.include, name);
  }

  const FileListOptions& options_;
  const Input& input_;
  WalkOptions walk_;
  FileList list_;
  std::unordered_set<std::string> seen_;
  std::unordered_map<std::string, std::string> real_folders_;
};

}  // namespace

absl::StatusOr<FileList> ListFiles(const FileListOptions& options, unsigned threads,
                                   const Input& input) {
  return Lister(options, threads, input).Run();
}

}  // namespace toktally::cli
