#include "base/json_lines.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/absl_text.h"
#include "base/json_scan.h"
#include "base/json_tree.h"
#include "base/text.h"
#include "base/utf8.h"

namespace toktally {
namespace {

bool IsHexDigit(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return IsDigit(c) || (lower >= 'a' && lower <= 'f');
}

// Every function is false when the text is wrong there, with the error in `status_`.
class LineParser {
 public:
  LineParser(JsonDocument::Tree* tree, const JsonOptions& options, bool lazy)
      : tree_(*tree),
        text_(tree->text),
        valid_(ValidPrefix(tree->text)),
        options_(options),
        lazy_(lazy),
        builder_(tree, options.allow_duplicate_keys) {}

  absl::Status Parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (!SkipSpace() || !Value({})) return status_;
    while (builder_.is_open()) {
      if (!Step()) return status_;
    }
    if (!SkipSpace()) return status_;
    if (at_ != text_.size()) Fail("text after the end of the value");
    return status_;
  }

 private:
  // Reads one value, or closes the container, of the innermost container.
  bool Step() {
    if (!SkipSpace()) return false;
    const bool object = builder_.in_object();
    if (Take(object ? '}' : ']')) return Close();
    if (!builder_.is_empty()) {
      if (!Take(',')) {
        return Fail(absl::StrCat("expected ',' or '", object ? "}" : "]", "', found ", Found()));
      }
      if (!SkipSpace()) return false;
      if (Peek() == '}' || Peek() == ']') return Fail("a comma before the closing bracket");
    }
    std::string_view key;
    return (!object || Key(&key)) && Value(key);
  }

  bool Close() {
    if (builder_.Close(at_)) return true;
    status_ = builder_.status();
    return false;
  }

  bool Key(std::string_view* key) {
    if (Peek() != '"') return Fail(absl::StrCat("expected a key in quotes, found ", Found()));
    bool escaped = false;
    if (!String(key, &escaped)) return false;
    if (escaped) *key = tree_.unescaped.emplace_front(UndoJsonEscapes(*key));
    if (!SkipSpace()) return false;
    if (!Take(':')) return Fail(absl::StrCat("expected ':' after \"", ToAbsl(*key), "\""));
    return SkipSpace();
  }

  bool Value(std::string_view key) {
    JsonNode node;
    node.key = key;
    node.line = line_;
    node.begin = at_;
    const char c = Peek();
    if (c == '{' || c == '[') {
      node.kind = c == '{' ? JsonKind::kObject : JsonKind::kArray;
      if (!builder_.Open(node)) return Fail("nested deeper than 64 levels");
      ++at_;
      return true;
    }
    if (!Scalar(c, &node)) return false;
    node.end = at_;
    builder_.Add(node);
    return true;
  }

  bool Scalar(char c, JsonNode* node) {
    if (c == '"') {
      node->kind = JsonKind::kString;
      if (!String(&node->text, &node->escaped)) return false;
      if (node->escaped && !lazy_) {
        node->text = tree_.unescaped.emplace_front(UndoJsonEscapes(node->text));
        node->escaped = false;
      }
      return true;
    }
    if (c == '-' || IsDigit(c)) {
      node->kind = JsonKind::kNumber;
      return Number(&node->text);
    }
    if (TakeWord("null")) return true;
    node->kind = JsonKind::kBool;
    node->boolean = c == 't';
    if (TakeWord("true") || TakeWord("false")) return true;
    const absl::string_view key = ToAbsl(node->key);
    return Fail(absl::StrCat(key, key.empty() ? "" : ": ", "expected a value, found ", Found()));
  }

  bool Number(std::string_view* out) {
    const std::size_t begin = at_;
    Take('-');
    if (!IsDigit(Peek())) return Fail("a '-' without a number");
    if (Take('0')) {
      if (IsDigit(Peek())) return Fail("a number with a leading zero");
    } else {
      SkipDigits();
    }
    if (Take('.')) {
      if (!IsDigit(Peek())) return Fail("a number that ends with its point");
      SkipDigits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (!Take('-')) Take('+');
      if (!IsDigit(Peek())) return Fail("an exponent without digits");
      SkipDigits();
    }
    *out = text_.substr(begin, at_ - begin);
    return true;
  }

  // The inside of a string as it stands in the text, and whether it has escapes.
  bool String(std::string_view* out, bool* escaped) {
    const std::size_t begin = ++at_;
    while (true) {
      if (!Characters()) return false;
      if (at_ == text_.size()) return Fail("a string that does not end");
      if (text_[at_] == '"') break;
      *escaped = true;
      if (!Escape()) return false;
    }
    *out = text_.substr(begin, at_++ - begin);
    return true;
  }

  // Goes on to what ends a string or begins an escape.
  bool Characters() {
    const std::size_t end = FindEndOfRun<JsonRun::kAnyText>(text_, at_);
    // Only a comment can have brought us beyond bytes that are not UTF-8.
    if (valid_ < at_) valid_ = at_ + ValidPrefix(text_.substr(at_));
    if (end > valid_) {
      at_ = valid_;
      return Fail("a string that is not UTF-8");
    }
    at_ = end;
    if (at_ == text_.size() || text_[at_] == '"' || text_[at_] == '\\') return true;
    return Fail(text_[at_] == '\n' ? "a string that does not end on its line"
                                   : "a control character in a string");
  }

  bool Escape() {
    ++at_;
    const char c = Peek();
    ++at_;
    if (c == 'u') return UnicodeEscape();
    if (c == '\0' || std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      return Fail("an unknown escape in a string");
    }
    return true;
  }

  bool UnicodeEscape() {
    if (text_.size() - at_ < 4) return Fail("\\u without four hexadecimal digits");
    for (int i = 0; i < 4; ++i, ++at_) {
      if (!IsHexDigit(text_[at_])) return Fail("\\u without four hexadecimal digits");
    }
    return true;
  }

  bool SkipSpace() {
    // Most often there is nothing, or one blank.
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ < text_.size() && text_[at_] > ' ' && text_[at_] != '/') return true;
    const char* const wrong = SkipJsonSpace(text_, options_.allow_comments, &at_, &line_);
    return wrong == nullptr || Fail(wrong);
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

  std::string Found() const {
    if (at_ >= text_.size()) return "the end of the text";
    const char c = text_[at_];
    if (c > 0x20 && c < 0x7F) return absl::StrCat("'", absl::string_view(&c, 1), "'");
    return absl::StrCat("byte ", static_cast<int>(static_cast<unsigned char>(c)));
  }

  bool Fail(absl::string_view reason) {
    const std::size_t newline = text_.substr(0, at_).rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? at_ + 1 : at_ - newline;
    status_ = absl::InvalidArgumentError(
        absl::StrCat(tree_.file_name, ":", line_, ":", column, ": ", reason));
    return false;
  }

  JsonDocument::Tree& tree_;
  const std::string_view text_;
  std::size_t valid_;  // what is well-formed UTF-8 ends here
  const JsonOptions& options_;
  const bool lazy_;
  std::size_t at_ = 0;
  int line_ = options_.first_line;
  JsonTreeBuilder builder_;
  absl::Status status_;
};

}  // namespace

absl::Status ReadJsonLine(JsonDocument::Tree* tree, const JsonOptions& options, bool lazy) {
  return LineParser(tree, options, lazy).Parse();
}

JsonLineReader::JsonLineReader() : tree_(std::make_shared<JsonDocument::Tree>()) {}

absl::StatusOr<JsonValue> JsonLineReader::Read(std::string_view text, std::string_view file_name,
                                               const JsonOptions& options) {
  tree_->nodes.clear();
  tree_->unescaped.clear();
  tree_->text = text;
  tree_->file_name = file_name;
  if (absl::Status status = ReadJsonLine(tree_.get(), options, /*lazy=*/true); !status.ok()) {
    return status;
  }
  return JsonValue(tree_.get(), 0);
}

absl::StatusOr<JsonDocument> ParseJsonLine(std::string_view text, std::string_view file_name,
                                           const JsonOptions& options) {
  auto tree = std::make_shared<JsonDocument::Tree>();
  tree->text = text;
  tree->file_name = file_name;
  if (absl::Status status = ReadJsonLine(tree.get(), options, /*lazy=*/true); !status.ok()) {
    return status;
  }
  return JsonDocument(std::move(tree));
}

}  // namespace toktally
