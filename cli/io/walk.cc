#include "cli/io/walk.h"

#include <dirent.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/io/git_files.h"
#include "cli/io/ignore_rules.h"
#include "cli/io/input.h"
#include "cli/io/side_by_side.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kLargestIgnoreFile = 16 << 20;

struct Directory {
  std::string path;
  std::string name;  // the last part of the path; "" where the rules of `parent` begin
  std::shared_ptr<const IgnoreRules> parent;
};

std::string Join(const std::string& directory, std::string_view name) {
  return Concat(directory, directory.ends_with('/') ? "" : "/", name);
}

// DT_REG, DT_DIR, …; DT_UNKNOWN if there is nothing at `path`.
unsigned char TypeOf(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return DT_UNKNOWN;
  return static_cast<unsigned char>(IFTODT(info.st_mode));
}

struct Entry {
  std::string name;
  unsigned char type;  // DT_REG, …
};

void ReadIgnoreFile(const std::string& path, std::vector<IgnoreFile>& files) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  const absl::StatusOr<std::string> text = Input().ReadAll(path, kLargestIgnoreFile);
  if (text.ok()) files.emplace_back(*text);
}

// `type_of` gives the type of an entry of the directory, DT_UNKNOWN if there is none of that name.
template <typename TypeOf>
std::shared_ptr<const IgnoreRules> RulesInside(const Directory& directory, const TypeOf& type_of) {
  IgnoreLevel level;
  level.is_repository = type_of(".git") != DT_UNKNOWN;
  if (level.is_repository) {
    for (const std::string& file : RepositoryIgnoreFiles(directory.path)) {
      ReadIgnoreFile(file, level.of_git);
    }
  }
  // As git: not through a symbolic link.
  if (type_of(".gitignore") == DT_REG) {
    ReadIgnoreFile(Join(directory.path, ".gitignore"), level.of_git);
  }
  for (const std::string_view name : {".ignore", ".toktallyignore"}) {
    if (type_of(name) == DT_UNKNOWN) continue;
    ReadIgnoreFile(Join(directory.path, name), level.of_counter);
  }
  return IgnoreRules::Below(directory.parent, directory.name, std::move(level));
}

// The rules of the directories above `root` up to the top of its git work tree; none outside of
// one. Sets `name` to what `root` is called in its parent.
std::shared_ptr<const IgnoreRules> RulesAbove(const std::string& root, std::string& name) {
  char* resolved = realpath(root.c_str(), nullptr);
  if (resolved == nullptr) return IgnoreRules::None();
  const std::string path(resolved);
  free(resolved);
  const std::string top = RepositoryAbove(path);
  if (top.empty()) return IgnoreRules::None();
  auto rules = IgnoreRules::None();
  Directory directory{top, "", rules};
  for (std::size_t end = top.size(); end < path.size();) {
    rules = RulesInside(
        directory, [&](std::string_view entry) { return TypeOf(Join(directory.path, entry)); });
    const std::size_t begin = end + (path[end] == '/' ? 1 : 0);
    end = std::min(path.find('/', begin), path.size());
    directory = {path.substr(0, end), path.substr(begin, end - begin), rules};
  }
  name = directory.name;
  return rules;
}

class Walker {
 public:
  Walker(const std::string& root, const WalkOptions& options)
      : options_(options), below_root_(root.size() + (root.ends_with('/') ? 0 : 1)) {
    Directory top{root, "", IgnoreRules::None()};
    if (!options.no_ignore) top.parent = RulesAbove(root, top.name);
    pending_.push_back(std::move(top));
  }

  Walked Run() {
    RunSideBySide(options_.threads, options_.threads, [this](std::size_t) { Work(); });
    std::sort(walked_.files.begin(), walked_.files.end());
    std::sort(walked_.errors.begin(), walked_.errors.end(),
              [](const PathError& a, const PathError& b) { return a.path < b.path; });
    return std::move(walked_);
  }

 private:
  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !pending_.empty() || busy_ == 0; });
      if (pending_.empty()) break;
      const Directory directory = std::move(pending_.back());
      pending_.pop_back();
      ++busy_;
      lock.unlock();
      Walked found;
      std::vector<Directory> below;
      List(directory, found, below);
      lock.lock();
      --busy_;
      Take(std::move(found), std::move(below));
      changed_.notify_all();
    }
  }

  void List(const Directory& directory, Walked& found, std::vector<Directory>& below) const {
    DIR* stream = opendir(directory.path.c_str());
    if (stream == nullptr) {
      found.errors.push_back({directory.path, std::strerror(errno)});
      return;
    }
    // A directory that was removed can still be opened as "." and is empty then: that is no answer.
    struct stat info {};
    if (fstat(dirfd(stream), &info) == 0 && info.st_nlink == 0) {
      found.errors.push_back({directory.path, "No such directory: it was removed"});
      closedir(stream);
      return;
    }
    const std::vector<Entry> entries = ReadEntries(stream, directory, found);
    closedir(stream);
    const auto type_of = [&entries](std::string_view name) -> unsigned char {
      const auto entry = std::find_if(entries.begin(), entries.end(),
                                      [name](const Entry& e) { return e.name == name; });
      if (entry == entries.end()) return DT_UNKNOWN;
      return entry->type;
    };
    const auto rules = options_.no_ignore ? IgnoreRules::None() : RulesInside(directory, type_of);
    for (const Entry& entry : entries) Classify(entry, directory, rules, found, below);
  }

  static std::vector<Entry> ReadEntries(DIR* stream, const Directory& directory, Walked& found) {
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      if (type == DT_UNKNOWN) type = TypeOf(Join(directory.path, name));
      entries.push_back({std::string(name), type});
      errno = 0;
    }
    if (errno != 0) found.errors.push_back({directory.path, std::strerror(errno)});
    return entries;
  }

  void Classify(const Entry& entry, const Directory& directory,
                const std::shared_ptr<const IgnoreRules>& rules, Walked& found,
                std::vector<Directory>& below) const {
    const bool is_directory = entry.type == DT_DIR;
    if (entry.name == ".git") return;  // the database of a repository is never a text
    std::string path = Join(directory.path, entry.name);
    if (Excludes(path, is_directory)) {
      ++found.skipped.excluded;
    } else if (!options_.hidden && entry.name.starts_with('.')) {
      ++found.skipped.hidden;
    } else if (!is_directory && entry.type != DT_REG) {
      ++found.skipped.not_regular;
    } else if (rules->Ignores(entry.name, is_directory)) {
      ++found.skipped.ignored;
    } else if (is_directory) {
      below.push_back({std::move(path), entry.name, rules});
    } else {
      found.files.push_back(std::move(path));
    }
  }

  bool Excludes(const std::string& path, bool is_directory) const {
    const std::string_view below = std::string_view(path).substr(below_root_);
    if (MatchesAny(options_.exclude, below)) return true;
    return !is_directory && !options_.include.empty() && !MatchesAny(options_.include, below);
  }

  void Take(Walked found, std::vector<Directory> below) {
    std::move(found.files.begin(), found.files.end(), std::back_inserter(walked_.files));
    std::move(found.errors.begin(), found.errors.end(), std::back_inserter(walked_.errors));
    std::move(below.begin(), below.end(), std::back_inserter(pending_));
    walked_.skipped.Add(found.skipped);
  }

  const WalkOptions options_;
  const std::size_t below_root_;  // where the part of a path below the root begins
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Directory> pending_;
  unsigned busy_ = 0;
  Walked walked_;
};

}  // namespace

void Skipped::Add(const Skipped& other) {
  hidden += other.hidden;
  ignored += other.ignored;
  not_regular += other.not_regular;
  binary += other.binary;
  excluded += other.excluded;
  repeated += other.repeated;
}

bool IsDirectory(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Walked Walk(const std::string& root, const WalkOptions& options) {
  return Walker(root, options).Run();
}

namespace {

// Those that this process may use: taskset and containers leave it fewer than the machine has.
unsigned UsableCores() {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) {
    return static_cast<unsigned>(std::max(CPU_COUNT(&cores), 1));
  }
#endif
  return std::max(std::thread::hardware_concurrency(), 1u);
}

}  // namespace

unsigned DefaultThreads() {
  unsigned threads = UsableCores();
  rlimit limit{};
  // Each thread has one file or directory open, and an ignore file while it reads one.
  constexpr rlim_t kOthers = 8;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < kOthers + 2 * rlim_t{threads}) {
    threads =
        limit.rlim_cur > kOthers + 2 ? static_cast<unsigned>(limit.rlim_cur - kOthers) / 2 : 1;
  }
  return threads;
}

}  // namespace toktally::cli
