// What both readers of JSON build, json_document.cc and json_lines.cc, and what they must agree on.
// Not installed.

#ifndef TOKTALLY_BASE_JSON_TREE_H_
#define TOKTALLY_BASE_JSON_TREE_H_

#include <absl/status/status.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace toktally {

inline constexpr std::uint32_t kNoJsonNode = 0xFFFFFFFF;
inline constexpr std::size_t kMostJsonDepth = 64;

struct JsonNode {
  std::string_view text;  // a string's content, a number's literal
  std::string_view key;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t parent = kNoJsonNode;
  std::uint32_t next = kNoJsonNode;
  std::uint32_t first = kNoJsonNode;
  std::uint32_t count = 0;
  int line = 1;
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
  bool escaped = false;  // `text` still has its escapes: they are undone when somebody asks
};

struct JsonDocument::Tree {
  std::string owned;
  std::string_view text;
  std::string file_name;
  // A tree of the line reader decodes strings when they are asked for, hence mutable.
  mutable std::vector<JsonNode> nodes;
  mutable std::forward_list<std::string> unescaped;  // a list keeps its elements in place
};

// Puts values into a tree in the order of the text.
class JsonTreeBuilder {
 public:
  JsonTreeBuilder(JsonDocument::Tree* tree, bool allow_duplicate_keys)
      : tree_(*tree), allow_duplicate_keys_(allow_duplicate_keys) {}

  bool is_open() const { return depth_ > 0; }
  // Of the innermost container that is open; there must be one.
  bool in_object() const { return open_[depth_ - 1].object; }
  bool is_empty() const { return open_[depth_ - 1].last_child == kNoJsonNode; }

  void Add(const JsonNode& node) { Append(node); }
  // False: it would stand deeper than kMostJsonDepth.
  bool Open(const JsonNode& node) {
    if (depth_ == kMostJsonDepth) return false;
    const std::uint32_t index = Append(node);
    open_[depth_++] = {index, kNoJsonNode, node.kind == JsonKind::kObject};
    return true;
  }
  // Closes the innermost container, whose last byte stands before `end`. Keeps an error for a key
  // that stands twice, and is false then.
  bool Close(std::size_t end);

  const absl::Status& status() const { return status_; }

 private:
  struct Container {
    std::uint32_t node;
    std::uint32_t last_child;
    bool object;
  };

  std::uint32_t Append(const JsonNode& node) {
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    if (depth_ > 0) {
      Container& open = open_[depth_ - 1];
      JsonNode* const nodes = tree_.nodes.data();
      nodes[index].parent = open.node;
      (open.last_child == kNoJsonNode ? nodes[open.node].first : nodes[open.last_child].next) =
          index;
      open.last_child = index;
      ++nodes[open.node].count;
    }
    return index;
  }
  bool CheckDuplicates(std::uint32_t object);

  JsonDocument::Tree& tree_;
  const bool allow_duplicate_keys_;
  std::size_t depth_ = 0;
  std::array<Container, kMostJsonDepth> open_;
  std::vector<std::pair<std::string_view, std::uint32_t>> members_;
  absl::Status status_;
};

// Why SkipJsonSpace stopped: nullptr, or what is wrong at `*at`.
// Goes over blanks, and over comments where they are allowed; counts the lines.
const char* SkipJsonSpace(std::string_view text, bool allow_comments, std::size_t* at, int* line);

// `text`, the inside of a string whose escapes are known to be right, without them. A surrogate
// that has no partner becomes U+FFFD, as in most readers.
std::string UndoJsonEscapes(std::string_view text);

// The reader of documents: nlohmann/json. False: refused, and the tree holds whatever it holds.
bool ReadJsonByNlohmann(JsonDocument::Tree* tree, const JsonOptions& options);

// The reader of log lines. With `lazy`, strings keep their escapes until they are asked for.
absl::Status ReadJsonLine(JsonDocument::Tree* tree, const JsonOptions& options, bool lazy);

}  // namespace toktally

#endif  // TOKTALLY_BASE_JSON_TREE_H_
