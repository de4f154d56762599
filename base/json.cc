#include "base/json.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"
#include "base/json_tree.h"
#include "base/utf8.h"

namespace toktally {
namespace {

// Room for the values of `text`, in most cases: all but the first of a container stand behind a
// comma. To grow would touch the memory twice; what is too much is never touched.
std::size_t MostNodes(std::string_view text) {
  constexpr std::size_t kSample = 64 << 10;
  const std::string_view sample = text.substr(0, kSample);
  const auto marks = std::count_if(sample.begin(), sample.end(),
                                   [](char c) { return c == ',' || c == '{' || c == '['; });
  const auto most = static_cast<std::size_t>(marks) + 1;
  return text.size() <= kSample ? most : text.size() / kSample * most / 4 * 5 + most;
}

// Reads tree->text. What nlohmann/json refuses is read once more by the reader of lines, which says
// what is wrong in our words. It also takes what nlohmann/json is too narrow for: numbers beyond a
// double, whose text is all that we need, and surrogates without a partner.
absl::Status ReadDocument(JsonDocument::Tree* tree, const JsonOptions& options) {
  tree->nodes.reserve(MostNodes(tree->text));
  if (ReadJsonByNlohmann(tree, options)) return absl::OkStatus();
  tree->nodes.clear();
  tree->unescaped.clear();
  return ReadJsonLine(tree, options, /*lazy=*/false);
}

}  // namespace

std::string_view JsonKindName(JsonKind kind) {
  constexpr std::string_view kNames[] = {"null",     "a boolean", "a number",
                                         "a string", "an array",  "an object"};
  return kNames[static_cast<std::size_t>(kind)];
}

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text, std::string_view file_name,
                                                 const JsonOptions& options) {
  return ParseOwned(std::string(text), file_name, options);
}

absl::StatusOr<JsonDocument> JsonDocument::ParseOwned(std::string text, std::string_view file_name,
                                                      const JsonOptions& options) {
  auto tree = std::make_shared<Tree>();
  tree->owned = std::move(text);
  tree->text = tree->owned;
  tree->file_name = file_name;
  if (absl::Status status = ReadDocument(tree.get(), options); !status.ok()) return status;
  return JsonDocument(std::move(tree));
}

absl::StatusOr<JsonDocument> JsonDocument::ParseInPlace(std::string_view text,
                                                        std::string_view file_name,
                                                        const JsonOptions& options) {
  auto tree = std::make_shared<Tree>();
  tree->text = text;
  tree->file_name = file_name;
  if (absl::Status status = ReadDocument(tree.get(), options); !status.ok()) return status;
  return JsonDocument(std::move(tree));
}

JsonValue JsonDocument::root() const { return {tree_.get(), 0}; }
const std::string& JsonDocument::file_name() const { return tree_->file_name; }

JsonKind JsonValue::kind() const { return tree_->nodes[index_].kind; }
int JsonValue::line() const { return tree_->nodes[index_].line; }
std::size_t JsonValue::begin() const { return tree_->nodes[index_].begin; }
std::size_t JsonValue::end() const { return tree_->nodes[index_].end; }
bool JsonValue::boolean() const { return tree_->nodes[index_].boolean; }
std::string_view JsonValue::text() const {
  JsonNode& node = tree_->nodes[index_];
  if (node.escaped) {
    node.text = tree_->unescaped.emplace_front(UndoJsonEscapes(node.text));
    node.escaped = false;
  }
  return node.text;
}
std::string_view JsonValue::key() const { return tree_->nodes[index_].key; }
std::size_t JsonValue::size() const { return tree_->nodes[index_].count; }

std::optional<JsonValue> JsonValue::first() const {
  const std::uint32_t child = tree_->nodes[index_].first;
  if (child == kNoJsonNode) return std::nullopt;
  return JsonValue(tree_, child);
}

std::optional<JsonValue> JsonValue::next() const {
  const std::uint32_t sibling = tree_->nodes[index_].next;
  if (sibling == kNoJsonNode) return std::nullopt;
  return JsonValue(tree_, sibling);
}

std::optional<JsonValue> JsonValue::Find(std::string_view key) const {
  if (!is_object()) return std::nullopt;
  std::uint32_t found = kNoJsonNode;
  const JsonNode* const nodes = tree_->nodes.data();
  for (std::uint32_t i = nodes[index_].first; i != kNoJsonNode; i = nodes[i].next) {
    if (nodes[i].key == key) found = i;
  }
  if (found == kNoJsonNode) return std::nullopt;
  return JsonValue(tree_, found);
}

std::vector<JsonValue> JsonValue::children() const {
  std::vector<JsonValue> all;
  all.reserve(size());
  for (auto child = first(); child; child = child->next()) all.push_back(*child);
  return all;
}

std::string JsonValue::Path() const {
  std::vector<std::uint32_t> chain;
  for (std::uint32_t i = index_; tree_->nodes[i].parent != kNoJsonNode;
       i = tree_->nodes[i].parent) {
    chain.push_back(i);
  }
  std::string path;
  for (auto i = chain.rbegin(); i != chain.rend(); ++i) {
    const JsonNode& node = tree_->nodes[*i];
    const JsonNode& parent = tree_->nodes[node.parent];
    if (parent.kind == JsonKind::kObject) {
      absl::StrAppend(&path, path.empty() ? "" : ".", ToAbsl(node.key));
      continue;
    }
    std::size_t position = 0;
    for (std::uint32_t j = parent.first; j != *i; j = tree_->nodes[j].next) ++position;
    absl::StrAppend(&path, "[", position, "]");
  }
  return path;
}

std::string JsonValue::Where() const {
  const std::string path = Path();
  return absl::StrCat(tree_->file_name, ":", line(), path.empty() ? "" : ": ", path);
}

absl::Status JsonValue::Error(std::string_view reason) const {
  return absl::InvalidArgumentError(absl::StrCat(Where(), ": ", ToAbsl(reason)));
}

absl::StatusOr<std::int64_t> JsonValue::WholeNumber(std::int64_t most) const {
  const std::string_view digits = text();
  const bool whole = is_number() && std::all_of(digits.begin(), digits.end(),
                                                [](char c) { return c >= '0' && c <= '9'; });
  if (!whole) {
    return Error(absl::StrCat("expected a whole number >= 0, found ",
                              is_number() ? ToAbsl(digits) : ToAbsl(JsonKindName(kind()))));
  }
  std::int64_t value = 0;
  for (const char digit : digits) {
    const std::int64_t unit = digit - '0';
    if (value > (most - unit) / 10) return Error(absl::StrCat(ToAbsl(digits), " is over ", most));
    value = value * 10 + unit;
  }
  return value;
}

std::string JsonQuote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : ReplaceIllFormed(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (byte < 0x20 || byte == 0x7F) {
      out.append({'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]});
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

}  // namespace toktally
