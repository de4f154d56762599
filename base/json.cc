#include "base/json.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/absl_text.h"
#include "base/utf8.h"

namespace toktally {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::size_t kMaxDepth = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Stands for itself in a string, with nothing to check.
bool IsPlain(char c) {
  static constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t i = 0x20; i < 0x80; ++i) plain[i] = i != '"' && i != '\\';
    return plain;
  }();
  return kPlain[static_cast<unsigned char>(c)];
}
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length of the well-formed UTF-8 sequence at the start of `text` (not empty); 0 if there is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF are told by the second byte.
  const bool wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                     (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return wrong ? 0 : length;
}

struct Node {
  std::string_view text;  // string content or number literal
  std::string_view key;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t parent = kNone;
  std::uint32_t next = kNone;
  std::uint32_t first = kNone;
  std::uint32_t count = 0;
  int line = 1;
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
};

}  // namespace

struct JsonDocument::Tree {
  std::string owned;
  std::string_view text;
  std::string file_name;
  std::vector<Node> nodes;
  std::deque<std::string> unescaped;  // a deque keeps its elements in place
};

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

class Parser {
 public:
  Parser(JsonDocument::Tree* tree, const JsonOptions& options)
      : tree_(*tree), text_(tree->text), options_(options) {}

  absl::Status Parse() {
    tree_.nodes.reserve(MostNodes(text_));
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    do {
      if (absl::Status status = Step(); !status.ok()) return status;
    } while (!open_.empty());
    if (absl::Status status = SkipSpace(); !status.ok()) return status;
    if (at_ != text_.size()) return Error("text after the end of the value");
    return absl::OkStatus();
  }

 private:
  struct Open {
    std::uint32_t node;
    std::uint32_t last_child = kNone;
  };

  // Reads one value, or closes containers, of the innermost open container.
  absl::Status Step() {
    if (absl::Status status = SkipSpace(); !status.ok()) return status;
    if (open_.empty()) return Value({});
    const bool object = Innermost().kind == JsonKind::kObject;
    if (Take(object ? '}' : ']')) return Close();
    if (Innermost().count > 0) {
      if (!Take(',')) {
        return Error(absl::StrCat("expected ',' or '", object ? "}" : "]", "', found ", Found()));
      }
      if (absl::Status status = SkipSpace(); !status.ok()) return status;
      if (Peek() == '}' || Peek() == ']') return Error("a comma before the closing bracket");
    }
    std::string_view key;
    if (object) {
      if (absl::Status status = Key(&key); !status.ok()) return status;
    }
    return Value(key);
  }

  absl::Status Key(std::string_view* key) {
    if (Peek() != '"') return Error(absl::StrCat("expected a key in quotes, found ", Found()));
    if (absl::Status status = String(key); !status.ok()) return status;
    if (absl::Status status = SkipSpace(); !status.ok()) return status;
    if (!Take(':')) return Error(absl::StrCat("expected ':' after \"", ToAbsl(*key), "\""));
    return SkipSpace();
  }

  absl::Status Value(std::string_view key) {
    Node node;
    node.key = key;
    node.line = line_;
    node.begin = at_;
    const char c = Peek();
    if (c == '{' || c == '[') {
      if (open_.size() == kMaxDepth) return Error("nested deeper than 64 levels");
      ++at_;
      node.kind = c == '{' ? JsonKind::kObject : JsonKind::kArray;
      open_.push_back({Append(node)});
      return absl::OkStatus();
    }
    if (absl::Status status = Scalar(c, &node); !status.ok()) return status;
    node.end = at_;
    Append(node);
    return absl::OkStatus();
  }

  absl::Status Scalar(char c, Node* node) {
    if (c == '"') {
      node->kind = JsonKind::kString;
      return String(&node->text);
    }
    if (c == '-' || IsDigit(c)) {
      node->kind = JsonKind::kNumber;
      return Number(&node->text);
    }
    if (TakeWord("null")) return absl::OkStatus();
    node->kind = JsonKind::kBool;
    node->boolean = c == 't';
    if (TakeWord("true") || TakeWord("false")) return absl::OkStatus();
    const absl::string_view key = ToAbsl(node->key);
    return Error(absl::StrCat(key, key.empty() ? "" : ": ", "expected a value, found ", Found()));
  }

  absl::Status Number(std::string_view* out) {
    const std::size_t begin = at_;
    Take('-');
    if (!IsDigit(Peek())) return Error("a '-' without a number");
    if (Take('0')) {
      if (IsDigit(Peek())) return Error("a number with a leading zero");
    } else {
      SkipDigits();
    }
    if (Take('.')) {
      if (!IsDigit(Peek())) return Error("a number that ends with its point");
      SkipDigits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (!Take('-')) Take('+');
      if (!IsDigit(Peek())) return Error("an exponent without digits");
      SkipDigits();
    }
    *out = text_.substr(begin, at_ - begin);
    return absl::OkStatus();
  }

  absl::Status String(std::string_view* out) {
    const std::size_t begin = ++at_;
    if (absl::Status status = Characters(); !status.ok()) return status;
    if (Peek() == '"') {
      *out = text_.substr(begin, at_++ - begin);
      return absl::OkStatus();
    }
    std::string content(text_.substr(begin, at_ - begin));
    while (Peek() == '\\') {
      if (absl::Status status = Escape(&content); !status.ok()) return status;
      const std::size_t from = at_;
      if (absl::Status status = Characters(); !status.ok()) return status;
      content.append(text_.substr(from, at_ - from));
    }
    if (!Take('"')) return Error("a string that does not end");
    *out = tree_.unescaped.emplace_back(std::move(content));
    return absl::OkStatus();
  }

  // Goes on to what ends a string or begins an escape.
  absl::Status Characters() {
    while (true) {
      while (at_ < text_.size() && IsPlain(text_[at_])) ++at_;
      if (at_ == text_.size() || text_[at_] == '"' || text_[at_] == '\\') return absl::OkStatus();
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return Error(text_[at_] == '\n' ? "a string that does not end on its line"
                                        : "a control character in a string");
      }
      const std::size_t length = SequenceLength(text_.substr(at_));
      if (length == 0) return Error("a string that is not UTF-8");
      at_ += length;
    }
  }

  absl::Status Escape(std::string* out) {
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    ++at_;
    const char c = Peek();
    ++at_;
    if (c == 'u') return UnicodeEscape(out);
    const std::size_t found = c == '\0' ? std::string_view::npos : kFrom.find(c);
    if (found == std::string_view::npos) return Error("an unknown escape in a string");
    out->push_back(kTo[found]);
    return absl::OkStatus();
  }

  absl::Status UnicodeEscape(std::string* out) {
    char32_t code_point = 0;
    if (!Hex4(&code_point)) return Error("\\u without four hexadecimal digits");
    char32_t low = 0;
    const bool high = code_point >= 0xD800 && code_point < 0xDC00;
    if (high && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      if (!Hex4(&low)) return Error("\\u without four hexadecimal digits");
      if (low >= 0xDC00 && low < 0xE000) {
        AppendCodePoint(0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00), *out);
        return absl::OkStatus();
      }
      at_ -= 6;  // not a pair: the second escape stands for itself
    }
    // A lone surrogate has no UTF-8 form; readers agree on U+FFFD.
    AppendCodePoint(code_point >= 0xD800 && code_point < 0xE000 ? 0xFFFD : code_point, *out);
    return absl::OkStatus();
  }

  bool Hex4(char32_t* out) {
    if (text_.size() - at_ < 4) return false;
    *out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = text_[at_];
      const char lower = static_cast<char>(c | 0x20);
      const bool letter = lower >= 'a' && lower <= 'f';
      if (!letter && !IsDigit(c)) return false;
      *out = *out * 16 + static_cast<char32_t>(letter ? lower - 'a' + 10 : c - '0');
    }
    return true;
  }

  absl::Status Close() {
    const std::uint32_t closed = open_.back().node;
    tree_.nodes[closed].end = at_;
    open_.pop_back();
    if (tree_.nodes[closed].kind != JsonKind::kObject || options_.allow_duplicate_keys) {
      return absl::OkStatus();
    }
    return CheckDuplicates(closed);
  }

  absl::Status CheckDuplicates(std::uint32_t object) {
    members_.clear();
    for (std::uint32_t i = tree_.nodes[object].first; i != kNone; i = tree_.nodes[i].next) {
      members_.emplace_back(tree_.nodes[i].key, i);
    }
    std::sort(members_.begin(), members_.end());
    for (std::size_t i = 1; i < members_.size(); ++i) {
      if (members_[i].first != members_[i - 1].first) continue;
      const Node& again = tree_.nodes[members_[i].second];
      return absl::InvalidArgumentError(
          absl::StrCat(tree_.file_name, ":", again.line, ": the key \"", ToAbsl(again.key),
                       "\" stands twice in one object (first on line ",
                       tree_.nodes[members_[i - 1].second].line, ")"));
    }
    return absl::OkStatus();
  }

  std::uint32_t Append(Node node) {
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    if (!open_.empty()) {
      Open& open = open_.back();
      node.parent = open.node;
      (open.last_child == kNone ? tree_.nodes[open.node].first
                                : tree_.nodes[open.last_child].next) = index;
      open.last_child = index;
      ++tree_.nodes[open.node].count;
    }
    tree_.nodes.push_back(node);
    return index;
  }

  absl::Status SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (c == '/') {
        if (absl::Status status = SkipComment(); !status.ok()) return status;
      } else {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::Status SkipComment() {
    const std::string_view rest = text_.substr(at_);
    const bool block = rest.starts_with("/*");
    if (!block && !rest.starts_with("//")) return Error("a stray '/'");
    if (!options_.allow_comments) return Error("comments are not allowed in this file");
    const std::size_t end = block ? rest.find("*/", 2) : rest.find('\n');
    if (block && end == std::string_view::npos) return Error("a comment that does not end");
    const std::size_t length = end == std::string_view::npos ? rest.size() : end + (block ? 2 : 0);
    line_ += static_cast<int>(
        std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    at_ += length;
    return absl::OkStatus();
  }

  void SkipDigits() {
    while (IsDigit(Peek())) ++at_;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  const Node& Innermost() const { return tree_.nodes[open_.back().node]; }

  std::string Found() const {
    if (at_ >= text_.size()) return "the end of the text";
    const char c = text_[at_];
    if (c > 0x20 && c < 0x7F) return absl::StrCat("'", absl::string_view(&c, 1), "'");
    return absl::StrCat("byte ", static_cast<int>(static_cast<unsigned char>(c)));
  }

  absl::Status Error(absl::string_view reason) const {
    const std::size_t newline = text_.substr(0, at_).rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? at_ + 1 : at_ - newline;
    return absl::InvalidArgumentError(
        absl::StrCat(tree_.file_name, ":", line_, ":", column, ": ", reason));
  }

  JsonDocument::Tree& tree_;
  std::string_view text_;
  JsonOptions options_;
  std::size_t at_ = 0;
  int line_ = options_.first_line;
  std::vector<Open> open_;
  std::vector<std::pair<std::string_view, std::uint32_t>> members_;
};

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
  if (absl::Status status = Parser(tree.get(), options).Parse(); !status.ok()) return status;
  return JsonDocument(std::move(tree));
}

absl::StatusOr<JsonDocument> JsonDocument::ParseInPlace(std::string_view text,
                                                        std::string_view file_name,
                                                        const JsonOptions& options) {
  auto tree = std::make_shared<Tree>();
  tree->text = text;
  tree->file_name = file_name;
  if (absl::Status status = Parser(tree.get(), options).Parse(); !status.ok()) return status;
  return JsonDocument(std::move(tree));
}

JsonValue JsonDocument::root() const { return {tree_.get(), 0}; }
const std::string& JsonDocument::file_name() const { return tree_->file_name; }

JsonKind JsonValue::kind() const { return tree_->nodes[index_].kind; }
int JsonValue::line() const { return tree_->nodes[index_].line; }
std::size_t JsonValue::begin() const { return tree_->nodes[index_].begin; }
std::size_t JsonValue::end() const { return tree_->nodes[index_].end; }
bool JsonValue::boolean() const { return tree_->nodes[index_].boolean; }
std::string_view JsonValue::text() const { return tree_->nodes[index_].text; }
std::string_view JsonValue::key() const { return tree_->nodes[index_].key; }
std::size_t JsonValue::size() const { return tree_->nodes[index_].count; }

std::optional<JsonValue> JsonValue::first() const {
  const std::uint32_t child = tree_->nodes[index_].first;
  if (child == kNone) return std::nullopt;
  return JsonValue(tree_, child);
}

std::optional<JsonValue> JsonValue::next() const {
  const std::uint32_t sibling = tree_->nodes[index_].next;
  if (sibling == kNone) return std::nullopt;
  return JsonValue(tree_, sibling);
}

std::optional<JsonValue> JsonValue::Find(std::string_view key) const {
  if (!is_object()) return std::nullopt;
  std::uint32_t found = kNone;
  const Node* const nodes = tree_->nodes.data();
  for (std::uint32_t i = nodes[index_].first; i != kNone; i = nodes[i].next) {
    if (nodes[i].key == key) found = i;
  }
  if (found == kNone) return std::nullopt;
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
  for (std::uint32_t i = index_; tree_->nodes[i].parent != kNone; i = tree_->nodes[i].parent) {
    chain.push_back(i);
  }
  std::string path;
  for (auto i = chain.rbegin(); i != chain.rend(); ++i) {
    const Node& node = tree_->nodes[*i];
    const Node& parent = tree_->nodes[node.parent];
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
  const bool whole = is_number() && std::all_of(digits.begin(), digits.end(), IsDigit);
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
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t length = SequenceLength(text);
    if (byte == '"' || byte == '\\') {
      out.append({'\\', static_cast<char>(byte)});
    } else if (byte == '\n') {
      out.append("\\n");
    } else if (byte == '\t') {
      out.append("\\t");
    } else if (byte < 0x20 || byte == 0x7F) {
      out.append({'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]});
    } else if (length == 0) {
      out.append("\xEF\xBF\xBD");
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out.push_back('"');
  return out;
}

}  // namespace toktally
