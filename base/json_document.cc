// Documents are read by nlohmann/json through its SAX interface. It gives values without their
// places, and integers without their text; both are taken from the text, in which the tokens that
// it has told of follow each other. So are the contents of strings: what is plain ASCII in them has
// nothing to be checked or decoded, and is not shown to the lexer, which takes byte by byte.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_scan.h"
#include "base/json_tree.h"

namespace toktally {
namespace {

// The bytes of a text without the runs of plain ASCII inside of its strings.
class SkippingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  // With comments nothing is left out: a quote in one would be taken for a string's.
  SkippingIterator(std::string_view text, std::size_t at, bool comments) : text_(text), at_(at) {
    if (!comments) WakeInString();
  }

  reference operator*() const { return text_[at_]; }
  SkippingIterator& operator++() {
    if (++at_ == wake_) Wake();
    return *this;
  }
  SkippingIterator operator++(int) {
    const SkippingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const SkippingIterator& a, const SkippingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const SkippingIterator& a, const SkippingIterator& b) { return !(a == b); }

 private:
  // The next place to do something at is behind the quote that opens a string.
  void WakeInString() {
    const std::size_t quote = text_.find('"', at_);
    wake_ = quote == std::string_view::npos ? quote : quote + 1;
    closes_ = false;
  }

  void Wake() {
    if (closes_) return WakeInString();
    at_ = FindEndOfRun<JsonRun::kAscii>(text_, at_);
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    if (c == '"') {
      closes_ = true;
      wake_ = at_ + 1;
    } else if (c == '\\') {
      // The digits of an escape are the lexer's to check.
      wake_ = at_ + (at_ + 1 < text_.size() && text_[at_ + 1] == 'u' ? 6 : 2);
    } else {
      wake_ = at_ + 1;
    }
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t wake_ = std::string_view::npos;
  bool closes_ = false;  // at wake_, the string has ended
};

class Handler {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Handler(JsonDocument::Tree* tree, const JsonOptions& options)
      : tree_(*tree), options_(options), builder_(tree, options.allow_duplicate_keys) {
    if (tree_.text.starts_with("\xEF\xBB\xBF")) end_ = 3;
  }

  // Only blanks stand behind the value: the lexer takes a NUL byte for the end of the text.
  bool AtEnd() { return SkipSpace() && end_ == tree_.text.size(); }

  bool null() { return Literal(JsonKind::kNull, false, 4); }
  bool boolean(bool value) { return Literal(JsonKind::kBool, value, value ? 4 : 5); }
  bool number_integer(number_integer_t) { return Number(); }
  bool number_unsigned(number_unsigned_t) { return Number(); }
  bool number_float(number_float_t, const string_t&) { return Number(); }
  bool binary(binary_t&) { return false; }

  bool string(string_t&) {
    JsonNode node;
    if (!Begin(JsonKind::kString, &node)) return false;
    node.text = Content(&end_);
    return Add(node, end_);
  }
  bool key(string_t&) {
    if (!SkipToToken()) return false;
    key_ = Content(&end_);
    return true;
  }
  bool start_object(std::size_t) { return Open(JsonKind::kObject); }
  bool start_array(std::size_t) { return Open(JsonKind::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    return false;
  }

 private:
  bool SkipSpace() {
    return SkipJsonSpace(tree_.text, options_.allow_comments, &end_, &line_) == nullptr;
  }

  // Goes to the beginning of the token whose value has come: what stands before it is known to be
  // blanks, comments, a comma or a colon.
  bool SkipToToken() {
    if (!SkipSpace()) return false;
    while (end_ < tree_.text.size() && (tree_.text[end_] == ',' || tree_.text[end_] == ':')) {
      ++end_;
      if (!SkipSpace()) return false;
    }
    return true;
  }

  bool Begin(JsonKind kind, JsonNode* node) {
    if (!SkipToToken()) return false;
    node->kind = kind;
    node->begin = end_;
    node->line = line_;
    node->key = std::exchange(key_, std::string_view());
    return true;
  }

  bool Add(JsonNode& node, std::size_t end) {
    end_ = node.end = end;
    builder_.Add(node);
    return true;
  }

  bool Literal(JsonKind kind, bool value, std::size_t length) {
    JsonNode node;
    if (!Begin(kind, &node)) return false;
    node.boolean = value;
    return Add(node, node.begin + length);
  }

  bool Number() {
    JsonNode node;
    if (!Begin(JsonKind::kNumber, &node)) return false;
    const std::size_t end = tree_.text.find_first_not_of("+-.0123456789Ee", node.begin);
    node.text = tree_.text.substr(node.begin, end - node.begin);
    return Add(node, node.begin + node.text.size());
  }

  // Of the string whose quote is at `*at`, which goes behind it.
  std::string_view Content(std::size_t* at) {
    const std::size_t begin = ++*at;
    bool escaped = false;
    while (true) {
      *at = FindEndOfRun<JsonRun::kAnyText>(tree_.text, *at);
      if (*at >= tree_.text.size() || tree_.text[*at] == '"') break;
      escaped = true;
      *at += 2;
    }
    const std::string_view inside = tree_.text.substr(begin, (*at)++ - begin);
    if (!escaped) return inside;
    return tree_.unescaped.emplace_front(UndoJsonEscapes(inside));
  }

  bool Open(JsonKind kind) {
    JsonNode node;
    if (!Begin(kind, &node)) return false;
    end_ = node.begin + 1;
    return builder_.Open(node);
  }

  bool Close() {
    if (!SkipToToken()) return false;
    return builder_.Close(++end_);
  }

  JsonDocument::Tree& tree_;
  const JsonOptions& options_;
  JsonTreeBuilder builder_;
  std::size_t end_ = 0;  // of the last token
  int line_ = options_.first_line;
  std::string_view key_;  // of the value that comes next
};

}  // namespace

bool ReadJsonByNlohmann(JsonDocument::Tree* tree, const JsonOptions& options) {
  Handler handler(tree, options);
  const std::string_view text = tree->text;
  const bool comments = options.allow_comments;
  return nlohmann::json::sax_parse(
             SkippingIterator(text, 0, comments), SkippingIterator(text, text.size(), comments),
             &handler, nlohmann::json::input_format_t::json, /*strict=*/true, comments) &&
         handler.AtEnd();
}

}  // namespace toktally
