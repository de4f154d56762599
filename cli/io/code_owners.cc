#include "cli/io/code_owners.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "cli/io/git_files.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostOwnersBytes = 3 << 20;  // as GitHub has it
constexpr std::string_view kLineBlanks = " \t\r";

}  // namespace

absl::StatusOr<CodeOwners> CodeOwners::Find(const std::string& path, const Input& input) {
  CodeOwners found;
  const std::string top = RepositoryAbove(RealPath(path));
  if (top.empty()) return absl::NotFoundError(Concat(DisplayName(path), ": in no git repository"));
  found.top_ = top.ends_with('/') ? top : Concat(top, "/");
  for (const char* place : {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}) {
    const absl::StatusOr<std::string> text =
        input.ReadAll(Concat(found.top_, place), kMostOwnersBytes);
    if (!text.ok()) continue;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      found.AddLine(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return found;
  }
  return absl::NotFoundError(
      Concat(DisplayName(top), ": no CODEOWNERS in .github, at the top or in docs"));
}

void CodeOwners::AddLine(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t begin = line.find_first_not_of(kLineBlanks);
  if (begin == std::string_view::npos) return;
  std::size_t end = begin;
  while (end < line.size() && kLineBlanks.find(line[end]) == std::string_view::npos) {
    end += line[end] == '\\' ? 2 : 1;  // an escaped blank is part of the pattern
  }
  end = std::min(end, line.size());
  const std::string_view pattern = line.substr(begin, end - begin);
  std::string owners;
  for (std::string_view rest = line.substr(end); !rest.empty();) {
    const std::size_t word = rest.find_first_not_of(kLineBlanks);
    if (word == std::string_view::npos) break;
    rest.remove_prefix(word);
    const std::string_view owner = rest.substr(0, rest.find_first_of(kLineBlanks));
    owners += Concat(owners.empty() ? "" : " ", owner);
    rest.remove_prefix(owner.size());
  }
  rules_.push_back({IgnoreFile(pattern), pattern.ends_with("/*"), std::move(owners)});
}

std::string CodeOwners::OwnerOf(std::string_view path) const {
  const std::string real = RealPath(std::string(path));
  const std::string_view below =
      real.starts_with(top_) ? std::string_view(real).substr(top_.size()) : real;
  using Verdict = IgnoreFile::Verdict;
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    bool matches = rule->pattern.Judge(below, false) == Verdict::kIgnore;
    for (std::size_t slash = below.find('/');
         !matches && !rule->files_only && slash != std::string_view::npos;
         slash = below.find('/', slash + 1)) {
      matches = rule->pattern.Judge(below.substr(0, slash), true) == Verdict::kIgnore;
    }
    if (matches) return rule->owners.empty() ? "(nobody)" : rule->owners;
  }
  return "(nobody)";
}

}  // namespace toktally::cli
