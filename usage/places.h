// Where tools keep what they used.

#ifndef TOKTALLY_USAGE_PLACES_H_
#define TOKTALLY_USAGE_PLACES_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace toktally::usage {

struct LogPlace {
  std::string tool;  // "Claude Code"
  std::string path;
};

// The places of the tools that formats.h reads, whether they exist or not, in this order: Claude
// Code, Codex, opencode, Gemini CLI, Qwen Code, Copilot. `variable` gives an environment variable,
// "" for one that is not set; without HOME there are none but those that variables name.
std::vector<LogPlace> LogPlaces(const std::function<std::string(const char*)>& variable);

// The folders below `path` that hold the logs, if it is the folder of one of the tools
// ("~/.claude" holds them in projects/): it keeps settings and much else beside them. `exists`
// tells whether a folder does. `path` itself otherwise.
std::vector<std::string> LogFoldersOf(const std::string& path,
                                      const std::function<bool(const std::string&)>& exists);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_PLACES_H_
