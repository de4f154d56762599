#include "base/json_tree.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>

#include "base/absl_text.h"
#include "base/utf8.h"

namespace toktally {
namespace {

// The four hexadecimal digits at `digits`, which are known to be some.
char32_t Hex4(const char* digits) {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto c = static_cast<unsigned char>(digits[i]);
    value = value << 4 | (c <= '9' ? c - U'0' : (c | 0x20U) - U'a' + 10);
  }
  return value;
}

// Undoes the \u escape whose digits begin `text`; the bytes that it and its partner take.
std::size_t UndoUnicodeEscape(std::string_view text, std::string& out) {
  const char32_t unit = Hex4(text.data());
  if (unit < 0xD800 || unit >= 0xE000) {
    AppendCodePoint(unit, out);
    return 4;
  }
  if (unit < 0xDC00 && text.size() >= 10 && text[4] == '\\' && text[5] == 'u') {
    const char32_t low = Hex4(text.data() + 6);
    if (low >= 0xDC00 && low < 0xE000) {
      AppendCodePoint(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
      return 10;
    }
  }
  AppendCodePoint(0xFFFD, out);
  return 4;
}

char Unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

// What is wrong with the comment at `*at`, or nullptr when it has been passed.
const char* SkipComment(std::string_view text, bool allowed, std::size_t* at, int* line) {
  const std::string_view rest = text.substr(*at);
  const bool block = rest.starts_with("/*");
  if (!block && !rest.starts_with("//")) return "a stray '/'";
  if (!allowed) return "comments are not allowed in this file";
  const std::size_t found = block ? rest.find("*/", 2) : rest.find_first_of("\r\n");
  if (block && found == std::string_view::npos) return "a comment that does not end";
  const std::string_view comment =
      rest.substr(0, found == std::string_view::npos ? found : found + (block ? 2 : 0));
  if (comment.find('\0') != std::string_view::npos) return "a NUL byte in a comment";
  *line += static_cast<int>(std::count(comment.begin(), comment.end(), '\n'));
  *at += comment.size();
  return nullptr;
}

}  // namespace

const char* SkipJsonSpace(std::string_view text, bool allow_comments, std::size_t* at, int* line) {
  while (*at < text.size()) {
    const char c = text[*at];
    if (c == '\n') ++*line;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++*at;
    } else if (c == '/') {
      if (const char* wrong = SkipComment(text, allow_comments, at, line)) return wrong;
    } else {
      break;
    }
  }
  return nullptr;
}

std::string UndoJsonEscapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const void* const found = std::memchr(text.data(), '\\', text.size());
    if (found == nullptr) break;
    const auto plain = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    out.append(text.substr(0, plain));
    const char letter = text[plain + 1];
    text.remove_prefix(plain + 2);
    if (letter == 'u') {
      text.remove_prefix(UndoUnicodeEscape(text, out));
    } else {
      out.push_back(Unescaped(letter));
    }
  }
  out.append(text);
  return out;
}

bool JsonTreeBuilder::Close(std::size_t end) {
  const Container closed = open_[--depth_];
  tree_.nodes[closed.node].end = end;
  return !closed.object || allow_duplicate_keys_ || CheckDuplicates(closed.node);
}

bool JsonTreeBuilder::CheckDuplicates(std::uint32_t object) {
  members_.clear();
  for (std::uint32_t i = tree_.nodes[object].first; i != kNoJsonNode; i = tree_.nodes[i].next) {
    members_.emplace_back(tree_.nodes[i].key, i);
  }
  std::sort(members_.begin(), members_.end());
  for (std::size_t i = 1; i < members_.size(); ++i) {
    if (members_[i].first != members_[i - 1].first) continue;
    const JsonNode& again = tree_.nodes[members_[i].second];
    status_ = absl::InvalidArgumentError(
        absl::StrCat(tree_.file_name, ":", again.line, ": the key \"", ToAbsl(again.key),
                     "\" stands twice in one object (first on line ",
                     tree_.nodes[members_[i - 1].second].line, ")"));
    return false;
  }
  return true;
}

}  // namespace toktally
