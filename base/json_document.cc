// Documents are read by nlohmann/json through its SAX interface. It gives values without their
// places, and integers without their text; both are had from a count of the bytes that it has
// taken.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_tree.h"

namespace toktally {
namespace {

// The bytes of a text, with a count of those that have been passed.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* passed) : at_(at), passed_(passed) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*passed_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  std::size_t* passed_;
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

  std::size_t* passed() { return &passed_; }
  // Only blanks stand behind the value: the lexer takes a NUL byte for the end of the text.
  bool AtEnd() { return SkipSpace() && end_ == tree_.text.size(); }

  bool null() { return Literal(JsonKind::kNull, false, 4); }
  bool boolean(bool value) { return Literal(JsonKind::kBool, value, value ? 4 : 5); }
  bool number_integer(number_integer_t) { return Number(); }
  bool number_unsigned(number_unsigned_t) { return Number(); }
  bool number_float(number_float_t, const string_t&) { return Number(); }
  bool binary(binary_t&) { return false; }

  bool string(string_t& value) {
    JsonNode node;
    if (!Begin(JsonKind::kString, &node)) return false;
    node.text = Content(node.begin, value);
    return Add(node, passed_);
  }
  bool key(string_t& value) {
    JsonNode place;
    if (!Begin(JsonKind::kString, &place)) return false;
    key_ = Content(place.begin, value);
    end_ = passed_;
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

  // The count is one past a number, but for one that ends the text.
  bool Number() {
    JsonNode node;
    if (!Begin(JsonKind::kNumber, &node)) return false;
    const std::size_t end = tree_.text.find_first_not_of("+-.0123456789Ee", node.begin);
    node.text = tree_.text.substr(node.begin, end - node.begin);
    return Add(node, node.begin + node.text.size());
  }

  // Of the string whose quote is at `begin`: every escape is longer than what it stands for.
  std::string_view Content(std::size_t begin, string_t& value) {
    const std::string_view inside = tree_.text.substr(begin + 1, passed_ - begin - 2);
    if (inside.size() == value.size()) return inside;
    return tree_.unescaped.emplace_front(std::move(value));
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
  std::size_t passed_ = 0;
  std::size_t end_ = 0;  // of the last token
  int line_ = options_.first_line;
  std::string_view key_;  // of the value that comes next
};

}  // namespace

bool ReadJsonByNlohmann(JsonDocument::Tree* tree, const JsonOptions& options) {
  Handler handler(tree, options);
  const char* const begin = tree->text.data();
  const CountingIterator first(begin, handler.passed());
  const CountingIterator last(begin + tree->text.size(), handler.passed());
  return nlohmann::json::sax_parse(first, last, &handler, nlohmann::json::input_format_t::json,
                                   /*strict=*/true, options.allow_comments) &&
         handler.AtEnd();
}

}  // namespace toktally
