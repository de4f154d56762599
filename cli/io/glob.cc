#include "cli/io/glob.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace toktally::cli {
namespace {

bool IsAlpha(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsGraph(unsigned char c) { return c > ' ' && c < 0x7F; }

// [:name:], by bytes of ASCII as in git.
constexpr std::pair<std::string_view, bool (*)(unsigned char)> kPosixClasses[] = {
    {"alnum", [](unsigned char c) { return IsAlpha(c) || IsDigit(c); }},
    {"alpha", IsAlpha},
    {"blank", [](unsigned char c) { return c == ' ' || c == '\t'; }},
    {"cntrl", [](unsigned char c) { return c < ' ' || c == 0x7F; }},
    {"digit", IsDigit},
    {"graph", IsGraph},
    {"lower", [](unsigned char c) { return c >= 'a' && c <= 'z'; }},
    {"print", [](unsigned char c) { return c >= ' ' && c < 0x7F; }},
    {"punct", [](unsigned char c) { return IsGraph(c) && !IsAlpha(c) && !IsDigit(c); }},
    {"space", [](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }},
    {"upper", [](unsigned char c) { return c >= 'A' && c <= 'Z'; }},
    {"xdigit",
     [](unsigned char c) { return IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }},
};

// Where to go on after a mismatch: the star takes more.
struct Retry {
  std::size_t token = 0;
  std::size_t position = 0;
  bool possible = false;
};

}  // namespace

Glob::Glob(std::string_view pattern) : has_slash_(pattern.find('/') != std::string_view::npos) {
  for (std::size_t i = 0; i < pattern.size() && !malformed_;) {
    const auto c = static_cast<unsigned char>(pattern[i]);
    if (c == '*') {
      TakeStars(pattern, i);
    } else if (c == '[') {
      TakeClass(pattern, i);
    } else if (c == '?') {
      tokens_.push_back({Kind::kAny});
      ++i;
    } else if (c == '\\') {
      malformed_ = i + 1 == pattern.size();
      if (!malformed_) tokens_.push_back({Kind::kByte, static_cast<unsigned char>(pattern[i + 1])});
      i += 2;
    } else {
      tokens_.push_back({Kind::kByte, c});
      ++i;
    }
  }
}

// One star or a run of them: ** is more than * only where it stands for whole names.
void Glob::TakeStars(std::string_view pattern, std::size_t& at) {
  const std::size_t begin = at;
  while (at < pattern.size() && pattern[at] == '*') ++at;
  const std::string_view rest = pattern.substr(at);
  const bool after_name = begin == 0 || pattern[begin - 1] == '/';
  const bool before_name = rest.empty() || rest[0] == '/' || rest.starts_with("\\/");
  if (at - begin < 2 || !after_name || !before_name) {
    tokens_.push_back({Kind::kStar});
  } else if (rest.starts_with('/')) {
    tokens_.push_back({Kind::kDirectories});
    ++at;
  } else {
    tokens_.push_back({Kind::kAll});
  }
}

void Glob::TakeClass(std::string_view pattern, std::size_t& at) {
  std::bitset<256> bytes;
  std::size_t i = at + 1;
  const auto peek = [&](std::size_t k) -> unsigned char {
    return k < pattern.size() ? static_cast<unsigned char>(pattern[k]) : 0;
  };
  const bool negated = peek(i) == '!' || peek(i) == '^';
  if (negated) ++i;
  int before = -1;  // the byte that a range could begin with
  for (const std::size_t first = i;; ++i) {
    if (i >= pattern.size()) return static_cast<void>(malformed_ = true);
    unsigned char c = peek(i);
    if (c == ']' && i > first) break;
    if (c == '-' && before >= 0 && i + 1 < pattern.size() && peek(i + 1) != ']') {
      unsigned char high = peek(++i);
      if (high == '\\') high = peek(++i);
      if (i >= pattern.size()) return static_cast<void>(malformed_ = true);
      for (int b = before; b <= high; ++b) bytes.set(static_cast<std::size_t>(b));
      before = -1;
      continue;
    }
    if (c == '[' && peek(i + 1) == ':') {
      const std::size_t name = i + 2;
      const std::size_t end = pattern.find(']', name);
      if (end == std::string_view::npos) return static_cast<void>(malformed_ = true);
      if (end > name && pattern[end - 1] == ':') {
        const std::string_view wanted = pattern.substr(name, end - 1 - name);
        const auto found = std::find_if(std::begin(kPosixClasses), std::end(kPosixClasses),
                                        [&](const auto& named) { return named.first == wanted; });
        if (found == std::end(kPosixClasses)) return static_cast<void>(malformed_ = true);
        for (int b = 0; b < 256; ++b) {
          if (found->second(static_cast<unsigned char>(b))) bytes.set(static_cast<std::size_t>(b));
        }
        i = end;
        before = -1;
        continue;
      }
    } else if (c == '\\') {
      c = peek(++i);
      if (i >= pattern.size()) return static_cast<void>(malformed_ = true);
    }
    bytes.set(c);
    before = c;
  }
  if (negated) bytes.flip();
  bytes.reset('/');
  tokens_.push_back({Kind::kClass, 0, static_cast<std::uint32_t>(classes_.size())});
  classes_.push_back(bytes);
  at = i + 1;
}

bool Glob::MatchesOne(const Token& token, unsigned char byte) const {
  switch (token.kind) {
    case Kind::kByte:
      return token.byte == byte;
    case Kind::kAny:
      return byte != '/';
    case Kind::kClass:
      return classes_[token.class_number].test(byte);
    default:
      return false;
  }
}

bool Glob::Matches(std::string_view path) const {
  if (malformed_) return false;
  // The last star may take more before those in front of it need to: what lies between them has
  // been matched as early as it can be, and a later match of it would leave less, not more.
  Retry star;                // the last *, which stays within a name
  Retry wide;                // the last ** or **/, which does not
  bool whole_names = false;  // it is **/
  std::size_t token = 0;
  std::size_t i = 0;
  while (true) {
    const bool more = token < tokens_.size();
    if (more && tokens_[token].kind == Kind::kStar) {
      star = {++token, i, true};
      continue;
    }
    if (more && (tokens_[token].kind == Kind::kDirectories || tokens_[token].kind == Kind::kAll)) {
      whole_names = tokens_[token].kind == Kind::kDirectories;
      wide = {++token, i, true};
      star.possible = false;
      continue;
    }
    if (i == path.size() && !more) return true;
    if (i < path.size() && more &&
        MatchesOne(tokens_[token], static_cast<unsigned char>(path[i]))) {
      ++token;
      ++i;
      continue;
    }
    if (star.possible && star.position < path.size() && path[star.position] != '/') {
      token = star.token;
      i = ++star.position;
      continue;
    }
    star.possible = false;
    if (!wide.possible) return false;
    const std::size_t next = whole_names ? path.find('/', wide.position) : wide.position;
    if (next >= path.size()) return false;
    token = wide.token;
    i = wide.position = next + 1;
  }
}

bool MatchesPathOrName(const Glob& glob, std::string_view path) {
  if (glob.Matches(path)) return true;
  return !glob.has_slash() && glob.Matches(path.substr(path.rfind('/') + 1));
}

bool MatchesAny(const std::vector<Glob>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(),
                     [path](const Glob& glob) { return MatchesPathOrName(glob, path); });
}

bool GlobMatches(std::string_view pattern, std::string_view path) {
  return Glob(pattern).Matches(path);
}

}  // namespace toktally::cli
