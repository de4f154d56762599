#include "cli/io/git_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "cli/io/input.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kLargestSetting = 1 << 20;

std::string EnvironmentText(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The text of a regular file; "" where there is none.
std::string ReadSetting(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return "";
  return Input().ReadAll(path, kLargestSetting).value_or("");
}

std::string Beside(const std::string& directory, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  return Concat(directory, directory.ends_with('/') ? "" : "/", path);
}

// The directory that holds info/exclude.
std::string CommonGitDirectory(const std::string& directory) {
  std::string git = Beside(directory, ".git");
  struct stat info {};
  if (stat(git.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    const std::string text = ReadSetting(git);
    constexpr std::string_view kKey = "gitdir:";
    if (text.starts_with(kKey)) {
      git = Beside(directory, Stripped(std::string_view(text).substr(kKey.size())));
    }
  }
  const std::string common = ReadSetting(Beside(git, "commondir"));
  return Stripped(common).empty() ? git : Beside(git, Stripped(common));
}

// A value as git writes it: quotes and backslashes taken off, a comment left out.
std::string Unquoted(std::string_view value) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && i + 1 < value.size()) {
      const char next = value[++i];
      out += next == 'n' ? '\n' : next == 't' ? '\t' : next;
    } else if (!quoted && (c == '#' || c == ';')) {
      break;
    } else {
      out += c;
    }
  }
  if (quoted || value.ends_with('"')) return out;
  return std::string(Stripped(out));
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// core.excludesFile of one configuration file; the last one counts.
std::optional<std::string> ExcludesFileIn(const std::string& configuration) {
  const std::string text = ReadSetting(configuration);
  std::optional<std::string> found;
  bool in_core = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = Stripped(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with('[')) {
      const std::size_t close = line.find(']');
      if (close == std::string_view::npos) continue;
      in_core = EqualsIgnoringCase(Stripped(line.substr(1, close - 1)), "core");
      line = Stripped(line.substr(close + 1));
    }
    const std::size_t equals = line.find('=');
    if (!in_core || equals == std::string_view::npos) continue;
    if (!EqualsIgnoringCase(Stripped(line.substr(0, equals)), "excludesfile")) continue;
    found = Unquoted(Stripped(line.substr(equals + 1)));
  }
  return found;
}

// $XDG_CONFIG_HOME/git or ~/.config/git; "" where neither is known.
std::string UserGitDirectory() {
  const std::string xdg = EnvironmentText("XDG_CONFIG_HOME");
  if (!xdg.empty()) return Beside(xdg, "git");
  const std::string home = EnvironmentText("HOME");
  return home.empty() ? "" : Beside(home, ".config/git");
}

// What the configuration says, the nearest to the repository first; "" for no such file.
std::string ExcludesFile(const std::string& directory, const std::string& git) {
  const std::string home = EnvironmentText("HOME");
  std::vector<std::string> configurations{Beside(git, "config")};
  const std::string global = EnvironmentText("GIT_CONFIG_GLOBAL");
  if (!global.empty()) {
    configurations.push_back(global);
  } else {
    if (!home.empty()) configurations.push_back(Beside(home, ".gitconfig"));
    const std::string user = UserGitDirectory();
    if (!user.empty()) configurations.push_back(Beside(user, "config"));
  }
  if (EnvironmentText("GIT_CONFIG_NOSYSTEM").empty()) configurations.push_back("/etc/gitconfig");
  for (const std::string& configuration : configurations) {
    const std::optional<std::string> file = ExcludesFileIn(configuration);
    if (!file) continue;
    if (file->starts_with("~/")) return home.empty() ? "" : Beside(home, file->substr(2));
    return file->empty() ? "" : Beside(directory, *file);
  }
  const std::string user = UserGitDirectory();
  return user.empty() ? "" : Beside(user, "ignore");
}

}  // namespace

bool IsRepository(const std::string& directory) {
  struct stat info {};
  return lstat(Beside(directory, ".git").c_str(), &info) == 0;
}

std::string RepositoryAbove(std::string path) {
  while (!IsRepository(path)) {
    if (path.size() <= 1) return "";
    path.resize(std::max<std::size_t>(path.rfind('/'), 1));
  }
  return path;
}

std::vector<std::string> RepositoryIgnoreFiles(const std::string& directory) {
  const std::string git = CommonGitDirectory(directory);
  std::vector<std::string> files;
  std::string excludes = ExcludesFile(directory, git);
  if (!excludes.empty()) files.push_back(std::move(excludes));
  files.push_back(Beside(git, "info/exclude"));
  return files;
}

}  // namespace toktally::cli
