#include "usage/places.h"

#include <algorithm>
#include <iterator>

namespace toktally::usage {
namespace {

// A tool's folder and what below it are logs.
struct Tool {
  std::string_view name;
  std::string_view variable;  // that moves the folder; a list with commas
  std::string_view home;      // where it is otherwise, below HOME
  std::string_view logs;
};

// Evidence: ccusage 5816e64, the paths.rs of its adapters.
constexpr Tool kTools[] = {
    {"Claude Code", "CLAUDE_CONFIG_DIR", ".claude", "projects"},
    {"Claude Code", "", ".config/claude", "projects"},
    {"Codex", "CODEX_HOME", ".codex", "sessions"},
    {"Codex", "CODEX_HOME", ".codex", "archived_sessions"},
    {"opencode", "OPENCODE_DATA_DIR", ".local/share/opencode", "storage/message"},
    {"Gemini CLI", "", ".gemini", "tmp"},
    {"Qwen Code", "", ".qwen", "projects"},
    {"Copilot", "", ".copilot", "otel"},
};

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

std::string Join(std::string folder, std::string_view name) {
  if (!folder.ends_with('/')) folder += '/';
  return folder.append(name);
}

std::string_view LastPart(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
}

}  // namespace

std::vector<LogPlace> LogPlaces(const std::function<std::string(const char*)>& variable) {
  std::vector<LogPlace> places;
  const std::string home = variable("HOME");
  for (const Tool& tool : kTools) {
    std::vector<std::string> folders;
    if (!tool.variable.empty()) folders = Split(variable(std::string(tool.variable).c_str()));
    if (folders.empty() && !home.empty()) folders.push_back(Join(home, tool.home));
    for (const std::string& folder : folders) {
      places.push_back({std::string(tool.name), Join(folder, tool.logs)});
    }
  }
  return places;
}

std::vector<std::string> LogFoldersOf(const std::string& path,
                                      const std::function<bool(const std::string&)>& exists) {
  std::vector<std::string> folders;
  for (const Tool& tool : kTools) {
    if (LastPart(path) != LastPart(tool.home)) continue;
    std::string folder = Join(path, tool.logs);
    if (exists(folder)) folders.push_back(std::move(folder));
  }
  if (folders.empty()) folders.push_back(path);
  return folders;
}

}  // namespace toktally::usage
