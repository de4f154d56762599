#include "cli/ignore_rules.h"

#include <cstddef>
#include <optional>

#include "cli/text.h"

namespace toktally::cli {
namespace {

// Matches one character against the class at the front of `glob` ("[...]"), which it takes off;
// nullopt if the class has no end, and then '[' is an ordinary character.
std::optional<bool> TakeClass(std::string_view& glob, char c) {
  std::size_t i = 1;
  const bool negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
  if (negated) ++i;
  bool inside = false;
  for (const std::size_t first = i; i < glob.size(); ++i) {
    if (glob[i] == ']' && i > first) {
      glob.remove_prefix(i + 1);
      return inside != negated && c != '/';
    }
    if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
    char low = glob[i];
    char high = low;
    if (i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']') {
      high = glob[i + 2];
      i += 2;
    }
    if (c >= low && c <= high) inside = true;
  }
  return std::nullopt;
}

// Takes off the front of `glob` what matches `c`, if it does.
bool TakeCharacter(std::string_view& glob, char c) {
  if (glob.empty()) return false;
  std::string_view rest = glob;
  const std::optional<bool> in_class = glob[0] == '[' ? TakeClass(rest, c) : std::optional<bool>();
  bool matched = in_class.value_or(false);
  if (!in_class) {
    if (glob[0] == '\\' && glob.size() > 1) rest.remove_prefix(1);
    matched = rest[0] == c || (glob[0] == '?' && c != '/');
    rest.remove_prefix(1);
  }
  if (matched) glob = rest;
  return matched;
}

// Where to go on after a mismatch: the star takes one more character.
struct Retry {
  std::string_view glob;
  std::size_t position = 0;
  bool possible = false;
};

}  // namespace

bool GlobMatches(std::string_view glob, std::string_view path) {
  const char* const begin = glob.data();
  Retry star;                // the last *, which stays within a name
  Retry any_path;            // the last **, which does not
  bool whole_names = false;  // that was **/, which takes whole directories
  std::size_t i = 0;
  while (true) {
    const bool at_name = glob.data() == begin || glob.data()[-1] == '/';
    if (at_name && (glob == "**" || glob.starts_with("**/"))) {
      whole_names = glob.size() > 2;
      glob.remove_prefix(whole_names ? 3 : 2);
      any_path = Retry{glob, i, true};
      star.possible = false;
      continue;
    }
    if (glob.starts_with('*')) {
      glob.remove_prefix(1);
      star = Retry{glob, i, true};
      continue;
    }
    if (i == path.size() && glob.empty()) return true;
    if (i < path.size() && TakeCharacter(glob, path[i])) {
      ++i;
      continue;
    }
    if (star.possible && star.position < path.size() && path[star.position] != '/') {
      glob = star.glob;
      i = ++star.position;
      continue;
    }
    star.possible = false;
    if (!any_path.possible) return false;
    const std::size_t next = whole_names ? path.find('/', any_path.position) : any_path.position;
    if (next >= path.size()) return false;
    glob = any_path.glob;
    i = any_path.position = next + 1;
  }
}

IgnoreFile::IgnoreFile(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    Rule rule{};
    rule.keep = line[0] == '!';
    if (rule.keep) line.remove_prefix(1);
    rule.directory_only = line.ends_with('/');
    if (rule.directory_only) line.remove_suffix(1);
    rule.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.glob = std::string(line);
    rules_.push_back(std::move(rule));
  }
}

IgnoreFile::Verdict IgnoreFile::Judge(std::string_view path, bool is_directory) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directory_only && !is_directory) continue;
    if (!GlobMatches(rule->glob, rule->anchored ? path : name)) continue;
    return rule->keep ? Verdict::kKeep : Verdict::kIgnore;
  }
  return Verdict::kNone;
}

std::shared_ptr<const IgnoreRules> IgnoreRules::None() {
  return std::make_shared<const IgnoreRules>();
}

std::shared_ptr<const IgnoreRules> IgnoreRules::Below(std::shared_ptr<const IgnoreRules> parent,
                                                      std::string name,
                                                      std::vector<IgnoreFile> files) {
  auto rules = std::make_shared<IgnoreRules>();
  rules->parent_ = std::move(parent);
  rules->name_ = std::move(name);
  rules->files_ = std::move(files);
  return rules;
}

bool IgnoreRules::Ignores(std::string_view name, bool is_directory) const {
  std::string path(name);
  for (const IgnoreRules* rules = this; rules != nullptr; rules = rules->parent_.get()) {
    for (auto file = rules->files_.rbegin(); file != rules->files_.rend(); ++file) {
      const IgnoreFile::Verdict verdict = file->Judge(path, is_directory);
      if (verdict != IgnoreFile::Verdict::kNone) return verdict == IgnoreFile::Verdict::kIgnore;
    }
    if (!rules->name_.empty()) path = Concat(rules->name_, '/', path);
  }
  return false;
}

}  // namespace toktally::cli
