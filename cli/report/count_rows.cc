#include "cli/report/count_rows.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

void AddRanges(const std::vector<TokenRange>& from, std::vector<TokenRange>& to) {
  to.resize(std::max(to.size(), from.size()));
  for (std::size_t i = 0; i < from.size(); ++i) to[i].Add(from[i]);
}

std::uint64_t TokensOf(const CountRow& row) {
  return row.ranges.empty() ? 0 : row.ranges[0].tokens;
}

void Sort(SortBy by, std::vector<CountRow>& rows) {
  if (by == SortBy::kNothing) return;
  std::stable_sort(rows.begin(), rows.end(), [by](const CountRow& a, const CountRow& b) {
    if (by == SortBy::kTokens && TokensOf(a) != TokensOf(b)) return TokensOf(a) > TokensOf(b);
    if (by == SortBy::kFiles && a.files != b.files) return a.files > b.files;
    return a.path < b.path;
  });
}

// Puts the rows that are not among the largest, or too small, together in one at the end.
std::vector<CountRow> Limit(const RowOptions& options, std::vector<CountRow> rows) {
  std::vector<bool> shown(rows.size(), true);
  if (options.top && *options.top < rows.size()) {
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return TokensOf(rows[a]) > TokensOf(rows[b]);
    });
    for (std::size_t i = *options.top; i < order.size(); ++i) shown[order[i]] = false;
  }
  std::vector<CountRow> kept;
  CountRow rest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (shown[i] && TokensOf(rows[i]) >= options.min) {
      kept.push_back(std::move(rows[i]));
    } else {
      rest.Add(rows[i]);
      ++rest.others;
    }
  }
  if (rest.others == 0) return kept;
  rest.label = Concat("(", GroupDigits(rest.others), rest.others == 1 ? " other)" : " others)");
  kept.push_back(std::move(rest));
  return kept;
}

// A directory or a file of the tree.
struct Node {
  CountRow row;
  bool is_directory = false;
  std::vector<std::unique_ptr<Node>> children;  // in the order of the files
  std::unordered_map<std::string, Node*> by_name;

  Node& Child(const std::string& name) {
    Node*& child = by_name[name];
    if (child == nullptr) {
      children.push_back(std::make_unique<Node>());
      child = children.back().get();
      child->row.label = name;
    }
    return *child;
  }
};

class TreeRows {
 public:
  TreeRows(const std::vector<ListArgument>& arguments, const RowOptions& options)
      : arguments_(arguments), options_(options) {}

  void Add(const CountedFile& file) {
    const std::string& root = arguments_[file.argument].path;
    Node* node = &root_.Child(root);
    node->row.path = root;
    node->row.Add(file);
    if (!file.walked) return;
    node->is_directory = true;
    std::size_t begin = root.size() + (root.ends_with('/') ? 0 : 1);
    for (std::uint64_t depth = 1; begin < file.path.size(); ++depth) {
      if (options_.depth && depth > *options_.depth) return;
      const std::size_t end = std::min(file.path.find('/', begin), file.path.size());
      node = &node->Child(file.path.substr(begin, end - begin));
      node->row.path = file.path.substr(0, end);
      node->is_directory = end < file.path.size();
      node->row.Add(file);
      begin = end + 1;
    }
  }

  std::vector<CountRow> Rows() {
    std::vector<CountRow> rows;
    Append(root_, 0, rows);
    return rows;
  }

 private:
  // The recursion is as deep as a path has parts.
  void Append(Node& parent, std::size_t depth, std::vector<CountRow>& out) {
    std::vector<CountRow> level;
    for (const std::unique_ptr<Node>& child : parent.children) level.push_back(child->row);
    Sort(options_.sort, level);
    // The arguments are what was asked for: none of them is left out.
    if (depth > 0) level = Limit(options_, std::move(level));
    for (CountRow& row : level) {
      const std::string name = row.label;
      Node* const node = row.others > 0 ? nullptr : parent.by_name.at(name);
      const bool slash = node != nullptr && node->is_directory && !name.ends_with('/');
      row.label = Concat(std::string(2 * depth, ' '), name, slash ? "/" : "");
      row.depth = depth;
      out.push_back(std::move(row));
      if (node != nullptr) Append(*node, depth + 1, out);
    }
  }

  const std::vector<ListArgument>& arguments_;
  const RowOptions& options_;
  Node root_;
};

std::string_view NameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string ExtensionKey(std::string_view path) {
  const std::string_view name = NameOf(path);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return "(none)";
  return LowerCase(name.substr(dot));
}

// What a file's count is added to where rows are named by paths.
std::string PathGroup(const CountedFile& file, const std::vector<ListArgument>& arguments,
                      GroupBy by) {
  const ListArgument& argument = arguments[file.argument];
  if (by == GroupBy::kFile || !file.walked) return file.path;
  if (arguments.size() > 1) return argument.path;
  const std::size_t prefix = argument.path.size() + (argument.path.ends_with('/') ? 0 : 1);
  return file.path.substr(0, file.path.find('/', prefix));
}

// Rows named by paths: neighbours of one name are one row, and an argument that is given twice is
// two.
std::vector<CountRow> PathRows(const std::vector<CountedFile>& files,
                               const std::vector<ListArgument>& arguments, GroupBy by) {
  std::vector<CountRow> rows;
  const CountedFile* last = nullptr;
  for (const CountedFile& file : files) {
    std::string path = PathGroup(file, arguments, by);
    const bool same = last != nullptr && last->argument == file.argument && file.walked &&
                      rows.back().path == path;
    if (!same) {
      rows.emplace_back();
      rows.back().label = path;
      rows.back().path = std::move(path);
    }
    rows.back().Add(file);
    last = &file;
  }
  return rows;
}

std::vector<CountRow> NamedRows(const std::vector<CountedFile>& files,
                                const std::function<std::string(std::string_view)>& name_of) {
  std::map<std::string, CountRow> groups;
  for (const CountedFile& file : files) groups[name_of(file.path)].Add(file);
  std::vector<CountRow> rows;
  for (auto& [name, row] : groups) {
    row.path = row.label = name;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void CountRow::Add(const CountedFile& file) {
  AddRanges(file.ranges, ranges);
  bytes += file.bytes;
  ++files;
}

void CountRow::Add(const CountRow& row) {
  AddRanges(row.ranges, ranges);
  bytes += row.bytes;
  files += row.files;
}

std::vector<CountRow> MakeCountRows(const std::vector<CountedFile>& files,
                                    const std::vector<ListArgument>& arguments,
                                    const RowOptions& options,
                                    const std::function<std::string(std::string_view)>& owner_of) {
  std::vector<CountRow> rows;
  switch (options.by) {
    case GroupBy::kTree: {
      TreeRows tree(arguments, options);
      for (const CountedFile& file : files) tree.Add(file);
      return tree.Rows();
    }
    case GroupBy::kArgument:
    case GroupBy::kFile:
      rows = PathRows(files, arguments, options.by);
      break;
    case GroupBy::kExtension:
      rows = NamedRows(files, ExtensionKey);
      break;
    case GroupBy::kLanguage:
      rows = NamedRows(files, [](std::string_view path) { return std::string(LanguageOf(path)); });
      break;
    case GroupBy::kOwner:
      rows = NamedRows(files, owner_of);
      break;
  }
  const bool by_name = options.by != GroupBy::kArgument && options.by != GroupBy::kFile;
  Sort(by_name && options.sort == SortBy::kNothing ? SortBy::kTokens : options.sort, rows);
  return Limit(options, std::move(rows));
}

}  // namespace toktally::cli
