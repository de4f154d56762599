#include "cli/io/ignore_rules.h"

#include <cstddef>
#include <utility>

#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// Blanks at the end do not count, but behind a backslash.
std::string_view WithoutTrailingBlanks(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') end = ++i + 1;
    if (i < line.size() && line[i] != ' ') end = i + 1;
  }
  return line.substr(0, end);
}

}  // namespace

IgnoreFile::IgnoreFile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    AddLine(line.substr(0, line.find('\0')));  // git's lines are C strings
  }
}

void IgnoreFile::AddLine(std::string_view line) {
  line = WithoutTrailingBlanks(line);
  if (line.empty() || line[0] == '#') return;
  const bool keep = line[0] == '!';
  if (keep) line.remove_prefix(1);
  const bool directory_only = line.ends_with('/');
  if (directory_only) line.remove_suffix(1);
  const bool anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  Glob glob(line);
  if (line.empty() || glob.malformed()) return;
  rules_.push_back({std::move(glob), keep, directory_only, anchored});
}

IgnoreFile::Verdict IgnoreFile::Judge(std::string_view path, bool is_directory) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directory_only && !is_directory) continue;
    if (!rule->glob.Matches(rule->anchored ? path : name)) continue;
    return rule->keep ? Verdict::kKeep : Verdict::kIgnore;
  }
  return Verdict::kNone;
}

std::shared_ptr<const IgnoreRules> IgnoreRules::None() {
  return std::make_shared<const IgnoreRules>();
}

std::shared_ptr<const IgnoreRules> IgnoreRules::Below(std::shared_ptr<const IgnoreRules> parent,
                                                      std::string name, IgnoreLevel level) {
  auto rules = std::make_shared<IgnoreRules>();
  rules->parent_ = std::move(parent);
  rules->name_ = std::move(name);
  rules->level_ = std::move(level);
  return rules;
}

bool IgnoreRules::Ignores(std::string_view name, bool is_directory) const {
  using Verdict = IgnoreFile::Verdict;
  std::string path(name);
  const auto judge = [&](const std::vector<IgnoreFile>& files) {
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
      const Verdict verdict = file->Judge(path, is_directory);
      if (verdict != Verdict::kNone) return verdict;
    }
    return Verdict::kNone;
  };
  bool within_repository = true;
  for (const IgnoreRules* rules = this; rules != nullptr; rules = rules->parent_.get()) {
    Verdict verdict = judge(rules->level_.of_counter);
    if (verdict == Verdict::kNone && within_repository) verdict = judge(rules->level_.of_git);
    if (verdict != Verdict::kNone) return verdict == Verdict::kIgnore;
    if (rules->level_.is_repository) within_repository = false;
    if (!rules->name_.empty()) path = Concat(rules->name_, '/', path);
  }
  return false;
}

}  // namespace toktally::cli
